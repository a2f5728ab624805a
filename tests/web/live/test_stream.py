"""The live stream as a browser meets it: what it says, to whom, and what it refuses."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest

from hanhlang.web.live import stream
from hanhlang.web.live.stream import Follower, LiveStream

PATIENCE = 60


class Visit:
    """One request to the application, and what came back."""

    def __init__(self, app: LiveStream, query: str, path: str = "/live/", method: str = "GET", **headers: str) -> None:
        self.app = app
        self.sent: list[dict[str, Any]] = []
        self.news = asyncio.Event()
        self.gone = asyncio.Event()
        given = {"host": "localhost:8001", **headers}
        self.scope = {
            "type": "http",
            "path": path,
            "method": method,
            "query_string": query.encode(),
            "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in given.items()],
        }

    async def receive(self) -> dict[str, Any]:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: dict[str, Any]) -> None:
        self.sent.append(message)
        self.news.set()

    async def until(self, told: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not told():
                self.news.clear()
                await self.news.wait()

    @property
    def status(self) -> int:
        return int(self.sent[0]["status"])

    @property
    def headers(self) -> dict[bytes, bytes]:
        return dict(self.sent[0]["headers"])

    def versions(self) -> list[dict[str, int]]:
        bodies = [message["body"].decode() for message in self.sent if message["type"] == "http.response.body"]
        return [json.loads(body.split("data: ")[1]) for body in bodies if body.startswith("event: versions")]


class Answers:
    """Stands where the database is asked: a table of versions and of what is allowed."""

    def __init__(self, versions: dict[str, int], allowed: set[str]) -> None:
        self.known, self.allowed = versions, allowed

    async def ask(self, question: Callable[..., Any], *given: Any) -> Any:
        if question is stream.followed_by:
            return set(given[1]) & self.allowed
        return {audience: self.known[audience] for audience in given[0]}


def app_with(versions: dict[str, int], allowed: set[str]) -> LiveStream:
    app = LiveStream()
    app.database.close()
    app.database = Answers(versions, allowed)  # type: ignore[assignment]
    return app


def test_it_says_the_versions_at_first_and_again_when_one_grows_and_nothing_of_others():
    async def follow() -> list[dict[str, int]]:
        app = app_with({"plan:one": 3, "run:one": 1}, {"plan:one"})
        visit = Visit(app, "a=plan:one&a=run:one")
        open_stream = asyncio.create_task(app(visit.scope, visit.receive, visit.send))
        await visit.until(lambda: bool(visit.versions()))
        app._tell({"run:one": 2})
        app._tell({"plan:one": 4})
        await visit.until(lambda: len(visit.versions()) > 1)
        visit.gone.set()
        await asyncio.wait_for(open_stream, PATIENCE)
        assert app.followers == set()
        return visit.versions()

    assert asyncio.run(follow()) == [{"plan:one": 3}, {"plan:one": 4}]


def test_a_slow_reader_is_owed_one_version_for_each_audience_however_many_there_were():
    follower = Follower(frozenset({"plan:one"}), None, allowed={"plan:one"})

    for version in range(1000):
        follower.tell({"plan:one": version})

    assert follower.pending == {"plan:one": 999}


@pytest.mark.parametrize(
    ("query", "more", "status"),
    [
        ("a=plan:one", {"path": "/elsewhere/"}, 404),
        ("a=plan:one", {"method": "POST"}, 405),
        ("", {}, 400),
        ("a=plan", {}, 400),
        ("a=plan:one%0aevent", {}, 400),
        ("&".join(f"a=plan:week-{number}" for number in range(21)), {}, 400),
        ("a=plan:one", {"host": "evil.example"}, 400),
        ("a=plan:one", {"origin": "http://evil.example"}, 403),
    ],
)
def test_what_is_no_request_for_the_stream_is_refused(query: str, more: dict[str, str], status: int):
    async def ask() -> int:
        app = app_with({"plan:one": 1}, {"plan:one"})
        visit = Visit(app, query, **more)
        await asyncio.wait_for(app(visit.scope, visit.receive, visit.send), PATIENCE)
        return visit.status

    assert asyncio.run(ask()) == status


def test_the_pages_beside_it_may_read_it_with_their_cookie():
    async def ask() -> dict[bytes, bytes]:
        app = app_with({"plan:one": 1}, {"plan:one"})
        visit = Visit(app, "a=plan:one", origin="http://localhost:8000")
        open_stream = asyncio.create_task(app(visit.scope, visit.receive, visit.send))
        await visit.until(lambda: bool(visit.versions()))
        visit.gone.set()
        await asyncio.wait_for(open_stream, PATIENCE)
        return visit.headers

    headers = asyncio.run(ask())

    assert headers[b"access-control-allow-origin"] == b"http://localhost:8000"
    assert headers[b"cache-control"] == b"no-store"
