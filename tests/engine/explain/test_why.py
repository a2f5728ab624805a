"""Causes are what the checker would say, minimal; what helps has been tried; other spots are free and priced rightly."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.small import NINE, at, day, grid, meeting, plan, random_problem
from hanhlang.engine.checker import check
from hanhlang.engine.explain import reasons
from hanhlang.engine.explain.obstacles import Kind, Obstacles, smallest_reasons
from hanhlang.engine.explain.why import WhyNot, why_here, why_not
from hanhlang.engine.explain.words import CAUSES, FAVOURS, helps, not_placed
from hanhlang.engine.plan import Placement, Plan
from hanhlang.engine.problem import Apart, Engagement, Interval, Meeting, Person, Pool, Precedence, Problem, Site, Unit
from hanhlang.engine.scoring import objective, score
from hanhlang.engine.solve import solve


def asked(problem: Problem, before: Plan) -> WhyNot:
    """Explain the first meeting that the plan does not place."""
    whole = Plan(before.placements, reasons(problem, before))
    return why_not(problem, whole, whole.unplaced[0])


def kinds(why: WhyNot) -> set[tuple[Kind, str]]:
    return {(each.obstacle.kind, each.obstacle.who) for each in why.causes}


def lawful_at(problem: Problem, before: Plan, each: Meeting, slot: int, start: int, pool: Pool) -> bool:
    """Tell by the checker whether a meeting could be added there, whichever unit and teams it takes."""
    teams = [
        [unit.id for kind in problem.pools if (kind.serves, kind.site) == (pair, pool.site) for unit in kind.units] for pair in each.needs
    ]
    lost = tuple(other for other in before.unplaced if other.meeting != each.id)
    return any(
        not check(problem, Plan((*before.placements, Placement(each.id, slot, start, unit.id, chosen)), lost))
        for unit in pool.units
        for chosen in product(*teams)
    )


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_the_obstacles_of_every_spot_are_what_the_checker_says(seed: int):
    problem = random_problem(seed)
    problem = Problem(**{**{name: getattr(problem, name) for name in problem.__slots__}, "fairness": None})
    before = solve(problem, iterations=2000, workers=1, seed=seed).plan
    assert before is not None
    before = Plan(before.placements[::2], before.unplaced + tuple(reasons(problem, Plan(before.placements[::2]))))
    before = Plan(before.placements, reasons(problem, before))
    pools = {pool.id: pool for pool in problem.pools}

    for unplaced in before.unplaced[:4]:
        each = next(other for other in problem.meetings if other.id == unplaced.meeting)
        forbidden = Obstacles(problem, before).of(each)
        for spot, obstacles in forbidden.items():
            if obstacles:
                assert not lawful_at(problem, before, each, spot.slot, spot.start, pools[spot.pool])
        why = why_not(problem, before, unplaced)
        if why.causes:
            named = {cause.obstacle for cause in why.causes}
            assert all(named & obstacles for obstacles in forbidden.values())
            for one in named:
                assert any(not (named - {one}) & obstacles for obstacles in forbidden.values())
        for help in why.helps:
            assert check(help.problem, help.plan) == ()
            there = {placement.meeting for placement in help.plan.placements}
            assert {each.id, *(placement.meeting for placement in before.placements)} <= there


def test_reasons_are_none_where_a_spot_is_free():
    problem = day(meeting("m"))

    why = asked(problem, plan())

    assert (why.causes, why.free and why.free.start) == ((), NINE)
    assert why.helps[0].price == 0


CRAMPED = (Pool("hall", "here", (Unit("t1"),), seats=1),)
ONE_SLOT = {"grids": (grid(1),), "sites": (Site("here"),), "roads": (), "pools": (Pool("hall", "here", (Unit("t1"),)),)}
OTHER = meeting("n", ("cid", "dan"))


@pytest.mark.parametrize(
    ("problem", "before", "named", "favour"),
    [
        (day(meeting("m"), people=(Person("ann", windows=(Interval(0, 1),)),), **ONE_SLOT), plan(), (Kind.WINDOW, "ann"), Kind.WINDOW),
        (
            day(meeting("m"), people=(Person("ann", engagements=(Engagement(NINE, NINE + 5),)),), **ONE_SLOT),
            plan(),
            (Kind.ENGAGEMENT, "ann"),
            Kind.ENGAGEMENT,
        ),
        (day(meeting("m"), OTHER, **ONE_SLOT), plan(at(0, "n")), (Kind.FULL, "hall"), Kind.FULL),
        (
            day(meeting("m"), **{**ONE_SLOT, "pools": (Pool("hall", "here", (Unit("t1", (Interval(0, 900),)),)),)}),
            plan(),
            (Kind.CLOSED, "hall"),
            Kind.CLOSED,
        ),
        (
            day(meeting("m"), **{**ONE_SLOT, "pools": CRAMPED}),
            plan(),
            (Kind.SEATS, "hall"),
            Kind.SEATS,
        ),
        (day(meeting("m", pools=()), **ONE_SLOT), plan(), (Kind.PERMITTED, "hall"), Kind.PERMITTED),
        (day(meeting("m", needs=("vi-ko",)), **ONE_SLOT), plan(), (Kind.TEAM, "vi-ko"), Kind.TEAM),
        (day(meeting("m", windows=(Interval(0, 1),)), **ONE_SLOT), plan(), (Kind.OWN_WINDOW, "m"), Kind.OWN_WINDOW),
    ],
)
def test_a_single_cause_is_named_and_giving_it_up_places_the_meeting(problem: Problem, before: Plan, named, favour: Kind):
    why = asked(problem, before)

    assert kinds(why) == {named}
    assert favour in {obstacle.kind for help in why.helps for obstacle in help.gives_up}
    assert all(check(help.problem, help.plan) == () for help in why.helps)


def test_a_meeting_in_the_way_is_offered_to_be_moved_only_where_it_can_go_elsewhere():
    narrow = {"people": (Person("bob", windows=(Interval(NINE, NINE + 20),)),)}
    elsewhere = day(meeting("m"), meeting("n", ("ann", "cid")), **narrow)
    nowhere = day(meeting("m"), meeting("n", ("ann", "cid"), windows=(Interval(NINE, NINE + 20),)), **narrow)

    moved = asked(elsewhere, plan(at(0, "n")))
    stuck = asked(nowhere, plan(at(0, "n")))

    assert (Kind.MEETING, "n") in {(o.kind, o.who) for help in moved.helps if len(help.gives_up) == 1 for o in help.gives_up}
    assert (Kind.MEETING, "n") not in {(o.kind, o.who) for help in stuck.helps for o in help.gives_up}


def test_ten_minutes_less_are_offered_where_they_are_enough():
    short = {"people": (Person("ann", windows=(Interval(NINE, NINE + 10),)),)}

    why = asked(day(meeting("m"), **short), plan())

    assert 10 in {help.shorter for help in why.helps if not help.gives_up}


@pytest.mark.parametrize(("there", "offered"), [(70, True), (69, False), (5, False)])
def test_more_than_an_hour_less_is_another_meeting(there: int, offered: bool):
    short = {"people": (Person("ann", windows=(Interval(NINE, NINE + there),)),)}

    why = asked(day(meeting("m", minutes=130), **short), plan())

    assert any(help.shorter for help in why.helps) == offered


def test_order_and_people_kept_apart_are_causes_too():
    ordered = day(meeting("m"), OTHER, precedences=(Precedence("n", "m"),), **ONE_SLOT)
    apart = day(
        meeting("m"), OTHER, apart=(Apart("ann", "cid"),), **{**ONE_SLOT, "pools": (Pool("hall", "here", (Unit("t1"), Unit("t2"))),)}
    )

    forbidden = [Obstacles(problem, plan(at(0, "n"))).of(problem.meetings[0]) for problem in (ordered, apart)]

    assert {o.kind for obstacles in forbidden[0].values() for o in obstacles} == {Kind.ORDER, Kind.FULL}
    assert {o.kind for obstacles in forbidden[1].values() for o in obstacles} == {Kind.APART}
    assert asked(apart, plan(at(0, "n"))).helps == ()


def test_a_set_of_causes_without_one_too_many_is_found():
    problem = day(meeting("m"), grids=(grid(3),), people=(Person("ann", windows=(Interval(NINE + 20, NINE + 60),)),))
    obstacles = Obstacles(problem, plan()).of(problem.meetings[0])

    assert smallest_reasons(obstacles) is None
    closed = {spot: given for spot, given in obstacles.items() if given}
    assert len(smallest_reasons(closed) or ()) == 2


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_other_spots_of_a_placed_meeting_are_lawful_and_priced_as_scoring_prices_them(seed: int):
    problem = random_problem(seed)
    problem = Problem(**{**{name: getattr(problem, name) for name in problem.__slots__}, "fairness": None})
    before = solve(problem, iterations=2000, workers=1, seed=seed).plan
    assert before is not None
    pools = {pool.id: pool for pool in problem.pools}
    cost = objective(score(problem, before))

    for placement in before.placements[:5]:
        each = next(other for other in problem.meetings if other.id == placement.meeting)
        rest = tuple(other for other in before.placements if other is not placement)
        for other in why_here(problem, before, each.id).elsewhere:
            spot = other.spot
            unit = pools[spot.pool].units[0].id
            moved = Plan((*rest, Placement(each.id, spot.slot, spot.start, unit, placement.teams)), before.unplaced)
            assert objective(score(problem, moved)) - cost == other.costs_more


def test_every_cause_and_favour_has_words_in_both_languages():
    problem = day(meeting("m", windows=(Interval(0, 1),)), origin="2025-10-27")

    why = asked(problem, plan())

    assert set(CAUSES) == set(Kind)
    assert set(FAVOURS) == set(Kind) - {Kind.APART}
    assert not_placed(problem, why)["en"].startswith("Meeting m is not placed because: outside the meeting's own windows")
    assert not_placed(problem, why)["vi"].startswith("Cuộc gặp m chưa xếp được vì: ngoài khung giờ")
    assert "2025-10-27 09:00" in helps(problem, why.helps[0])["vi"]
