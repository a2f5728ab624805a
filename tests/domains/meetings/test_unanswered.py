"""The desk sees what one side put to the other and what it proposed itself, as long as the answer is missing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from factories.delegations import make_member
from factories.events import local, make_participation, make_role
from factories.meetings import DAY, NOW, make_party, make_plan, make_ready_week
from factories.people import make_account
from hanhlang.domains.events.models import Place, Role, Week
from hanhlang.domains.meetings.actions import accept_request, answer_stand_in, cancel_meeting, file_request, name_stand_in, publish_plan
from hanhlang.domains.meetings.actions.proposals import answer_proposal
from hanhlang.domains.meetings.actions.request_steps import Who, write_step
from hanhlang.domains.meetings.actions.sides import let_read, set_secrecy
from hanhlang.domains.meetings.models import Meeting, Request, StandIn
from hanhlang.domains.meetings.queries import waiting
from hanhlang.domains.meetings.unanswered import Unanswered
from hanhlang.domains.meetings.visibility import Viewer, viewer_of

pytestmark = pytest.mark.django_db
STAFF = Viewer(None, is_staff=True)
LATER = NOW + timedelta(hours=3)


@pytest.fixture
def week() -> Week:
    return make_ready_week()


@pytest.fixture
def agreed(week: Week) -> Meeting:
    request = file_request(asking=make_party(week), asked=make_party(week), by=None, now=NOW)
    return accept_request(request=request, by=None, now=NOW)


def request_of(meeting: Meeting) -> Request:
    assert meeting.request is not None
    return meeting.request


def propose(meeting: Meeting) -> None:
    write_step("proposed", request_of(meeting), Who(None, LATER), offer={"minutes": 20, "windows": []})


def send_another(meeting: Meeting, side: str) -> StandIn:
    party = getattr(request_of(meeting), side)
    other = make_member(party, order=5).person
    make_participation(meeting.week, other)
    absent = party.members.get(is_head=True).person
    return name_stand_in(meeting=meeting, absent=absent, person=other, by=None, now=LATER)


def open_ones(week: Week, now: Any = LATER, viewer: Viewer = STAFF) -> list[Unanswered]:
    return waiting(week, now, viewer).proposals


def test_a_proposal_of_the_desk_waits_for_each_side_until_both_have_answered(week: Week, agreed: Meeting) -> None:
    request = request_of(agreed)
    assert open_ones(week) == []
    propose(agreed)

    assert open_ones(week) == [Unanswered(request, LATER, None, (request.asking, request.asked))]
    answer_proposal(request=request, side=request.asked, accept=True, by=None, now=LATER)
    assert open_ones(week) == [Unanswered(request, LATER, None, (request.asking,), (request.asked,))]
    answer_proposal(request=request, side=request.asking, accept=True, by=None, now=LATER)
    assert open_ones(week) == []


def test_a_proposal_waits_no_longer_once_the_meeting_has_its_hour_or_is_called_off(week: Week, agreed: Meeting) -> None:
    propose(agreed)
    other = accept_request(request=file_request(asking=make_party(week), asked=make_party(week), by=None, now=NOW), by=None, now=NOW)
    propose(other)
    assert len(open_ones(week)) == 2

    publish_plan(plan=make_plan(week, (agreed, "09:00", Place.objects.get(pool="rooms"))), by=None, now=LATER)
    assert [one.request for one in open_ones(week)] == [other.request]
    cancel_meeting(meeting=other, by=None, now=LATER)
    assert open_ones(week) == []


@pytest.mark.parametrize(("side", "other"), [("asking", "asked"), ("asked", "asking")])
def test_whoever_would_send_somebody_else_waits_for_the_other_side(week: Week, agreed: Meeting, side: str, other: str) -> None:
    row, request = send_another(agreed, side), request_of(agreed)

    assert open_ones(week) == [Unanswered(request, LATER, getattr(request, side), (getattr(request, other),))]

    answer_stand_in(stand_in=row, answer="accepted", by=None, now=LATER)
    assert open_ones(week) == []


def test_nobody_waits_for_an_answer_about_a_meeting_that_is_over(week: Week, agreed: Meeting) -> None:
    publish_plan(plan=make_plan(week, (agreed, "09:00", Place.objects.get(pool="rooms"))), by=None, now=NOW)
    send_another(agreed, "asking")

    assert len(open_ones(week, local(week, DAY, "09:29"))) == 1
    assert open_ones(week, local(week, DAY, "09:30")) == []


def test_of_a_secret_meeting_only_who_was_let_in_knows_that_somebody_waits(week: Week, agreed: Meeting) -> None:
    request = request_of(agreed)
    propose(agreed)
    send_another(agreed, "asking")
    named, others = make_account(), make_account()
    for account in (named, others):
        make_role(week, account, Role.Kind.MEETINGS)
    assert len(open_ones(week, viewer=viewer_of(week, others))) == 2

    set_secrecy(request=request, secrecy="busy", side=request.asking, by=None, now=LATER)
    let_read(request=request, account=named, by=None, now=LATER)

    assert open_ones(week, viewer=viewer_of(week, others)) == []
    assert len(open_ones(week, viewer=viewer_of(week, named))) == 2


@pytest.mark.parametrize("count", [1, 4])
def test_the_list_costs_the_same_however_long(week: Week, count: int, django_assert_num_queries: Any) -> None:
    for _ in range(count):
        request = file_request(asking=make_party(week), asked=make_party(week), by=None, now=NOW)
        meeting = accept_request(request=request, by=None, now=NOW)
        propose(meeting)
        send_another(meeting, "asked")

    with django_assert_num_queries(8):
        assert len(open_ones(week)) == 2 * count
