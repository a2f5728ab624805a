"""What happens on the day becomes true by ordinary rows, and ways to answer it are found, compared, published or left."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from factories import make_person, make_session, make_speaking
from factories.agenda import make_team, make_travel
from factories.events import local, make_site
from factories.meetings import DAY, make_guest, make_meeting, make_plan, make_ready_week, make_table
from hanhlang.domains.agenda.models import Claim, Travel
from hanhlang.domains.automation.actions import start_tool_run
from hanhlang.domains.automation.models import ToolRun
from hanhlang.domains.events.models import Participation, Place, Week
from hanhlang.domains.meetings.actions import (
    dismiss_change,
    leave_as_it_is,
    publish_plan,
    report_change,
    take_in_at_once,
    take_in_change,
)
from hanhlang.domains.meetings.errors import NotTakingPart, PlanAlreadyPublished, PlanIsPast, PlanStale
from hanhlang.domains.meetings.errors_changes import (
    ChangeIncomplete,
    ChangeNotTakenIn,
    ChangeSettled,
    HoursBackwards,
    NoSuchRoad,
    NotAnOverrun,
    NothingPublished,
    OutsideTheWeek,
)
from hanhlang.domains.meetings.models import Change, Meeting, Notice, Placement, Plan
from hanhlang.jobs import changes as answering

pytestmark = pytest.mark.django_db
MORNING = datetime.fromisoformat("2025-10-27T08:00:00+07:00")


@pytest.fixture
def week() -> Week:
    return make_ready_week(key="vidw-2025")


@pytest.fixture
def table(week: Week) -> Place:
    return Place.objects.get(week=week, pool="tables")


def report(week: Week, kind: str, **what: Any) -> Change:
    return report_change(week=week, kind=kind, by=None, now=MORNING, **what)


def happens(week: Week, kind: str, **what: Any) -> Change:
    return take_in_at_once(week=week, kind=kind, by=None, now=MORNING, **what)


def published(week: Week, *placed: tuple[Meeting, str, Place], **fields: Any) -> Plan:
    return publish_plan(plan=make_plan(week, *placed, **fields), by=None, now=MORNING).plan


def answered(change: Change, now: datetime = MORNING) -> list[Plan]:
    """Return the alternatives the worker finds."""
    assert answering.answer_next(now)
    change.refresh_from_db()
    assert (change.search, change.fault) == (Change.Search.DONE, "")
    return list(change.alternatives.filter(state=Plan.State.ALTERNATIVE).order_by("number"))


def hours(plan: Plan) -> dict[int, str]:
    zone = local(plan.week, DAY, "00:00").tzinfo
    return {row.meeting.number: f"{row.starts_at.astimezone(zone):%H:%M}" for row in plan.placements.select_related("meeting")}


def test_a_report_changes_nothing_until_it_is_taken_in(week: Week) -> None:
    person = make_guest(week)
    change = report(week, "late", people=[person], starts_at=local(week, DAY, "10:00"))
    assert Participation.objects.get(person=person).arrives_at is None

    take_in_change(change=change, by=None, now=MORNING)

    assert Participation.objects.get(person=person).arrives_at == local(week, DAY, "10:00")
    with pytest.raises(ChangeSettled):
        take_in_change(change=change, by=None, now=MORNING)
    with pytest.raises(ChangeSettled):
        dismiss_change(change=change, by=None, now=MORNING)


def test_a_report_that_was_not_so_is_dismissed_and_stays_without_effect(week: Week) -> None:
    change = report(week, "late", people=[make_guest(week)], starts_at=local(week, DAY, "10:00"))

    dismiss_change(change=change, by=None, now=MORNING)

    with pytest.raises(ChangeSettled):
        take_in_change(change=change, by=None, now=MORNING)


@pytest.mark.parametrize(
    ("kind", "what", "refusal"),
    [
        ("late", {}, ChangeIncomplete),
        ("late", {"people": True}, ChangeIncomplete),
        ("place", {}, ChangeIncomplete),
        ("team", {}, ChangeIncomplete),
        ("session", {}, ChangeIncomplete),
        ("urgent", {"people": True}, ChangeIncomplete),
        ("absent", {"people": True, "starts_at": "10:00", "ends_at": "09:00"}, HoursBackwards),
        ("road", {"data": {"origin": "", "destination": ""}}, NoSuchRoad),
    ],
)
def test_a_report_without_what_it_needs_is_refused(week: Week, kind: str, what: dict[str, Any], refusal: type[Exception]) -> None:
    given = {name: local(week, DAY, value) if name.endswith("_at") else value for name, value in what.items()}
    if given.pop("people", False):
        given["people"] = [make_guest(week)]

    with pytest.raises(refusal):
        report(week, kind, **given)

    assert Change.objects.count() == 0


def test_a_stranger_and_an_hour_outside_the_week_are_refused(week: Week) -> None:
    with pytest.raises(NotTakingPart):
        report(week, "late", people=[make_person()], starts_at=local(week, DAY, "10:00"))
    with pytest.raises(OutsideTheWeek):
        report(week, "late", people=[make_guest(week)], starts_at=MORNING - timedelta(days=30))


def test_a_late_guest_s_meeting_moves_and_exactly_its_people_are_told(week: Week, table: Place) -> None:
    late, other = make_guest(week), make_guest(week)
    falls, stays = make_meeting(week, late, other), make_meeting(week)
    plan = published(week, (falls, "09:00", table), (stays, "09:40", table))
    change = happens(week, "late", people=[late], starts_at=local(week, DAY, "09:30"))

    ways = answered(change)
    best = ways[0]

    assert best.columns["moves"] == change.found["least_moves"] == 1
    assert best.is_proven
    assert hours(best)[stays.number] == "09:40"
    assert hours(best)[falls.number] >= "09:30"
    Notice.objects.all().delete()
    done = publish_plan(plan=best, by=None, now=MORNING)
    change.refresh_from_db()
    assert set(done.told) == {late.pk, other.pk}
    assert {(one.person_id, one.kind) for one in Notice.objects.all()} == {(late.pk, "moved"), (other.pk, "moved")}
    assert change.state == Change.State.ANSWERED
    assert list(Plan.objects.filter(state=Plan.State.ALTERNATIVE)) == []
    plan.refresh_from_db()
    assert plan.state == Plan.State.PAST


def test_what_is_over_stays_as_it_was_in_every_alternative(week: Week, table: Place) -> None:
    late, other = make_guest(week), make_guest(week)
    over, falls = make_meeting(week, late, make_guest(week)), make_meeting(week, late, other)
    published(week, (over, "09:00", table), (falls, "09:40", table))
    noon = local(week, DAY, "09:30")
    change = take_in_at_once(week=week, kind="absent", people=[late], ends_at=local(week, DAY, "10:30"), by=None, now=noon)

    for way in answered(change, now=noon):
        assert hours(way)[over.number] == "09:00"
        assert hours(way)[falls.number] >= "10:30"
    publish_plan(plan=way, by=None, now=noon)


def test_a_lost_place_stands_beside_what_was_promised_until_it_is_answered(week: Week, table: Place) -> None:
    meeting = make_meeting(week)
    plan = published(week, (meeting, "09:00", table))
    spare = make_table(table.site)
    change = happens(week, "place", place=table)
    assert Claim.objects.filter(resource__place=table, kind=Claim.Kind.CLOSED, is_exclusive=False).count() == 1
    assert Claim.objects.filter(resource__place=table, kind=Claim.Kind.MEETING).count() == 1

    best = answered(change)[0]

    assert Placement.objects.get(plan=best).place == spare
    assert (best.columns["moves"], best.columns["rooms"]) == (0, 1)
    publish_plan(plan=best, by=None, now=MORNING)
    assert Notice.objects.filter(plan=best).values_list("kind", flat=True).distinct().get() == "other_room"
    again = make_plan(week, (meeting, "09:00", table), number=9001)
    with pytest.raises(PlanStale):
        publish_plan(plan=again, by=None, now=MORNING)
    assert plan.number != again.number


def test_interpreters_who_are_away_are_not_placed(week: Week, table: Place) -> None:
    team = make_team(table.site, "ko-vi")
    meeting = make_meeting(week, needs=["ko-vi"])
    plan = make_plan(week, (meeting, "09:00", table))
    plan.placements.get().teams.add(team)
    publish_plan(plan=plan, by=None, now=MORNING)

    change = happens(week, "team", team=team, ends_at=local(week, DAY, "10:00"))

    assert hours(answered(change)[0])[meeting.number] >= "10:00"


def test_a_road_is_slower_in_its_hours_and_both_ways_if_asked(week: Week) -> None:
    near, far = week.sites.get(), make_site(week)
    there, back = make_travel(near, far), make_travel(far, near)
    before = list(Travel.objects.get(pk=there.pk).minutes)

    happens(
        week,
        "road",
        data={"origin": str(near.pk), "destination": str(far.pk), "both_ways": True},
        minutes=200,
        starts_at=local(week, DAY, "10:00"),
        ends_at=local(week, DAY, "12:00"),
    )

    for way in (there, back):
        now = Travel.objects.get(pk=way.pk).minutes
        assert [now[hour] for hour in (9, 10, 11, 12)] == [before[9], 200, 200, before[12]]


def test_a_session_that_overruns_takes_its_speakers_and_its_place_longer(week: Week, table: Place) -> None:
    speaker, other = make_guest(week), make_guest(week)
    session = make_session(week, starts_at=local(week, DAY, "08:30"), ends_at=local(week, DAY, "09:00"), place=None)
    make_speaking(session, speaker)
    meeting = make_meeting(week, speaker, other)
    published(week, (meeting, "09:00", table))

    change = happens(week, "session", session=session, ends_at=local(week, DAY, "09:30"))

    session.refresh_from_db()
    assert session.ends_at == local(week, DAY, "09:30")
    assert hours(answered(change)[0])[meeting.number] >= "09:30"
    with pytest.raises(NotAnOverrun):
        happens(week, "session", session=session, ends_at=local(week, DAY, "09:20"))


def test_an_urgent_meeting_is_agreed_at_once_and_placed_in_every_alternative(week: Week, table: Place) -> None:
    meeting = make_meeting(week)
    published(week, (meeting, "09:00", table))
    one, other = make_guest(week), make_guest(week)

    change = happens(week, "urgent", people=[one, other], minutes=20)

    ways = answered(change)
    change.refresh_from_db()
    assert change.meeting is not None
    assert all(change.meeting.number in hours(way) for way in ways)
    assert hours(ways[0])[meeting.number] == "09:00"


def test_a_pull_aside_is_only_logged(week: Week) -> None:
    change = happens(week, "pull_aside", people=[make_guest(week), make_guest(week)], starts_at=local(week, DAY, "09:00"))

    assert change.state == Change.State.ANSWERED
    assert not answering.answer_next(MORNING)


def test_all_may_be_left_as_it_is_once_it_is_true(week: Week, table: Place) -> None:
    late = make_guest(week)
    plan = published(week, (make_meeting(week, late, make_guest(week)), "09:00", table))
    change = report(week, "late", people=[late], starts_at=local(week, DAY, "09:30"))
    with pytest.raises(ChangeNotTakenIn):
        leave_as_it_is(change=change, by=None, now=MORNING)
    take_in_change(change=change, by=None, now=MORNING)
    answered(change)

    leave_as_it_is(change=change, by=None, now=MORNING)

    plan.refresh_from_db()
    assert (plan.state, Plan.objects.count()) == (Plan.State.PUBLISHED, 1)
    with pytest.raises(ChangeSettled):
        leave_as_it_is(change=change, by=None, now=MORNING)


def test_an_alternative_is_stale_once_another_plan_is_published(week: Week, table: Place) -> None:
    late = make_guest(week)
    meeting = make_meeting(week, late, make_guest(week))
    published(week, (meeting, "09:00", table))
    change = happens(week, "late", people=[late], starts_at=local(week, DAY, "09:30"))
    best = answered(change)[0]

    published(week, (meeting, "10:00", table), number=9001)

    with pytest.raises(PlanStale):
        publish_plan(plan=best, by=None, now=MORNING)
    change.refresh_from_db()
    # The change is not answered by it, so it is looked at again beside the new plan.
    assert (change.state, change.search) == (Change.State.TAKEN_IN, Change.Search.QUEUED)


def test_an_alternative_pressed_twice_is_published_once(week: Week, table: Place) -> None:
    late = make_guest(week)
    published(week, (make_meeting(week, late, make_guest(week)), "09:00", table))
    change = happens(week, "late", people=[late], starts_at=local(week, DAY, "09:30"))
    best, *others = answered(change)

    publish_plan(plan=best, by=None, now=MORNING)

    told = Notice.objects.count()
    for plan in [best, *others]:
        with pytest.raises((PlanIsPast, PlanAlreadyPublished)):
            publish_plan(plan=plan, by=None, now=MORNING)
    assert Notice.objects.count() == told


def test_a_second_change_has_the_first_looked_at_again(week: Week, table: Place) -> None:
    late, absent = make_guest(week), make_guest(week)
    meetings = make_meeting(week, late, make_guest(week)), make_meeting(week, absent, make_guest(week))
    published(week, (meetings[0], "09:00", table), (meetings[1], "09:20", table))
    first = happens(week, "late", people=[late], starts_at=local(week, DAY, "09:30"))
    stale = answered(first)

    happens(week, "absent", people=[absent], ends_at=local(week, DAY, "10:00"))

    ways = answered(first)
    assert not Plan.objects.filter(pk__in=[plan.pk for plan in stale]).exists()
    assert hours(ways[0])[meetings[1].number] >= "10:00"


def test_a_search_whose_worker_died_is_given_back_and_fails_after_three_tries(week: Week, table: Place) -> None:
    late = make_guest(week)
    published(week, (make_meeting(week, late, make_guest(week)), "09:00", table))
    change = happens(week, "late", people=[late], starts_at=local(week, DAY, "09:30"))

    for _ in range(answering.TRIES):
        assert answering.claim_change() is not None
        Change.objects.update(heartbeat_at=MORNING - timedelta(days=900))
        answering.give_back_lost()

    change.refresh_from_db()
    assert change.search == Change.Search.FAILED
    assert not answering.answer_next(MORNING)


def test_what_a_killed_worker_did_is_noted_as_lost_in_the_register_of_tools(week: Week, table: Place) -> None:
    late = make_guest(week)
    published(week, (make_meeting(week, late, make_guest(week)), "09:00", table))
    change = happens(week, "late", people=[late], starts_at=local(week, DAY, "09:30"))
    answering.claim_change()
    use = start_tool_run(answering.TOOL, subject=f"change:{change.pk}", given=b"", settings_used={}, by=None, now=MORNING)

    assert answering.end_lost_uses() == 0, "it has only begun"
    ToolRun.objects.update(created_at=timezone.now() - 3 * answering.LEASE)
    assert answering.end_lost_uses() == 0, "its change's search lives"
    Change.objects.update(heartbeat_at=timezone.now() - 3 * answering.LEASE)
    assert answering.end_lost_uses() == 1

    use.refresh_from_db()
    assert (use.state, use.result) == (ToolRun.State.FAILED, {"fault": "worker lost"})


def test_who_takes_a_change_up_anew_notes_the_search_before_as_lost_and_that_one_ends_nothing(week: Week, table: Place) -> None:
    late = make_guest(week)
    published(week, (make_meeting(week, late, make_guest(week)), "09:00", table))
    change = happens(week, "late", people=[late], starts_at=local(week, DAY, "09:30"))

    def taken_over(_: Change) -> None:
        Change.objects.update(search=Change.Search.QUEUED)
        answering.claim_change()

    answering.answer_next(MORNING, look=taken_over)

    change.refresh_from_db()
    assert (change.search, change.fault) == (Change.Search.RUNNING, ""), "it is the second one's"
    assert [use.state for use in ToolRun.objects.filter(subject=f"change:{change.pk}")] == [ToolRun.State.FAILED]


def test_without_a_published_plan_the_change_says_that_nothing_has_to_be_kept(week: Week) -> None:
    change = happens(week, "late", people=[make_guest(week)], starts_at=local(week, DAY, "09:30"))

    answering.answer_next(MORNING)

    change.refresh_from_db()
    assert change.search == Change.Search.FAILED
    assert change.fault == NothingPublished().message()
