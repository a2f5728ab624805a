"""A lock that no plan could keep is refused, with the person or the place and the hours."""

from __future__ import annotations

import pytest

from factories import local, make_session, make_speaking
from factories.meetings import DAY, NOW, make_guest, make_meeting, make_ready_week
from hanhlang.domains.agenda.actions import NewClaim, replace_claims
from hanhlang.domains.agenda.models import Claim
from hanhlang.domains.agenda.queries import resource_ids
from hanhlang.domains.events.models import Place, Week
from hanhlang.domains.meetings.actions import lock_meeting
from hanhlang.domains.meetings.errors_planning import LockContradicts, LockOnClosedPlace
from hanhlang.domains.meetings.models import Lock, Meeting
from hanhlang.domains.people.models import Person
from hanhlang.domains.programme.actions import claim_sessions

pytestmark = pytest.mark.django_db


@pytest.fixture
def week() -> Week:
    return make_ready_week()


@pytest.fixture
def table(week: Week) -> Place:
    return week.places.get(pool="tables")


@pytest.fixture
def ann(week: Week) -> Person:
    return make_guest(week, name="Ann Away")


@pytest.fixture
def meeting(week: Week, ann: Person) -> Meeting:
    return make_meeting(week, ann, make_guest(week))


def lock(meeting: Meeting, hour: str, place: Place | None = None) -> Lock:
    return lock_meeting(meeting=meeting, starts_at=local(meeting.week, DAY, hour), place=place, reason="wished", by=None, now=NOW)


def test_before_somebody_arrives(week: Week, ann: Person, meeting: Meeting) -> None:
    week.participations.filter(person=ann).update(arrives_at=local(week, DAY, "10:00"))

    with pytest.raises(LockContradicts, match="Ann Away"):
        lock(meeting, "09:40")

    assert lock(meeting, "10:00").meeting == meeting


def test_after_somebody_has_left(week: Week, ann: Person, meeting: Meeting) -> None:
    week.participations.filter(person=ann).update(leaves_at=local(week, DAY, "10:00"))

    with pytest.raises(LockContradicts, match="Ann Away"):
        lock(meeting, "10:00")

    assert lock(meeting, "09:40").meeting == meeting


def test_while_somebody_speaks(week: Week, ann: Person, meeting: Meeting) -> None:
    session = make_session(week, starts_at=local(week, DAY, "09:00"), ends_at=local(week, DAY, "10:00"), site=week.sites.get())
    make_speaking(session, ann)
    claim_sessions(week=week, by=None, now=NOW)

    with pytest.raises(LockContradicts) as refused:
        lock(meeting, "09:20")

    assert "09:00–10:00" in refused.value.message("en")
    assert lock(meeting, "10:00").meeting == meeting


def test_in_a_place_that_is_closed(week: Week, table: Place, meeting: Meeting) -> None:
    hours = (local(week, DAY, "09:00"), local(week, DAY, "10:00"))
    claims = [NewClaim(resource_ids(week).place(table.pk), *hours, Claim.Kind.CLOSED, "closed:1")]
    replace_claims(week=week, drop=[], claims=claims, by=None, now=NOW)

    with pytest.raises(LockOnClosedPlace):
        lock(meeting, "09:20", table)

    assert lock(meeting, "09:20").place is None
    assert lock(meeting, "10:00", table).place == table
