from __future__ import annotations

from datetime import timedelta

import pytest

from factories import local, make_team
from factories.meetings import DAY, NOW, make_guest, make_meeting, make_plan, make_ready_week
from hanhlang.domains.agenda.actions import NewClaim, replace_claims
from hanhlang.domains.agenda.errors import AlreadyTaken
from hanhlang.domains.agenda.models import Claim
from hanhlang.domains.agenda.queries import resource_ids
from hanhlang.domains.core.models import OutboxMessage
from hanhlang.domains.events.models import Participation, Place, Week
from hanhlang.domains.meetings import errors
from hanhlang.domains.meetings.actions import cancel_meeting, lock_meeting, publish_plan, set_terms
from hanhlang.domains.meetings.actions.publishing import people_told
from hanhlang.domains.meetings.models import Meeting, Plan, Promise

pytestmark = pytest.mark.django_db


@pytest.fixture
def week() -> Week:
    return make_ready_week()


@pytest.fixture
def table(week: Week) -> Place:
    return week.places.get(pool="tables")


def people_of(*meetings: Meeting) -> set[object]:
    return {person for meeting in meetings for person in meeting.participants.values_list("person_id", flat=True)}


def taken(kind: str) -> list[tuple[int, int]]:
    return sorted(Claim.objects.filter(resource__kind=kind, kind="meeting").values_list("start", "end"))


def test_publishing_takes_people_place_with_turnround_and_team(week: Week) -> None:
    room = week.places.get(pool="rooms")
    meeting = make_meeting(week)
    plan = make_plan(week, (meeting, "09:00", room))
    plan.placements.get().teams.add(make_team(room.site))

    published = publish_plan(plan=plan, by=None, now=NOW)

    start = round(local(week, DAY, "09:00").timestamp()) // 60
    assert taken("person") == [(start, start + 20)] * 2
    assert taken("place") == [(start, start + 20 + 15)]
    assert taken("team") == [(start, start + 20)]
    assert published.meetings_changed == 1


def test_publishing_twice_is_refused_and_tells_nobody_again(week: Week, table: Place) -> None:
    plan = make_plan(week, (make_meeting(week), "09:00", table))
    publish_plan(plan=plan, by=None, now=NOW)

    with pytest.raises(errors.PlanAlreadyPublished):
        publish_plan(plan=plan, by=None, now=NOW)

    assert OutboxMessage.objects.filter(topic="plan.published").count() == 1


def test_exactly_those_whose_agenda_differs_are_told(week: Week, table: Place) -> None:
    stays, moves, goes, comes = (make_meeting(week) for _ in range(4))
    first = make_plan(week, (stays, "09:00", table), (moves, "09:20", table), (goes, "09:40", table))
    publish_plan(plan=first, by=None, now=NOW)
    second = make_plan(week, (stays, "09:00", table), (moves, "10:00", table), (comes, "09:20", table))
    foreseen = people_told(second)

    published = publish_plan(plan=second, by=None, now=NOW + timedelta(hours=1))

    assert set(published.told) == people_of(moves, goes, comes) == foreseen
    first.refresh_from_db()
    assert first.state == Plan.State.PAST
    assert people_told(second) == set()
    marks = {(promise.meeting_id, promise.sequence, promise.is_cancelled) for promise in Promise.objects.all()}
    assert marks == {(stays.pk, 0, False), (moves.pk, 1, False), (goes.pk, 1, True), (comes.pk, 0, False)}


def test_a_past_plan_is_not_published_again(week: Week, table: Place) -> None:
    meeting = make_meeting(week)
    first = make_plan(week, (meeting, "09:00", table))
    publish_plan(plan=first, by=None, now=NOW)
    publish_plan(plan=make_plan(week, (meeting, "09:20", table)), by=None, now=NOW)

    with pytest.raises(errors.PlanIsPast):
        publish_plan(plan=first, by=None, now=NOW)


def test_two_meetings_may_swap_hours(week: Week, table: Place) -> None:
    one, other = make_meeting(week), make_meeting(week)
    publish_plan(plan=make_plan(week, (one, "09:00", table), (other, "09:20", table)), by=None, now=NOW)

    published = publish_plan(plan=make_plan(week, (one, "09:20", table), (other, "09:00", table)), by=None, now=NOW)

    assert set(published.told) == people_of(one, other)


def test_a_plan_is_stale_once_a_meeting_is_called_off(week: Week, table: Place) -> None:
    gone, kept = make_meeting(week), make_meeting(week)
    plan = make_plan(week, (gone, "09:00", table), (kept, "09:20", table))
    cancel_meeting(meeting=gone, by=None, now=NOW)

    with pytest.raises(errors.PlanStale, match=str(gone.number)):
        publish_plan(plan=plan, by=None, now=NOW)

    assert not Claim.objects.exists()
    assert not Promise.objects.exists()


@pytest.mark.parametrize(("start", "end", "allowed"), [("09:10", "10:00", False), ("09:20", "10:00", True)])
def test_a_plan_is_stale_once_its_place_is_closed(week: Week, table: Place, start: str, end: str, allowed: bool) -> None:
    plan = make_plan(week, (make_meeting(week), "09:00", table))
    closed = NewClaim(resource_ids(week).place(table.pk), local(week, DAY, start), local(week, DAY, end), Claim.Kind.CLOSED, "closed:1")
    replace_claims(week=week, drop=[], claims=[closed], by=None, now=NOW)

    if allowed:
        assert publish_plan(plan=plan, by=None, now=NOW).meetings_changed == 1
    else:
        with pytest.raises(errors.PlanStale):
            publish_plan(plan=plan, by=None, now=NOW)


@pytest.mark.parametrize(("start", "end", "allowed"), [("09:10", "12:00", False), ("09:00", "09:20", True)])
def test_a_plan_is_stale_once_it_lies_outside_the_hours_somebody_gave(
    week: Week, table: Place, start: str, end: str, allowed: bool
) -> None:
    guest = make_guest(week)
    plan = make_plan(week, (make_meeting(week, guest, make_guest(week)), "09:00", table))
    hours = [(local(week, DAY, start), local(week, DAY, end))]
    terms = {"takes_part": True, "wants_suggestions": False, "may_stand_in": False, "mail": "", "phone": ""}
    set_terms(week=week, person=guest, hours=hours, by=None, now=NOW, **terms)  # type: ignore[arg-type]

    if allowed:
        assert publish_plan(plan=plan, by=None, now=NOW).meetings_changed == 1
    else:
        with pytest.raises(errors.PlanStale, match=guest.name):
            publish_plan(plan=plan, by=None, now=NOW)


@pytest.mark.parametrize(("arrives", "allowed"), [("09:10", False), ("09:00", True)])
def test_a_plan_is_stale_once_somebody_arrives_later_than_it_says(week: Week, table: Place, arrives: str, allowed: bool) -> None:
    guest = make_guest(week)
    plan = make_plan(week, (make_meeting(week, guest, make_guest(week)), "09:00", table))
    Participation.objects.filter(person=guest).update(arrives_at=local(week, DAY, arrives))

    if allowed:
        assert publish_plan(plan=plan, by=None, now=NOW).meetings_changed == 1
    else:
        with pytest.raises(errors.PlanStale, match=guest.name):
            publish_plan(plan=plan, by=None, now=NOW)


def test_a_plan_is_stale_once_a_lock_says_otherwise(week: Week, table: Place) -> None:
    meeting = make_meeting(week)
    plan = make_plan(week, (meeting, "09:00", table))
    lock_meeting(meeting=meeting, starts_at=local(week, DAY, "10:00"), place=None, reason="Minister asks", by=None, now=NOW)

    with pytest.raises(errors.PlanStale):
        publish_plan(plan=plan, by=None, now=NOW)


def test_somebody_taken_meanwhile_keeps_the_whole_plan_from_being_published(week: Week, table: Place) -> None:
    busy = make_guest(week)
    plan = make_plan(week, (make_meeting(week), "09:00", table), (make_meeting(week, busy, make_guest(week)), "09:20", table))
    session = NewClaim(
        resource_ids(week).person(busy.pk), local(week, DAY, "09:30"), local(week, DAY, "09:50"), Claim.Kind.SESSION, "session:1"
    )
    replace_claims(week=week, drop=[], claims=[session], by=None, now=NOW)

    with pytest.raises(AlreadyTaken):
        publish_plan(plan=plan, by=None, now=NOW)

    plan.refresh_from_db()
    assert plan.state == Plan.State.DRAFT
    assert Claim.objects.count() == 1
    assert not Promise.objects.exists()
