"""Each soft term alone, counted by hand."""

from __future__ import annotations

from dataclasses import fields

import pytest

from engine.small import NINE, at, day, meeting, plan
from hanhlang.engine.problem import Engagement, Interval, Person, Placed, Weights
from hanhlang.engine.scoring import TERMS, objective, score

A, B, C = meeting("a", ("ann", "bob")), meeting("b", ("ann", "cy")), meeting("c", ("ann", "dan"))
FAR = meeting("b", ("ann", "cy"), pools=("far",))
ANN = Person("ann", meals=(Interval(NINE, NINE + 60),), weight=3, in_a_row=2)

CASES = {
    "unplaced": (day(A, B), plan(at(0, "a"), lost=("b",)), 100, 100),
    "breaks": (day(A, B, C), plan(at(0, "a"), at(2, "b"), at(5, "c")), 2, 4),
    "breaks of a heavy person": (day(A, B, people=(ANN,)), plan(at(0, "a"), at(2, "b")), 1, 6),
    "idle": (day(A, B, weights=Weights(idle=2)), plan(at(0, "a"), at(2, "b")), 2, 4),
    "preferred": (day(meeting(preferred=(Interval(NINE, NINE + 20),))), plan(at(1)), 1, 1),
    "meal": (day(A, people=(ANN,)), plan(at(1, "a")), 1, 15),
    "meal spoilt by an engagement": (
        day(A, people=(Person("ann", meals=ANN.meals, engagements=(Engagement(NINE + 20, NINE + 40),)),)),
        plan(lost=("a",)),
        1,
        5,
    ),
    "in_a_row": (day(A, B, C, people=(ANN,)), plan(at(0, "a"), at(1, "b"), at(2, "c")), 1, 9),
    "city_changes": (day(A, FAR, people=(ANN,)), plan(at(0, "a"), at(5, "b", "f1")), 1, 12),
    "moved": (
        day(A, published=(Placed("a", NINE, "t1"),), weights=Weights(moved=7)),
        plan(at(0, "a", "t2")),
        1,
        7,
    ),
}

FREE = {
    "unplaced": (day(A), plan(at(0, "a"))),
    "breaks": (day(A, B), plan(at(0, "a"), at(1, "b"))),
    "idle": (day(A, B, weights=Weights(idle=2)), plan(at(0, "a"), at(1, "b"))),
    "preferred": (day(meeting(preferred=(Interval(NINE, NINE + 20),))), plan(at(0))),
    "meal": (day(A, people=(ANN,)), plan(at(0, "a"))),
    "in_a_row": (day(A, B, C, people=(ANN,)), plan(at(0, "a"), at(1, "b"), at(3, "c"))),
    "city_changes": (day(A, B), plan(at(0, "a"), at(1, "b"))),
    "moved": (day(A, published=(Placed("a", NINE, "t1"),), weights=Weights(moved=7)), plan(at(0, "a"))),
}


@pytest.mark.parametrize("name", CASES)
def test_a_term_counts_in_its_unit_and_costs_its_weight(name: str):
    problem, found, amount, cost = CASES[name]
    terms = {term.name: term for term in score(problem, found)}

    assert (terms[name.split()[0]].amount, terms[name.split()[0]].cost) == (amount, cost)
    assert objective(terms.values()) == sum(term.cost for term in terms.values())


@pytest.mark.parametrize("name", FREE)
def test_a_term_costs_nothing_where_nothing_is_wrong(name: str):
    terms = {term.name: term for term in score(*FREE[name])}

    assert (terms[name].amount, terms[name].cost) == (0, 0)


def test_every_weight_has_a_term_and_a_weight_of_0_switches_it_off():
    weights = {field.name for field in fields(Weights)} - {"meal_minutes"}
    off = Weights(**dict.fromkeys(weights, 0))

    assert {name for name, _ in TERMS} == weights
    assert score(day(A, weights=off), plan(lost=("a",))) == ()
