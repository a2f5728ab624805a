from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factories import local, make_session, make_site, make_speaking, make_travel
from factories.meetings import DAY, NOW, make_meeting, make_party, make_plan, make_ready_week, make_room
from hanhlang.domains.agenda.supplies import add_vehicle
from hanhlang.domains.events.models import Site
from hanhlang.domains.meetings.actions import publish_plan
from hanhlang.domains.meetings.models import Kind
from hanhlang.domains.meetings.rules_transfers import CONVOY, SECURITY, TURN, Car, Trip, by_hour, departures
from hanhlang.domains.meetings.transfers import transfers_of
from hanhlang.domains.meetings.visibility import Viewer

A, B = UUID(int=1), UUID(int=2)
HOUR = 60
DESK = Viewer(None, is_staff=True)


def road(here, there, leaves):
    return 0 if here == there else 2 * HOUR


def latest(here, there, free, due):
    return (due - 2 * HOUR, False) if due - 2 * HOUR >= free else (free, True)


def trip(number, free=9 * HOUR, due=14 * HOUR, **more):
    return Trip(UUID(int=100 + number), A, B, free, due, **more)


def car(number, seats=3, site=A, **more):
    return Car(UUID(int=1000 + number), seats, site, **more)


def test_everybody_leaves_as_late_as_they_can_with_time_for_security():
    (row,) = departures([trip(1)], [car(1)], latest, road)

    assert (row.leaves, row.arrives) == (14 * HOUR - SECURITY - 2 * HOUR, 14 * HOUR - SECURITY)
    assert row.without_seat == row.too_late == []


def test_those_who_may_leave_a_little_earlier_share_and_others_do_not():
    rows = departures([trip(1), trip(2, due=14 * HOUR + 30), trip(3, due=16 * HOUR)], [], latest, road)

    assert [len(row.trips) for row in rows] == [2, 1]


def test_who_cannot_be_in_time_is_named_and_leaves_when_free():
    (row,) = departures([trip(1, free=13 * HOUR)], [car(1)], latest, road)

    assert (row.leaves, row.too_late) == (13 * HOUR, [trip(1, free=13 * HOUR)])


def test_who_has_no_seat_is_named():
    (row,) = departures([trip(number) for number in range(5)], [car(1)], latest, road)

    assert (len(row.trips), len(row.without_seat), row.seats) == (5, 2, 3)


def test_heads_have_the_first_cars_with_their_own_people_and_a_convoy_has_five_vehicles():
    parties = [UUID(int=10 + number) for number in range(6)]
    trips = [trip(number, is_head=True, party=party) for number, party in enumerate(parties)]
    trips.append(trip(20, party=parties[0]))
    rest = [trip(number) for number in range(30, 40)]
    cars = [car(number) for number in range(6)] + [car(50, seats=45, is_car=False)]

    (row,) = departures([*rest, *trips], cars, latest, road)

    assert [len(convoy) for convoy in row.convoys] == [CONVOY, 2]
    vehicles = [entry for convoy in row.convoys for entry in convoy]
    assert all(people[0].is_head and len({one.party for one in people}) == 1 for _, people in vehicles[:6])
    assert trips[-1] in next(people for _, people in vehicles if people[0] == trips[0])
    assert vehicles[6][0].seats == 45
    assert row.without_seat == []


def test_a_car_is_where_it_drove_to_and_comes_back_empty_if_there_is_time():
    morning, evening = trip(1), trip(2, free=14 * HOUR, due=20 * HOUR)
    first, second = departures([morning, evening], [car(1)], latest, road)
    assert first.without_seat == second.without_seat == []

    hurried = trip(2, free=12 * HOUR, due=15 * HOUR + SECURITY)
    first, second = departures([morning, hurried], [car(1)], latest, road)
    assert second.without_seat == [hurried]


@given(
    st.lists(st.tuples(st.integers(0, 12), st.integers(300, 900), st.integers(60, 400), st.booleans()), max_size=25),
    st.lists(st.integers(1, 9), max_size=5),
)
def test_nobody_is_lost_no_seat_taken_twice_and_no_car_in_two_places(people, seats):
    trips = [
        Trip(UUID(int=number), A, B, free, free + more, head, UUID(int=500 + party))
        for number, (party, free, more, head) in enumerate(people)
    ]
    cars = [car(number, size, is_car=size < 5) for number, size in enumerate(seats)]

    rows = departures(trips, cars, latest, road)

    assert sorted(one.person for row in rows for one in row.trips) == sorted(one.person for one in trips)
    used = {}
    for row in rows:
        seated = [one for convoy in row.convoys for _, inside in convoy for one in inside]
        assert sorted([one.person for one in (*seated, *row.without_seat)]) == sorted(one.person for one in row.trips)
        assert all(one.free <= row.leaves for one in row.trips)
        assert all(row.arrives + SECURITY <= one.due for one in row.trips if one not in row.too_late)
        for convoy in row.convoys:
            assert len(convoy) <= CONVOY
            for vehicle, inside in convoy:
                assert 0 < len(inside) <= vehicle.seats
                assert used.get(vehicle.id, 0) <= row.leaves
                used[vehicle.id] = row.arrives + TURN
    counted = [pair for hours in by_hour(rows).values() for pair in hours.values()]
    assert sum(all_ for all_, _ in counted) == len(trips)


@pytest.mark.django_db
def test_a_meeting_here_and_a_session_there_make_a_transfer_and_a_hidden_meeting_makes_none():
    week = make_ready_week()
    near, far = Site.objects.get(week=week), make_site(week)
    make_travel(near, far, 60)
    make_travel(far, near, 60)
    one, other = make_party(week), make_party(week)
    heads = [party.members.get(is_head=True).person for party in (one, other)]
    meeting = make_meeting(week, *heads, kind=Kind.BILATERAL)
    publish_plan(plan=make_plan(week, (meeting, "09:00", make_room(far))), by=None, now=NOW)
    session = make_session(week, starts_at=local(week, DAY, "14:00"), ends_at=local(week, DAY, "15:00"), site=near)
    make_speaking(session, heads[0])
    vehicle = add_vehicle(week=week, name="29A-1", kind="car", seats=3, site=far, by=None, now=NOW)

    found = transfers_of(week, date(2025, 10, 27), DESK)

    (row,) = found.departures
    assert (row.origin, row.destination, row.leaves) == (far.pk, near.pk, 14 * HOUR - SECURITY - HOUR)
    assert row.trips[0].is_head
    assert [entry[0].id for entry in row.convoys[0]] == [vehicle.pk]
    assert found.parties[heads[0].pk] == one

    meeting.secrecy = "busy"
    meeting.save()
    assert transfers_of(week, date(2025, 10, 27), DESK).departures == []
    assert transfers_of(week, date(2025, 10, 28), DESK).departures == []
