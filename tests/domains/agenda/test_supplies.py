from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factories import make_place, make_site, make_team, make_week
from hanhlang.domains.agenda import rules, supplies
from hanhlang.domains.agenda.actions import NewClaim, replace_claims
from hanhlang.domains.agenda.errors import (
    AlreadyTaken,
    CeilingUnusable,
    EquipmentInUse,
    HoursUpsideDown,
    KindUnusable,
    NoWaitingThere,
    SeatsUnusable,
    SiteOfAnotherWeek,
    TeamEmpty,
)
from hanhlang.domains.agenda.models import Claim, Equipment, Vehicle, WaitingArea
from hanhlang.domains.agenda.queries import resource_ids
from hanhlang.domains.core.multitext import MultiText
from hanhlang.domains.events.models import Place

NOW = datetime(2025, 10, 27, 2, tzinfo=UTC)
NAME = MultiText({"vi": "Bộ nghe", "en": "Whisper set"})


@pytest.mark.parametrize(
    ("minutes", "languages", "is_heavy", "people"),
    [
        (40, 2, False, 1),
        (41, 2, False, 2),
        (240, 2, False, 2),
        (241, 2, False, 3),
        (480, 2, False, 4),
        (60, 1, False, 0),
        (60, 3, False, 6),
        (60, 4, False, 8),
        (60, 4, True, 12),
    ],
)
def test_a_team_is_as_large_as_length_and_languages_ask(minutes, languages, is_heavy, people):
    assert rules.team_size(minutes, languages=languages, is_heavy=is_heavy) == people


def test_nobody_interprets_longer_than_eight_hours_on_end():
    with pytest.raises(ValueError, match="481"):
        rules.team_size(481)


def test_two_take_turns_of_half_an_hour_and_one_alone_takes_none():
    def hour(minutes):
        return NOW + timedelta(minutes=minutes)

    assert rules.turns(NOW, hour(70), 2) == [(NOW, hour(30), 0), (hour(30), hour(60), 1), (hour(60), hour(70), 0)]
    assert rules.turns(NOW, hour(40), 1) == [(NOW, hour(40), 0)]


WINDOWS = st.lists(st.tuples(st.integers(0, 1300), st.integers(1, 200)), max_size=6)


@given(WINDOWS)
def test_what_is_outside_the_hours_and_the_hours_make_up_the_whole_day(spans):
    day = datetime(2025, 10, 27, tzinfo=UTC)
    hours = [(day + timedelta(minutes=start), day + timedelta(minutes=min(1440, start + length))) for start, length in spans]
    closed = rules.outside(hours, day, day + timedelta(days=1))

    def within(moment, windows):
        return any(start <= moment < end for start, end in windows)

    for minute in range(0, 1440, 7):
        at = day + timedelta(minutes=minute)
        assert within(at, closed) == (bool(hours) and not within(at, hours))


@given(WINDOWS, st.integers(30, 600), st.booleans())
def test_cut_hours_never_pass_the_ceiling_and_lie_inside_what_was_given(spans, most, from_the_end):
    day = datetime(2025, 10, 27, tzinfo=UTC)
    starts = sorted({start for start, _ in spans})
    ends = [*starts[1:], 1440]
    hours = (
        [(day + timedelta(minutes=start), day + timedelta(minutes=end)) for start, end in zip(starts, ends, strict=True)] if starts else []
    )

    kept = rules.within_ceiling(hours, most, from_the_end=from_the_end)

    whole = sum(rules.minutes_by_day(hours).values())
    assert sum(rules.minutes_by_day(kept).values()) == min(most, whole)
    assert all(any(start >= a and end <= b for a, b in hours) for start, end in kept)


@pytest.mark.django_db
def test_a_teams_hours_size_and_ceiling_are_set_together():
    team = make_team(make_site(make_week()))

    supplies.set_team(team=team, size=3, hours=[(NOW, NOW + timedelta(hours=4))], daily_minutes=300, by=None, now=NOW)

    team.refresh_from_db()
    assert (team.size, team.daily_minutes, supplies.from_json(team.hours)) == (3, 300, [(NOW, NOW + timedelta(hours=4))])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"size": 0}, TeamEmpty),
        ({"daily_minutes": 20}, CeilingUnusable),
        ({"daily_minutes": 601}, CeilingUnusable),
        ({"hours": [(NOW, NOW)]}, HoursUpsideDown),
    ],
)
def test_a_team_that_cannot_be_is_refused_and_stays_as_it_was(values, refusal):
    team = make_team(make_site(make_week()))
    given = {"size": 2, "hours": [], "daily_minutes": 420} | values

    with pytest.raises(refusal):
        supplies.set_team(team=team, by=None, now=NOW, **given)

    team.refresh_from_db()
    assert (team.size, team.hours, team.daily_minutes) == (2, [], 420)


@pytest.mark.django_db
def test_equipment_is_taken_once_at_a_time_and_not_removed_while_it_is_taken():
    site = make_site(make_week())
    thing = supplies.add_equipment(week=site.week, name=NAME, kind="whisper-set", site=site, by=None, now=NOW)
    number = resource_ids(site.week).thing(thing.pk)

    def claim(source):
        return NewClaim(number, NOW, NOW + timedelta(minutes=30), Claim.Kind.MEETING, source)

    replace_claims(week=site.week, drop=[], claims=[claim("meeting:1")], by=None, now=NOW)

    with pytest.raises(AlreadyTaken, match=r"(Bộ nghe|Whisper set)"):
        replace_claims(week=site.week, drop=[], claims=[claim("meeting:2")], by=None, now=NOW)
    with pytest.raises(EquipmentInUse):
        supplies.remove_equipment(equipment=thing, by=None, now=NOW)
    replace_claims(week=site.week, drop=["meeting:1"], claims=[], by=None, now=NOW)
    supplies.remove_equipment(equipment=thing, by=None, now=NOW)
    assert not Equipment.objects.exists()


@pytest.mark.django_db
def test_equipment_needs_a_plain_kind_and_a_city_of_its_week():
    site = make_site(make_week())

    with pytest.raises(KindUnusable):
        supplies.add_equipment(week=site.week, name=NAME, kind="Whisper set!", site=site, by=None, now=NOW)
    with pytest.raises(SiteOfAnotherWeek):
        supplies.add_equipment(week=make_week(), name=NAME, kind="whisper-set", site=site, by=None, now=NOW)


@pytest.mark.django_db
def test_a_vehicle_has_seats_and_can_be_taken_away():
    site = make_site(make_week())

    with pytest.raises(SeatsUnusable):
        supplies.add_vehicle(week=site.week, name="29A-1", kind="car", seats=0, site=site, by=None, now=NOW)
    vehicle = supplies.add_vehicle(week=site.week, name="29A-1", kind="car", seats=3, site=site, by=None, now=NOW)
    supplies.remove_vehicle(vehicle=vehicle, by=None, now=NOW)
    assert not Vehicle.objects.exists()


@pytest.mark.django_db
def test_guests_wait_in_a_shared_place_of_the_same_city():
    site = make_site(make_week())
    room, lounge = make_place(site), make_place(site, sharing=Place.Sharing.SHARED)
    elsewhere = make_place(make_site(site.week), sharing=Place.Sharing.SHARED)

    for wrong in (room, make_place(site), elsewhere):
        with pytest.raises(NoWaitingThere):
            supplies.set_waiting_area(place=room, area=wrong, by=None, now=NOW)
    supplies.set_waiting_area(place=room, area=lounge, by=None, now=NOW)
    assert WaitingArea.objects.get().area == lounge
    supplies.set_waiting_area(place=room, area=None, by=None, now=NOW)
    assert not WaitingArea.objects.exists()
