"""Stand-ins, partners who do not come, who is free now, the walk, and whom the desk calls."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from factories import make_organisation, make_site, make_travel
from factories.business import make_founder, make_profile, make_terms
from factories.events import local, make_place
from factories.meetings import DAY, NOW, make_guest, make_meeting, make_plan, make_ready_week, make_table
from factories.programme import make_session, make_speaking
from hanhlang.domains.agenda.actions import NewClaim, replace_claims
from hanhlang.domains.agenda.models import Claim
from hanhlang.domains.agenda.queries import resource_ids
from hanhlang.domains.core.models import OutboxMessage
from hanhlang.domains.events.models import Participation, Place, Site, Week
from hanhlang.domains.meetings import actions, business_day, errors, errors_business
from hanhlang.domains.meetings.actions.publishing import publish_plan
from hanhlang.domains.meetings.models import Meeting, MissingReport, Notice, NowAsk, Placement, Plan, Promise, Wish
from hanhlang.domains.meetings.planning import come_now, problem_of
from hanhlang.domains.people.models import Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def week() -> Week:
    return make_ready_week()


def at(week: Week, hour: str) -> datetime:
    return local(week, DAY, hour)


def table_of(week: Week) -> Place:
    return Place.objects.get(week=week, pool="tables")


def colleague_of(week: Week, person: Person, **fields: object) -> Person:
    return make_founder(week, organisation=person.organisation, **fields)


def published(week: Week, *placed: tuple[Meeting, str]) -> None:
    publish_plan(plan=make_plan(week, *[(meeting, hour, table_of(week)) for meeting, hour in placed]), by=None, now=NOW)


# Stand-ins


def test_a_colleague_takes_the_seat_the_time_and_the_promise(week: Week) -> None:
    me, other = make_founder(week), make_founder(week)
    colleague, meeting = colleague_of(week, me), make_meeting(week, me, other)
    published(week, (meeting, "09:00"))

    actions.stand_in(meeting=meeting, leaving=me, coming=colleague, by=None, now=NOW)

    assert set(meeting.participants.values_list("person_id", "side")) == {(colleague.pk, 1), (other.pk, 2)}
    taken = Claim.objects.filter(source=f"meeting:{meeting.pk}", resource__person__isnull=False)
    assert set(taken.values_list("resource__person_id", flat=True)) == {colleague.pk, other.pk}
    told = {row.person_id: (row.is_cancelled, row.sequence) for row in Promise.objects.filter(meeting=meeting)}
    assert told == {me.pk: (True, 1), colleague.pk: (False, 0), other.pk: (False, 1)}
    message = OutboxMessage.objects.get(topic="meeting.stand_in")
    assert set(message.payload["people"]) == {str(person.pk) for person in (me, colleague, other)}


def test_before_any_hour_a_seat_passes_on_without_a_promise(week: Week) -> None:
    me, other = make_founder(week), make_founder(week)
    colleague, meeting = colleague_of(week, me), make_meeting(week, me, other)

    actions.stand_in(meeting=meeting, leaving=me, coming=colleague, by=None, now=NOW)

    assert not Promise.objects.exists()
    assert meeting.participants.filter(person=colleague, side=1).exists()


def test_only_a_colleague_who_agreed_to_it_stands_in(week: Week) -> None:
    me, other, stranger = make_founder(week), make_founder(week), make_founder(week)
    meeting = make_meeting(week, me, other)
    unwilling = colleague_of(week, me)
    make_terms(week, unwilling, may_stand_in=False)

    for person in (stranger, unwilling, me):
        with pytest.raises(errors_business.NotAColleague):
            actions.stand_in(meeting=meeting, leaving=me, coming=person, by=None, now=NOW)


def taken_elsewhere(week: Week, colleague: Person, other: Person) -> None:
    published(week, (make_meeting(week, colleague, make_guest(week)), "09:20"))


def away_then(week: Week, colleague: Person, other: Person) -> None:
    Participation.objects.filter(person=colleague).update(arrives_at=at(week, "09:30"))


def other_hours(week: Week, colleague: Person, other: Person) -> None:
    make_terms(week, colleague, hours=[(at(week, "10:00"), at(week, "12:00"))])


def blocked(week: Week, colleague: Person, other: Person) -> None:
    actions.block(week=week, by_person=other, person=colleague, by=None, now=NOW)


def they_meet_already(week: Week, colleague: Person, other: Person) -> None:
    make_meeting(week, colleague, other)


def twenty_already(week: Week, colleague: Person, other: Person) -> None:
    for _ in range(20):
        make_meeting(week, colleague, make_guest(week))


def in_another_city(week: Week, colleague: Person, other: Person) -> None:
    far, near = make_site(week), Site.objects.exclude(places=None).get(week=week)
    make_travel(far, near, minutes=120)
    session = make_session(week, day=DAY, start="08:00", end="08:30", place=make_place(far))
    make_speaking(session, colleague)
    number = resource_ids(week).person(colleague.pk)
    claim = NewClaim(number, at(week, "08:00"), at(week, "08:30"), Claim.Kind.SESSION, f"session:{session.pk}")
    replace_claims(week=week, drop=[], claims=[claim], by=None, now=NOW)


@pytest.mark.parametrize(
    "hindrance", [taken_elsewhere, away_then, other_hours, blocked, they_meet_already, twenty_already, in_another_city]
)
def test_whatever_hinders_a_colleague_is_one_answer_and_changes_nothing(week: Week, hindrance: object) -> None:
    me, other = make_founder(week), make_founder(week)
    colleague, meeting = colleague_of(week, me), make_meeting(week, me, other)
    hindrance(week, colleague, other)  # type: ignore[operator]
    make_table(Site.objects.filter(week=week).order_by("order")[0])
    tables = list(Place.objects.filter(week=week, pool="tables"))
    theirs = [(promise.meeting, "09:20", tables[1]) for promise in Promise.objects.filter(person=colleague).select_related("meeting")]
    publish_plan(plan=make_plan(week, (meeting, "09:20", tables[0]), *theirs), by=None, now=NOW)
    before = sorted(Claim.objects.values_list("resource_id", "start", "source"))

    with pytest.raises(errors_business.ColleagueNotFree) as caught:
        actions.stand_in(meeting=meeting, leaving=me, coming=colleague, by=None, now=NOW)

    assert str(caught.value) == str(errors_business.ColleagueNotFree(person=colleague.name))
    assert sorted(Claim.objects.values_list("resource_id", "start", "source")) == before
    assert meeting.participants.filter(person=me).exists()


def test_nobody_stands_in_at_a_meeting_that_is_over_or_off(week: Week) -> None:
    me, other = make_founder(week), make_founder(week)
    colleague, meeting = colleague_of(week, me), make_meeting(week, me, other)
    published(week, (meeting, "09:00"))
    with pytest.raises(errors_business.MeetingIsOver):
        actions.stand_in(meeting=meeting, leaving=me, coming=colleague, by=None, now=at(week, "09:20"))

    actions.cancel_meeting(meeting=meeting, by=None, now=NOW)
    with pytest.raises(errors.MeetingIsCancelled):
        actions.stand_in(meeting=meeting, leaving=me, coming=colleague, by=None, now=NOW)


# Nobody comes


def test_somebody_missing_is_reported_from_five_minutes_on_until_the_end_and_once(week: Week) -> None:
    me, other = make_founder(week), make_founder(week)
    meeting = make_meeting(week, me, other)

    def report(hour: str, waiting: Person = me) -> MissingReport:
        return actions.report_partner_missing(meeting=meeting, waiting=waiting, by=None, now=at(week, hour))

    with pytest.raises(errors_business.NotPlacedYet):
        report("09:05")
    published(week, (meeting, "09:00"))
    with pytest.raises(errors_business.TooSoonToMiss):
        report("09:04")
    with pytest.raises(errors_business.MeetingIsOver):
        report("09:20")
    with pytest.raises(errors_business.NotAtThisMeeting):
        report("09:05", waiting=make_founder(week))

    made = report("09:05")

    assert list(made.missing.all()) == [other]
    assert OutboxMessage.objects.filter(topic="meeting.partner_missing").count() == 1
    with pytest.raises(errors_business.AlreadyReported):
        report("09:06")


@pytest.fixture
def left_alone(week: Week) -> MissingReport:
    me, other = make_founder(week, name="Tôi"), make_founder(week)
    meeting = make_meeting(week, me, other)
    published(week, (meeting, "09:00"))
    return actions.report_partner_missing(meeting=meeting, waiting=me, by=None, now=at(week, "09:06"))


def offered(week: Week, report: MissingReport) -> list[tuple[str, str]]:
    return [(one.person.name, one.why) for one in business_day.free_now(report, now=at(week, "09:07"))]


def test_those_free_now_are_the_agreed_without_an_hour_and_those_who_wait(week: Week, left_alone: MissingReport) -> None:
    me, now = left_alone.waiting, at(week, "08:00")
    agreed, asked_me, asked_by_me = (make_founder(week, name=name) for name in ("An", "Bình", "Chi"))
    make_meeting(week, me, agreed)
    actions.make_wish(week=week, asking=asked_me, asked=me, by=None, now=now)
    actions.make_wish(week=week, asking=me, asked=asked_by_me, by=None, now=now)
    busy = make_founder(week)
    actions.make_wish(week=week, asking=busy, asked=me, by=None, now=now)
    published_too = make_meeting(week, busy, make_guest(week))
    make_table(Site.objects.filter(week=week)[0])
    tables = list(Place.objects.filter(week=week, pool="tables"))
    publish_plan(plan=make_plan(week, (left_alone.meeting, "09:00", tables[0]), (published_too, "09:00", tables[1])), by=None, now=NOW)

    assert offered(week, left_alone) == [("An", "agreed"), ("Bình", "asked_you"), ("Chi", "you_asked")]


def test_the_blocked_the_absent_and_the_one_who_did_not_come_are_not_offered(week: Week, left_alone: MissingReport) -> None:
    me, now = left_alone.waiting, at(week, "08:00")
    people = [make_founder(week) for _ in range(3)]
    for person in people:
        actions.make_wish(week=week, asking=person, asked=me, by=None, now=now)
    assert len(offered(week, left_alone)) == 3

    actions.block(week=week, by_person=people[0], person=me, by=None, now=now)
    Participation.objects.filter(person=people[1]).update(leaves_at=at(week, "09:10"))
    make_terms(week, people[2], hours=[(at(week, "10:00"), at(week, "11:00"))])

    assert offered(week, left_alone) == []


def test_a_meeting_nobody_may_know_of_does_not_show_in_who_is_free(week: Week, left_alone: MissingReport) -> None:
    me = left_alone.waiting
    secret = make_founder(week)
    actions.make_wish(week=week, asking=secret, asked=me, by=None, now=at(week, "08:00"))
    before = offered(week, left_alone)
    hidden = make_meeting(week, secret, make_guest(week), secrecy="nothing")
    make_table(Site.objects.filter(week=week)[0])
    tables = list(Place.objects.filter(week=week, pool="tables"))
    publish_plan(plan=make_plan(week, (left_alone.meeting, "09:00", tables[0]), (hidden, "09:00", tables[1])), by=None, now=NOW)

    assert offered(week, left_alone) == before != []


def test_one_tap_asks_and_a_yes_turns_the_waiting_wish_into_a_meeting(week: Week, left_alone: MissingReport) -> None:
    me, now = left_alone.waiting, at(week, "09:08")
    one, late = make_founder(week), make_founder(week)
    for person in (one, late):
        actions.make_wish(week=week, asking=person, asked=me, by=None, now=at(week, "08:00"))
    asks = [actions.ask_to_come_now(report=left_alone, asked=person, by=None, now=now) for person in (one, late)]
    assert actions.ask_to_come_now(report=left_alone, asked=one, by=None, now=now) == asks[0]

    actions.answer_now(ask=asks[0], comes=True, by=None, now=now)

    assert Wish.objects.get(asking=one).state == Wish.State.ACCEPTED
    with pytest.raises(errors_business.TableIsFree):
        actions.answer_now(ask=asks[1], comes=True, by=None, now=now)
    assert Wish.objects.get(asking=late).state == Wish.State.OPEN


def asked_to_come(week: Week, report: MissingReport, guest: Person) -> NowAsk:
    actions.make_wish(week=week, asking=guest, asked=report.waiting, by=None, now=at(week, "08:00"))
    return actions.ask_to_come_now(report=report, asked=guest, by=None, now=at(week, "09:08"))


def test_who_comes_now_has_the_table_at_once_and_exactly_those_concerned_are_told(week: Week, left_alone: MissingReport) -> None:
    ask, other = asked_to_come(week, left_alone, make_founder(week)), make_meeting(week)
    table = Placement.objects.get(meeting=left_alone.meeting).place
    people = {*left_alone.meeting.participants.values_list("person", flat=True), ask.asked_id}
    Notice.objects.all().delete()

    placement = come_now(ask=ask, by=None, now=at(week, "09:08"))

    assert placement is not None
    assert (placement.place, placement.starts_at, placement.plan.state) == (table, at(week, "09:00"), Plan.State.PUBLISHED)
    assert set(placement.meeting.participants.values_list("person", flat=True)) == {left_alone.waiting_id, ask.asked_id}
    assert Meeting.objects.get(pk=left_alone.meeting_id).state == Meeting.State.CANCELLED
    assert set(Notice.objects.values_list("person", flat=True)) == people
    assert Promise.objects.get(meeting=placement.meeting, person=ask.asked).is_cancelled is False
    assert not Placement.objects.filter(meeting=other).exists()


def test_who_comes_now_but_was_taken_when_it_began_is_agreed_with_and_not_placed(week: Week, left_alone: MissingReport) -> None:
    guest = make_founder(week)
    ask = asked_to_come(week, left_alone, guest)
    session = NewClaim(resource_ids(week).person(guest.pk), at(week, "08:30"), at(week, "09:05"), Claim.Kind.SESSION, "session:1")
    replace_claims(week=week, drop=[], claims=[session], by=None, now=NOW)
    counted = Plan.objects.count()

    assert come_now(ask=ask, by=None, now=at(week, "09:08")) is None

    assert Wish.objects.get(asking=guest).state == Wish.State.ACCEPTED
    assert NowAsk.objects.get(pk=ask.pk).answer == NowAsk.Answer.COMES
    assert Meeting.objects.get(pk=left_alone.meeting_id).state == Meeting.State.AGREED
    assert Plan.objects.count() == counted


def test_a_no_leaves_the_wish_as_it_was_and_others_may_be_asked(week: Week, left_alone: MissingReport) -> None:
    me, now = left_alone.waiting, at(week, "09:08")
    one, other = make_founder(week), make_founder(week)
    for person in (one, other):
        actions.make_wish(week=week, asking=person, asked=me, by=None, now=at(week, "08:00"))

    ask = actions.answer_now(ask=actions.ask_to_come_now(report=left_alone, asked=one, by=None, now=now), comes=False, by=None, now=now)

    assert ask.answer == NowAsk.Answer.CANNOT
    assert Wish.objects.get(asking=one).state == Wish.State.OPEN
    assert actions.ask_to_come_now(report=left_alone, asked=other, by=None, now=now).answer == NowAsk.Answer.NONE


def test_strangers_are_not_asked_and_nobody_after_the_end(week: Week, left_alone: MissingReport) -> None:
    with pytest.raises(errors_business.NotOffered):
        actions.ask_to_come_now(report=left_alone, asked=make_founder(week), by=None, now=at(week, "09:08"))
    with pytest.raises(errors_business.TableIsFree):
        actions.ask_to_come_now(report=left_alone, asked=make_founder(week), by=None, now=at(week, "09:20"))


# The walk


def test_the_walk_begins_where_the_agenda_last_has_one(week: Week) -> None:
    me, near = make_founder(week), Site.objects.filter(week=week).first()
    assert near
    table, other = table_of(week), make_table(near)
    far = make_place(make_site(week))
    make_travel(near, far.site, minutes=90)
    first, second = make_meeting(week, me, make_guest(week)), make_meeting(week, me, make_guest(week))
    publish_plan(plan=make_plan(week, (first, "09:00", table), (second, "10:00", other)), by=None, now=NOW)

    def walk(place: Place, now: str = "09:10") -> tuple[int, Place | None, bool]:
        found = business_day.walk_to(week, me, place, at(week, "10:00"), at(week, now))
        assert found.leave_at == at(week, "10:00") - timedelta(minutes=found.minutes)
        return found.minutes, found.origin, found.by_road

    assert walk(table) == (0, table, False)
    assert walk(other) == (2, table, False)
    assert walk(far) == (95, table, True)
    assert walk(other, now="08:00") == (5, None, False)
    promise = business_day.next_promise(week, me, at(week, "09:10"))
    assert promise
    assert promise.meeting == first
    later = business_day.next_promise(week, me, at(week, "09:20"))
    assert later
    assert later.meeting == second


# Hours and the planner


def test_the_planner_uses_a_person_s_hours_within_their_stay(week: Week) -> None:
    me, other = make_founder(week), make_founder(week)
    make_meeting(week, me, other)
    Participation.objects.filter(person=me).update(arrives_at=at(week, "09:30"), leaves_at=at(week, "11:00"))
    make_terms(week, me, hours=[(at(week, "09:00"), at(week, "10:00")), (at(week, "10:40"), at(week, "12:00"))])

    windows = {person.id: [(one.start, one.end) for one in person.windows] for person in problem_of(week).people}

    assert windows[str(me.pk)] == [(570, 600), (640, 660)]
    assert windows[str(other.pk)] == []


def test_hours_outside_one_s_stay_leave_no_time_at_all(week: Week) -> None:
    me = make_founder(week)
    make_meeting(week, me, make_founder(week))
    Participation.objects.filter(person=me).update(arrives_at=at(week, "11:00"))
    make_terms(week, me, hours=[(at(week, "09:00"), at(week, "10:00"))])

    [mine] = [person for person in problem_of(week).people if person.id == str(me.pk)]

    assert [(one.start, one.end) for one in mine.windows] == [(660, 660)]


def test_hours_that_break_a_promise_are_refused_and_others_kept(week: Week) -> None:
    me = make_founder(week)
    published(week, (make_meeting(week, me, make_guest(week)), "09:20"))

    with pytest.raises(errors_business.HoursBreakPromise) as caught:
        make_terms(week, me, hours=[(at(week, "10:00"), at(week, "12:00"))])
    assert "27/10 09:20" in str(caught.value)

    row = make_terms(week, me, hours=[(at(week, "09:30"), at(week, "12:00")), (at(week, "09:00"), at(week, "09:40"))])
    assert row.hours == [[at(week, "09:00").isoformat(), at(week, "12:00").isoformat()]]


def test_hours_outside_the_week_are_refused(week: Week) -> None:
    day = local(week, "2025-11-02", "09:00")

    with pytest.raises(errors.HoursUnusable):
        make_terms(week, make_founder(week), hours=[(day, day + timedelta(hours=2))])


# Whom the desk calls


def test_firms_without_an_agreed_meeting_are_to_be_called_with_whom_and_what(week: Week) -> None:
    met, alone, asked = make_founder(week), make_founder(week), make_founder(week)
    make_meeting(week, met, make_guest(week))
    actions.make_wish(week=week, asking=asked, asked=met, by=None, now=NOW)

    lines = {line.organisation: line for line in business_day.calls(week)}

    assert next(iter(lines)) == asked.organisation
    assert met.organisation not in lines
    line = lines[alone.organisation]
    assert line.contacts == {alone.pk: (f"{alone.key}@firm.example", "+84 90 000 0000")}
    assert line.profile is not None
    assert line.profile.is_shown is True


def test_a_meeting_nobody_may_know_of_does_not_take_a_firm_off_the_list(week: Week) -> None:
    one, other = make_founder(week), make_founder(week)
    before = business_day.calls(week)
    make_meeting(week, one, other, secrecy="nothing")

    assert business_day.calls(week) == before


@pytest.mark.parametrize("firms", [2, 9])
def test_the_list_of_calls_costs_the_same_for_any_number(week: Week, firms: int) -> None:
    for _ in range(firms):
        make_profile(week, make_guest(week, organisation=make_organisation(kind="company")).organisation)  # type: ignore[arg-type]

    with CaptureQueriesContext(connection) as seen:
        assert len(business_day.calls(week)) == firms

    assert len(seen) == 5
