"""
Noticing in the stream's process that a version has grown.

SQLite tells nobody, so the short table of versions is read twice a second; PostgreSQL calls by NOTIFY, and the table is read then.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import psycopg
from django.db import connection

from hanhlang.domains.core import live
from hanhlang.domains.core.models import LiveVersion

log = logging.getLogger(__name__)
READ_EVERY_SECONDS = 0.5
# Even where the database calls: a call may be lost while the line is down.
READ_ANYWAY_SECONDS = 15.0
AFTER_FAULT_SECONDS = 2.0
CONNECTION_FIELDS = ("dbname", "user", "password", "host", "port")

Answer = TypeVar("Answer")


class Database:
    """Two threads that ask the database, so that the event loop never waits for it."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="live")

    async def ask(self, question: Callable[..., Answer], *given: Any) -> Answer:
        return await asyncio.get_running_loop().run_in_executor(self._threads, _asked, question, given)

    def close(self) -> None:
        """Close the threads' connections and end the threads."""
        for _ in range(2):
            self._threads.submit(connection.close)
        self._threads.shutdown()


def _asked(question: Callable[..., Answer], given: tuple[Any, ...]) -> Answer:
    try:
        return question(*given)
    except Exception:
        # Whatever is wrong with this connection, the next question begins with a new one.
        connection.close()
        raise


async def watch(database: Database, tell: Callable[[dict[str, int]], None]) -> None:
    """Call ``tell`` with the versions that changed, for ever; a database that is away for a while is asked again."""
    known: dict[str, int] = {}
    while True:
        try:
            async with _calls() as next_call:
                while True:
                    versions = await database.ask(_versions)
                    if changed := {audience: version for audience, version in versions.items() if known.get(audience) != version}:
                        known = versions
                        tell(changed)
                    await next_call()
        except Exception:
            log.warning("The database does not answer the live stream; it is asked again.", exc_info=True)
            await asyncio.sleep(AFTER_FAULT_SECONDS)


def _versions() -> dict[str, int]:
    return dict(LiveVersion.objects.values_list("audience", "version"))


@asynccontextmanager
async def _calls() -> AsyncIterator[Callable[[], Any]]:
    """Give what returns when it is time to read again."""
    if connection.vendor != "postgresql":
        yield lambda: asyncio.sleep(READ_EVERY_SECONDS)
        return
    given = connection.get_connection_params()
    line = await psycopg.AsyncConnection.connect(autocommit=True, **{name: given[name] for name in CONNECTION_FIELDS if name in given})
    try:
        await line.execute(f"LISTEN {live.CHANNEL}")

        async def next_call() -> None:
            async for _ in line.notifies(timeout=READ_ANYWAY_SECONDS, stop_after=1):
                pass

        yield next_call
    finally:
        await line.close()
