"""A lower bound on the breaks, cheap and first: forced breaks, then disjoint cores, within a small budget."""

from __future__ import annotations

from hanhlang.engine.proof.case import Case, breaks_of_people
from hanhlang.engine.proof.solvers import Glucose

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from hanhlang.engine.proof.encoding import Encoding

CONFLICTS_A_CALL = 1_500


class Bound:
    """
    ``forced[p]`` breaks each person surely has; each core is a group of whom one has a further break.

    ``lower`` is proven; ``placed`` is a lawful plan, not always the best; ``possible`` is false if there is none.
    """

    def __init__(self, forced: list[int], lower: int = 0) -> None:
        self.forced, self.lower = forced, lower
        self.cores: list[list[int]] = []
        self.placed: list[int] | None = None
        self.possible = True


def first_bound(case: Case, encoding: Encoding) -> Bound:
    """Bound the breaks from below; ends by itself after a few budgets of conflicts."""
    with Glucose(encoding.clauses.all) as solver:
        bound = Bound([0] * case.people)
        if not solver.consistent():
            bound.possible = False
            return bound
        _probe(solver, encoding, bound)
        _collect_cores(solver, encoding, bound)
        if bound.possible and bound.placed is not None and _value(case, bound.placed) > bound.lower:
            _raise_stepwise(case, solver, encoding, bound)
        return bound


def _value(case: Case, placed: Sequence[int]) -> int:
    return sum(breaks_of_people(case, placed))


def _probe(solver: Glucose, encoding: Encoding, bound: Bound) -> None:
    """Unit propagation alone shows many forced breaks."""
    for person, levels in enumerate(encoding.more):
        for literal in levels:
            if solver.consistent([-literal]):
                break
            solver.add([literal])
            bound.forced[person] += 1
    bound.lower = sum(bound.forced)


def _collect_cores(solver: Glucose, encoding: Encoding, bound: Bound) -> None:
    """Assume that nobody has a further break; each disjoint core of refusals adds one to the bound."""
    owner = {-levels[bound.forced[person]]: person for person, levels in enumerate(encoding.more) if bound.forced[person] < len(levels)}
    free = list(owner)
    while True:
        answer = solver.solve(free, conflicts=CONFLICTS_A_CALL)
        if answer is None:
            return
        if answer:
            bound.placed = encoding.placed(solver.model())
            return
        core = solver.core()
        if not core:
            bound.possible = False
            return
        bound.cores.append([owner[literal] for literal in core])
        bound.lower += 1
        solver.add([-literal for literal in core])
        free = [literal for literal in free if literal not in set(core)]


def _raise_stepwise(case: Case, solver: Glucose, encoding: Encoding, bound: Bound) -> None:
    """One counter over all further breaks, asked from below, as long as the answers are cheap."""
    first = encoding.clauses.top
    kept = len(encoding.clauses.all)
    further = [literal for person, levels in enumerate(encoding.more) for literal in levels[bound.forced[person] :]]
    forced = sum(bound.forced)
    best = _value(case, bound.placed or [])
    outputs = encoding.clauses.totalizer(further, best - forced)
    solver.extend(encoding.clauses.all[kept:])
    del encoding.clauses.all[kept:]
    encoding.clauses.top = first
    while bound.lower < best:
        answer = solver.solve([-outputs[bound.lower - forced]], conflicts=CONFLICTS_A_CALL)
        if answer is None:
            return
        if answer:
            bound.placed = encoding.placed(solver.model())
            return
        bound.lower += 1
