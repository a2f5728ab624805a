"""The factories make rows that hold together."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from factories import (
    make_account,
    make_delegation,
    make_member,
    make_part,
    make_participation,
    make_place,
    make_role,
    make_session,
    make_site,
    make_speaking,
    make_team,
    make_topic,
    make_travel,
    make_week,
)

pytestmark = pytest.mark.django_db


def test_local_hours_are_those_of_the_week():
    place = make_place()
    session = make_session(place=place, start="09:00", end="10:00", topics=[make_topic(place.week)])
    speaking = make_speaking(session, start="09:00", end="09:10")
    make_part(session)

    assert session.starts_at.astimezone(UTC) == datetime(2025, 10, 27, 2, 0, tzinfo=UTC)
    assert speaking.ends_at.astimezone(UTC) == datetime(2025, 10, 27, 2, 10, tzinfo=UTC)
    assert (session.site, session.week) == (place.site, place.week)


def test_what_belongs_to_a_week_shares_it():
    week = make_week()
    site, other = make_site(week), make_site(week)
    member = make_member(make_delegation(week), is_head=True)
    participation = make_participation(week, member.person)
    role = make_role(week, make_account(person=member.person))

    assert {row.week for row in (make_team(site), make_travel(site, other), participation, role, member.delegation)} == {week}


def test_two_calls_never_collide():
    week = make_week()

    assert len({make_delegation(week).code for _ in range(70)}) == 70
