"""Drafts made without a search."""

from __future__ import annotations

from datetime import timedelta

import pytest

from factories import local
from factories.meetings import DAY, NOW, make_guest, make_meeting, make_plan, make_ready_week, make_table
from hanhlang.domains.core.models import AuditEntry
from hanhlang.domains.events.models import Place, Week
from hanhlang.domains.meetings.actions import cancel_meeting, publish_plan
from hanhlang.domains.meetings.errors_planning import MeetingNotInPlan, MoveBreaks, NobodyCanMakeRoom, PlanNotPast
from hanhlang.domains.meetings.models import Grid, Meeting, Plan, Promise
from hanhlang.domains.meetings.planning import judge_for, make_room, move_meeting, restore_plan, verdict_on

pytestmark = pytest.mark.django_db


@pytest.fixture
def week() -> Week:
    return make_ready_week()


@pytest.fixture
def table(week: Week) -> Place:
    return week.places.get(pool="tables")


def there(hour: str, place: Place) -> dict[str, object]:
    return {"starts_at": local(place.week, DAY, hour), "place": place, "by": None, "now": NOW}


def hours(plan: Plan) -> dict[int, str]:
    return {row.meeting.number: f"{row.starts_at.astimezone(local(plan.week, DAY, '09:00').tzinfo):%H:%M}" for row in plan.placements.all()}


def test_a_move_makes_a_draft_and_leaves_the_plan_and_the_people_alone(week: Week, table: Place) -> None:
    meeting, other = make_meeting(week), make_meeting(week)
    plan = make_plan(week, (meeting, "09:00", table), (other, "09:20", table))
    publish_plan(plan=plan, by=None, now=NOW)
    told = list(Promise.objects.values_list("starts_at", "sequence"))

    draft = move_meeting(plan=plan, meeting=meeting, **there("10:00", table))

    assert (draft.state, draft.origin, draft.base) == (Plan.State.DRAFT, Plan.Origin.MOVED, plan)
    assert hours(draft) == {meeting.number: "10:00", other.number: "09:20"}
    assert hours(plan)[meeting.number] == "09:00"
    assert list(Promise.objects.values_list("starts_at", "sequence")) == told
    assert draft.terms[-1] == {"name": "moved", "amount": 1, "cost": 1}


def test_a_move_against_a_rule_makes_nothing(week: Week, table: Place) -> None:
    meeting, other = make_meeting(week), make_meeting(week)
    plan = make_plan(week, (meeting, "09:00", table), (other, "09:20", table))

    with pytest.raises(MoveBreaks):
        move_meeting(plan=plan, meeting=meeting, **there("09:20", table))

    assert list(Plan.objects.all()) == [plan]


def test_a_meeting_called_off_cannot_be_moved(week: Week, table: Place) -> None:
    meeting = make_meeting(week)
    plan = make_plan(week, (meeting, "09:00", table))
    make_meeting(week)
    cancel_meeting(meeting=meeting, by=None, now=NOW)

    with pytest.raises(MeetingNotInPlan):
        verdict_on(plan=plan, meeting=meeting, starts_at=local(week, DAY, "10:00"), place=table, now=NOW)


def test_a_judge_is_kept_until_something_it_judges_by_changes(week: Week, table: Place) -> None:
    meeting = make_meeting(week)
    plan = make_plan(week, (meeting, "09:00", table))
    judge = judge_for(plan, NOW)
    assert judge_for(plan, NOW + timedelta(minutes=1)) is judge

    make_table(table.site)

    assert judge_for(plan, NOW) is not judge


def test_room_is_made_by_moving_who_is_in_the_way(week: Week, table: Place) -> None:
    busy = make_guest(week)
    meeting, other = make_meeting(week, busy, make_guest(week)), make_meeting(week, busy, make_guest(week))
    plan = make_plan(week, (meeting, "09:00", table), (other, "09:20", table))

    draft = make_room(plan=plan, meeting=meeting, **there("09:20", table))

    assert draft.origin == Plan.Origin.MADE_ROOM
    assert hours(draft)[meeting.number] == "09:20"
    assert hours(draft)[other.number] not in ("09:20", "")
    assert draft.placements.count() == 2


def test_room_is_not_made_by_leaving_somebody_out(week: Week, table: Place) -> None:
    Grid.objects.update(blocks=[{"day": DAY, "from": "09:00", "to": "09:20"}])
    meeting, other = make_meeting(week), make_meeting(week)
    plan = make_plan(week, (other, "09:00", table))

    with pytest.raises(NobodyCanMakeRoom):
        make_room(plan=plan, meeting=meeting, **there("09:00", table))

    assert list(Plan.objects.all()) == [plan]


def published(week: Week, *placed: tuple[Meeting, str, Place]) -> Plan:
    plan = make_plan(week, *placed)
    publish_plan(plan=plan, by=None, now=NOW)
    return plan


def test_an_earlier_plan_comes_back_as_a_draft_as_far_as_it_holds(week: Week, table: Place) -> None:
    busy = make_guest(week)
    kept, late = make_meeting(week), make_meeting(week, busy, make_guest(week), value=50)
    earlier = published(week, (kept, "09:00", table), (late, "09:20", table))
    published(week, (kept, "10:00", table), (late, "10:20", table))
    earlier.refresh_from_db()
    week.participations.filter(person=busy).update(arrives_at=local(week, DAY, "10:00"))

    done = restore_plan(plan=earlier, by=None, now=NOW)

    assert hours(done.plan) == {kept.number: "09:00"}
    assert done.left_out == ((late, "inside_windows"),)
    assert [(row.meeting, row.reason) for row in done.plan.unplaced.all()] == [(late, "crowded_out")]
    assert (done.plan.state, done.plan.base) == (Plan.State.DRAFT, earlier)
    assert AuditEntry.objects.filter(event="plan.restored").exists()


def test_what_counts_or_is_a_draft_is_not_brought_back(week: Week, table: Place) -> None:
    meeting = make_meeting(week)
    for plan in (published(week, (meeting, "09:00", table)), make_plan(week)):
        plan.refresh_from_db()
        with pytest.raises(PlanNotPast):
            restore_plan(plan=plan, by=None, now=NOW)
