"""
The live stream: ``GET /live/?a=plan:vidw-2025&a=…`` says at which version each audience is, and again whenever one grows.

A plain ASGI application in a process of its own, beside the pages: an open stream costs no thread of theirs. It answers in the
form browsers know as server-sent events: ``versions`` with a JSON object, and ``beat`` so that both sides notice a dead line.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from time import monotonic
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.db import DatabaseError
from django.http.request import split_domain_port, validate_host

from hanhlang.domains.core import live
from hanhlang.web.live.audiences import followed_by
from hanhlang.web.live.watch import Database, watch

log = logging.getLogger(__name__)
PATH = "/live/"
MOST_AUDIENCES = 20
AUDIENCE = re.compile(r"[a-z]{1,20}:[a-z0-9-]{3,40}")
BEAT_SECONDS = 10.0
# A session that ended or a role that was taken back stops counting after this long.
RECHECK_SECONDS = 30.0
# Whoever takes nothing for this long is cut off; their browser comes back by itself.
SLOWEST_SECONDS = 20.0

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


@dataclass(eq=False)
class Follower:
    """One open stream. What it has not been told yet is one version for each audience, so a slow reader cannot pile anything up."""

    wanted: frozenset[str]
    session_key: str | None
    allowed: set[str] = field(default_factory=set)
    pending: dict[str, int] = field(default_factory=dict)
    wake: asyncio.Event = field(default_factory=asyncio.Event)

    def tell(self, versions: dict[str, int]) -> None:
        if mine := {audience: versions[audience] for audience in self.allowed & versions.keys()}:
            self.pending |= mine
            self.wake.set()


class Refused(Exception):
    """The request gets an answer with this status and nothing else."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class LiveStream:
    """The application; ``followers`` are the streams open now."""

    def __init__(self) -> None:
        self.followers: set[Follower] = set()
        self.database = Database()
        # Kept, or it would be collected in mid-work and nobody would hear anything.
        self.watching: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            try:
                await self._follow(*_asked(scope), _allowing(scope), receive, send)
            except Refused as refusal:
                await _answer(send, refusal.status)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        self.watching = asyncio.create_task(watch(self.database, self._tell))
        await send({"type": "lifespan.startup.complete"})
        await receive()
        self.watching.cancel()
        with suppress(asyncio.CancelledError):
            await self.watching
        self.database.close()
        await send({"type": "lifespan.shutdown.complete"})

    def _tell(self, versions: dict[str, int]) -> None:
        for follower in self.followers:
            follower.tell(versions)

    async def _follow(self, wanted: frozenset[str], session_key: str | None, headers: Headers, receive: Receive, send: Send) -> None:
        follower = Follower(wanted, session_key)
        # Before the versions are read, so that nothing falls between reading and listening.
        self.followers.add(follower)
        gone = asyncio.create_task(_gone(receive))
        try:
            versions = await self._first(follower)
            await send({"type": "http.response.start", "status": 200, "headers": [*headers, *STREAM_HEADERS]})
            await _say(send, "versions", versions)
            await self._go_on(follower, gone, send)
        except TimeoutError:
            log.info("A live stream's reader was too slow and is cut off.")
        finally:
            self.followers.discard(follower)
            gone.cancel()

    async def _go_on(self, follower: Follower, gone: asyncio.Task[None], send: Send) -> None:
        checked_at = monotonic()
        while not gone.done():
            woken = asyncio.ensure_future(follower.wake.wait())
            await asyncio.wait({woken, gone}, timeout=BEAT_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            woken.cancel()
            if monotonic() - checked_at >= RECHECK_SECONDS:
                await self._check(follower)
                checked_at = monotonic()
            follower.wake.clear()
            told, follower.pending = follower.pending, {}
            if told := {audience: version for audience, version in told.items() if audience in follower.allowed}:
                await _say(send, "versions", told)
            elif not gone.done():
                await _say(send, "beat", {})

    async def _first(self, follower: Follower) -> dict[str, int]:
        try:
            follower.allowed = await self.database.ask(followed_by, follower.session_key, follower.wanted)
            return await self.database.ask(live.versions, follower.allowed)
        except DatabaseError as fault:
            log.warning("A live stream cannot begin: the database does not answer.", exc_info=fault)
            raise Refused(503) from fault

    async def _check(self, follower: Follower) -> None:
        """Find out what the follower may follow by now; while the database is away, what they were allowed last goes on."""
        try:
            follower.allowed = await self.database.ask(followed_by, follower.session_key, follower.wanted)
        except DatabaseError as fault:
            log.warning("A live stream's rights could not be looked up.", exc_info=fault)


Headers = list[tuple[bytes, bytes]]
STREAM_HEADERS: Headers = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    # Proxies that gather answers before they pass them on would hold every word back.
    (b"x-accel-buffering", b"no"),
]


def _asked(scope: Scope) -> tuple[frozenset[str], str | None]:
    """
    Return the audiences asked for and the session's key.

    :raises Refused: if this is no request for the stream.
    """
    if scope["path"] != PATH:
        raise Refused(404)
    if scope["method"] != "GET":
        raise Refused(405)
    wanted = frozenset(parse_qs(scope["query_string"].decode("ascii", "replace")).get("a", []))
    if not 0 < len(wanted) <= MOST_AUDIENCES or not all(AUDIENCE.fullmatch(audience) for audience in wanted):
        raise Refused(400)
    try:
        cookies = SimpleCookie(_header(scope, b"cookie"))
    except CookieError:
        return wanted, None
    morsel = cookies.get(settings.SESSION_COOKIE_NAME)
    return wanted, morsel.value if morsel else None


def _allowing(scope: Scope) -> Headers:
    """
    Return the headers that let the pages, on the port beside this one, read the answer with their cookie.

    :raises Refused: to pages of any other host, so that no site abroad learns what a visitor's session may see.
    """
    host = split_domain_port(_header(scope, b"host"))[0]
    if not host or not validate_host(host, settings.ALLOWED_HOSTS):
        raise Refused(400)
    origin = _header(scope, b"origin")
    if not origin:
        return []
    if urlsplit(origin).hostname != host.strip("[]") and origin not in settings.CSRF_TRUSTED_ORIGINS:
        raise Refused(403)
    return [
        (b"access-control-allow-origin", origin.encode("latin-1")),
        (b"access-control-allow-credentials", b"true"),
        (b"vary", b"origin"),
    ]


def _header(scope: Scope, name: bytes) -> str:
    return "; ".join(value.decode("latin-1") for key, value in scope["headers"] if key.lower() == name)


async def _gone(receive: Receive) -> None:
    """Return when the reader has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def _say(send: Send, event: str, said: dict[str, int]) -> None:
    text = f"event: {event}\ndata: {json.dumps(said)}\n\n"
    await asyncio.wait_for(send({"type": "http.response.body", "body": text.encode(), "more_body": True}), SLOWEST_SECONDS)


async def _answer(send: Send, status: int) -> None:
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0"), (b"cache-control", b"no-store")]})
    await send({"type": "http.response.body", "body": b""})
