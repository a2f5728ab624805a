"""Answers to changes as they are kept: what stays is copied, the first stands at once, and a place being cleared is not free."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from factories import local, make_team
from factories.meetings import DAY, NOW, make_guest, make_meeting, make_plan, make_ready_week, make_room, make_table
from hanhlang.domains.automation.models import ToolRun
from hanhlang.domains.events.models import Place, Week
from hanhlang.domains.meetings.actions import cancel_meeting, leave_as_it_is, publish_plan, take_in_at_once
from hanhlang.domains.meetings.actions.dropping import drop_plans
from hanhlang.domains.meetings.models import Change, Kind, Meeting, Plan
from hanhlang.domains.meetings.planning import Judge, question_of, store_alternatives
from hanhlang.domains.meetings.planning.copying import copy_placements
from hanhlang.engine.replan import repair
from hanhlang.jobs import changes as answering

pytestmark = pytest.mark.django_db


@pytest.fixture
def week() -> Week:
    return make_ready_week()


@pytest.fixture
def table(week: Week) -> Place:
    return Place.objects.get(week=week, pool="tables")


def published(week: Week, *placed: tuple[Meeting, str, Place]) -> Plan:
    return publish_plan(plan=make_plan(week, *placed), by=None, now=NOW).plan


def late(week: Week, at: str = "08:30", until: str = "09:30") -> Change:
    """Let one of two guests who meet at nine come late, beside a meeting that nobody touches."""
    person = make_guest(week)
    other = make_table(week.sites.get())
    published(
        week,
        (make_meeting(week, person, make_guest(week)), "09:00", other),
        (make_meeting(week), "09:00", Place.objects.filter(week=week, pool="tables").exclude(pk=other.pk).first()),  # type: ignore[arg-type]
    )
    now = local(week, DAY, at)
    return take_in_at_once(week=week, kind="late", people=[person], starts_at=local(week, DAY, until), by=None, now=now)


@pytest.mark.parametrize(("hour", "free"), [("09:34", False), ("09:35", True)])
def test_a_room_being_cleared_is_not_free_and_is_once_it_is(week: Week, hour: str, free: bool) -> None:
    room = week.places.get(pool="rooms")
    over, urgent = make_meeting(week, kind=Kind.BILATERAL), make_meeting(week, kind=Kind.BILATERAL)
    published(week, (over, "09:00", room))

    question = question_of(week, now=local(week, DAY, hour))

    assert question.past == (over.pk,)
    assert Judge(question.changed, question.before).verdict(str(urgent.pk), 9 * 60 + 35, str(room.pk)).is_lawful
    then = Judge(question.changed, question.before).verdict(str(urgent.pk), 9 * 60 + 30, str(room.pk))
    assert [broken.rule for broken in then.broken] == ["units_open"]
    assert free == (question.minute >= 9 * 60 + 35)


def test_what_has_begun_keeps_its_room_unless_it_may_not_be_there(week: Week) -> None:
    room, other = week.places.get(pool="rooms"), make_room(week.sites.get())
    begun = make_meeting(week, kind=Kind.BILATERAL)
    published(week, (begun, "09:00", room))
    now = local(week, DAY, "09:10")

    assert [meeting.fixed_unit for meeting in question_of(week, now=now).changed.meetings] == [str(room.pk)]
    take_in_at_once(week=week, kind="place", place=room, by=None, now=now)
    assert [meeting.fixed_unit for meeting in question_of(week, now=now).changed.meetings] == [None]
    assert other.pool == "rooms"


def test_the_first_way_keeps_its_row_when_others_come_beside_it(week: Week) -> None:
    change = late(week)
    answering.claim_change()
    question = question_of(week, now=local(week, DAY, "08:30"))
    (best,) = repair(question.known, question.changed, question.before, now=question.minute, alternatives=1).alternatives
    judge = Judge(question.changed, best.plan)
    (moved,) = [move.after for move in best.moves if move.after]
    later = max(start for start in judge.starts_of(moved.meeting) if judge.verdict(moved.meeting, start, moved.unit).is_lawful)
    other = replace(best, plan=judge.moved([judge.verdict(moved.meeting, later, moved.unit).placement]))

    (first,) = store_alternatives(change, question, (best,), is_proven=False, seconds=0.1)
    store_alternatives(change, question, (best, other), is_proven=True, seconds=0.2, kept=(best.plan, first))

    ways = list(Plan.objects.filter(change=change, state=Plan.State.ALTERNATIVE).order_by("number"))
    assert [(way.pk == first.pk, way.is_proven) for way in ways] == [(True, True), (False, False)]
    assert [way.placements.count() for way in ways] == [2, 2]
    assert ways[1].placements.get(meeting=moved.meeting).starts_at > ways[0].placements.get(meeting=moved.meeting).starts_at


def test_what_the_desk_publishes_while_others_are_looked_for_ends_the_search_in_peace(week: Week) -> None:
    change = late(week)
    now = local(week, DAY, "08:30")

    def publish(seen: Change) -> None:
        best = Plan.objects.filter(change=seen, is_proven=True).first()
        if best and best.state == Plan.State.ALTERNATIVE:
            publish_plan(plan=best, by=None, now=now)

    answering.answer_next(now, look=publish)

    change.refresh_from_db()
    assert (change.state, change.search, change.fault) == (Change.State.ANSWERED, Change.Search.DONE, "")
    assert change.found["is_proven"]
    assert [run.state for run in ToolRun.objects.filter(subject=f"change:{change.pk}")] == [ToolRun.State.DONE]
    assert not Plan.objects.filter(change=change, state=Plan.State.ALTERNATIVE).exists()


def test_what_stays_is_copied_with_what_is_lent_in_it(week: Week, table: Place) -> None:
    team = make_team(week.sites.get(), "ko-vi")
    stays, goes = make_meeting(week, needs=["ko-vi"]), make_meeting(week)
    base, copy = make_plan(week, (stays, "09:00", table), (goes, "09:20", table)), make_plan(week)
    base.placements.get(meeting=stays).teams.add(team)

    copy_placements(base, copy, but={goes.pk})

    kept = copy.placements.get()
    assert (kept.meeting, kept.starts_at, kept.place) == (stays, local(week, DAY, "09:00"), table)
    assert list(kept.teams.all()) == [team]
    assert base.placements.count() == 2


def test_plans_that_go_take_along_what_is_theirs_and_nothing_else(week: Week, table: Place) -> None:
    team = make_team(week.sites.get(), "ko-vi")
    meeting = make_meeting(week, needs=["ko-vi"])
    kept, gone = make_plan(week, (meeting, "09:00", table)), make_plan(week, (meeting, "09:00", table))
    for plan in (kept, gone):
        plan.placements.get().teams.add(team)

    drop_plans(Plan.objects.filter(pk=gone.pk))

    assert list(Plan.objects.filter(week=week)) == [kept]
    assert list(kept.placements.get().teams.all()) == [team]


@pytest.mark.parametrize("field", ["windows", "minutes", "seats"])
def test_a_meeting_that_differs_is_asked_for_anew(week: Week, table: Place, field: str) -> None:
    value: dict[str, Any] = {
        "windows": [[local(week, DAY, "10:00").isoformat(), local(week, DAY, "11:00").isoformat()]],
        "minutes": 10,
        "seats": 3,
    }
    meeting, other = make_meeting(week), make_meeting(week)
    published(week, (meeting, "09:00", table))
    before = {one.id: one for one in question_of(week, now=NOW).changed.meetings}

    # Without a new mark of change: what counts is what the row says.
    Meeting.objects.filter(pk=meeting.pk).update(**{field: value[field]})

    after = {one.id: one for one in question_of(week, now=NOW).changed.meetings}
    assert getattr(after[str(meeting.pk)], field) != getattr(before[str(meeting.pk)], field)
    assert after[str(other.pk)] is before[str(other.pk)]


def test_a_meeting_called_off_has_open_changes_looked_at_again_and_answered_ones_not(week: Week, table: Place) -> None:
    change, other = late(week), make_meeting(week)
    answering.answer_next(local(week, DAY, "08:30"))

    cancel_meeting(meeting=other, by=None, now=NOW)
    change.refresh_from_db()
    assert change.search == Change.Search.QUEUED

    leave_as_it_is(change=change, by=None, now=NOW)
    Change.objects.update(search=Change.Search.DONE)
    cancel_meeting(meeting=make_meeting(week), by=None, now=NOW)
    change.refresh_from_db()
    assert change.search == Change.Search.DONE
