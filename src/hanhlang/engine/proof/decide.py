"""
The search for a proof, from below: is there a plan with exactly as many breaks as are proven necessary?

If yes it is optimal, if no the bound rises by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from hanhlang.engine.proof.bounds import Bound, first_bound
from hanhlang.engine.proof.case import Case, breaks_of_people, most_breaks, tightened
from hanhlang.engine.proof.encoding import Encoding, encode
from hanhlang.engine.proof.journeys import JourneyEncoding, Journeys, encode_journeys
from hanhlang.engine.proof.solvers import cadical_model

# Stable mode finds plans that the default misses for minutes; walk and lucky cost time without effect, and so does backtracking in
# chronological order: off, thirteen hard decisions took 18 s instead of 22 over three seeds, and two events outside those no longer.
FINDING = {"stabilizeonly": 1, "walk": 0, "lucky": 0, "chrono": 0}


class Report(Protocol):
    """Where findings go as they come."""

    def at_least(self, bound: int) -> None:
        """Take a proven lower bound on the breaks."""

    def plan(self, placed: Sequence[int]) -> None:
        """Take a lawful plan, better than the last."""


def decide(case: Case, report: Report, seed: int) -> bool:
    """Find a plan with the fewest breaks and prove it, or return ``False`` when no plan exists."""
    domains = tightened(case)
    if domains is None:
        return False
    caps = most_breaks(case, domains)
    encoding = encode(case, domains, caps)
    bound = first_bound(case, encoding)
    if not bound.possible:
        return False
    report.at_least(bound.lower)
    best = None
    if bound.placed is not None:
        best = sum(breaks_of_people(case, bound.placed))
        report.plan(bound.placed)
    asked_for_any = best is not None
    while best is None or best > bound.lower:
        placed = _with_at_most(case, domains, caps, bound, seed)
        if placed is not None:
            report.plan(placed)
            return True
        bound.lower += 1
        report.at_least(bound.lower)
        if not asked_for_any:
            placed = _solve(encoding, seed)
            if placed is None:
                return False
            asked_for_any = True
            best = sum(breaks_of_people(case, placed))
            report.plan(placed)
    return True


def decide_journeys(journeys: Journeys, report: Report, seed: int) -> bool:
    """Find any plan, or return ``False`` when none exists."""
    placed = _solve(encode_journeys(journeys), seed)
    if placed is not None:
        report.plan(placed)
    return placed is not None


def _with_at_most(case: Case, domains: Sequence[Sequence[int]], caps: Sequence[int], bound: Bound, seed: int) -> list[int] | None:
    """
    Return a plan that meets the bound, ``None`` if there is none.

    With ``slack`` more than forced breaks and cores explain, nobody outside the cores has more than ``slack``
    further breaks and nobody inside more than ``slack + 1``. As clauses this prunes far better than assumptions.
    """
    slack = bound.lower - sum(bound.forced) - len(bound.cores)
    inside = {person for core in bound.cores for person in core}
    tight = [min(cap, bound.forced[person] + slack + (person in inside)) for person, cap in enumerate(caps)]
    encoding = encode(case, domains, tight)
    clauses = encoding.clauses
    further = [levels[bound.forced[person] :] for person, levels in enumerate(encoding.more)]
    spent = [literal for person, levels in enumerate(further) if person not in inside for literal in levels]
    for core in bound.cores:
        # One break in each core is owed anyway; only what goes beyond it is slack.
        spent += clauses.totalizer([literal for person in core for literal in further[person]], slack + 2)[1:]
    if len(spent) > slack:
        clauses.add(-clauses.totalizer(spent, slack + 1)[slack])
    return _solve(encoding, seed)


def _solve(encoding: Encoding | JourneyEncoding, seed: int) -> list[int] | None:
    model = cadical_model(encoding.clauses.all, {**FINDING, "seed": seed})
    return None if model is None else encoding.placed(model)
