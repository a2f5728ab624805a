"""A change of a brokerage event: one hall, one grid. Here the solver proves the fewest moves over everything."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from hanhlang.engine.problem import Problem
from hanhlang.engine.replan.board import Spot


@dataclass(slots=True)
class EventAnswer:
    """``bound`` on the moves away from ``before``, and whether there is no plan at all; hands every better plan to ``accept``."""

    before: list[int]
    accept: Callable[[list[int]], None]
    bound: int = 0
    moves: int | None = None
    infeasible: bool = False

    @property
    def settled(self) -> bool:
        """Tell whether the best plan moves as few as the bound, or there is none."""
        return self.infeasible or self.moves == self.bound

    def at_least(self, bound: int) -> None:
        """Take a proven bound."""
        self.bound = max(self.bound, bound)

    def plan(self, placed: Sequence[int]) -> None:
        """Take a plan."""
        moves = sum(old >= 0 and old != slot for old, slot in zip(self.before, placed, strict=True))
        if self.moves is None or moves < self.moves:
            self.moves = moves
            self.accept(list(placed))


def is_event(problem: Problem) -> bool:
    """Tell whether the solver can take all of this problem."""
    from hanhlang.engine.proof.shape import event_case

    return event_case(replace(problem, published=())) is not None


def fewest_in_event(
    problem: Problem,
    before: Mapping[str, Spot],
    nearby: list[int] | None,
    deadline: float,
    should_stop: Callable[[], bool] | None,
    accept: Callable[[list[int]], None],
) -> EventAnswer | None:
    """
    Hand every better plan to ``accept``, as slots in the order of the meetings; ``None`` if this is no such event.

    ``nearby`` is a plan found before, the first to be handed on.
    """
    from hanhlang.engine.proof.moves import quick_moves
    from hanhlang.engine.proof.shape import event_case
    from hanhlang.engine.proof.watch import findings

    case = event_case(replace(problem, published=()))
    if case is None:
        return None
    slots = [before[meeting.id].slot if meeting.id in before else -1 for meeting in problem.meetings]
    answer = EventAnswer(slots, accept)
    if nearby is not None:
        answer.plan(nearby)
    if quick_moves(case, slots, answer) is False:
        answer.infeasible = True
    # Clauses settle most changes, the relaxation those of half an event: whichever is first.
    task = {"case": case.fields(), "before": slots, "seed": 0}
    tasks = [] if answer.settled else [{**task, "by": "clauses"}, {**task, "by": "relaxation"}]
    for finding in findings(*tasks, deadline=deadline, should_stop=should_stop):
        if "bound" in finding:
            answer.at_least(finding["bound"])
        elif "plan" in finding:
            answer.plan(finding["plan"])
        elif finding.get("possible") is False:
            answer.infeasible = True
        if answer.settled:
            break
    return answer
