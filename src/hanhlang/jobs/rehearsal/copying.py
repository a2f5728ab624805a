"""A copy of this installation in a database of its own, for as long as it is needed."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.db import connection
from django.utils import timezone

from hanhlang.jobs.backup.save import save


class CopyFailed(Exception):
    """The copy could not be made; the message says why."""


@contextmanager
def copy_of_this_installation() -> Iterator[dict[str, str]]:
    """
    Yield the environment in which every command works on a copy. It is a demonstration, so that its letters are kept and not sent.

    :raises CopyFailed: if the copy could not be filled; then nothing of it stays.
    """
    with tempfile.TemporaryDirectory(prefix="hanhlang-rehearsal-") as home, _database(Path(home)) as url:
        environment = {**os.environ, "HANHLANG_HOME": home, "HANHLANG_DATABASE_URL": url, "HANHLANG_DEMO": "1"}
        # The search engine that is compiled already.
        environment.setdefault("NUMBA_CACHE_DIR", str(Path(settings.HOME) / "numba"))
        file = Path(home) / "copy.zip"
        save(file, now=timezone.now())
        done = subprocess.run(  # noqa: S603 (our own command)
            [sys.executable, "-m", "hanhlang", "restore", str(file)],
            env=environment,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise CopyFailed((done.stderr.strip() or done.stdout.strip()).splitlines()[-1])
        file.unlink()
        yield environment


@contextmanager
def _database(home: Path) -> Iterator[str]:
    if connection.vendor == "sqlite":
        yield f"sqlite:///{home / 'rehearsal.sqlite3'}"
        return
    name = f"hanhlang_rehearsal_{secrets.token_hex(4)}"
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    try:
        yield urlunsplit(urlsplit(os.environ["HANHLANG_DATABASE_URL"])._replace(path=f"/{name}"))
    finally:
        connection.close()
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
