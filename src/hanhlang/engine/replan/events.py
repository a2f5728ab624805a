"""A change of a brokerage event: one hall, one grid. Here the solver proves the fewest moves over everything."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace

from hanhlang.engine.problem import Problem
from hanhlang.engine.replan.board import Spot


@dataclass(frozen=True, slots=True)
class EventAnswer:
    """``bound`` on the moves, and whether there is no plan at all."""

    bound: int
    infeasible: bool


def fewest_in_event(
    problem: Problem,
    before: Mapping[str, Spot],
    deadline: float,
    should_stop: Callable[[], bool] | None,
    accept: Callable[[list[int]], None],
) -> EventAnswer | None:
    """Hand every better plan to ``accept``, as slots in the order of the meetings; ``None`` if this is no such event."""
    from hanhlang.engine.proof.moves import first_plan
    from hanhlang.engine.proof.shape import event_case
    from hanhlang.engine.proof.watch import findings

    case = event_case(replace(problem, published=()))
    if case is None:
        return None
    slots = [before[meeting.id].slot if meeting.id in before else -1 for meeting in problem.meetings]
    possible, placed, bound = first_plan(case, slots)
    if possible is False:
        return EventAnswer(bound, True)
    if placed is not None:
        accept(placed)
    for finding in findings({"case": asdict(case), "before": slots, "seed": 0}, deadline=deadline, should_stop=should_stop):
        if "bound" in finding:
            bound = max(bound, finding["bound"])
        elif "plan" in finding:
            accept(finding["plan"])
        elif finding.get("possible") is False:
            return EventAnswer(bound, True)
    return EventAnswer(bound, False)
