"""The file a command writes a workbook to."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.management.base import CommandError


@contextmanager
def workbook_at(path: Path, command: str, *, force: bool) -> Iterator[Path]:
    """
    Give a path to write to; only what was written whole takes the name ``path``.

    :raises CommandError: if the name does not end in .xlsx, the file is there already, or its folder cannot be written in.
    """
    if path.suffix.lower() != ".xlsx":
        raise CommandError(f"hanhlang {command}: {path} must end in .xlsx", returncode=2)
    if path.exists() and not force:
        raise CommandError(f"hanhlang {command}: {path} is there already; choose another name, or write over it with --force", returncode=2)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.touch(mode=0o600)
        yield draft
        draft.replace(path)
    except OSError as fault:
        raise CommandError(f"hanhlang {command}: {path} cannot be written: {fault.strerror}", returncode=2) from fault
    finally:
        draft.unlink(missing_ok=True)
