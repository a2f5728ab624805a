"""One proof from problem to outcome."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from hanhlang.engine.checker import check
from hanhlang.engine.plan import Outcome, Placement, Plan, Status
from hanhlang.engine.problem import Problem, Unit
from hanhlang.engine.proof.shape import event_case, journeys, open_units
from hanhlang.engine.proof.watch import ProofFault, findings
from hanhlang.engine.scoring import objective, score


@dataclass(slots=True)
class _Known:
    """What is proven so far; breaks are counted, not priced."""

    plan: Plan | None = None
    breaks: int | None = None
    bound: int | None = None
    first_plan_seconds: float | None = None
    possible: bool | None = None

    def status(self) -> Status:
        """Return the word that is true of what is known."""
        if self.possible is False:
            return Status.INFEASIBLE
        if self.plan is None:
            return Status.UNKNOWN
        return Status.OPTIMAL if self.breaks == self.bound else Status.FEASIBLE


def can_prove(problem: Problem) -> bool:
    """Tell whether :func:`prove` knows this shape of problem."""
    return event_case(problem) is not None or journeys(problem) is not None


def prove(
    problem: Problem,
    *,
    time_limit: float | None,
    seed: int = 0,
    progress: Callable[[Outcome], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Outcome:
    """
    Find the plan with the least cost and prove it, or prove that there is none, within ``time_limit`` seconds.

    ``progress`` gets the outcome so far whenever a bound or a plan is better. A problem of another shape than
    :func:`can_prove` accepts is ``UNKNOWN`` at once.

    :raises ProofFault: if the solver's process fails by a defect, or its plan breaks a rule.
    """
    began = time.monotonic()
    task = _task(problem, seed)
    known = _Known()
    if task is not None:
        deadline = None if time_limit is None else began + time_limit
        if "journeys" in task:
            known.bound = 0
        for finding in findings(task, deadline=deadline, should_stop=should_stop):
            _learn(problem, known, finding, time.monotonic() - began)
            if progress is not None:
                progress(_outcome(problem, known, time.monotonic() - began))
    return _outcome(problem, known, time.monotonic() - began)


def _task(problem: Problem, seed: int) -> dict[str, Any] | None:
    case = event_case(problem)
    if case is not None:
        return {"case": case.fields(), "seed": seed}
    travel = journeys(problem)
    return None if travel is None else {"journeys": asdict(travel), "seed": seed}


def _learn(problem: Problem, known: _Known, finding: dict[str, Any], seconds: float) -> None:
    if "bound" in finding:
        known.bound = finding["bound"]
    elif "plan" in finding:
        known.plan, known.breaks = _plan(problem, finding["plan"]), finding["breaks"]
        _accept(problem, known.plan, known.breaks)
        if known.first_plan_seconds is None:
            known.first_plan_seconds = seconds
    elif "possible" in finding:
        known.possible = finding["possible"]


def _accept(problem: Problem, plan: Plan, breaks: int) -> None:
    """Let the independent checker and scoring have the last word."""
    violations = check(problem, plan)
    if violations:
        raise ProofFault(f"A proven plan breaks {violations[0].rule}: {violations[0].text}")
    cost = objective(score(problem, plan))
    if cost != breaks * problem.weights.breaks:
        raise ProofFault(f"A plan proven with {breaks} breaks is scored {cost}.")


def _plan(problem: Problem, slots: list[int]) -> Plan:
    """Give each meeting a unit of its pool that is open and not taken in its slot."""
    grids = {grid.id: grid for grid in problem.grids}
    pools = {pool.id: pool for pool in problem.pools}
    free: dict[tuple[str, int], Iterator[Unit]] = {}
    placements = []
    for meeting, slot in zip(problem.meetings, slots, strict=True):
        start, pool = grids[meeting.grid].starts[slot], pools[meeting.pools[0]]
        if (pool.id, slot) not in free:
            free[pool.id, slot] = iter(open_units(problem, pool, start))
        placements.append(Placement(meeting.id, slot, start, next(free[pool.id, slot]).id))
    return Plan(tuple(placements))


def _outcome(problem: Problem, known: _Known, seconds: float) -> Outcome:
    price = problem.weights.breaks
    status = known.status()
    return Outcome(
        status=status,
        plan=known.plan,
        objective=None if known.breaks is None else known.breaks * price,
        bound=None if known.bound is None or status is Status.INFEASIBLE else known.bound * price,
        seconds=seconds,
        first_feasible_seconds=known.first_plan_seconds,
        terms=score(problem, known.plan) if known.plan is not None else (),
    )
