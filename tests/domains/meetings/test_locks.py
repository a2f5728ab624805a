from __future__ import annotations

from datetime import timedelta

import pytest

from factories import local
from factories.meetings import DAY, NOW, make_guest, make_meeting, make_plan, make_ready_week
from hanhlang.domains.agenda.errors import AlreadyTaken
from hanhlang.domains.agenda.models import Claim
from hanhlang.domains.events.models import Week
from hanhlang.domains.meetings import errors
from hanhlang.domains.meetings.actions import cancel_meeting, expire_holds, lock_meeting, publish_plan, unlock_meeting
from hanhlang.domains.meetings.models import Lock, Meeting

pytestmark = pytest.mark.django_db
TOMORROW = NOW + timedelta(days=1)


@pytest.fixture
def week() -> Week:
    return make_ready_week()


def locked(week: Week, meeting: Meeting, hour: str = "09:20", **fields: object) -> Lock:
    values = {"place": None, "reason": "Minister asks", "by": None, "now": NOW} | fields
    return lock_meeting(meeting=meeting, starts_at=local(week, DAY, hour), **values)  # type: ignore[arg-type]


def test_a_lock_takes_no_time_and_a_hold_does(week: Week) -> None:
    table = week.places.get(pool="tables")
    locked(week, make_meeting(week), place=table)
    assert not Claim.objects.exists()

    locked(week, make_meeting(week), hour="09:40", place=table, expires_at=TOMORROW)
    assert list(Claim.objects.values_list("kind", flat=True)) == ["hold"] * 3


def test_a_hold_frees_its_time_when_its_hour_comes(week: Week) -> None:
    locked(week, make_meeting(week), expires_at=TOMORROW)

    assert expire_holds(week=week, now=TOMORROW - timedelta(minutes=1)) == 0
    assert Claim.objects.exists()
    assert expire_holds(week=week, now=TOMORROW) == 1
    assert not Claim.objects.exists()
    assert not Lock.objects.exists()


def test_two_holds_do_not_take_one_person_twice(week: Week) -> None:
    busy = make_guest(week)
    locked(week, make_meeting(week, busy, make_guest(week)), expires_at=TOMORROW)

    with pytest.raises(AlreadyTaken):
        locked(week, make_meeting(week, busy, make_guest(week)), expires_at=TOMORROW)
    assert Lock.objects.count() == 1

    locked(week, make_meeting(week, busy, make_guest(week)), hour="09:40", expires_at=TOMORROW)


def test_publishing_turns_a_hold_into_a_meeting(week: Week) -> None:
    table, meeting = week.places.get(pool="tables"), make_meeting(week)
    locked(week, meeting, place=table, expires_at=TOMORROW)

    publish_plan(plan=make_plan(week, (meeting, "09:20", table)), by=None, now=NOW)

    assert set(Claim.objects.values_list("kind", flat=True)) == {"meeting"}


def test_a_lock_is_at_an_hour_of_the_grid(week: Week) -> None:
    with pytest.raises(errors.HourNotOffered):
        locked(week, make_meeting(week), hour="09:10")


def test_a_lock_is_in_a_place_of_the_meeting(week: Week) -> None:
    with pytest.raises(errors.PlaceNotOffered):
        locked(week, make_meeting(week), place=week.places.get(pool="rooms"))


def test_a_lock_says_why(week: Week) -> None:
    with pytest.raises(errors.ReasonMissing):
        locked(week, make_meeting(week), reason="  ")


def test_a_hold_ends_in_the_future(week: Week) -> None:
    with pytest.raises(errors.HoldExpired):
        locked(week, make_meeting(week), expires_at=NOW)


def test_a_meeting_called_off_is_not_locked(week: Week) -> None:
    meeting = make_meeting(week)
    cancel_meeting(meeting=meeting, by=None, now=NOW)

    with pytest.raises(errors.MeetingIsCancelled):
        locked(week, meeting)


def test_unlocking_frees_what_was_held_once(week: Week) -> None:
    meeting = make_meeting(week)
    locked(week, meeting, expires_at=TOMORROW)
    unlock_meeting(meeting=meeting, by=None, now=NOW)
    assert not Claim.objects.exists()

    with pytest.raises(errors.NotLocked):
        unlock_meeting(meeting=meeting, by=None, now=NOW)
