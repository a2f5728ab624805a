"""What the desk proposes to the two sides of an agreed meeting changes it once both have said yes, and never before."""

from __future__ import annotations

import pytest

from factories.events import local
from factories.meetings import DAY, DAYS, NOW, make_party, make_plan, make_ready_week
from hanhlang.domains.events.models import Place
from hanhlang.domains.meetings import bilaterals
from hanhlang.domains.meetings.actions import accept_request, cancel_meeting, file_request, publish_plan
from hanhlang.domains.meetings.actions.proposals import answer_proposal
from hanhlang.domains.meetings.actions.request_steps import Who, write_step
from hanhlang.domains.meetings.errors import NotAParty, RequestMoved, TooManyADay
from hanhlang.domains.meetings.errors_planning import NothingProposed, PlacedMeanwhile

pytestmark = pytest.mark.django_db


class Agreed:
    """A bilateral of two sides, agreed for half an hour between nine and ten."""

    def __init__(self, **asked):
        self.week = make_ready_week()
        self.asking, self.asked = make_party(self.week), make_party(self.week)
        hours = [(local(self.week, DAY, "09:00"), local(self.week, DAY, "10:00"))]
        wish = {"minutes": 30, "windows": hours} | asked
        self.request = file_request(asking=self.asking, asked=self.asked, by=None, now=NOW, **wish)
        self.meeting = accept_request(request=self.request, by=None, now=NOW)

    def propose(self, minutes, windows=()):
        write_step("proposed", self.request, Who(None, NOW), offer={"minutes": minutes, "windows": list(windows)})

    def answer(self, side, accept=True, **more):
        answer_proposal(request=self.request, side=side, accept=accept, by=None, now=NOW, **more)
        self.meeting.refresh_from_db()
        self.request.refresh_from_db()


@pytest.fixture
def agreed():
    return Agreed()


def afternoon(agreed):
    return [local(agreed.week, DAY, hour).isoformat() for hour in ("14:00", "14:20")]


def test_one_yes_changes_nothing_and_the_second_makes_it_so(agreed):
    before = list(agreed.meeting.windows)
    agreed.propose(20, [afternoon(agreed)])

    agreed.answer(agreed.asking)
    assert (agreed.meeting.minutes, agreed.meeting.windows) == (30, before)

    agreed.answer(agreed.asked)
    assert (agreed.meeting.minutes, agreed.request.minutes) == (20, 20)
    assert agreed.meeting.windows == [*before, afternoon(agreed)]


def test_where_interpreting_books_more_the_talk_gets_shorter_in_the_same_measure():
    agreed = Agreed(interpreting="consecutive")
    assert (agreed.meeting.minutes, agreed.meeting.talk_minutes) == (50, 30)
    agreed.propose(35)

    for side in (agreed.asking, agreed.asked):
        agreed.answer(side)

    assert (agreed.meeting.minutes, agreed.meeting.talk_minutes, agreed.request.minutes) == (35, 20, 20)


def test_one_no_ends_it_and_a_new_proposal_starts_from_nothing(agreed):
    agreed.propose(20)
    agreed.answer(agreed.asking)
    agreed.answer(agreed.asked, accept=False, why="We need the half hour.")
    with pytest.raises(NothingProposed):
        agreed.answer(agreed.asking)

    agreed.propose(25)
    agreed.answer(agreed.asked)
    assert agreed.meeting.minutes == 30
    agreed.answer(agreed.asking)
    assert agreed.meeting.minutes == 25


def test_nobody_answers_twice_nor_for_others_nor_what_was_never_proposed(agreed):
    with pytest.raises(NothingProposed):
        agreed.answer(agreed.asking)
    agreed.propose(20)
    agreed.answer(agreed.asking)

    with pytest.raises(NothingProposed):
        agreed.answer(agreed.asking)
    with pytest.raises(NotAParty):
        agreed.answer(make_party(agreed.week))
    with pytest.raises(RequestMoved):
        agreed.answer(agreed.asked, seen=1)


def test_a_meeting_that_has_its_hour_by_now_is_not_made_shorter_and_a_no_puts_the_proposal_aside(agreed):
    agreed.propose(20)
    publish_plan(plan=make_plan(agreed.week, (agreed.meeting, "09:00", Place.objects.get(pool="rooms"))), by=None, now=NOW)

    with pytest.raises(PlacedMeanwhile):
        agreed.answer(agreed.asking)
    agreed.answer(agreed.asking, accept=False)

    assert agreed.meeting.minutes == 30


def fill(agreed, day):
    """Let one side have as many bilaterals on a day as it may; return them."""
    hours = [(local(agreed.week, day, "09:00"), local(agreed.week, day, "12:00"))]
    sent = [
        file_request(asking=make_party(agreed.week), asked=agreed.asked, windows=hours, by=None, now=NOW)
        for _ in range(bilaterals.MOST_A_DAY)
    ]
    return [accept_request(request=request, by=None, now=NOW) for request in sent]


def on(agreed, day):
    return [local(agreed.week, day, hour).isoformat() for hour in ("14:00", "14:30")]


def test_nobody_says_yes_to_hours_on_a_day_that_is_full_and_both_may_say_no(agreed):
    fill(agreed, DAYS[1])
    before = list(agreed.meeting.windows)
    agreed.propose(30, [on(agreed, DAYS[1])])

    for side in (agreed.asking, agreed.asked):
        with pytest.raises(TooManyADay):
            agreed.answer(side)
    agreed.answer(agreed.asking, accept=False)

    assert agreed.meeting.windows == before


def test_a_day_that_fills_between_the_two_answers_is_found_full_and_one_given_up_leaves_room(agreed):
    agreed.propose(30, [on(agreed, DAYS[1])])
    agreed.answer(agreed.asking)
    others = fill(agreed, DAYS[1])
    with pytest.raises(TooManyADay):
        agreed.answer(agreed.asked)

    cancel_meeting(meeting=others[0], by=None, now=NOW)
    agreed.answer(agreed.asked)

    assert agreed.meeting.windows[1:] == [on(agreed, DAYS[1])]


def test_hours_on_a_day_with_room_are_agreed_though_another_day_is_full(agreed):
    fill(agreed, DAYS[1])
    agreed.propose(30, [on(agreed, DAYS[2])])

    for side in (agreed.asking, agreed.asked):
        agreed.answer(side)

    assert agreed.meeting.windows[1:] == [on(agreed, DAYS[2])]
