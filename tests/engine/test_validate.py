"""A problem's own faults: each names record, field and remedy."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.small import day, grid, meeting, random_problem
from hanhlang.engine.problem import Apart, Engagement, Interval, Person, Placed, Pool, Precedence, Road, Site, Unit, Weights
from hanhlang.engine.validate import problem_faults

GOOD = day(meeting())

CASES = {
    ("meeting m", "id"): day(meeting(), meeting()),
    ("unit t", "id"): replace(GOOD, pools=(Pool("hall", "here", (Unit("t"), Unit("t"))),)),
    ("pool hall", "site"): replace(GOOD, pools=(Pool("hall", "moon", (Unit("t"),)),)),
    ("pool hall", "turnround"): replace(GOOD, pools=(Pool("hall", "here", (Unit("t"),), turnround=-1),)),
    ("pool hall", "seats"): replace(GOOD, pools=(Pool("hall", "here", (Unit("t"),), seats=-1),)),
    ("unit t", "closed"): replace(GOOD, pools=(Pool("hall", "here", (Unit("t", (Interval(9, 9),)),)),)),
    ("road there to here", "minutes"): replace(GOOD, roads=GOOD.roads[:1]),
    ("road here to moon", "origin, destination"): replace(GOOD, roads=(*GOOD.roads, Road("here", "moon", (1,) * 24))),
    ("person ann", "windows"): day(meeting(), people=(Person("ann", (Interval(5, 4),)),)),
    ("person ann", "engagements"): day(meeting(), people=(Person("ann", engagements=(Engagement(1, 2, "moon"),)),)),
    ("person ann", "weight, in_a_row"): day(meeting(), people=(Person("ann", weight=-1),)),
    ("grid g", "blocks"): day(meeting(), grids=(grid(3, blocks=(0, 1, 0)),)),
    ("grid g", "starts"): day(meeting(), grids=(grid(3, starts=(5, 5, 6)),)),
    ("grid g", "minutes"): day(meeting(), grids=(grid(3, minutes=0, starts=(1, 2, 3)),)),
    ("meeting m", "people"): replace(GOOD, meetings=(meeting("m", ("ann", "ann")),)),
    ("meeting m", "minutes"): replace(GOOD, meetings=(meeting(minutes=0),)),
    ("meeting m", "value, seats"): replace(GOOD, meetings=(meeting(value=-1),)),
    ("meeting m", "grid"): replace(GOOD, meetings=(meeting(grid="x"),)),
    ("meeting m", "fixed_start"): replace(GOOD, meetings=(meeting(fixed_start=1),)),
    ("meeting m", "pools"): replace(GOOD, meetings=(meeting(pools=("x",)),)),
    ("meeting m", "fixed_unit"): replace(GOOD, meetings=(meeting(fixed_unit="x"),)),
    ("precedence m before m", "earlier, later"): replace(GOOD, precedences=(Precedence("m", "m"),)),
    ("apart ann, ann", "first, second"): replace(GOOD, apart=(Apart("ann", "ann"),)),
    ("apart ann, bob", "minutes"): replace(GOOD, meetings=(), apart=(Apart("ann", "bob", -1),)),
    ("published x", "meeting, unit"): replace(GOOD, published=(Placed("x", 1, "t1"),)),
    ("problem", "fairness"): replace(GOOD, fairness=-1),
    ("weights", "breaks"): replace(GOOD, weights=Weights(breaks=-1)),
    ("site here", "id"): replace(GOOD, sites=(*GOOD.sites, Site("here"))),
}


@pytest.mark.parametrize("where", CASES, ids=" ".join)
def test_a_fault_names_record_field_and_remedy(where: tuple[str, str]):
    faults = problem_faults(CASES[where])

    assert {(fault.record, fault.field) for fault in faults} == {where}
    assert all(fault.remedy.endswith(".") and fault.text for fault in faults)


def test_two_people_to_be_kept_apart_may_not_share_a_meeting():
    faults = problem_faults(replace(GOOD, apart=(Apart("ann", "bob"),)))

    assert [(fault.record, fault.field) for fault in faults] == [("meeting m", "people")]


@pytest.mark.parametrize("seed", range(5))
def test_a_sound_problem_has_no_fault(seed: int):
    assert problem_faults(GOOD) == ()
    assert problem_faults(random_problem(seed)) == ()


HUGE = (10**9, 10**30)


@pytest.mark.parametrize("number", HUGE)
@pytest.mark.parametrize(
    "where",
    [
        "pool hall turnround, seats",
        "unit t closed",
        "person ann windows, meals",
        "person ann engagements",
        "person ann weight, in_a_row",
        "grid g starts, minutes",
        "meeting m minutes, seats",
        "meeting m windows, preferred",
        "meeting m value",
        "weights one of them",
        "problem fairness",
        "published start",
        "road here to there minutes",
    ],
)
def test_a_number_that_no_week_has_is_refused_and_not_counted_with(where: str, number: int):
    problem = {
        "pool hall turnround, seats": replace(GOOD, pools=(Pool("hall", "here", (Unit("t"),), turnround=number),)),
        "unit t closed": replace(GOOD, pools=(Pool("hall", "here", (Unit("t", (Interval(0, number),)),)),)),
        "person ann windows, meals": day(meeting(), people=(Person("ann", (Interval(-number, 5),)), Person("bob"))),
        "person ann engagements": day(meeting(), people=(Person("ann", engagements=(Engagement(1, number),)), Person("bob"))),
        "person ann weight, in_a_row": day(meeting(), people=(Person("ann", weight=number), Person("bob"))),
        "grid g starts, minutes": day(meeting(), grids=(grid(3, starts=(0, 20, number)),)),
        "meeting m minutes, seats": replace(GOOD, meetings=(meeting(minutes=number),)),
        "meeting m windows, preferred": replace(GOOD, meetings=(meeting(preferred=(Interval(0, number),)),)),
        "meeting m value": replace(GOOD, meetings=(meeting(value=number),)),
        "weights one of them": replace(GOOD, weights=Weights(idle=number)),
        "problem fairness": replace(GOOD, fairness=number),
        "published start": replace(GOOD, published=(Placed("m", number, GOOD.pools[0].units[0].id),)),
        "road here to there minutes": replace(GOOD, roads=(Road("here", "there", (number,) * 24), *GOOD.roads[1:])),
    }[where]

    assert [f"{fault.record} {fault.field}" for fault in problem_faults(problem)] == [where]
