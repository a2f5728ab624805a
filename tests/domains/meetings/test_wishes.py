from __future__ import annotations

import pytest

from factories import make_organisation, make_person
from factories.meetings import NOW, make_guest, make_meeting, make_ready_week
from hanhlang.domains.events.models import Week
from hanhlang.domains.meetings import errors, rules
from hanhlang.domains.meetings.actions import accept_wish, accept_wishes, decline_wish, make_wish, make_wishes
from hanhlang.domains.meetings.models import Meeting, Wish

pytestmark = pytest.mark.django_db


@pytest.fixture
def week() -> Week:
    return make_ready_week()


def wished(week: Week) -> Wish:
    return make_wish(week=week, asking=make_guest(week), asked=make_guest(week), by=None, now=NOW)


def test_an_accepted_wish_becomes_a_meeting_of_two(week: Week) -> None:
    wish = wished(week)

    meeting = accept_wish(wish=wish, by=None, now=NOW)

    assert set(meeting.participants.values_list("person_id", "side")) == {(wish.asking_id, 1), (wish.asked_id, 2)}
    assert (meeting.kind, meeting.minutes, meeting.seats) == ("business", 20, 2)


def test_a_wish_is_answered_once(week: Week) -> None:
    wish = wished(week)
    decline_wish(wish=wish, by=None, now=NOW)

    for again in (accept_wish, decline_wish):
        with pytest.raises(errors.WishClosed):
            again(wish=wish, by=None, now=NOW)
    assert not Meeting.objects.exists()


def test_people_of_one_firm_do_not_wish_each_other(week: Week) -> None:
    firm = make_organisation(kind="company")
    one, other = make_guest(week, organisation=firm), make_guest(week, organisation=firm)

    with pytest.raises(errors.SameFirm):
        make_wish(week=week, asking=one, asked=other, by=None, now=NOW)


def test_strangers_to_the_week_are_not_met(week: Week) -> None:
    with pytest.raises(errors.NotTakingPart):
        make_wish(week=week, asking=make_guest(week), asked=make_person(organisation=make_organisation()), by=None, now=NOW)


def test_two_people_have_one_wish_between_them(week: Week) -> None:
    wish = wished(week)

    with pytest.raises(errors.AlreadyWished):
        make_wish(week=week, asking=wish.asked, asked=wish.asking, by=None, now=NOW)


def test_nobody_gets_more_business_meetings_than_the_most(week: Week) -> None:
    busy = make_guest(week)
    for _ in range(rules.MOST_BUSINESS_MEETINGS - 1):
        make_meeting(week, busy, make_guest(week))
    last, late = (make_wish(week=week, asking=make_guest(week), asked=busy, by=None, now=NOW) for _ in range(2))
    accept_wish(wish=last, by=None, now=NOW)

    with pytest.raises(errors.TooManyMeetings):
        accept_wish(wish=late, by=None, now=NOW)
    with pytest.raises(errors.TooManyMeetings):
        make_wish(week=week, asking=busy, asked=make_guest(week), by=None, now=NOW)


def test_many_wishes_are_made_all_or_none(week: Week) -> None:
    one, other = make_guest(week), make_guest(week)

    with pytest.raises(errors.AlreadyWished):
        make_wishes(week=week, pairs=[(one, other), (other, one)], by=None, now=NOW)

    assert not Wish.objects.exists()


def test_accepting_many_counts_each_person(week: Week) -> None:
    busy = make_guest(week)
    pairs = [(make_guest(week), busy) for _ in range(rules.MOST_BUSINESS_MEETINGS + 1)]
    wishes = make_wishes(week=week, pairs=pairs, by=None, now=NOW)

    with pytest.raises(errors.TooManyMeetings):
        accept_wishes(week=week, wishes=wishes, by=None, now=NOW)
    assert not Meeting.objects.exists()

    assert len(accept_wishes(week=week, wishes=wishes[:-1], by=None, now=NOW)) == rules.MOST_BUSINESS_MEETINGS
