from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from factories import local, make_session, make_speaking
from factories.meetings import DAY, NOW, make_guest, make_meeting, make_party, make_plan, make_ready_week, make_table
from hanhlang.domains.core.multitext import MultiText
from hanhlang.domains.events.models import Week
from hanhlang.domains.meetings.actions import (
    cancel_meeting,
    counter_request,
    file_request,
    lock_meeting,
    publish_plan,
    report_change,
    take_in_change,
)
from hanhlang.domains.meetings.errors import NotTakingPart
from hanhlang.domains.meetings.errors_changes import ChangeSettled
from hanhlang.domains.meetings.models import Unplaced
from hanhlang.domains.meetings.planning import problem_of
from hanhlang.domains.meetings.queries import agenda_of, agenda_of_delegation, meeting_page, plan_page, waiting
from hanhlang.domains.meetings.visibility import Viewer

STAFF = Viewer(None, is_staff=True)
pytestmark = pytest.mark.django_db


@pytest.fixture
def week() -> Week:
    return make_ready_week()


def test_an_agenda_holds_sessions_and_published_meetings_in_time_order(week: Week) -> None:
    person, table = make_guest(week), week.places.get(pool="tables")
    late, early = (make_meeting(week, person, make_guest(week)) for _ in range(2))
    session = make_session(week, starts_at=local(week, DAY, "10:00"), ends_at=local(week, DAY, "11:00"))
    make_speaking(session, person)
    publish_plan(plan=make_plan(week, (early, "09:00", table), (late, "11:20", table)), by=None, now=NOW)
    make_plan(week, (early, "09:20", table))

    items = agenda_of(week, person)

    assert [item.meeting or item.session for item in items] == [early, session, late]
    assert items[0].starts_at == local(week, DAY, "09:00")
    assert [other.pk for other in items[0].others] == [early.participants.get(side=2).person_id]
    assert agenda_of(week, make_guest(week)) == []


def test_a_meeting_called_off_leaves_the_agenda_at_once(week: Week) -> None:
    person = make_guest(week)
    meeting = make_meeting(week, person, make_guest(week))
    publish_plan(plan=make_plan(week, (meeting, "09:00", week.places.get(pool="tables"))), by=None, now=NOW)
    assert len(agenda_of(week, person)) == 1

    cancel_meeting(meeting=meeting, by=None, now=NOW)

    assert agenda_of(week, person) == []


def test_a_delegation_sees_what_several_of_it_do_together_once(week: Week) -> None:
    party = make_party(week, members=2)
    people = [member.person for member in party.members.all()]
    meeting = make_meeting(week, *people, make_guest(week))
    publish_plan(plan=make_plan(week, (meeting, "09:00", week.places.get(pool="tables"))), by=None, now=NOW)

    (item,) = agenda_of_delegation(week, party)

    assert set(item.people) == set(people)
    assert len(item.others) == 1


@pytest.mark.parametrize("count", [1, 6])
def test_agendas_and_plans_cost_the_same_however_long(week: Week, count: int, django_assert_num_queries: Any) -> None:
    person = make_guest(week)
    site = week.sites.get()
    hours = ["09:00", "09:20", "09:40", "10:00", "10:20", "10:40"][:count]
    meetings = [(make_meeting(week, person, make_guest(week)), hour, make_table(site)) for hour in hours]
    plan = make_plan(week, *meetings)
    publish_plan(plan=plan, by=None, now=NOW)
    draft = make_plan(week, *meetings)
    for _ in range(count):
        Unplaced.objects.create(plan=draft, meeting=make_meeting(week), reason="crowded_out", text=MultiText({"vi": "Hết chỗ"}))

    with django_assert_num_queries(5):
        assert len(agenda_of(week, person)) == count
    with django_assert_num_queries(7):
        assert len(plan_page(week).unplaced) == count


def test_the_plan_page_shows_the_draft_beside_what_is_published(week: Week) -> None:
    meeting, table = make_meeting(week), week.places.get(pool="tables")
    assert plan_page(week).plan is None
    published = make_plan(week, (meeting, "09:00", table))
    publish_plan(plan=published, by=None, now=NOW)
    assert plan_page(week).plan == published
    draft = make_plan(week)

    page = plan_page(week)

    assert (page.plan, page.published) == (draft, published)
    assert (page.asked, page.placed, page.is_running) == (1, 0, False)


def test_work_waits_on_the_desk_until_it_is_done(week: Week) -> None:
    parties = [make_party(week) for _ in range(3)]
    file_request(asking=parties[0], asked=parties[1], by=None, now=NOW)
    countered = file_request(asking=parties[1], asked=parties[2], by=None, now=NOW)
    counter_request(request=countered, minutes=20, by=None, now=NOW)
    soon = NOW + timedelta(hours=1)
    lock_meeting(
        meeting=make_meeting(week), starts_at=local(week, DAY, "09:00"), place=None, reason="Asked", expires_at=soon, by=None, now=NOW
    )

    work = waiting(week, NOW, STAFF)

    assert (len(work.requests), work.counters, len(work.holds)) == (1, [countered], 1)
    assert waiting(week, soon, STAFF).holds == []


def test_a_late_arrival_counts_only_once_the_desk_takes_it_in(week: Week) -> None:
    late = make_guest(week)
    make_meeting(week, late, make_guest(week))
    arrives_at = local(week, DAY, "10:00")
    arrival = report_change(week=week, kind="late", people=[late], starts_at=arrives_at, by=None, now=NOW)
    assert waiting(week, NOW, STAFF).changes == [arrival]
    assert all(person.windows == () for person in problem_of(week).people)

    take_in_change(change=arrival, by=None, now=NOW)

    assert [change.state for change in waiting(week, NOW, STAFF).changes] == ["taken_in"]
    assert sorted(len(person.windows) for person in problem_of(week).people) == [0, 1]
    with pytest.raises(ChangeSettled):
        take_in_change(change=arrival, by=None, now=NOW)


def test_a_stranger_cannot_be_late(week: Week) -> None:
    stranger = make_guest(make_ready_week())

    with pytest.raises(NotTakingPart):
        report_change(week=week, kind="late", people=[stranger], starts_at=NOW, by=None, now=NOW)


def test_one_meeting_is_found_in_its_own_week_only(week: Week) -> None:
    meeting = make_meeting(week)

    assert meeting_page(week, meeting.number) == meeting
    assert meeting_page(make_ready_week(), meeting.number) is None
