from __future__ import annotations

import pytest

from factories import local, make_team
from factories.meetings import DAY, NOW, make_party, make_ready_week
from hanhlang.domains.agenda.models import Claim
from hanhlang.domains.events.models import Week
from hanhlang.domains.meetings import errors
from hanhlang.domains.meetings.actions import (
    accept_request,
    cancel_meeting,
    counter_request,
    decline_request,
    file_request,
    withdraw_request,
)
from hanhlang.domains.meetings.models import Meeting, Request

pytestmark = pytest.mark.django_db


@pytest.fixture
def week() -> Week:
    return make_ready_week()


def filed(week: Week, **fields: object) -> Request:
    return file_request(asking=make_party(week), asked=make_party(week), by=None, now=NOW, **fields)  # type: ignore[arg-type]


def test_both_sides_yes_makes_a_meeting_that_takes_no_time(week: Week) -> None:
    request = filed(week, minutes=25)

    meeting = accept_request(request=request, by=None, now=NOW)

    assert (meeting.minutes, meeting.state, meeting.pools) == (25, "agreed", ["rooms"])
    assert sorted(meeting.participants.values_list("side", flat=True)) == [1, 1, 2, 2]
    assert not Claim.objects.exists()


@pytest.mark.parametrize("answer", [accept_request, decline_request, withdraw_request])
def test_a_request_is_answered_once(week: Week, answer: object) -> None:
    request = filed(week)
    answer(request=request, by=None, now=NOW)  # type: ignore[operator]

    for again in (accept_request, decline_request, withdraw_request):
        with pytest.raises(errors.RequestClosed):
            again(request=request, by=None, now=NOW)

    assert Meeting.objects.count() == (1 if answer is accept_request else 0)


def test_a_counter_offer_that_is_accepted_decides_length_and_hours(week: Week) -> None:
    request = filed(week, minutes=30)
    windows = [(local(week, DAY, "10:00"), local(week, DAY, "11:00"))]
    counter_request(request=request, minutes=20, windows=windows, by=None, now=NOW)

    meeting = accept_request(request=request, by=None, now=NOW)

    assert meeting.minutes == 20
    assert meeting.windows == [[start.isoformat(), end.isoformat()] for start, end in windows]


def test_a_counter_offer_must_differ_from_what_is_on_the_table(week: Week) -> None:
    request = filed(week, minutes=30)
    with pytest.raises(errors.NothingToCounter):
        counter_request(request=request, minutes=30, by=None, now=NOW)
    counter_request(request=request, minutes=20, by=None, now=NOW)

    with pytest.raises(errors.NothingToCounter):
        counter_request(request=request, minutes=20, by=None, now=NOW)


def test_a_delegation_cannot_ask_itself(week: Week) -> None:
    party = make_party(week)

    with pytest.raises(errors.OwnDelegation):
        file_request(asking=party, asked=party, by=None, now=NOW)


def test_two_delegations_have_one_open_request_between_them(week: Week) -> None:
    one, other = make_party(week), make_party(week)
    first = file_request(asking=one, asked=other, by=None, now=NOW)

    with pytest.raises(errors.AlreadyAsked):
        file_request(asking=other, asked=one, by=None, now=NOW)

    withdraw_request(request=first, by=None, now=NOW)
    assert file_request(asking=other, asked=one, by=None, now=NOW).number == first.number + 1


@pytest.mark.parametrize(("minutes", "allowed"), [(10, False), (15, True), (22, False), (90, True), (95, False)])
def test_lengths_have_bounds_and_steps(week: Week, minutes: int, allowed: bool) -> None:
    if allowed:
        assert filed(week, minutes=minutes).minutes == minutes
    else:
        with pytest.raises(errors.LengthNotOffered):
            filed(week, minutes=minutes)


@pytest.mark.parametrize(
    ("day", "start", "end", "allowed"),
    [
        (DAY, "09:00", "09:30", True),
        (DAY, "09:00", "09:25", False),
        ("2025-10-26", "09:00", "12:00", False),
        ("2025-10-30", "09:00", "12:00", False),
    ],
)
def test_permitted_hours_lie_in_the_week_and_hold_the_meeting(week: Week, day: str, start: str, end: str, allowed: bool) -> None:
    windows = [(local(week, day, start), local(week, day, end))]
    if allowed:
        assert len(filed(week, windows=windows).windows) == 1
    else:
        with pytest.raises(errors.HoursUnusable):
            filed(week, windows=windows)


def test_interpreters_are_asked_for_in_pairs_the_week_has(week: Week) -> None:
    make_team(week.sites.get(), "ko-vi")

    assert filed(week, needs=["ko-vi"]).needs == ["ko-vi"]
    with pytest.raises(errors.NoInterpretersForPair) as refusal:
        filed(week, needs=["is-vi"])
    assert "ko-vi" in refusal.value.message("en")


def test_rooms_are_asked_for_by_names_the_week_has(week: Week) -> None:
    assert filed(week, pools=["rooms"]).pools == ["rooms"]
    with pytest.raises(errors.UnknownRooms):
        filed(week, pools=["palace"])


def test_only_members_are_sent(week: Week) -> None:
    one, other, third = make_party(week), make_party(week), make_party(week, members=0)
    stranger = other.members.get(is_head=True).person

    with pytest.raises(errors.NotAMember):
        file_request(asking=one, asked=other, people=[stranger], by=None, now=NOW)
    with pytest.raises(errors.NobodyToSend):
        file_request(asking=third, asked=other, by=None, now=NOW)
    with pytest.raises(errors.NobodyToSend):
        accept_request(request=file_request(asking=one, asked=third, by=None, now=NOW), by=None, now=NOW)


def test_a_meeting_is_called_off_once(week: Week) -> None:
    meeting = accept_request(request=filed(week), by=None, now=NOW)
    cancel_meeting(meeting=meeting, by=None, now=NOW)

    with pytest.raises(errors.MeetingIsCancelled):
        cancel_meeting(meeting=meeting, by=None, now=NOW)


def test_a_week_without_hours_refuses_requests(week: Week) -> None:
    week.grids.all().delete()

    with pytest.raises(errors.NoGrid):
        filed(week)
