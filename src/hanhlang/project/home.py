"""Where this installation keeps its own files."""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path
from typing import NoReturn


def home() -> Path:
    """Return ``HANHLANG_HOME`` (default ``./var``), made if it does not exist."""
    path = Path(os.environ.get("HANHLANG_HOME", "var")).resolve()
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError:
        refuse(path)
    return path


def refuse(path: Path) -> NoReturn:
    """End with one line: without a folder of its own an installation can do nothing."""
    sys.exit(f"hanhlang: cannot write in {path}. Make it writable, or set HANHLANG_HOME to a folder that is.")


def secret_key(home: Path) -> str:
    """Return ``HANHLANG_SECRET_KEY``, else a key made once and kept in ``home``, readable by its owner only."""
    if given := os.environ.get("HANHLANG_SECRET_KEY"):
        return given
    path = home / "secret-key"
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return path.read_text()
    except OSError:
        refuse(home)
    with os.fdopen(descriptor, "w") as file:
        file.write(made := secrets.token_urlsafe(48))
    return made
