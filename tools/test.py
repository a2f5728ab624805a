"""
Run the checks in order and say at the end what ran on what. ``quick`` or ``full``.

Everything runs even when something fails, so that one run shows all there is to mend. What is missing (a browser,
a database server) is red, never skipped. In the full run the tests on SQLite and, after them, in the browser share the machine
with those on PostgreSQL; each line says whose it is.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
# The longest test takes a minute; one that hangs shows where each thread stands and ends its part.
HANGING = ["-o", "faulthandler_timeout=600", "-o", "faulthandler_exit_on_timeout=true"]
PYTEST = [str(BIN / "python"), "-m", "pytest", "-q", "--durations=5", *HANGING]
BROWSER_LINE = "no Chromium found: apt-get install chromium"


class Report:
    """What was run, on what, and how it ended."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.passed = self.failed = 0
        self.counting = threading.Lock()

    def run(self, name: str, command: list[str], mark: str = "", **environment: str) -> None:
        """Run one part; ``mark`` stands before each line where several parts run at once."""
        print(f"\n== {name}", flush=True)
        # A home of its own for each part: no test touches an installation's data, and two runs at once do not meet.
        with tempfile.TemporaryDirectory(prefix="hanhlang-test-") as home:
            self.lines.append(self.watched(name, command, {**os.environ, "HANHLANG_HOME": home, **environment}, mark))

    def watched(self, name: str, command: list[str], environment: dict[str, str], mark: str) -> str:
        started = time.monotonic()
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
        assert process.stdout
        closing = ""
        for line in process.stdout:
            # In one write, so that two parts never share a line.
            sys.stdout.write(mark + line)
            sys.stdout.flush()
            if re.search(r"\d+ (passed|failed|error)", line):
                closing = line.strip(" =\n")
        code = process.wait()
        return self.counted(name, code == 0, time.monotonic() - started, closing)

    def counted(self, name: str, good: bool, seconds: float, closing: str) -> str:
        counts = {word: int(number) for number, word in re.findall(r"(\d+) (passed|failed|error)", closing)}
        with self.counting:
            self.passed += counts.get("passed", int(good))
            self.failed += counts.get("failed", 0) + counts.get("error", 0) or int(not good)
        return f"{'ok ' if good else 'RED'} {name:<28} {seconds:6.0f} s  {closing}"

    def missing(self, name: str, remedy: str) -> None:
        with self.counting:
            self.failed += 1
        self.lines.append(f"RED {name:<28}      -    {remedy}")


def browser() -> str | None:
    """Return Chromium's path; as root it is installed when missing."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing Chromium for the browser tests …", flush=True)
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run(["apt-get", "update", "-qq"], **quiet)
        subprocess.run(["apt-get", "install", "-y", "-qq", "chromium"], env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"}, **quiet)
    return shutil.which("chromium")


def lint(report: Report) -> None:
    report.run("ruff", [str(BIN / "ruff"), "check", "."])
    report.run("ruff format", [str(BIN / "ruff"), "format", "--check", "."])
    report.run("mypy", [str(BIN / "mypy")])
    report.run("import rules", [str(BIN / "lint-imports"), "--no-logo"])


def on_postgres(report: Report) -> None:
    sys.path.insert(0, str(ROOT / "tests"))
    import postgres

    try:
        with postgres.server() as url:
            report.run(
                "domains on PostgreSQL",
                [*PYTEST, "tests/domains", "tests/jobs", "tests/web", "tests/api", "tests/migrations", "tests/soak", "tests/project"],
                mark="postgres | ",
                HANHLANG_DATABASE_URL=url,
            )
    except postgres.NoServer as reason:
        report.missing("domains on PostgreSQL", str(reason))


def on_sqlite(report: Report, mark: str = "") -> None:
    report.run("tests on SQLite", [*PYTEST, "tests", "--ignore=tests/e2e"], mark=mark)


def in_browser(report: Report, chromium: str | None) -> None:
    if chromium:
        report.run("browser journeys", [*PYTEST, "tests/e2e"], mark="browser | ", HANHLANG_CHROMIUM=chromium)
    else:
        report.missing("browser journeys", BROWSER_LINE)


def everything(report: Report) -> None:
    """Run all tests, in two lanes: two cores are what there is to count on."""
    chromium = browser()

    def the_rest() -> None:
        on_sqlite(report, "sqlite   | ")
        in_browser(report, chromium)

    lane = threading.Thread(target=the_rest)
    lane.start()
    on_postgres(report)
    lane.join()


def main() -> None:
    report = Report()
    lint(report)
    if sys.argv[1:] == ["full"]:
        everything(report)
    else:
        on_sqlite(report)
    print("\nWhat ran:\n" + "\n".join(report.lines))
    print(f"{report.passed} passed, {report.failed} failed")
    sys.exit(bool(report.failed))


if __name__ == "__main__":
    main()
