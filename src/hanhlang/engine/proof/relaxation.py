"""
The fewest meetings of an event that must leave their slot, by linear relaxation.

Where a change concerns half of an event, groups of meetings of whom one must move (:mod:`.moves`) bound the moves poorly: 48 of 93
in one published pair, where the relaxation says 81. CP-SAT branches on the relaxation, learns clauses, and closes the rest.

``x[m][t]`` meeting ``m`` in slot ``t``; ``begins[t]`` a run of busy slots of a person begins at slot ``t``, so breaks are runs less one.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ortools.sat.python import cp_model_helper as cp_sat

from hanhlang.engine.proof.case import Case, fair_caps, most_breaks, needs_levels, tightened

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from hanhlang.engine.proof.decide import Report

# The whole relaxation on one worker: with more workers CP-SAT takes turns between strategies of which none bounds as well.
SETTINGS = "num_workers: 1 linearization_level: 2 random_seed: {seed}"

Terms = list[tuple[int, int]]  # coefficient, variable


class _Model:
    """A CP-SAT model in its text format; the wrapper that python users know takes longer to load than most events to settle."""

    def __init__(self) -> None:
        self._rows: list[str] = []
        self._variables = 0

    def new(self, most: int = 1) -> int:
        """Return a fresh variable from 0 to ``most``."""
        self._rows.append(f"variables {{ domain: [0, {most}] }}")
        self._variables += 1
        return self._variables - 1

    def exactly_one(self, literals: Iterable[int]) -> None:
        """Ask for one of them."""
        self._rows.append(f"constraints {{ exactly_one {{ literals: {list(literals)} }} }}")

    def at_most_one(self, literals: Sequence[int]) -> None:
        """Forbid any two of them."""
        if len(literals) > 1:
            self._rows.append(f"constraints {{ at_most_one {{ literals: {list(literals)} }} }}")

    def within(self, least: int | None, terms: Terms, most: int) -> None:
        """Bound a sum, from below only where that says something: CP-SAT takes rows with two sides for harder ones."""
        least = -len(terms) if least is None else least
        coefficients, variables = [coefficient for coefficient, _ in terms], [variable for _, variable in terms]
        self._rows.append(f"constraints {{ linear {{ vars: {variables} coeffs: {coefficients} domain: [{least}, {most}] }} }}")

    def only_if(self, one: int | None, other: int | None) -> None:
        """Let ``one`` be true only if ``other`` is; ``None`` is false."""
        if one is None:
            return
        then = "" if other is None else f"literals: [{other}]"
        self._rows.append(f"constraints {{ enforcement_literal: [{one}] bool_or {{ {then} }} }}")

    def hint(self, variables: Sequence[int], values: Sequence[int]) -> None:
        """Name a solution to begin with; what it does not name is worked out."""
        self._rows.append(f"solution_hint {{ vars: {list(variables)} values: {list(values)} }}")

    def solve(self, fewest: Sequence[int], owed: int, report: _Heard, seed: int) -> cp_sat.CpSolverResponse:
        """Minimise ``owed`` less the sum of ``fewest``."""
        objective = f"objective {{ vars: {list(fewest)} coeffs: {[-1] * len(fewest)} offset: {owed} }}"
        model, settings, solver = cp_sat.CpModelProto(), cp_sat.SatParameters(), cp_sat.SolveWrapper()
        if not model.parse_text_format("\n".join([*self._rows, objective])):
            raise ValueError("CP-SAT does not read the model.")
        settings.parse_text_format(SETTINGS.format(seed=seed))
        solver.set_parameters(settings)
        solver.add_solution_callback(report)
        solver.add_best_bound_callback(report.bounded)
        response: cp_sat.CpSolverResponse = solver.solve(model)  # type: ignore[no-untyped-call]
        return response


class _Heard(cp_sat.SolutionCallback):
    """Passes on what CP-SAT finds while it runs."""

    def __init__(self, x: Sequence[dict[int, int]], report: Report) -> None:
        super().__init__()
        self._x, self._report = x, report

    def OnSolutionCallback(self) -> None:
        """Take a better plan."""
        self._report.plan([next(slot for slot, index in row.items() if self.SolutionBooleanValue(index)) for row in self._x])

    def bounded(self, bound: float) -> None:
        """Take a better bound; it is a sum of whole numbers in floating point, and infinite where there is no plan."""
        if math.isfinite(bound):
            self._report.at_least(math.ceil(bound - 1e-6))


def fewest_by_relaxation(case: Case, before: Sequence[int], known: Sequence[int] | None, report: Report, seed: int) -> bool:
    """
    Find a plan with the fewest moves and prove it, or return ``False`` when there is no plan at all.

    ``before[m]`` is the old slot of meeting ``m``, -1 if it had none; ``known`` a lawful plan to begin with, if there is one. Rows:
    linear in meetings times slots, and precedences times slots.
    """
    domains = tightened(case)
    if domains is None:
        return False
    model = _Model()
    x = [{slot: model.new() for slot in domain} for domain in domains]
    for row in x:
        model.exactly_one(row.values())
    for slot, tables in enumerate(case.capacity):
        model.within(None, [(1, row[slot]) for row in x if slot in row], tables)
    _calendars(model, case, x, most_breaks(case, domains))
    _precede(model, case, x)
    stay = [row[slot] for row, slot in zip(x, before, strict=True) if slot in row]
    if known is not None:
        chosen = [int(slot == at) for row, at in zip(x, known, strict=True) for slot in row]
        model.hint([index for row in x for index in row.values()], chosen)
    heard = _Heard(x, report)
    response = model.solve(stay, sum(slot >= 0 for slot in before), heard, seed)
    if response.status == cp_sat.INFEASIBLE:
        return False
    if response.status != cp_sat.OPTIMAL:
        raise RuntimeError(f"CP-SAT ended with {response.status}.")
    heard.bounded(response.objective_value)
    return True


def _calendars(model: _Model, case: Case, x: Sequence[dict[int, int]], most: Sequence[int]) -> None:
    """Nobody is in two meetings at once, and breaks keep to their caps and to fairness."""
    caps = fair_caps(case, most)
    levelled = needs_levels(case, caps)
    least = model.new(max(caps)) if levelled else None
    for person, meetings in enumerate(case.meetings_of()):
        busy = [[x[meeting][slot] for meeting in meetings if slot in x[meeting]] for slot in range(case.slots)]
        for here in busy:
            model.at_most_one(here)
        if len(meetings) > 1:
            begins = _runs(model, busy, exact=levelled)
            model.within(None, [(1, literal) for literal in begins], caps[person] + 1)
            if least is not None:
                # Breaks are at least what anybody has at least, and at most the allowed difference above it.
                model.within(1, [*((1, literal) for literal in begins), (-1, least)], (case.fairness or 0) + 1)


def _runs(model: _Model, busy: Sequence[Sequence[int]], *, exact: bool) -> list[int]:
    """Return the literals "a run begins here"; ``exact`` makes them say nothing more."""
    begins: list[int] = []
    before: list[int] = []
    for here in busy:
        literal = model.new()
        rise = [*((1, one) for one in here), *((-1, one) for one in before)]
        model.within(None, [*rise, (-1, literal)], 0)
        if exact:
            model.within(0, [*((1, one) for one in here), (-1, literal)], 1)
            model.within(None, [(1, literal), *((1, one) for one in before)], 1)
        begins.append(literal)
        before = list(here)
    return begins


def _precede(model: _Model, case: Case, x: Sequence[dict[int, int]]) -> None:
    """Whoever comes later has begun by a slot only if who comes earlier has begun before it: stronger than slot by slot."""
    ordered = {meeting for pair in case.precedences for meeting in pair}
    begun = {meeting: _begun(model, x[meeting], case.slots) for meeting in sorted(ordered)}
    for earlier, later in case.precedences:
        for slot in range(case.slots):
            model.only_if(begun[later][slot], begun[earlier][slot - 1] if slot else None)


def _begun(model: _Model, row: dict[int, int], slots: int) -> list[int | None]:
    """Return the literals "begun by slot t", ``None`` before the first slot there is: CP-SAT learns more from these than from sums."""
    begun: list[int | None] = []
    last = None
    for slot in range(slots):
        if slot in row:
            literal = row[slot] if last is None else model.new()
            if last is not None:
                model.within(0, [(1, literal), (-1, last), (-1, row[slot])], 0)
            last = literal
        begun.append(last)
    return begun
