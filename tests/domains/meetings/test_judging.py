"""The verdict on a move is what the independent checker and the scoring say of the whole plan after it."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.small import at, day, grid, meeting, plan, random_problem
from hanhlang.domains.meetings.planning import Broken, Judge
from hanhlang.engine.checker import check
from hanhlang.engine.plan import Plan, Reason, Unplaced
from hanhlang.engine.problem import Apart, Engagement, Interval, Person, Placed, Pool, Precedence, Problem, Unit, Weights
from hanhlang.engine.scoring import score

NINE = 540


def rules(judge: Judge, name: str, slot: int, unit: str) -> list[str]:
    return [each.rule for each in judge.verdict(name, NINE + 20 * slot, unit).broken]


def filled(problem: Problem, dice: Random) -> Plan:
    """Return a plan of what the judge lets in, one meeting after the other at a few spots drawn."""
    placed = Plan((), tuple(Unplaced(row.id, Reason.CROWDED_OUT) for row in problem.meetings))
    for row in problem.meetings:
        judge = Judge(problem, placed)
        units = judge.units_for(row.id)
        for _ in range(6):
            if not units:
                break
            verdict = judge.verdict(row.id, dice.choice(judge.starts_of(row.id)), dice.choice(units))
            if verdict.is_lawful:
                placed = judge.moved([verdict.placement])
                break
    return placed


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_the_verdict_equals_the_checker_and_the_scoring_of_the_whole_plan(seed: int) -> None:
    dice = Random(seed)
    everything = Weights(breaks=2, idle=1, preferred=3, meal=5, in_a_row=3, city_changes=4, moved=2)
    problem = replace(random_problem(seed), fairness=None, place_all=False, weights=everything)
    before = filled(problem, dice)
    assert check(problem, before) == ()
    judge = Judge(problem, before)
    was = {term.name: (term.amount, term.cost) for term in score(problem, before)}
    units = [unit.id for pool in problem.pools if not pool.serves for unit in pool.units]
    for row in problem.meetings:
        verdict = judge.verdict(row.id, dice.choice(judge.starts_of(row.id)), dice.choice(units))
        after = judge.moved([verdict.placement])
        faults = [fault for fault in check(problem, after) if row.id in fault.meetings]

        assert {each.rule for each in verdict.broken} == {fault.rule for fault in faults}
        assert {other for fault in faults for other in fault.meetings if other != row.id} <= set(verdict.in_the_way)
        assert verdict.is_lawful == (check(problem, after) == ())
        now = {term.name: (term.amount - was[term.name][0], term.cost - was[term.name][1]) for term in score(problem, after)}
        assert {term.name: (term.amount, term.cost) for term in verdict.terms} == {name: both for name, both in now.items() if any(both)}


def test_a_move_nothing_stands_against_is_lawful_and_says_whom_it_tells() -> None:
    judge = Judge(day(meeting()), plan(at(0)))

    verdict = judge.verdict("m", NINE + 40, "t2")

    assert verdict.is_lawful
    assert verdict.placement == at(2, unit="t2")
    assert verdict.told == ("ann", "bob")


def test_back_where_it_was_published_tells_nobody() -> None:
    judge = Judge(day(meeting(), published=(Placed("m", NINE, "t1"),)), plan(at(1)))

    assert judge.verdict("m", NINE, "t1").told == ()
    assert judge.verdict("m", NINE, "t2").told == ("ann", "bob")


def test_a_person_in_another_meeting_is_named_with_it() -> None:
    judge = Judge(day(meeting(), meeting("n", ("bob", "cai"))), plan(at(0), at(2, "n", "t2")))

    assert judge.verdict("m", NINE + 40, "t1").broken == (Broken("nobody_in_two_places", "bob", other="n", start=NINE + 40, end=NINE + 60),)
    assert judge.verdict("m", NINE + 20, "t1").broken == ()


def test_the_road_to_another_meeting_counts() -> None:
    judge = Judge(day(meeting(pools=("hall", "far")), meeting("n", ("bob", "cai"))), plan(at(0), at(2, "n", "t2")))

    assert rules(judge, "m", 5, "f1") == ["nobody_in_two_places"]
    assert rules(judge, "m", 5, "t1") == []


def test_a_room_taken_is_named_with_who_has_it() -> None:
    judge = Judge(day(meeting(), meeting("n", ("cai", "dan"))), plan(at(0), at(2, "n", "t2")))

    assert judge.verdict("m", NINE + 40, "t2").broken == (Broken("units_once", unit="t2", other="n", start=NINE + 40, end=NINE + 60),)
    assert judge.verdict("m", NINE + 40, "t1").broken == ()


def test_a_session_of_one_of_the_people_is_named_with_its_hours() -> None:
    busy = Person("ann", engagements=(Engagement(NINE + 40, NINE + 60, "here"),))
    judge = Judge(day(meeting(), people=(busy,)), plan(at(0)))

    assert judge.verdict("m", NINE + 40, "t1").broken == (Broken("engagements_kept", "ann", start=NINE + 40, end=NINE + 60),)
    assert judge.verdict("m", NINE + 60, "t1").broken == ()


def test_availability_of_a_person_and_of_the_meeting() -> None:
    away = Person("ann", windows=(Interval(NINE, NINE + 40),))
    judge = Judge(day(meeting(windows=(Interval(NINE, NINE + 60),)), people=(away,)), plan(at(0)))

    assert judge.verdict("m", NINE + 40, "t1").broken == (Broken("inside_windows", "ann"),)
    assert judge.verdict("m", NINE + 60, "t1").broken == (Broken("inside_windows"), Broken("inside_windows", "ann"))
    assert judge.verdict("m", NINE + 20, "t1").broken == ()


def test_a_closed_room_is_named_with_its_hours() -> None:
    pools = (Pool("hall", "here", (Unit("t1", (Interval(NINE, NINE + 20),)), Unit("t2"))),)
    judge = Judge(day(meeting(), pools=pools), plan(at(2)))

    assert judge.verdict("m", NINE, "t1").broken == (Broken("units_open", unit="t1", start=NINE, end=NINE + 20),)
    assert judge.verdict("m", NINE, "t2").broken == ()


def test_seats_and_permitted_rooms() -> None:
    pools = (Pool("hall", "here", (Unit("t1"),)), Pool("booth", "here", (Unit("b1"),), seats=1), Pool("salon", "here", (Unit("s1"),)))
    judge = Judge(day(meeting(pools=("hall", "booth")), pools=pools), plan(at(0)))

    assert rules(judge, "m", 0, "b1") == ["enough_seats"]
    assert rules(judge, "m", 0, "s1") == ["permitted_pools"]
    assert rules(judge, "m", 1, "t1") == []


def test_interpreters_go_along_and_are_missed_where_there_are_none() -> None:
    pools = (
        Pool("hall", "here", (Unit("t1"), Unit("t2"))),
        Pool("far", "there", (Unit("f1"),)),
        Pool("ko", "here", (Unit("k1"),), serves="ko-vi"),
    )
    mine, other = meeting(pools=("hall", "far"), needs=("ko-vi",)), meeting("n", ("cai", "dan"), needs=("ko-vi",))
    judge = Judge(day(mine, other, pools=pools), plan(at(0, teams=("k1",)), at(2, "n", "t2", ("k1",))))

    assert judge.verdict("m", NINE + 20, "t1").placement.teams == ("k1",)
    assert judge.verdict("m", NINE + 40, "t1").broken == (Broken("units_once", unit="k1", other="n", start=NINE + 40, end=NINE + 60),)
    assert rules(judge, "m", 0, "f1") == ["interpreters_there"]


def test_a_lock_an_order_and_enemies_are_kept() -> None:
    locked = Judge(day(meeting(fixed_start=NINE)), plan(at(0)))
    order = Judge(day(meeting(), meeting("n", ("cai", "dan")), precedences=(Precedence("n", "m"),)), plan(at(3), at(2, "n", "t2")))
    enemies = Judge(day(meeting(), meeting("n", ("cai", "dan")), apart=(Apart("ann", "cai"),)), plan(at(0), at(2, "n", "t2")))

    assert (rules(locked, "m", 1, "t1"), rules(locked, "m", 0, "t1")) == (["locks_kept"], [])
    assert (rules(order, "m", 0, "t1"), rules(order, "m", 4, "t1")) == (["precedences_kept"], [])
    assert (rules(enemies, "m", 2, "t1"), rules(enemies, "m", 1, "t1")) == (["kept_apart"], [])


def test_an_hour_that_is_not_offered_has_no_price() -> None:
    judge = Judge(day(meeting()), plan(at(0)))

    verdict = judge.verdict("m", NINE + 7, "t1")

    assert [each.rule for each in verdict.broken] == ["starts_on_grid"]
    assert verdict.terms == ()


def test_what_nobody_may_know_of_counts_in_no_figure() -> None:
    problem = day(meeting(), meeting("n", ("ann", "cai")), grids=(grid(),))
    seen, unseen = (Judge(problem, plan(at(0), at(1, "n", "t2")), hidden) for hidden in (frozenset(), frozenset({"n"})))

    assert [(term.name, term.amount) for term in seen.verdict("m", NINE + 60, "t1").terms] == [("breaks", 1)]
    assert unseen.verdict("m", NINE + 60, "t1").terms == ()


@pytest.mark.parametrize("name", ["m", "n"])
def test_a_meeting_without_a_place_may_get_one(name: str) -> None:
    judge = Judge(day(meeting(), meeting("n", ("cai", "dan"))), plan(lost=("m", "n")))

    verdict = judge.verdict(name, NINE, "t1")

    assert verdict.is_lawful
    assert [(term.name, term.cost) for term in verdict.terms] == [("unplaced", -100)]
    assert len(judge.moved([verdict.placement]).unplaced) == 1
