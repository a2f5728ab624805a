"""One day read for a board: what is in it, what differs from the published plan, and what cannot be."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from factories import local
from factories.agenda import make_travel
from factories.delegations import make_delegation, make_member
from factories.events import make_participation, make_place, make_site, make_topic
from factories.meetings import DAY, NOW, make_guest, make_meeting, make_plan, make_ready_week, make_table
from factories.programme import make_session, make_speaking
from hanhlang.domains.agenda.actions import NewClaim, replace_claims
from hanhlang.domains.agenda.models import Claim
from hanhlang.domains.agenda.queries import resource_ids
from hanhlang.domains.events.models import Participation, Place, Site, Week
from hanhlang.domains.meetings.actions import report_change
from hanhlang.domains.meetings.actions.locks import lock_meeting
from hanhlang.domains.meetings.day import Day, Taken, departure
from hanhlang.domains.meetings.models import Meeting, Plan, Unplaced
from hanhlang.domains.meetings.read_day import left_out, plan_shown, read_day, version_of_day
from hanhlang.domains.meetings.visibility import Viewer

pytestmark = pytest.mark.django_db
STAFF = Viewer(None, is_staff=True)
MONDAY, TUESDAY = date(2025, 10, 27), date(2025, 10, 28)


@pytest.fixture
def week() -> Week:
    return make_ready_week()


@pytest.fixture
def table(week: Week) -> Place:
    return Place.objects.get(week=week, pool="tables")


def published(plan: Plan) -> Plan:
    plan.state, plan.published_at = Plan.State.PUBLISHED, NOW
    plan.save()
    return plan


def day_of(week: Week, asked: str = "", day: date = MONDAY) -> Day:
    plan, plans = plan_shown(week, asked)
    shown = next((one for one in plans if one.state == Plan.State.PUBLISHED), None)
    return read_day(week, day, plan, shown, NOW, STAFF)


def meetings_of(day: Day) -> dict[int, Taken]:
    return {one.number: one for one in day.taken if one.number}


def test_a_meeting_lies_at_its_minutes_with_both_sides_and_its_place(week: Week, table: Place) -> None:
    me, other = make_guest(week), make_guest(week)
    meeting = make_meeting(week, me, other)
    make_plan(week, (meeting, "09:20", table))

    one = meetings_of(day_of(week))[meeting.number]

    assert (one.spot.start, one.spot.end, one.spot.place, one.spot.site) == (560, 580, table.pk, table.site_id)
    assert (one.kind, one.sides) == ("business", ((me.pk,), (other.pk,)))


def test_another_day_is_empty(week: Week, table: Place) -> None:
    make_plan(week, (make_meeting(week), "09:20", table))

    assert day_of(week, day=TUESDAY).taken == ()


def test_the_published_plan_is_shown_first_then_what_is_asked_for(week: Week, table: Place) -> None:
    meeting = make_meeting(week)
    first = published(make_plan(week, (meeting, "09:00", table)))
    draft = make_plan(week, (meeting, "09:20", table))

    shown = [plan_shown(week, asked)[0] for asked in ("", "draft", "published", str(draft.number), "77777", "nonsense")]

    assert shown == [first, draft, first, draft, None, None]


def test_a_draft_says_what_it_moves_brings_and_takes_away(week: Week, table: Place) -> None:
    stays, moves, comes, goes = (make_meeting(week) for _ in range(4))
    published(make_plan(week, (stays, "09:00", table), (moves, "09:20", table), (goes, "10:00", table)))
    make_plan(week, (stays, "09:00", table), (moves, "11:00", table), (comes, "11:20", table))

    found = meetings_of(day_of(week, "draft"))

    assert {number: (one.was.start if one.was else None, one.is_new, one.is_leaving) for number, one in found.items()} == {
        stays.number: (None, False, False),
        moves.number: (560, False, False),
        comes.number: (None, True, False),
        goes.number: (None, False, True),
    }


def test_the_published_plan_itself_shows_no_changes(week: Week, table: Place) -> None:
    meeting = make_meeting(week)
    published(make_plan(week, (meeting, "09:00", table)))
    make_plan(week, (meeting, "11:00", table))

    one = meetings_of(day_of(week))[meeting.number]

    assert (one.was, one.is_new, one.is_leaving) == (None, False, False)


def lock(meeting: Meeting, hour: str, **fields: object) -> None:
    values = {"place": None, "reason": "Minister asks", "expires_at": None, "by": None, "now": NOW} | fields
    lock_meeting(meeting=meeting, starts_at=local(meeting.week, DAY, hour), **values)  # type: ignore[arg-type]


def test_locks_and_holds_mark_the_meeting_that_stands_there(week: Week, table: Place) -> None:
    locked, held, free = (make_meeting(week) for _ in range(3))
    lock(locked, "09:00")
    lock(held, "09:20", expires_at=NOW + timedelta(days=1))
    make_plan(week, (locked, "09:00", table), (held, "09:20", table), (free, "09:40", table))

    found = meetings_of(day_of(week))

    assert [(found[one.number].is_locked, found[one.number].is_held) for one in (locked, held, free)] == [
        (True, False),
        (False, True),
        (False, False),
    ]


def test_an_hour_kept_for_a_meeting_without_a_plan_is_there_once(week: Week) -> None:
    meeting = make_meeting(week)
    lock(meeting, "09:20", expires_at=NOW + timedelta(days=1))

    taken = day_of(week).taken

    assert [(one.kind, one.spot.start, one.number, one.is_held) for one in taken] == [("hold", 560, meeting.number, True)]


def test_a_closed_place_is_in_the_day(week: Week, table: Place) -> None:
    start = local(week, DAY, "09:00")
    claim = NewClaim(
        resource=resource_ids(week).place(table.pk), start=start, end=start + timedelta(hours=1), kind=Claim.Kind.CLOSED, source="closed:1"
    )
    replace_claims(week=week, drop=[], claims=[claim], by=None, now=NOW)

    assert [(one.kind, one.spot.place, one.spot.start, one.spot.end) for one in day_of(week).taken] == [("closed", table.pk, 540, 600)]


def test_a_session_carries_its_people_for_their_own_minutes(week: Week) -> None:
    chair, speaker = make_guest(week), make_guest(week)
    topic = make_topic(week, hatch="dots")
    forum = make_session(week, day=DAY, start="14:00", end="16:00", place=make_place(Site.objects.get(week=week)))
    forum.topics.add(topic)
    make_speaking(forum, chair)
    make_speaking(forum, speaker, starts_at=local(week, DAY, "15:00"), ends_at=local(week, DAY, "15:20"))

    whole, part = day_of(week).taken

    assert (whole.people, whole.spot.start, whole.spot.end, whole.is_part, whole.topics, whole.hatch) == (
        (chair.pk,), 840, 960, False, (topic.key,), "dots",
    )  # fmt: skip
    assert (part.people, part.spot.start, part.spot.end, part.is_part) == ((speaker.pk,), 900, 920, True)


# What cannot be: for each rule one that is marked and one that is not


def clashes(week: Week, *meetings: Meeting) -> list[set[str]]:
    found = meetings_of(day_of(week))
    return [found[meeting.number].clashes for meeting in meetings]


@pytest.mark.parametrize(("hour", "found"), [("09:00", {"person"}), ("09:20", set())])
def test_nobody_is_in_two_places_at_once(week: Week, table: Place, hour: str, found: set[str]) -> None:
    me = make_guest(week)
    first, second = (make_meeting(week, me, make_guest(week)) for _ in range(2))
    make_plan(week, (first, "09:00", table), (second, hour, make_table(table.site)))

    assert clashes(week, first, second) == [found, found]


@pytest.mark.parametrize(("hour", "found"), [("09:00", {"place"}), ("09:20", set())])
def test_no_exclusive_place_is_taken_twice(week: Week, table: Place, hour: str, found: set[str]) -> None:
    first, second = make_meeting(week), make_meeting(week)
    make_plan(week, (first, "09:00", table), (second, hour, table))

    assert clashes(week, first, second) == [found, found]


def test_a_shared_place_may_hold_two(week: Week, table: Place) -> None:
    hall = make_table(table.site, sharing=Place.Sharing.SHARED)
    first, second = make_meeting(week), make_meeting(week)
    make_plan(week, (first, "09:00", hall), (second, "09:00", hall))

    assert clashes(week, first, second) == [set(), set()]


@pytest.mark.parametrize(("minutes", "found"), [(101, {"road"}), (100, set())])
def test_the_road_between_two_cities_fits_between_two_meetings(week: Week, table: Place, minutes: int, found: set[str]) -> None:
    far = make_site(week)
    make_travel(table.site, far, minutes)
    me = make_guest(week)
    first, second = (make_meeting(week, me, make_guest(week)) for _ in range(2))
    make_plan(week, (first, "09:00", table), (second, "11:00", make_table(far)))

    assert clashes(week, first, second) == [found, found]


@pytest.mark.parametrize(("arrives", "found"), [("09:01", {"away"}), ("09:00", set())])
def test_nobody_meets_before_arriving(week: Week, table: Place, arrives: str, found: set[str]) -> None:
    me = make_guest(week)
    Participation.objects.filter(person=me).update(arrives_at=local(week, DAY, arrives))
    meeting = make_meeting(week, me, make_guest(week))
    make_plan(week, (meeting, "09:00", table))

    assert clashes(week, meeting) == [found]


@pytest.mark.parametrize(("leaves", "found"), [("09:19", {"away"}), ("09:20", set())])
def test_nobody_meets_after_leaving(week: Week, table: Place, leaves: str, found: set[str]) -> None:
    me = make_guest(week)
    Participation.objects.filter(person=me).update(leaves_at=local(week, DAY, leaves))
    meeting = make_meeting(week, me, make_guest(week))
    make_plan(week, (meeting, "09:00", table))

    assert clashes(week, meeting) == [found]


@pytest.mark.parametrize(("arrives", "found"), [("09:10", {"late"}), ("08:50", set())])
def test_a_reported_delay_is_seen_before_it_is_taken_in(week: Week, table: Place, arrives: str, found: set[str]) -> None:
    me = make_guest(week)
    report_change(week=week, kind="late", people=[me], starts_at=local(week, DAY, arrives), by=None, now=NOW)
    meeting = make_meeting(week, me, make_guest(week))
    make_plan(week, (meeting, "09:00", table))

    assert clashes(week, meeting) == [found]


# However slow the machine is: what counts is the answer.
STEADY = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
A, B = uuid4(), uuid4()
SLOW = 9 * 60 + 30
ROADS = {(A, B): tuple(60 if hour != 9 else 150 for hour in range(24))}


@pytest.mark.parametrize(
    ("free", "due", "found"),
    [
        (8 * 60, 9 * 60, (8 * 60, False)),
        (8 * 60 + 1, 9 * 60, (8 * 60 + 1, True)),
        (SLOW, 11 * 60, (10 * 60, False)),  # waiting until the rush is over arrives sooner than leaving at once
        (SLOW, 10 * 60 + 59, (SLOW, True)),
    ],
)
def test_one_leaves_as_late_as_still_arrives_in_time(free: int, due: int, found: tuple[int, bool]) -> None:
    assert departure(ROADS, A, B, free, due) == found


def test_an_unknown_road_takes_no_time() -> None:
    assert departure({}, A, B, 540, 540) == (540, False)


@STEADY
@given(st.lists(st.integers(0, 240), min_size=24, max_size=24), st.integers(0, 1439), st.integers(0, 1439))
def test_who_leaves_as_told_arrives_and_nobody_who_could_arrive_is_called_late(hours: list[int], free: int, due: int) -> None:
    assume(free <= due)

    leave, is_late = departure({(A, B): tuple(hours)}, A, B, free, due)

    could = [minute for minute in range(free, due + 1) if minute + hours[minute // 60] <= due]
    assert is_late == (not could)
    assert leave == (max(could) if could else free)


# Cost


def fill(week: Week, table: Place, meetings: int) -> None:
    delegation = make_delegation(week)
    placed = []
    for _ in range(meetings):
        member = make_member(delegation).person
        make_participation(week, member)
        placed.append((make_meeting(week, member, make_guest(week)), "09:00", make_table(table.site)))
    forum = make_session(week, day=DAY, start="14:00", end="16:00")
    for meeting, _, _ in placed:
        make_speaking(forum, meeting.participants.order_by("side")[0].person)
    published(make_plan(week, *placed))
    draft = make_plan(week, *((meeting, "09:20", place) for meeting, _, place in placed))
    left = make_meeting(week)
    Unplaced.objects.create(plan=draft, meeting=left, reason="no_common_time")


@pytest.mark.parametrize("meetings", [1, 9])
def test_a_day_costs_the_same_queries_for_few_and_for_many(week: Week, table: Place, meetings: int) -> None:
    fill(week, table, meetings)
    draft, plans = plan_shown(week, "draft")
    assert draft is not None
    shown = next(plan for plan in plans if plan.state == Plan.State.PUBLISHED)

    with CaptureQueriesContext(connection) as read:
        day = read_day(week, MONDAY, draft, shown, NOW, STAFF)
    with CaptureQueriesContext(connection) as left:
        tray = left_out(draft, STAFF)
    with CaptureQueriesContext(connection) as version:
        version_of_day(week, (draft, shown), NOW, STAFF)

    assert (len(read), len(left), len(version)) == (20, 2, 12)
    assert sum(one.was is not None for one in day.taken) == meetings
    assert len(tray) == 1


def test_the_version_changes_with_what_is_shown_and_with_nothing_else(week: Week, table: Place) -> None:
    meeting = make_meeting(week)
    plan = make_plan(week, (meeting, "09:00", table))

    def version(at: timedelta = timedelta()) -> str:
        return version_of_day(week, plan_shown(week, "draft")[:1], NOW + at, STAFF)

    first = version()
    assert version() == first

    lock(meeting, "09:00", expires_at=NOW + timedelta(days=1))
    locked = version()
    assert locked != first
    assert version(timedelta(days=2)) != locked, "a hold that ran out"

    plan.save()
    changed = version()
    assert changed != locked

    make_session(week, day=DAY, start="14:00", end="16:00")
    assert version() != changed
