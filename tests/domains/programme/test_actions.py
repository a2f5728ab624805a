"""Sessions take the time of named roles and of exclusive places."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from factories import make_part, make_person, make_place, make_session, make_site, make_speaking, make_week
from hanhlang.domains.agenda.errors import AlreadyTaken
from hanhlang.domains.agenda.models import Claim
from hanhlang.domains.programme.actions import claim_sessions

NOW = datetime(2025, 10, 1, 2, 0, tzinfo=UTC)
WHO = {"by": None, "now": NOW}

pytestmark = pytest.mark.django_db


def lengths(**about):
    return [claim.end - claim.start for claim in Claim.objects.filter(**about).order_by("start")]


def test_two_roles_in_one_session_are_one_stretch_of_time():
    session = make_session(start="09:00", end="10:00")
    person = make_person()
    make_speaking(session, person, role="chair")
    make_speaking(session, person, role="remarks", start="09:10", end="09:20")

    assert claim_sessions(week=session.week, **WHO) == 1
    assert lengths(resource__person=person) == [60]


def test_a_moderator_is_taken_for_the_part():
    session = make_session(start="09:00", end="10:00")
    person = make_person()
    make_part(session, moderator=person, starts_at=session.starts_at, ends_at=session.starts_at.replace(minute=30))

    claim_sessions(week=session.week, **WHO)

    assert lengths(resource__person=person) == [30]


def test_a_person_cannot_be_in_two_sessions_at_once_but_in_two_one_after_the_other():
    week = make_week()
    person = make_person()
    make_speaking(make_session(week, start="09:00", end="10:00"), person)
    later = make_session(week, start="09:30", end="10:30")
    make_speaking(later, person)

    with pytest.raises(AlreadyTaken):
        claim_sessions(week=week, **WHO)

    later.starts_at = later.starts_at.replace(hour=10, minute=0)
    later.save()
    assert claim_sessions(week=week, **WHO) == 2


def test_turn_round_is_time_of_the_place():
    site = make_site()
    room = make_place(site, turnround_minutes=15)
    make_session(place=room, start="09:00", end="10:00")
    make_session(place=make_place(site, sharing="shared"), start="09:00", end="10:00")

    claim_sessions(week=site.week, **WHO)

    assert lengths(resource__place__isnull=False) == [75]


def test_a_session_without_hours_takes_nothing():
    session = make_session(start="", place=make_place())
    make_speaking(session)

    assert claim_sessions(week=session.week, **WHO) == 0


def test_claiming_again_keeps_the_claims():
    session = make_session(place=make_place())
    claim_sessions(week=session.week, **WHO)
    before = set(Claim.objects.values_list("pk", flat=True))

    claim_sessions(week=session.week, **WHO)

    assert set(Claim.objects.values_list("pk", flat=True)) == before
