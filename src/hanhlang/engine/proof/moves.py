"""
The fewest meetings of an event that must leave their slot, from below.

Same clauses as for breaks; ``stay[m]`` is the literal of a meeting's old slot. Meetings that lost it move in any plan. Cores of
the wish that all others stay give a bound; then "as many moves as proven" is asked as clauses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hanhlang.engine.proof.case import Case, most_breaks, tightened
from hanhlang.engine.proof.cnf import FALSE
from hanhlang.engine.proof.encoding import Encoding, encode
from hanhlang.engine.proof.solvers import Glucose, cadical_model

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hanhlang.engine.proof.decide import Report

QUICK_CONFLICTS = 10_000
CORE_CONFLICTS = 3_000
# Unlike for breaks the clauses about staying propagate well: the solver's own mix of modes refutes and finds.
SETTINGS = {"walk": 0, "lucky": 0}


class Staying:
    """An event's clauses with the wish that meetings keep their slots."""

    def __init__(self, case: Case, before: Sequence[int], domains: Sequence[Sequence[int]]) -> None:
        self.case, self.before = case, before
        self.encoding: Encoding = encode(case, domains, most_breaks(case, domains))
        stay = [row.get(slot, FALSE) if slot >= 0 else FALSE for row, slot in zip(self.encoding.x, before, strict=True)]
        self.stay = [literal for literal in stay if literal != FALSE]
        self.forced = sum(slot >= 0 and literal == FALSE for slot, literal in zip(before, stay, strict=True))

    def moved(self, placed: Sequence[int]) -> int:
        """Return how many meetings of the old plan are in another slot."""
        return sum(old >= 0 and old != slot for old, slot in zip(self.before, placed, strict=True))


def quick_moves(case: Case, before: Sequence[int], report: Report) -> bool | None:
    """
    Do in a moment what :func:`fewest_moves` may do in long: any plan, one near ``before``, a bound, often the latter two equal.

    Return whether that settles it: ``True`` the last plan has the fewest moves, ``False`` there is none, ``None`` not known.
    """
    domains = tightened(case)
    if domains is None:
        return False
    staying = Staying(case, before, domains)
    report.at_least(staying.forced)
    phases = _phases(staying)
    # Somebody waits for a first plan: CaDiCaL has one in a third of the time that Glucose takes, or proves that there is none.
    model = cadical_model(staying.encoding.clauses.all, SETTINGS, phases)
    if model is None:
        return False
    with Glucose(staying.encoding.clauses.all) as solver:
        solver.prefer(phases)
        placed = _nearer(solver, staying, staying.encoding.placed(model))
        report.plan(placed)
        if staying.moved(placed) == staying.forced:
            return True
        cores, nearer, _ = _cores(solver, staying, report, QUICK_CONFLICTS)
        if nearer is not None:
            report.plan(nearer)
            placed = nearer
        return True if staying.moved(placed) == staying.forced + len(cores) else None


def _phases(staying: Staying) -> list[int]:
    stay = set(staying.stay)
    return [literal if literal in stay else -literal for row in staying.encoding.x for literal in row.values()]


def _nearer(solver: Glucose, staying: Staying, placed: list[int]) -> list[int]:
    """Hold all who stay and let one more stay, as long as that is cheap: a plan from which no single return is left."""
    literal_of = [row.get(slot) for row, slot in zip(staying.encoding.x, staying.before, strict=True)]
    away = [(meeting, literal) for meeting, literal in enumerate(literal_of) if literal and placed[meeting] != staying.before[meeting]]
    for meeting, back in away:
        if placed[meeting] == staying.before[meeting]:
            continue
        held = [literal for other, literal in enumerate(literal_of) if literal is not None and placed[other] == staying.before[other]]
        if solver.solve([*held, back], conflicts=60):
            placed = staying.encoding.placed(solver.model())
    return placed


def fewest_moves(case: Case, before: Sequence[int], report: Report, seed: int) -> bool:
    """Find a plan with the fewest moves and prove it, or return ``False`` when there is no plan at all."""
    domains = tightened(case)
    if domains is None:
        return False
    staying = Staying(case, before, domains)
    report.at_least(staying.forced)
    with Glucose(staying.encoding.clauses.all) as solver:
        solver.prefer(_phases(staying))
        cores, placed, possible = _cores(solver, staying, report, None)
    if not possible:
        return False
    lower = staying.forced + len(cores)
    if placed is not None:
        report.plan(placed)
    while placed is None or staying.moved(placed) > lower:
        found = _with_at_most(staying, cores, lower - staying.forced - len(cores), seed)
        if found is not None:
            report.plan(found)
            return True
        lower += 1
        if lower > len(case.meetings):
            return False
        report.at_least(lower)
    return True


def _cores(solver: Glucose, staying: Staying, report: Report, most: int | None) -> tuple[list[list[int]], list[int] | None, bool]:
    """
    Return disjoint groups of which one must move, the plan that keeps everybody else if it was cheap, and whether there is any.

    ``most`` conflicts in all; without it each call alone is bounded.
    """
    cores: list[list[int]] = []
    free = list(staying.stay)
    begun = solver.conflicts()
    while most is None or solver.conflicts() - begun < most:
        answer = solver.solve(free, conflicts=CORE_CONFLICTS)
        if answer is None:
            break
        if answer:
            return cores, staying.encoding.placed(solver.model()), True
        core = _smaller(solver, solver.core())
        if not core:
            return cores, None, False
        cores.append(core)
        report.at_least(staying.forced + len(cores))
        gone = set(core)
        free = [literal for literal in free if literal not in gone]
    return cores, None, True


def _smaller(solver: Glucose, core: list[int]) -> list[int]:
    """Leave out of a core what is cheaply seen not to be needed: small cores leave more for others."""
    for literal in list(core):
        if len(core) <= 1 or len(core) > 60:
            break
        rest = [other for other in core if other != literal]
        if solver.solve(rest, conflicts=100) is False:
            kept = set(solver.core())
            core = [other for other in rest if other in kept]
    return core


def _with_at_most(staying: Staying, cores: Sequence[Sequence[int]], slack: int, seed: int) -> list[int] | None:
    """Return a plan with at most ``slack`` moves beyond the forced ones and one of each core, ``None`` if there is none."""
    clauses = staying.encoding.clauses
    top, kept = clauses.top, len(clauses.all)
    inside = {literal for core in cores for literal in core}
    spent = [-literal for literal in staying.stay if literal not in inside]
    for core in cores:
        # One move in each core is owed anyway; only what goes beyond it is slack.
        clauses.all.append([-literal for literal in core])
        spent += clauses.totalizer([-literal for literal in core], slack + 2)[1:]
    if slack == 0:
        clauses.all.extend([-literal] for literal in spent)
    elif len(spent) > slack:
        clauses.add(-clauses.totalizer(spent, slack + 1)[slack])
    try:
        model = cadical_model(clauses.all, {**SETTINGS, "seed": seed})
        return None if model is None else staying.encoding.placed(model)
    finally:
        clauses.top = top
        del clauses.all[kept:]
