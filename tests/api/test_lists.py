"""Lists behind a token: the same number of statements for any size, known when nothing changed, new when something did."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from factories import make_account, make_person, make_role
from factories.events import local
from factories.meetings import DAY, NOW, make_guest, make_meeting, make_party, make_plan, make_ready_week
from hanhlang.domains.events.models import Place, Role, Week
from hanhlang.domains.meetings import actions
from hanhlang.domains.meetings.models import Change, Lock, Notice, Plan, Request, Run, Wish

pytestmark = pytest.mark.django_db
LISTS = {
    "participations": 6,
    "requests": 8,
    "wishes": 6,
    "meetings": 8,
    "locks": 5,
    "plans": 6,
    "plans/1/placements": 7,
    "plans/1/unplaced": 6,
    "runs": 6,
    "changes": 10,
    "notices": 8,
    "audit": 7,
    "roles": 5,
}


@pytest.fixture
def week() -> Week:
    week = make_ready_week(key="vidw-2025")
    make_plan(week, number=1)
    return week


def fill(week: Week, many: int) -> None:
    """Make ``many`` more of everything a list has."""
    plan, table = Plan.objects.get(week=week, number=1), Place.objects.get(week=week, pool="tables")
    for _ in range(many):
        meeting, left = make_meeting(week), make_meeting(week)
        plan.placements.create(meeting=meeting, starts_at=NOW, ends_at=NOW, place=table)
        plan.unplaced.create(meeting=left, reason="no_place").people.add(make_person())
        Lock.objects.create(meeting=left, starts_at=NOW, place=table, reason="Kept")
        sides = make_party(week), make_party(week)
        actions.accept_request(request=actions.file_request(asking=sides[0], asked=sides[1], by=None, now=NOW), by=None, now=NOW)
        actions.accept_wish(
            wish=actions.make_wish(week=week, asking=make_guest(week), asked=make_guest(week), by=None, now=NOW), by=None, now=NOW
        )
        told = {"kind": "moved", "language": "vi", "text": "Gặp …", "short": "Gặp …", "channel": "spoken", "written_at": NOW}
        Notice.objects.create(week=week, person=make_guest(week), meeting=meeting, **told)
        actions.report_change(week=week, kind="late", people=[make_guest(week)], starts_at=local(week, DAY, "09:00"), by=None, now=NOW)
        make_plan(week)
        make_role(week, make_account(person=make_person()), Role.Kind.DELEGATE)


@pytest.mark.parametrize("address", LISTS)
def test_a_list_costs_the_same_statements_for_2_and_for_9_of_each(program: Callable[..., Any], week: Week, address: str) -> None:
    desk = program(week)
    desk.get("me")  # the first use of a token is noted
    counts = []
    for many in (2, 7):
        fill(week, many)
        with CaptureQueriesContext(connection) as seen:
            rows = desk.get(f"weeks/vidw-2025/{address}?limit=200").json()["items"]
        assert len(rows) >= many
        counts.append(len(seen))

    assert counts[0] == counts[1]
    # Token, roles and week are three of them.
    assert counts[0] <= 3 + LISTS[address]


@pytest.mark.parametrize("address", LISTS)
def test_a_list_is_known_until_something_in_it_changes(program: Callable[..., Any], week: Week, address: str) -> None:
    desk = program(week)
    fill(week, 2)
    tag = desk.get(f"weeks/vidw-2025/{address}")["ETag"]
    with CaptureQueriesContext(connection) as known:
        assert desk.get(f"weeks/vidw-2025/{address}", **{"if-none-match": tag}).status_code == 304
    with CaptureQueriesContext(connection) as built:
        desk.get(f"weeks/vidw-2025/{address}")
    assert len(known) < len(built)

    fill(week, 1)

    if address.startswith("plans/"):
        Plan.objects.get(week=week, number=1).save()
    assert desk.get(f"weeks/vidw-2025/{address}", **{"if-none-match": tag}).status_code == 200


@pytest.mark.parametrize(
    ("address", "change"),
    [
        ("requests/1", lambda: Request.objects.get(number=1).save()),
        ("wishes", lambda: Wish.objects.update(answered_at=None)),
        ("runs", lambda: Run.objects.update(heartbeat_at=NOW)),
        ("locks", lambda: Lock.objects.first().save()),  # type: ignore[union-attr]
        ("meetings", lambda: Lock.objects.first().delete()),  # type: ignore[union-attr]
        ("changes", lambda: Change.objects.first().save()),  # type: ignore[union-attr]
        ("plans", lambda: Plan.objects.get(number=1).save()),
    ],
)
def test_a_changed_row_makes_its_list_new(program: Callable[..., Any], week: Week, address: str, change: Callable[[], object]) -> None:
    desk = program(week)
    fill(week, 2)
    tag = desk.get(f"weeks/vidw-2025/{address}")["ETag"]

    change()

    assert desk.get(f"weeks/vidw-2025/{address}", **{"if-none-match": tag}).status_code == 200
