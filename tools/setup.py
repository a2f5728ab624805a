"""
Make a bare machine ready: python3, pip and make are all it needs.

Run by ``make setup`` with the system's Python, so it uses the standard library only. Each step prints its seconds;
a step that fails ends with one line that says what to do. A stamp is written last, so that an installation that was
cut off is made anew.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".tools"
VENV = ROOT / ".venv"
STAMP = VENV / "complete"
PYTHON = VENV / "bin" / "python"
HOME = Path(os.environ.get("HANHLANG_HOME", ROOT / "var")).resolve()
ENVIRONMENT = {**os.environ, "UV_PYTHON_DOWNLOADS": "never", "UV_LINK_MODE": "copy", "HANHLANG_HOME": str(HOME)}
ENVIRONMENT["NUMBA_CACHE_DIR"] = str(HOME / "numba")
ENVIRONMENT.pop("VIRTUAL_ENV", None)


def stop(line: str) -> None:
    sys.exit(f"setup: {line}")


def run(*command: str | Path, remedy: str) -> None:
    done = subprocess.run([str(word) for word in command], cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True)
    if done.returncode:
        print(flush=True)
        stop(f"{told(done.stderr or done.stdout) or f'exit {done.returncode}'}\nsetup: {remedy}")


def told(said: str) -> str:
    """Return the one line of a failed command's words that says why: the error with its last cause, else the last line."""
    lines = [line.strip() for line in said.splitlines() if line.strip() and not line.lower().lstrip().startswith(("hint:", "help:"))]
    errors = [line for line in lines if line.lower().startswith("error")]
    causes = [line.partition(": ")[2] for line in lines if line.lower().startswith(("cause:", "caused by:"))]
    return " – ".join([*(errors[-1:] or lines[-1:]), *causes[-1:]])


def step(name: str, work: Callable[[], str | None]) -> None:
    started = time.monotonic()
    print(f"  {name:<34}", end="", flush=True)
    said = work() or ""
    print(f"{time.monotonic() - started:6.1f} s  {said}", flush=True)


def folders() -> None:
    for folder in (ROOT, HOME):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            probe = folder / ".write-test"
            probe.touch()
            probe.unlink()
        except OSError:
            stop(f"cannot write in {folder}. Make it writable or work in a copy elsewhere; HANHLANG_HOME moves the data.")


def fingerprint() -> str:
    """Return what the installation depends on: the lock, the project's own data, this Python."""
    parts = [(ROOT / name).read_bytes() for name in ("requirements.lock", "pyproject.toml", "tools/setup.py")]
    return hashlib.sha256(b"".join(parts) + sys.version.encode() + str(ROOT).encode()).hexdigest()


def is_whole(uv: Path) -> bool:
    """Tell whether ``uv`` runs: a copy that was cut off lies there as well."""
    try:
        return subprocess.run([uv, "--version"], capture_output=True).returncode == 0
    except OSError:
        return False


def fetch_uv() -> None:
    if not is_whole(TOOLS / "bin" / "uv"):
        shutil.rmtree(TOOLS, ignore_errors=True)
        run(
            sys.executable,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--target",
            TOOLS,
            "uv",
            remedy="pip could not fetch uv. Check that `python3 -m pip --version` works and that a package index can be reached.",
        )


def install() -> str:
    uv = TOOLS / "bin" / "uv"
    again = "The package index may have been out of reach: run `make setup` again; nothing half-done stays."
    shutil.rmtree(VENV, ignore_errors=True)
    run(uv, "venv", "--quiet", "--python", sys.executable, VENV, remedy="Python's own files may be damaged.")
    run(uv, "pip", "sync", "--quiet", "--compile-bytecode", "--require-hashes", "--python", PYTHON, "requirements.lock", remedy=again)
    run(uv, "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--python", PYTHON, "--editable", ".", remedy=again)
    size = sum(file.stat().st_size for file in VENV.rglob("*") if file.is_file() and not file.is_symlink())
    return f"{size / 1e6:.0f} MB"


def compile_source() -> None:
    # Python does so by itself, but not everywhere, and a proof's process begins in half the time.
    run(PYTHON, "-m", "compileall", "-q", "src", remedy="A source file is at fault: see the line above.")


def compile_words() -> None:
    run(PYTHON, "-m", "hanhlang.project.catalogue", remedy="The translations are at fault: see the line above.")


def compile_engine() -> None:
    code = "from hanhlang.engine.solve import compile_kernel; compile_kernel()"
    run(PYTHON, "-c", code, remedy=f"The search engine could not be compiled into {HOME}/numba.")


def collect() -> None:
    run(PYTHON, "-m", "hanhlang", "collectstatic", "--noinput", remedy="A page's file is missing.")


def main() -> None:
    if sys.version_info < (3, 11):  # noqa: UP036 - this file runs before anything has checked the version
        stop(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}. Name another one: make PYTHON=python3.12 setup")
    folders()
    ready = STAMP.exists() and STAMP.read_text() == fingerprint()
    if not ready:
        print("Setting up (about 150 MB to download, 800 MB on disk, 2 minutes):", flush=True)
        step("uv, the installer", fetch_uv)
        step("the locked packages", install)
    # Cheap when nothing changed, and right when a source file did, or when the data is to lie elsewhere than before.
    if not ready or "--quick" not in sys.argv or not (HOME / "static" / "staticfiles.json").exists():
        step("the program's bytecode", compile_source)
        step("the interface's words", compile_words)
        step("the search engine (compiling)", compile_engine)
        step("the pages' files", collect)
    STAMP.write_text(fingerprint())


if __name__ == "__main__":
    main()
