"""
Two worlds that differ by one hidden meeting look the same to everybody whom it does not concern.

Every address is opened as every role in both worlds, the JSON interface with a token of each, and the answers are compared byte by byte.
The hidden world comes first, so that the numbers of what is hidden in it are asked for in the other one, too.
"""

from __future__ import annotations

import io
import itertools
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from django.test import Client
from pypdf import PdfReader

from factories import local
from factories.events import make_participation, make_role
from factories.meetings import DAY, NOW, make_guest, make_party, make_ready_week, make_room, make_table
from factories.people import make_account, make_person
from factories.programme import make_session
from factories.programs import Program, token_of
from factories.visitors import PARAMETER, SAMPLES, tool
from hanhlang.domains.agenda.actions import make_feed
from hanhlang.domains.delegations.models import Delegation
from hanhlang.domains.events.models import Role, Week
from hanhlang.domains.events.tokens import scopes_offered
from hanhlang.domains.meetings.actions import accept_request, accept_wishes, file_request, lock_meeting, make_wishes, publish_plan
from hanhlang.domains.meetings.enums import Secrecy
from hanhlang.domains.meetings.models import Meeting, Plan, Reader, Run
from hanhlang.domains.meetings.planning import open_bound, problem_of, secret_meetings, store_plan
from hanhlang.engine import plan as found
from hanhlang.engine.checker import check
from hanhlang.engine.plan import Placement
from hanhlang.engine.problem import Problem
from hanhlang.engine.solve import solve

pytestmark = pytest.mark.django_db
WEEK = "two-worlds"
# What differs between any two answers, whatever is hidden: tokens of forms, ids of rows made in one world only, moments of writing.
MASKS = (
    (re.compile(rb'(name="csrfmiddlewaretoken" value=|name="csrf-token" content=)"[^"]*"'), rb'\1""'),
    (re.compile(rb'name="seen" value="[^"]*"'), rb'name="seen" value=""'),
    (re.compile(rb"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"), b"ID"),
    # The hour it is: the walks take minutes.
    (re.compile(rb'<time class="f" datetime="(?!2025-)[^"]*">[^<]*</time>'), b"NOW"),
    (re.compile("(lúc|at) [0-9]{2}:[0-9]{2}[.]".encode()), b"NOW"),
    # Numbers of the sealed log count what was written in all weeks.
    (re.compile(rb'"number": ?\d+, ?"event"'), b'"number":0,"event"'),
)
# Pages that write when they are opened, or that are about the one who asks only.
LEFT_OUT = re.compile(r"^/(account|sign-in|sign-out|demo|static|language|healthz|readyz|metrics|live)|/docs/|/recovery-codes")


@dataclass
class World:
    """The week, whoever looks at it, and the addresses to open."""

    week: Week
    clients: dict[str, Client]
    programs: dict[str, Program]
    feeds: list[str]
    numbers: set[int]

    def answers(self) -> Iterator[tuple[str, str, bytes]]:
        for where, _ in ADDRESSES:
            for address in self.filled(where):
                for name, client in self.clients.items():
                    yield name, address, body(client.get(address))
        for where in READS:
            for address in self.filled(where):
                for name, program in self.programs.items():
                    yield name, address, body(program.get(address))
        stranger = Client(HTTP_HOST="localhost")
        for feed in self.feeds:
            yield "feed", "agenda", body(stranger.get(f"/agenda/{feed}.ics"))

    def filled(self, where: str) -> Iterator[str]:
        """Yield an address with every value that its parameters could have here."""
        # One that asks for nothing secret, and the two that do.
        parties = [str(party.key) for party in self.week.delegations.order_by("code")]
        values = {
            "key": [parties[0], *parties[3:5], *self.week.sessions.values_list("key", flat=True)],
            "number": [str(number) for number in sorted(self.numbers)],
        }
        names = [name for _, name in PARAMETER.findall(where)]
        choices = [values.get(name) or [SAMPLES_HERE.get(name, str(UUID(int=7)))] for name in names]
        for chosen in itertools.product(*choices):
            rest = iter(chosen)
            yield PARAMETER.sub(lambda _, rest=rest: next(rest), where)


SAMPLES_HERE = SAMPLES | {"week": WEEK, "day": DAY}
ADDRESSES = [(where, view) for where, view in tool().addresses() if not LEFT_OUT.search(where) and not where.startswith("/api/")]


def reads() -> list[str]:
    from hanhlang.api.v1.api import api

    paths = api.get_openapi_schema(path_prefix="/api/v1/")["paths"]
    return [re.sub(r"\{(\w+)\}", r"<str:\1>", path.removeprefix("/api/v1/")) for path, methods in paths.items() if "get" in methods]


READS = reads()


def body(answer: Any) -> bytes:
    """Return an answer's status and bytes, without what always differs; a workbook as the sheets in it."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if content[:2] == b"PK":
        file = zipfile.ZipFile(io.BytesIO(content))
        content = b"\n".join(name.encode() + file.read(name) for name in sorted(file.namelist()) if "docProps" not in name)
    if content[:5] == b"%PDF-":
        # As it is read: the file itself bears the second it was made.
        content = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).encode()
    for mask, calm in MASKS:
        content = mask.sub(calm, content)
    return str(answer.status_code).encode() + b" " + content


def solved(week: Week) -> tuple[Problem, found.Plan]:
    problem = problem_of(week, now=NOW)
    outcome = solve(problem, iterations=2000, workers=1)
    assert outcome.plan is not None
    return problem, outcome.plan


def with_one_more(problem: Problem, plan: found.Plan, meeting: Meeting) -> found.Plan:
    """Return the plan with the meeting put where it is lawful, everything else as it is."""
    grid = next(grid for grid in problem.grids if grid.id == str(meeting.grid_id))
    asked = next(one for one in problem.meetings if one.id == str(meeting.pk))
    units = [unit.id for pool in problem.pools if pool.id in asked.pools for unit in pool.units]
    for slot, unit in itertools.product(range(len(grid.starts)), units):
        more = found.Plan((*plan.placements, Placement(asked.id, slot, grid.starts[slot], unit)), plan.unplaced)
        if not check(problem, more):
            return more
    raise AssertionError("There is no room for one more meeting.")


def publish(week: Week, problem: Problem, plan: found.Plan) -> Plan:
    run = Run.objects.get(week=week)
    secret = secret_meetings(week)
    bound = open_bound(problem, secret or frozenset({"none"}), None)
    row = store_plan(run=run, problem=problem, plan=plan, bound=bound, seconds=1.0)
    publish_plan(plan=row, by=None, now=NOW)
    return row


def hide_one(week: Week, asking: Delegation, asked: Delegation) -> Meeting:
    request = file_request(asking=asking, asked=asked, minutes=20, subjects="Trial", secrecy=Secrecy.NOTHING, by=None, now=NOW)
    return accept_request(request=request, by=None, now=NOW)


@pytest.fixture
def world(settings: Any) -> World:
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    week = make_ready_week(key=WEEK)
    site = week.sites.get()
    for _ in range(3):
        make_room(site)
        make_table(site)
    parties = [make_party(week) for _ in range(5)]
    accept_request(request=file_request(asking=parties[0], asked=parties[1], by=None, now=NOW), by=None, now=NOW)
    locked = accept_request(request=file_request(asking=parties[1], asked=parties[2], by=None, now=NOW), by=None, now=NOW)
    lock_meeting(meeting=locked, starts_at=local(week, DAY, "09:00"), place=None, reason="Asked for", by=None, now=NOW)
    file_request(asking=parties[0], asked=parties[2], by=None, now=NOW)
    guests = [make_guest(week) for _ in range(4)]
    wishes = make_wishes(week=week, pairs=[(guests[0], guests[1]), (guests[2], guests[3])], by=None, now=NOW)
    accept_wishes(week=week, wishes=wishes, by=None, now=NOW)
    make_session(week, starts_at=local(week, DAY, "10:00"), ends_at=local(week, DAY, "11:00"), day=DAY, place=None)
    Run.objects.create(week=week, state=Run.State.DONE, started_at=NOW, ended_at=NOW)

    made = World(week, {"stranger": Client(HTTP_HOST="localhost")}, {"stranger": Program()}, [], set())
    for kind in Role.Kind:
        add_visitor(made, kind.value, kind.value, parties[0])
    add_visitor(made, "secretariat of a site", Role.Kind.SECRETARIAT, parties[0], site=site)
    made.feeds = [make_feed(week=week, person=person, by=None, now=NOW) for person in (guests[0], parties[0].members.first().person)]
    return made


def add_visitor(world: World, name: str, kind: str, party: Delegation, **more: Any) -> Any:
    person = make_person()
    make_participation(world.week, person)
    account = make_account(person=person)
    scoped = {"delegation_id": party.pk} if kind in ("focal_point", "liaison") else {}
    make_role(world.week, account, kind, **scoped, **more)
    client = Client(HTTP_HOST="localhost")
    client.force_login(account)
    world.clients[name] = client
    if scopes_offered(account, world.week):
        world.programs[name] = Program(token_of(world.week, account))
    return account


class Back(Exception):
    """Leaves a world as if it had not been."""


def both_worlds(world: World) -> tuple[list[tuple[str, str, bytes]], list[tuple[str, str, bytes]], bytes]:
    """Return the answers with the hidden meeting and without, and what an answer about it would hold."""
    week = world.week
    problem, plan = solved(week)
    asking, asked = list(week.delegations.order_by("code"))[3:5]
    hidden: list[tuple[str, str, bytes]] = []
    with pytest.raises(Back), transaction.atomic():
        meeting = hide_one(week, asking, asked)
        world.numbers = {1, 3, meeting.number, meeting.request.number}  # type: ignore[union-attr]
        whole = problem_of(week, now=NOW)
        publish(week, whole, with_one_more(whole, plan, meeting))
        hidden = list(world.answers())
        raise Back
    publish(week, problem, plan)
    return hidden, list(world.answers()), str(meeting.number).encode()


def test_one_hidden_meeting_changes_nothing_for_those_it_does_not_concern(world: World) -> None:
    hidden, plain, _ = both_worlds(world)

    differ = [(name, address) for (name, address, one), (_, _, other) in zip(hidden, plain, strict=True) if one != other]
    assert len(plain) > 500
    assert differ == []


def test_the_walk_would_see_the_meeting_if_it_were_open(world: World) -> None:
    week = world.week
    _, plan = solved(week)
    asking, asked = list(week.delegations.order_by("code"))[3:5]
    account = add_visitor(world, "reader", Role.Kind.MEETINGS, asking)
    world.clients = {"reader": world.clients["reader"], "meetings": world.clients["meetings"]}
    world.programs = {"reader": world.programs["reader"]}
    world.feeds = []
    meeting = hide_one(week, asking, asked)
    Reader.objects.create(meeting=meeting, account=account, level=Secrecy.ALL)
    whole = problem_of(week, now=NOW)
    publish(week, whole, with_one_more(whole, plan, meeting))
    world.numbers = {meeting.number}

    named = [str(asked.name).encode(), asked.members.get(is_head=True).person.name.encode()]
    answers = [(name, address, content) for name, address, content in world.answers() if content.startswith(b"200")]
    seen = {(name, address) for name, address, content in answers if any(word in content for word in named)}

    assert ("reader", f"/desk/{WEEK}/meetings/{meeting.number}/") in seen
    assert ("reader", f"weeks/{WEEK}/meetings/{meeting.number}") in seen
    assert ("meetings", f"/desk/{WEEK}/meetings/{meeting.number}/") not in seen
