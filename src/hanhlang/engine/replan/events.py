"""A change of a brokerage event: one hall, one grid. Here the solver proves the fewest moves over everything."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from hanhlang.engine.problem import Problem
from hanhlang.engine.replan.board import Spot


@dataclass(slots=True)
class EventAnswer:
    """``bound`` on the moves away from ``before``, and whether there is no plan at all; hands every better plan to ``accept``."""

    before: list[int]
    accept: Callable[[list[int]], None]
    bound: int = 0
    moves: int | None = None
    placed: list[int] | None = None
    infeasible: bool = False

    @property
    def settled(self) -> bool:
        """Tell whether the best plan moves as few as the bound, or there is none."""
        return self.infeasible or self.moves == self.bound

    def take(self, finding: Mapping[str, Any]) -> None:
        """Take what a proof found."""
        if "bound" in finding:
            self.bound = max(self.bound, finding["bound"])
        elif "plan" in finding:
            self.plan(finding["plan"])
        elif finding.get("possible") is False:
            self.infeasible = True

    def plan(self, placed: Sequence[int]) -> None:
        """Take a plan."""
        moves = sum(old >= 0 and old != slot for old, slot in zip(self.before, placed, strict=True))
        if self.moves is None or moves < self.moves:
            self.moves, self.placed = moves, list(placed)
            self.accept(self.placed)


def fewest_in_event(
    problem: Problem,
    before: Mapping[str, Spot],
    nearby: Callable[[], list[int] | None],
    deadline: float,
    should_stop: Callable[[], bool] | None,
    accept: Callable[[list[int]], None],
) -> EventAnswer | None:
    """
    Hand every better plan to ``accept``, as slots in the order of the meetings; ``None`` if this is no such event.

    ``nearby`` may find the first to be handed on, while the solver begins.
    """
    from hanhlang.engine.proof.shape import event_case
    from hanhlang.engine.proof.watch import findings

    case = event_case(replace(problem, published=()))
    if case is None:
        return None
    slots = [before[meeting.id].slot if meeting.id in before else -1 for meeting in problem.meetings]
    answer = EventAnswer(slots, accept)

    def look_nearby() -> None:
        placed = nearby()
        if placed is not None:
            answer.plan(placed)

    task = {"case": case.fields(), "before": slots, "seed": 0}
    for finding in findings({**task, "by": "moment"}, deadline=deadline, should_stop=should_stop, meanwhile=look_nearby):
        answer.take(finding)
    # Clauses settle most changes, the relaxation those of half an event: whichever is first.
    tasks = [] if answer.settled else [{**task, "by": "clauses"}, {**task, "by": "relaxation", "known": answer.placed}]
    for finding in findings(*tasks, deadline=deadline, should_stop=should_stop):
        answer.take(finding)
        if answer.settled:
            break
    return answer
