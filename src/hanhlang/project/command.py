"""The ``hanhlang`` command: the engine's words start without Django, all others are management commands."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

ENGINE_WORDS = ("solve", "check", "replan", "explain", "generate")


def _leave(code: int) -> NoReturn:
    """End the process at once: looking for garbage among compiled code would take a fifth of a second."""
    with suppress(BrokenPipeError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)


def main() -> None:
    """Run the command line and exit with its code."""
    words = sys.argv[1:]
    home = Path(os.environ.get("HANHLANG_HOME", "var")).resolve()
    # Set before numba is imported: a read-only install keeps its compiled code at home.
    os.environ.setdefault("NUMBA_CACHE_DIR", str(home / "numba"))
    if words and words[0] in ENGINE_WORDS:
        from hanhlang.engine.cli import main as engine

        sys.exit(engine(words, leave=_leave))
    if words[:1] == ["demo"] or "--demo" in words:
        # Before settings are read: what the demo itself prepares should bear its clock's hours, not the real ones.
        os.environ["HANHLANG_DEMO"] = "1"
        # Someone tries it out and reads along, wherever the output goes.
        os.environ.setdefault("HANHLANG_LOG_FORMAT", "text")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hanhlang.project.settings")
    from django.core.management import execute_from_command_line
    from django.db.utils import DatabaseError, OperationalError

    from hanhlang.project.home import refuse

    try:
        execute_from_command_line(["hanhlang", *words])
    except OperationalError as refusal:
        # SQLite's two ways of saying that the folder cannot be written.
        if "readonly database" in str(refusal) or "unable to open database file" in str(refusal):
            refuse(home)
        said = (str(refusal).strip().splitlines() or ["no reason given"])[0]
        sys.exit(f"hanhlang: the database refused: {said}. Whatever was half-done is undone; `hanhlang doctor` says more.")
    except DatabaseError as refusal:
        # SQLite's two ways of saying that the file is damaged; anything else here is a fault of ours, shown whole.
        if str(refusal) not in ("file is not a database", "database disk image is malformed"):
            raise
        remedy = "Set it aside and put the last backup into an empty home: `hanhlang restore FILE`."
        sys.exit(f"hanhlang: the database file is damaged ({refusal}). {remedy}")
