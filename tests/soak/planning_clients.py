"""
Those who ask, answer, plan and publish while processes are killed; each notes in a book of its own what it began and what was confirmed.

:func:`desk` is a process that calls the actions and is killed itself; :class:`Program` calls the pages over HTTP and repeats what had
no answer, under one ``Idempotency-Key``, as a program should.
"""

from __future__ import annotations

import http.client
import json
import random
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

WEEK = "soak-week"
# So many meetings are planned for at most: then some are called off, and both sides may ask again.
MOST_MEETINGS = 24
MOST_WAITING = 6
BEGIN = datetime.fromisoformat("2025-10-28T09:00:00+07:00")
SEARCH_SECONDS = 2
KINDS = (
    *("filed", "countered", "accepted", "declined", "wished", "wish_accepted", "wish_declined", "called_off"),
    *("run", "published", "reported", "taken_in", "alternative", "left"),
)

# What it is, what names it, and what does it; what that returns as a dictionary names it further.
Act = tuple[str, dict[str, Any], Callable[[], object]]


class Book:
    """One JSON line for each thing begun and for its end: ``done``, ``refused``, or ``unknown`` if nobody said."""

    def __init__(self, path: Path) -> None:
        self.lines = path.open("a", buffering=1)

    def note(self, end: str, kind: str, **said: Any) -> None:
        self.lines.write(json.dumps({"end": end, "kind": kind, "at": time.time(), **said}) + "\n")


def read(path: Path) -> list[dict[str, Any]]:
    """Return the lines of a book, without one that is being written."""
    whole = path.read_text().split("\n")[:-1] if path.exists() else []
    return [json.loads(line) for line in whole]


def tag_of(chance: random.Random) -> str:
    return f"soak-{chance.getrandbits(48):012x}"


# The desk


def desk(book: str, stop: str) -> None:
    """Do one thing after the other through the actions until ``stop`` exists."""
    from django.db import Error, connection

    from hanhlang.domains.core.errors import CodedError

    notes, chance = Book(Path(book)), random.Random()
    acts = Acts(chance)
    while not Path(stop).exists():
        begun: tuple[str, dict[str, Any]] | None = None
        try:
            chosen = acts.choose()
            if chosen is None:
                time.sleep(0.05)
                continue
            kind, said, do = chosen
            begun = kind, said
            notes.note("begun", kind, **said)
            made = do()
            notes.note("done", kind, **said, **(made if isinstance(made, dict) else {}))
        except CodedError as refusal:
            if begun:
                notes.note("refused", begun[0], **begun[1], why=refusal.code)
        except Error as fault:
            # The server is away, or SQLite had somebody else write for too long.
            if begun:
                notes.note("unknown", begun[0], **begun[1], why=type(fault).__name__)
            connection.close()
            time.sleep(0.2)
        time.sleep(0.02)


class Acts:
    """What the desk can do now, drawn at random from what is there."""

    def __init__(self, chance: random.Random) -> None:
        from hanhlang.domains.delegations.models import Delegation
        from hanhlang.domains.events.models import Participation, Place, Week
        from hanhlang.domains.people.models import Account, Person

        self.chance = chance
        self.week = Week.objects.get(key=WEEK)
        self.delegations = list(Delegation.objects.filter(week=self.week).select_related("week"))
        business = Participation.objects.filter(week=self.week, category=Participation.Category.BUSINESS).values("person")
        self.guests = list(Person.objects.filter(pk__in=business))
        self.tables = list(Place.objects.filter(week=self.week, pool="tables"))
        self.account = Account.objects.get(email="desk@soak.example")

    def who(self) -> dict[str, Any]:
        from hanhlang.domains.core import clock

        return {"by": self.account, "now": clock.now()}

    def choose(self) -> Act | None:
        ways = (self.ask, self.answer, self.wish, self.answer_wish, self.call_off, self.search, self.publish, *[self.change] * 3)
        return self.chance.choice(ways)()

    def one_of(self, rows: Any) -> Any:
        found = list(rows[:20])
        return self.chance.choice(found) if found else None

    def ask(self) -> Act | None:
        from hanhlang.domains.meetings.actions import file_request
        from hanhlang.domains.meetings.models import Request

        if Request.objects.filter(week=self.week, state__in=("open", "countered")).count() >= MOST_WAITING:
            return None
        asking, asked = self.chance.sample(self.delegations, 2)
        tag = tag_of(self.chance)
        needs = ["ko-vi"] if self.chance.random() < 0.3 else []
        return (
            "filed",
            {"tag": tag},
            lambda: {"number": file_request(asking=asking, asked=asked, subjects=tag, needs=needs, **self.who()).number},
        )

    def answer(self) -> Act | None:
        from hanhlang.domains.meetings import actions
        from hanhlang.domains.meetings.models import Meeting, Request

        row = self.one_of(Request.objects.filter(week=self.week, state__in=("open", "countered")).select_related("week", "asking", "asked"))
        if row is None:
            return None
        full = Meeting.objects.filter(week=self.week, state="agreed").count() >= MOST_MEETINGS
        kind = self.chance.choice(("declined",) if full else ("accepted", "accepted", "countered", "declined"))
        tag = tag_of(self.chance)
        answers: dict[str, Callable[..., object]] = {
            "accepted": actions.accept_request,
            "declined": actions.decline_request,
            "countered": actions.counter_request,
        }
        more = {"minutes": self.chance.choice([15, 20, 25, 35])} if kind == "countered" else {}

        def do() -> None:
            answers[kind](request=row, why=tag, **more, **self.who())

        return kind, {"tag": tag, "number": row.number}, do

    def wish(self) -> Act | None:
        from hanhlang.domains.meetings.actions import make_wish
        from hanhlang.domains.meetings.models import Wish

        if Wish.objects.filter(week=self.week, state="open").count() >= MOST_WAITING:
            return None
        asking, asked = self.chance.sample(self.guests, 2)
        tag = tag_of(self.chance)

        def do() -> dict[str, Any]:
            return {"id": str(make_wish(week=self.week, asking=asking, asked=asked, message=tag, **self.who()).pk)}

        return "wished", {"tag": tag}, do

    def answer_wish(self) -> Act | None:
        from hanhlang.domains.meetings.actions import accept_wish, decline_wish
        from hanhlang.domains.meetings.models import Meeting, Wish

        row = self.one_of(Wish.objects.filter(week=self.week, state="open").select_related("week", "asking", "asked"))
        if row is None or Meeting.objects.filter(week=self.week, state="agreed").count() >= MOST_MEETINGS:
            return None
        # A pair that said no may not ask again: seldom, or nobody is left to ask.
        if self.chance.random() < 0.05:
            return "wish_declined", {"id": str(row.pk)}, lambda: decline_wish(wish=row, **self.who())
        return "wish_accepted", {"id": str(row.pk)}, lambda: accept_wish(wish=row, **self.who())

    def call_off(self) -> Act | None:
        from hanhlang.domains.meetings.actions import cancel_meeting
        from hanhlang.domains.meetings.models import Meeting

        agreed = Meeting.objects.filter(week=self.week, state="agreed").order_by("created_at")
        # Seldom: a plan found before is stale afterwards.
        if agreed.count() < MOST_MEETINGS or self.chance.random() < 0.9:
            return None
        row = self.one_of(agreed)
        return "called_off", {"number": row.number}, lambda: cancel_meeting(meeting=row, **self.who())

    def search(self) -> Act | None:
        from hanhlang.domains.meetings.actions import start_run
        from hanhlang.domains.meetings.models import Run

        if Run.objects.filter(week=self.week, state__in=("queued", "running")).exists():
            return None
        seed = self.chance.getrandbits(31)

        def do() -> dict[str, Any]:
            return {"id": str(start_run(week=self.week, seed=seed, limit_seconds=SEARCH_SECONDS, workers=1, **self.who()).pk)}

        return "run", {"seed": seed}, do

    def publish(self) -> Act | None:
        from hanhlang.domains.meetings.actions import publish_plan
        from hanhlang.domains.meetings.models import Plan

        row = Plan.objects.filter(week=self.week, state="draft").select_related("week").order_by("-number").first()
        if row is None:
            return None
        return "published", {"number": row.number}, lambda: publish_plan(plan=row, **self.who())

    def change(self) -> Act | None:
        """Go on with what is open: an alternative published, a report taken in; else report something."""
        from hanhlang.domains.meetings.actions import leave_as_it_is, publish_plan, take_in_change
        from hanhlang.domains.meetings.models import Change, Plan, Run

        open_ones = Change.objects.filter(week=self.week).select_related("week")
        way = Plan.objects.filter(week=self.week, state="alternative").select_related("week", "change").order_by("?").first()
        if way is not None and self.chance.random() < 0.6:
            return "alternative", {"number": way.number}, lambda: publish_plan(plan=way, **self.who())
        stuck = open_ones.filter(state="taken_in", search__in=("done", "failed")).first()
        if stuck is not None and self.chance.random() < 0.3:
            return "left", {"number": stuck.number}, lambda: leave_as_it_is(change=stuck, **self.who())
        # While a search runs little more becomes true: what it finds would be stale.
        if open_ones.filter(state="taken_in").count() >= 2 or Run.objects.filter(week=self.week, state__in=("queued", "running")).exists():
            return None
        reported = open_ones.filter(state="reported").order_by("number").first()
        if reported is not None:
            return "taken_in", {"number": reported.number}, lambda: take_in_change(change=reported, **self.who())
        return self.report()

    def report(self) -> Act:
        from hanhlang.domains.meetings.actions import report_change

        begins = BEGIN + timedelta(minutes=5 * self.chance.randrange(72))
        hours = {"starts_at": begins, "ends_at": begins + timedelta(minutes=20)}
        kind = self.chance.choice(("absent", "absent", "place", "urgent"))
        what: dict[str, dict[str, Any]] = {
            "absent": {"people": [self.chance.choice(self.guests)], **hours},
            "place": {"place": self.chance.choice(self.tables), **hours},
            "urgent": {"people": self.chance.sample(self.guests, 2), "minutes": 20},
        }
        tag = tag_of(self.chance)

        def do() -> dict[str, Any]:
            return {"number": report_change(week=self.week, kind=kind, note=tag, **what[kind], **self.who()).number}

        return "reported", {"tag": tag}, do


# The program


class NoAnswer(Exception):
    """The other side went away, or said that it could not answer now."""


class Program(threading.Thread):
    """Calls the pages with a token; what had no answer it sends again under the same key until there is one."""

    def __init__(self, port: int, token: str, given: dict[str, list[str]], book: Path, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.port, self.token, self.given, self.stop = port, token, given, stop
        self.notes, self.chance = Book(book), random.Random()
        self.replayed = 0

    def run(self) -> None:
        while not self.stop.wait(0.05):
            try:
                chosen = self.choose()
            except NoAnswer:
                continue
            if chosen is not None:
                self.do(*chosen)

    def do(self, kind: str, said: dict[str, Any], path: str, body: dict[str, Any] | None, told: str) -> None:
        """Send one write until it has an answer; note what it was."""
        key = tag_of(self.chance)
        self.notes.note("begun", kind, **said)
        while True:
            try:
                status, answer = self.ask("POST", path, body, key)
            except NoAnswer:
                self.stop.wait(0.2)
                continue
            if status < 400:
                self.notes.note("done", kind, **said, **({told: answer[told]} if told and told not in said else {}))
            else:
                self.notes.note("refused", kind, **said, why=str(answer.get("code", status)))
            return

    def choose(self) -> tuple[str, dict[str, Any], str, dict[str, Any] | None, str] | None:
        ways = (self.file, self.answer, self.wish, self.answer_wish, self.search, self.publish, self.report)
        return self.chance.choice(ways)()

    def file(self) -> tuple[str, dict[str, Any], str, dict[str, Any] | None, str]:
        asking, asked = self.chance.sample(self.given["delegations"], 2)
        tag = tag_of(self.chance)
        return "filed", {"tag": tag}, "requests", {"asking": asking, "asked": asked, "subjects": tag}, "number"

    def answer(self) -> tuple[str, dict[str, Any], str, dict[str, Any] | None, str] | None:
        row = self.one_of("requests?state=open")
        if row is None:
            return None
        kind, word = ("declined", "decline") if self.full() or self.chance.random() < 0.3 else ("accepted", "accept")
        tag = tag_of(self.chance)
        return kind, {"tag": tag, "number": row["number"]}, f"requests/{row['number']}/{word}", {"why": tag}, ""

    def wish(self) -> tuple[str, dict[str, Any], str, dict[str, Any] | None, str]:
        asking, asked = self.chance.sample(self.given["guests"], 2)
        return "wished", {}, "wishes", {"asking": asking, "asked": asked}, "id"

    def answer_wish(self) -> tuple[str, dict[str, Any], str, dict[str, Any] | None, str] | None:
        row = None if self.full() else self.one_of("wishes?state=open")
        return ("wish_accepted", {"id": row["id"]}, f"wishes/{row['id']}/accept", None, "") if row else None

    def search(self) -> tuple[str, dict[str, Any], str, dict[str, Any] | None, str]:
        seed = self.chance.getrandbits(31)
        return "run", {"seed": seed}, "runs", {"seed": seed, "limit_seconds": SEARCH_SECONDS, "workers": 1}, "id"

    def publish(self) -> tuple[str, dict[str, Any], str, dict[str, Any] | None, str] | None:
        row = self.one_of("plans?state=draft")
        return ("published", {"number": row["number"]}, f"plans/{row['number']}/publish", None, "") if row else None

    def report(self) -> tuple[str, dict[str, Any], str, dict[str, Any] | None, str] | None:
        if (row := self.one_of("changes?state=reported")) is not None:
            return "taken_in", {"number": row["number"]}, f"changes/{row['number']}/take-in", None, ""
        if self.one_of("changes?state=taken_in") is not None:
            return None
        begins = BEGIN + timedelta(minutes=5 * self.chance.randrange(72))
        hours = {"starts_at": begins.isoformat(), "ends_at": (begins + timedelta(minutes=20)).isoformat()}
        tag = tag_of(self.chance)
        body = {"kind": "absent", "people": [self.chance.choice(self.given["guests"])], "note": tag, **hours}
        return "reported", {"tag": tag}, "changes", body, "number"

    def full(self) -> bool:
        status, answer = self.ask("GET", "meetings?state=agreed&limit=1")
        return status == 200 and int(answer["total"]) >= MOST_MEETINGS

    def one_of(self, path: str) -> dict[str, Any] | None:
        status, answer = self.ask("GET", path)
        rows = answer.get("items", []) if status == 200 else []
        return self.chance.choice(rows) if rows else None

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None, key: str = "") -> tuple[int, dict[str, Any]]:
        """:raises NoAnswer: if there was none, or one that says to come again."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        headers = {"Authorization": f"Bearer {self.token}", "Host": "localhost", "Content-Type": "application/json"}
        try:
            sent = json.dumps(body) if body is not None else ""
            connection.request(method, f"/api/v1/weeks/{WEEK}/{path}", sent, headers | ({"Idempotency-Key": key} if key else {}))
            got = connection.getresponse()
            text = got.read()
            if got.status >= 500 or got.status == 429:
                raise NoAnswer
            self.replayed += got.headers.get("Idempotency-Replayed") == "true"
            said: dict[str, Any] = json.loads(text or b"{}")
            return got.status, said
        except (OSError, http.client.HTTPException, ValueError) as fault:
            raise NoAnswer from fault
        finally:
            connection.close()
