"""What a caller gets: honest words, lawful plans, and an end in time."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from hanhlang.engine.checker import check
from hanhlang.engine.formats import csplib046, jair_b2b
from hanhlang.engine.plan import Status
from hanhlang.engine.problem import Interval, Meeting, Unit
from hanhlang.engine.proof.prove import can_prove, prove
from hanhlang.engine.proof.shape import event_case
from hanhlang.engine.proof.watch import ProofFault, findings

from .brute import least_breaks

EXAMPLES = Path(__file__).parents[3] / "examples" / "b2b"


def event(name: str, fairness: int | None = 2):
    return jair_b2b.read((EXAMPLES / f"{name}.dzn").read_text(), fairness)


def hard_event():
    """Return an event whose proof takes far longer than the tests wait: many people, tables all but full."""
    people, slots = 90, 24
    couples = [(a, b) for a in range(1, people) for b in range(a + 1, people + 1) if (a * 7919 + b * 104729) % 11 == 0][:360]
    base = event("tiny")
    return replace(
        base,
        people=tuple(replace(base.people[0], id=str(number)) for number in range(1, people + 1)),
        meetings=tuple(Meeting(str(i), (str(a), str(b)), 1, "slots", ("tables",)) for i, (a, b) in enumerate(couples)),
        pools=(replace(base.pools[0], units=tuple(Unit(str(number)) for number in range(16))),),
        grids=(replace(base.grids[0], starts=tuple(range(slots)), blocks=(0,) * slots),),
        precedences=(),
    )


def test_an_optimal_plan_is_lawful_and_its_bound_is_its_cost():
    problem = event("tiny")

    outcome = prove(problem, time_limit=30)

    assert outcome.status is Status.OPTIMAL
    assert outcome.plan is not None
    assert check(problem, outcome.plan) == ()
    assert outcome.objective == outcome.bound == least_breaks(problem) == 1
    assert [(term.name, term.amount) for term in outcome.terms if term.amount] == [("breaks", 1)]


def test_breaks_cost_what_the_weights_say():
    problem = event("tiny")

    outcome = prove(replace(problem, weights=replace(problem.weights, breaks=3)), time_limit=30)

    assert (outcome.status, outcome.objective, outcome.bound) == (Status.OPTIMAL, 3, 3)


def test_an_event_larger_than_brute_force_is_proven_too():
    problem = event("evening")

    outcome = prove(problem, time_limit=30)

    assert (outcome.status, outcome.objective) == (Status.OPTIMAL, 2)
    assert outcome.plan is not None
    assert check(problem, outcome.plan) == ()


def test_an_impossible_event_is_called_so_and_has_no_plan():
    outcome = prove(event("impossible"), time_limit=30)

    assert (outcome.status, outcome.plan, outcome.objective, outcome.bound) == (Status.INFEASIBLE, None, None, None)


def test_a_journey_is_decided_and_checked():
    problem = csplib046.read((EXAMPLES / "three-halls.txt").read_text())

    possible = prove(problem, time_limit=30)
    slots = tuple(range(5))
    impossible = prove(replace(problem, grids=(replace(problem.grids[0], starts=slots, blocks=(0,) * 5),)), time_limit=30)

    assert (possible.status, possible.objective, possible.bound) == (Status.OPTIMAL, 0, 0)
    assert possible.plan is not None
    assert check(problem, possible.plan) == ()
    assert impossible.status is Status.INFEASIBLE


def test_a_closed_table_is_never_given_away():
    problem = event("tiny")
    first, second = problem.pools[0].units
    units = (replace(first, closed=(Interval(0, 1),)), second)
    problem = replace(problem, pools=(replace(problem.pools[0], units=units),))

    outcome = prove(problem, time_limit=30)

    assert outcome.plan is not None
    assert check(problem, outcome.plan) == ()
    assert {placement.unit for placement in outcome.plan.placements if placement.slot == 0} <= {second.id}


def test_out_of_time_is_unknown_and_never_infeasible():
    outcome = prove(hard_event(), time_limit=0.3)

    assert outcome.status in (Status.UNKNOWN, Status.FEASIBLE)
    assert outcome.status is not Status.FEASIBLE or outcome.plan is not None


def children() -> set[str]:
    """Return the processes of this one's own, running or dead but not reaped."""
    return {child for task in Path("/proc/self/task").iterdir() for child in (task / "children").read_text().split()}


def test_a_stop_ends_the_proof_and_its_process():
    asked, before = [], children()

    def stop() -> bool:
        asked.append(1)
        return len(asked) > 3

    outcome = prove(hard_event(), time_limit=None, should_stop=stop)

    assert outcome.status in (Status.UNKNOWN, Status.FEASIBLE)
    assert len(asked) > 3
    assert children() <= before


def test_progress_never_takes_back_what_was_proven():
    heard = []

    outcome = prove(event("evening"), time_limit=30, progress=heard.append)

    bounds = [step.bound for step in heard if step.bound is not None]
    assert bounds == sorted(bounds)
    assert heard[-1].objective == outcome.objective


@pytest.mark.parametrize(
    "spoil",
    [
        lambda problem: replace(problem, place_all=False),
        lambda problem: replace(problem, weights=replace(problem.weights, idle=1)),
        lambda problem: replace(problem, grids=(replace(problem.grids[0], blocks=(0, 0, 0, 1, 1)),)),
        lambda problem: replace(problem, people=(replace(problem.people[0], weight=2), *problem.people[1:])),
        lambda problem: replace(problem, meetings=(replace(problem.meetings[0], minutes=2), *problem.meetings[1:])),
        lambda problem: replace(problem, meetings=(replace(problem.meetings[0], preferred=(Interval(0, 1),)), *problem.meetings[1:])),
    ],
)
def test_a_problem_with_rules_or_costs_beyond_the_encoding_is_left_alone(spoil):
    assert can_prove(event("tiny"))

    problem = spoil(event("tiny"))

    assert not can_prove(problem)
    assert prove(problem, time_limit=30).status is Status.UNKNOWN


def test_a_defect_in_the_child_is_raised_and_not_called_unknown():
    with pytest.raises(ProofFault, match="TypeError"):
        list(findings({"case": {}}, deadline=None, should_stop=None))


@pytest.mark.parametrize("by", ["clauses", "relaxation"])
@pytest.mark.parametrize("quick_first", [True, False])
def test_of_two_children_the_first_that_decides_ends_the_other(by: str, quick_first: bool):
    quick, hard = event_case(event("tiny")), event_case(hard_event())
    assert quick is not None
    assert hard is not None
    before = children()
    tasks = [
        {"case": quick.fields(), "before": [-1] * len(quick.meetings), "known": None, "seed": 0, "by": by},
        {"case": hard.fields(), "seed": 0},
    ]

    found = list(findings(*tasks[:: 1 if quick_first else -1], deadline=None, should_stop=None))

    assert found[-1] == {"possible": True}
    assert any("plan" in finding for finding in found)
    assert children() <= before


def test_what_is_to_be_done_meanwhile_is_done_while_the_child_is_there():
    quick = event_case(event("tiny"))
    assert quick is not None
    before = children()
    beside: list[int] = []
    task = {"case": quick.fields(), "before": [-1] * len(quick.meetings), "seed": 0, "by": "moment"}

    found = list(findings(task, deadline=None, should_stop=None, meanwhile=lambda: beside.append(len(children() - before))))

    assert beside == [1]
    assert found[-1] == {"possible": True}


def test_no_child_no_finding():
    assert list(findings(deadline=None, should_stop=None)) == []
