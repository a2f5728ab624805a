"""The first answer of a changed event: lawful, and near what people were told."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from random import Random

import pytest

from hanhlang.engine.checker import check
from hanhlang.engine.plan import Placement, Plan, Status
from hanhlang.engine.problem import Grid, Interval, Meeting, Person, Pool, Problem, Site, Unit, Weights
from hanhlang.engine.proof.prove import prove
from hanhlang.engine.replan import Alternative, repair
from hanhlang.engine.replan.nearby import kernel_loaded, seated_nearby
from hanhlang.engine.solve import compile_kernel

SLOTS, TABLES = 10, 8


def event(seed: int) -> Problem:
    """Return an event of 24 people in 60 meetings."""
    random = Random(seed)
    people = tuple(Person(f"p{number}") for number in range(24))
    pairs: list[tuple[int, int]] = []
    for one, other in random.sample(list(combinations(range(24), 2)), 276):
        if len(pairs) < 60 and all(sum(name in pair for pair in pairs) < 7 for name in (one, other)):
            pairs.append((one, other))
    return Problem(
        sites=(Site("hall"),),
        pools=(Pool("tables", "hall", tuple(Unit(f"t{number}") for number in range(TABLES))),),
        people=people,
        grids=(Grid("grid", tuple(range(0, 20 * SLOTS, 20)), 20, (0,) * SLOTS),),
        meetings=tuple(Meeting(f"m{n}", (f"p{a}", f"p{b}"), 20, "grid", ("tables",)) for n, (a, b) in enumerate(pairs)),
        weights=Weights(breaks=1),
        fairness=2,
        place_all=True,
    )


def published(problem: Problem) -> Plan:
    plan = prove(problem, time_limit=60).plan
    assert plan is not None
    return plan


def seated(problem: Problem, slots: list[int]) -> Plan:
    taken = dict.fromkeys(range(SLOTS), 0)
    placements = []
    for meeting, slot in zip(problem.meetings, slots, strict=True):
        placements.append(Placement(meeting.id, slot, 20 * slot, f"t{taken[slot]}"))
        taken[slot] += 1
    return Plan(tuple(placements))


@pytest.mark.parametrize("seed", range(5))
def test_a_person_who_comes_an_hour_late_moves_few_others(seed: int):
    problem = event(seed)
    before = published(problem)
    late = replace(problem.people[0], windows=(Interval(60, 20 * SLOTS),))
    changed = replace(problem, people=(late, *problem.people[1:]))
    compile_kernel()
    slots = seated_nearby(changed, before)
    assert slots is not None
    assert check(changed, seated(changed, slots)) == ()
    moved = sum(placement.slot != slot for placement, slot in zip(before.placements, slots, strict=True))
    fewest = repair(problem, changed, before, alternatives=1, time_limit=60)
    assert fewest.proven
    assert fewest.bound <= moved <= 3 * max(1, fewest.bound)


def test_what_cannot_be_seated_is_left_to_the_solver():
    problem = event(0)
    before = published(problem)
    changed = replace(problem, pools=(replace(problem.pools[0], units=problem.pools[0].units[:5]),))
    compile_kernel()
    assert seated_nearby(changed, before) is None


def test_whoever_stops_the_repair_of_an_event_waits_for_no_solver():
    problem = event(0)
    before = published(problem)
    changed = replace(problem, pools=(replace(problem.pools[0], units=problem.pools[0].units[:5]),))

    stopped = repair(problem, changed, before, alternatives=1, time_limit=60, should_stop=lambda: True)
    found = repair(problem, changed, before, alternatives=1, time_limit=60)

    assert (stopped.status, stopped.alternatives) == (Status.UNKNOWN, ())
    assert found.status is Status.INFEASIBLE


def test_the_first_answer_told_is_the_nearby_one_where_the_search_is_at_hand():
    problem = event(1)
    before = published(problem)
    changed = replace(problem, pools=(replace(problem.pools[0], units=problem.pools[0].units[:7]),))
    compile_kernel()
    assert kernel_loaded()
    told: list[Alternative] = []
    found = repair(problem, changed, before, alternatives=1, time_limit=60, progress=told.append)
    assert found.proven
    assert told[0].columns.moves <= 3 * max(1, found.bound)
    assert check(changed, told[0].plan) == ()
