"""Each hard rule alone: what it forbids and what it allows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.small import NINE, at, day, meeting, plan
from hanhlang.engine.checker import RULES, check
from hanhlang.engine.plan import Placement
from hanhlang.engine.problem import Apart, Engagement, Interval, Person, Pool, Precedence, Site, Unit

ONE = meeting()
TWO = (meeting("a", ("ann", "bob")), meeting("b", ("ann", "cy")))
STRANGERS = (meeting("a", ("ann", "bob")), meeting("b", ("cy", "dan")))
TEAMS = (
    Pool("hall", "here", (Unit("t1"), Unit("t2"))),
    Pool("vi", "here", (Unit("i1"),), serves="vi-en", turnround=20),
    Pool("vi-far", "there", (Unit("i2"),), serves="vi-en"),
)
SLOW = (Pool("hall", "here", (Unit("t1"), Unit("t2")), turnround=15),)
NEEDY = meeting(needs=("vi-en",))
BUSY = Person("ann", engagements=(Engagement(NINE, NINE + 20, "there"),))


def closed(start: int, end: int):
    return (Pool("hall", "here", (Unit("t1", (Interval(start, end),)), Unit("t2")), turnround=10),)


CASES = {
    "known_ids: a unit nobody has": (day(ONE), plan(at(0, unit="t9"))),
    "known_ids: a meeting nobody has": (day(ONE), plan(at(0), at(1, "x"))),
    "known_ids: a team nobody has": (day(NEEDY, pools=TEAMS), plan(at(0, teams=("i9",)))),
    "once_each: twice": (day(ONE), plan(at(0), at(2))),
    "once_each: neither placed nor unplaced": (day(ONE), plan()),
    "once_each: placed and unplaced": (day(ONE), plan(at(0), lost=("m",))),
    "starts_on_grid: between two slots": (day(ONE), plan(Placement("m", 0, NINE + 5, "t1"))),
    "starts_on_grid: after the last slot": (day(ONE), plan(at(6))),
    "inside_windows: the meeting's": (day(meeting(windows=(Interval(NINE, NINE + 39),))), plan(at(1))),
    "inside_windows: a person's": (day(ONE, people=(Person("ann", windows=(Interval(NINE + 1, 1000),)),)), plan(at(0))),
    "nobody_in_two_places: at once": (day(*TWO), plan(at(0, "a"), at(0, "b", "t2"))),
    "nobody_in_two_places: no time to travel": (
        day(TWO[0], replace(TWO[1], pools=("far",))),
        plan(at(0, "a"), at(3, "b", "f1")),
    ),
    "engagements_kept: at once": (day(ONE, people=(replace(BUSY, engagements=(Engagement(NINE, NINE + 5),)),)), plan(at(0))),
    "engagements_kept: no time to travel": (day(ONE, people=(BUSY,)), plan(at(3))),
    "permitted_pools: another hall": (day(ONE), plan(at(0, unit="f1"))),
    "enough_seats: the people": (day(ONE, pools=(replace(SLOW[0], seats=1),)), plan(at(0))),
    "enough_seats: seats asked for": (day(replace(ONE, seats=5), pools=(replace(SLOW[0], seats=4),)), plan(at(0))),
    "units_open: closed": (day(ONE, pools=closed(NINE + 10, NINE + 15)), plan(at(0))),
    "units_open: closed during turn-round": (day(ONE, pools=closed(NINE + 29, NINE + 60)), plan(at(0))),
    "units_once: a table": (day(*STRANGERS), plan(at(0, "a"), at(0, "b"))),
    "units_once: turn-round": (day(*STRANGERS, pools=SLOW), plan(at(0, "a"), at(1, "b"))),
    "units_once: a team": (
        day(replace(STRANGERS[0], needs=("vi-en",)), replace(STRANGERS[1], needs=("vi-en",)), pools=TEAMS),
        plan(at(0, "a", teams=("i1",)), at(1, "b", "t2", teams=("i1",))),
    ),
    "interpreters_there: none": (day(NEEDY, pools=TEAMS), plan(at(0))),
    "interpreters_there: in the other city": (day(NEEDY, pools=TEAMS), plan(at(0, teams=("i2",)))),
    "locks_kept: start": (day(replace(ONE, fixed_start=NINE)), plan(at(1))),
    "locks_kept: unit": (day(replace(ONE, fixed_unit="t2")), plan(at(0))),
    "precedences_kept: reversed": (day(*STRANGERS, precedences=(Precedence("b", "a"),)), plan(at(0, "a"), at(1, "b"))),
    "kept_apart: in one hall": (day(*STRANGERS, apart=(Apart("bob", "cy"),)), plan(at(0, "a"), at(0, "b", "t2"))),
    "kept_apart: too soon after": (day(*STRANGERS, apart=(Apart("bob", "cy", 1),)), plan(at(0, "a"), at(1, "b", "t2"))),
    "fair_breaks: one has a break more": (day(*TWO, fairness=0), plan(at(0, "a"), at(2, "b"))),
    "all_placed: one is not": (day(ONE, place_all=True), plan(lost=("m",))),
}

ALLOWED = {
    "placed": (day(ONE), plan(at(0))),
    "left out": (day(ONE), plan(lost=("m",))),
    "up to the end of a window": (day(meeting(windows=(Interval(NINE, NINE + 40),))), plan(at(1))),
    "a person's window": (day(ONE, people=(Person("ann", windows=(Interval(NINE, NINE + 20),)),)), plan(at(0))),
    "one after the other": (day(*TWO), plan(at(0, "a"), at(1, "b", "t2"))),
    "time to travel, to the minute": (day(TWO[0], replace(TWO[1], pools=("far",))), plan(at(0, "a"), at(4, "b", "f1"))),
    "back from an engagement, to the minute": (day(ONE, people=(BUSY,)), plan(at(4))),
    "an engagement anywhere": (day(ONE, people=(replace(BUSY, engagements=(Engagement(NINE, NINE + 20),)),)), plan(at(1))),
    "as many seats as people": (day(ONE, pools=(replace(SLOW[0], seats=2),)), plan(at(0))),
    "closed right after turn-round": (day(ONE, pools=closed(NINE + 30, NINE + 60)), plan(at(0))),
    "two tables at once": (day(*STRANGERS), plan(at(0, "a"), at(0, "b", "t2"))),
    "after turn-round": (day(*STRANGERS, pools=SLOW), plan(at(0, "a"), at(2, "b"))),
    "a team at the place": (day(NEEDY, pools=TEAMS), plan(at(0, teams=("i1",)))),
    "a team again after its turn-round": (
        day(replace(STRANGERS[0], needs=("vi-en",)), replace(STRANGERS[1], needs=("vi-en",)), pools=TEAMS),
        plan(at(0, "a", teams=("i1",)), at(2, "b", "t2", teams=("i1",))),
    ),
    "on its lock": (day(replace(ONE, fixed_start=NINE, fixed_unit="t2")), plan(at(0, unit="t2"))),
    "in order": (day(*STRANGERS, precedences=(Precedence("a", "b"),)), plan(at(0, "a"), at(1, "b"))),
    "apart in time": (day(*STRANGERS, apart=(Apart("bob", "cy"),)), plan(at(0, "a"), at(1, "b", "t2"))),
    "apart and long after": (day(*STRANGERS, apart=(Apart("bob", "cy", 1),)), plan(at(0, "a"), at(2, "b", "t2"))),
    "fair enough": (day(*TWO, fairness=1), plan(at(0, "a"), at(2, "b"))),
    "no break is fair": (day(*TWO, fairness=0), plan(at(0, "a"), at(1, "b"))),
    "all placed": (day(ONE, place_all=True), plan(at(0))),
}


@pytest.mark.parametrize("name", CASES)
def test_a_broken_rule_is_named(name: str):
    problem, found = CASES[name]

    assert {violation.rule for violation in check(problem, found)} == {name.split(":")[0]}


@pytest.mark.parametrize("name", ALLOWED)
def test_what_a_rule_allows_is_lawful(name: str):
    assert check(*ALLOWED[name]) == ()


def test_every_rule_has_a_case_that_breaks_it():
    assert {name.split(":")[0] for name in CASES} == {rule.__name__ for rule in RULES}


def test_travel_depends_on_the_hour_of_departure():
    problem = day(TWO[0], replace(TWO[1], pools=("far",)))
    rush = replace(problem.roads[0], minutes=tuple(90 if hour == 9 else 60 for hour in range(24)))

    found = check(replace(problem, roads=(rush, problem.roads[1]), sites=(Site("here"), Site("there"))), plan(at(0, "a"), at(4, "b", "f1")))

    assert [violation.rule for violation in found] == ["nobody_in_two_places"]
