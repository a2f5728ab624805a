"""What meetings need besides rooms, all the way through the planner."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factories import local, make_delegation, make_member, make_site, make_team, make_travel
from factories.meetings import DAY, NOW, make_meeting, make_party, make_ready_week, make_room
from hanhlang.domains.agenda import supplies as lending
from hanhlang.domains.agenda.models import Claim
from hanhlang.domains.agenda.rules import team_size
from hanhlang.domains.core.multitext import MultiText
from hanhlang.domains.events.models import Site
from hanhlang.domains.meetings import services
from hanhlang.domains.meetings.actions import publish_plan
from hanhlang.domains.meetings.actions.resources import end_keeping_apart, keep_apart, need_equipment
from hanhlang.domains.meetings.errors_resources import AgreedToMeet, AlreadyApart, ApartFromItself, ApartNeedsReason, NoSuchEquipment
from hanhlang.domains.meetings.models import KeepApart, Kind, Placement, Request, Run
from hanhlang.domains.meetings.planning import plan_from, problem_of, store_plan
from hanhlang.engine.checker import check
from hanhlang.engine.solve import solve
from hanhlang.engine.validate import problem_faults

pytestmark = pytest.mark.django_db
NAME = MultiText({"vi": "Bộ tai nghe", "en": "Whisper set"})


@pytest.fixture
def week():
    return make_ready_week()


def bilateral(week, **fields):
    heads = [make_party(week).members.get(is_head=True).person for _ in range(2)]
    return make_meeting(week, *heads, **({"kind": Kind.BILATERAL, "minutes": 30} | fields))


def searched(week):
    """Return the stored plan of a short search."""
    problem = problem_of(week)
    assert problem_faults(problem) == ()
    found = solve(problem, iterations=200, workers=1, seed=1).plan
    run = Run.objects.create(week=week)
    return store_plan(run=run, problem=problem, plan=found, bound=None, seconds=0.1)


def starts(plan):
    return sorted(plan.placements.values_list("starts_at", flat=True))


def test_a_team_is_given_nothing_outside_its_hours(week):
    team = make_team(Site.objects.get(week=week))
    hours = [(local(week, DAY, "10:30"), local(week, DAY, "11:30"))]
    lending.set_team(team=team, size=2, hours=hours, daily_minutes=420, by=None, now=NOW)
    bilateral(week, needs=["ko-vi"])

    (start,) = starts(searched(week))

    assert local(week, DAY, "10:30") <= start <= local(week, DAY, "11:00")


def test_a_team_without_hours_is_there_all_day_as_before(week):
    make_team(Site.objects.get(week=week))

    (pool,) = [pool for pool in problem_of(week).pools if pool.serves]

    assert (pool.serves, pool.units[0].closed) == ("ko-vi", ())


def test_hours_beyond_the_daily_ceiling_are_cut_one_teams_evening_and_the_nexts_morning(week):
    site = Site.objects.get(week=week)
    hours = [(local(week, DAY, "08:00"), local(week, DAY, "18:00"))]
    for key in ("a", "b"):
        lending.set_team(team=make_team(site, key=key), size=2, hours=hours, daily_minutes=420, by=None, now=NOW)

    (pool,) = [pool for pool in problem_of(week).pools if pool.serves]

    first, second = (unit.closed for unit in pool.units)
    assert [(gap.start, gap.end) for gap in first] == [(0, 8 * 60), (15 * 60, 3 * 1440)]
    assert [(gap.start, gap.end) for gap in second] == [(0, 11 * 60), (18 * 60, 3 * 1440)]


def test_what_is_long_goes_to_the_larger_team_where_teams_differ(week):
    site = Site.objects.get(week=week)
    alone, pair = make_team(site, size=1), make_team(site, size=2)
    short, long = bilateral(week, needs=["ko-vi"], minutes=40), bilateral(week, needs=["ko-vi"], minutes=60)

    plan = searched(week)

    assert list(plan.placements.get(meeting=short).teams.all()) == [alone]
    assert list(plan.placements.get(meeting=long).teams.all()) == [pair]
    problem = problem_of(week)
    assert check(problem, plan_from(plan, problem)) == ()


def test_what_no_team_may_work_through_stays_unplaced_and_says_so(week):
    make_team(Site.objects.get(week=week), size=1)
    bilateral(week, needs=["ko-vi"], minutes=60)

    plan = searched(week)

    assert not plan.placements.exists()
    assert "2 interpreters" in plan.unplaced.get().text.shown("en")


@given(st.integers(5, 480), st.sets(st.integers(1, 6), max_size=4))
def test_a_meeting_needs_what_a_team_serves_exactly_when_some_team_is_large_enough(minutes, sizes):
    need = services.of_meeting("ko-vi", minutes, sizes)
    served = {services.of_team("ko-vi", size, sizes): size for size in sizes}

    assert (need in served) == any(size >= team_size(minutes) for size in sizes)
    if need in served and len(sizes) > 1:
        assert served[need] >= team_size(minutes)


def test_one_whisper_set_serves_one_meeting_at_a_time_and_is_claimed(week):
    site = Site.objects.get(week=week)
    make_room(site)
    thing = lending.add_equipment(week=week, name=NAME, kind="whisper-set", site=site, by=None, now=NOW)
    at_nine = [[local(week, DAY, "09:00").isoformat(), local(week, DAY, "09:45").isoformat()]]
    first, second = bilateral(week, windows=at_nine), bilateral(week, windows=at_nine)
    for meeting in (first, second):
        need_equipment(meeting=meeting, kinds=["whisper-set"], by=None, now=NOW)

    plan = searched(week)

    assert plan.placements.count() == 1
    assert list(plan.placements.get().equipment.all()) == [thing]
    assert plan.unplaced.get().reason == "crowded_out"
    publish_plan(plan=plan, by=None, now=NOW)
    (claim,) = Claim.objects.filter(resource__equipment=thing)
    placed = Placement.objects.get(plan=plan)
    assert claim.source == f"meeting:{placed.meeting_id}"
    need_equipment(meeting=second, kinds=[], by=None, now=NOW)
    assert searched(week).placements.count() == 2


def test_a_meeting_cannot_need_what_the_week_does_not_have(week):
    with pytest.raises(NoSuchEquipment, match="booth"):
        need_equipment(meeting=bilateral(week), kinds=["booth"], by=None, now=NOW)


def test_equipment_of_another_city_does_not_come_along(week):
    near, far = Site.objects.get(week=week), make_site(week)
    make_travel(near, far)
    make_travel(far, near)
    lending.add_equipment(week=week, name=NAME, kind="whisper-set", site=far, by=None, now=NOW)
    need_equipment(meeting=bilateral(week), kinds=["whisper-set"], by=None, now=NOW)

    plan = searched(week)

    assert not plan.placements.exists()
    assert "Whisper set" in plan.unplaced.get().text.shown("en")


@pytest.mark.parametrize(("until", "left"), [("09:40", 1), ("10:15", 1), ("10:45", 2)])
def test_delegations_kept_apart_are_never_in_rooms_of_one_pool_at_once_nor_within_half_an_hour(week, until, left):
    make_room(Site.objects.get(week=week))
    hours = [[local(week, DAY, "09:00").isoformat(), local(week, DAY, until).isoformat()]]
    parties = [make_party(week) for _ in range(4)]
    heads = [party.members.get(is_head=True).person for party in parties]
    for pair in (heads[:2], heads[2:]):
        make_meeting(week, *pair, kind=Kind.BILATERAL, minutes=30, windows=hours)
    assert searched(week).placements.count() == 2

    pair = keep_apart(one=parties[0], other=parties[2], reason="A dispute.", by=None, now=NOW)
    assert searched(week).placements.count() == left

    end_keeping_apart(pair=pair, by=None, now=NOW)
    assert searched(week).placements.count() == 2


def test_a_pair_is_kept_apart_once_whoever_is_named_first(week):
    one, other = make_party(week), make_party(week)
    keep_apart(one=one, other=other, reason="A dispute.", by=None, now=NOW)

    with pytest.raises(AlreadyApart):
        keep_apart(one=other, other=one, reason="A dispute.", by=None, now=NOW)
    with pytest.raises(ApartFromItself):
        keep_apart(one=one, other=one, reason="A dispute.", by=None, now=NOW)
    with pytest.raises(ApartNeedsReason):
        keep_apart(one=one, other=make_party(week), reason=" ", by=None, now=NOW)
    assert KeepApart.objects.count() == 1


def test_those_who_agreed_to_meet_are_not_kept_apart(week):
    one, other = make_delegation(week), make_delegation(week)
    heads = [make_member(party, is_head=True).person for party in (one, other)]
    request = Request.objects.create(week=week, number=1, asking=one, asked=other)
    make_meeting(week, *heads, kind=Kind.BILATERAL, request=request)

    with pytest.raises(AgreedToMeet):
        keep_apart(one=other, other=one, reason="A dispute.", by=None, now=NOW)
