"""
The search for a proof, from below: is there a plan with exactly as many breaks as are proven necessary?

If yes it is optimal, if no the bound rises by one.
"""

from __future__ import annotations

import math

from hanhlang.engine.proof.bounds import Bound, first_bound
from hanhlang.engine.proof.case import Case, breaks_of_people, most_breaks, tightened
from hanhlang.engine.proof.encoding import Encoding, encode
from hanhlang.engine.proof.solvers import cadical_model

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Protocol

    class Report(Protocol):
        """Where findings go as they come."""

        def at_least(self, bound: int) -> None:
            """Take a proven lower bound on the breaks."""

        def plan(self, placed: Sequence[int]) -> None:
            """Take a lawful plan, better than the last."""


# Stable mode finds plans that the default misses for minutes; walk and lucky cost time without effect, and so does backtracking in
# chronological order: off, thirteen hard decisions took 18 s instead of 22 over three seeds, and two events outside those no longer.
FINDING = {"stabilizeonly": 1, "walk": 0, "lucky": 0, "chrono": 0}

# A question about a third of the people is decided in half the time and often suffices; smaller shares are refused too often. Of a small
# group so few make no question worth asking.
SHARES = (0.35, 0.65, 1.0)
LEAST = 4


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
        placed = with_at_most(case, domains, caps, bound, seed)
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


def with_at_most(case: Case, domains: Sequence[Sequence[int]], caps: Sequence[int], bound: Bound, seed: int) -> list[int] | None:
    """
    Return a plan that meets the bound, ``None`` if there is none.

    With ``slack`` more than forced breaks and cores explain, nobody outside the cores has more than ``slack``
    further breaks and nobody inside more than ``slack + 1``. As clauses this prunes far better than assumptions.
    Asked first whether those with many meetings can have all further breaks: few who may have one are decided
    several times sooner than many, and a refusal says that somebody else has one.
    """
    refused: set[int] = set()
    for some in _may_have_more(case, bound):
        placed = _solve(_hardened(case, domains, caps, bound, some, refused), seed)
        if placed is not None:
            return placed
        refused = some
    return None


def _may_have_more(case: Case, bound: Bound) -> Iterator[set[int]]:
    """Yield growing groups of people who may have a further break, those with most meetings first; the last is everybody who may."""
    degrees = [len(meetings) for meetings in case.meetings_of()]
    inside = {person for core in bound.cores for person in core}
    groups = [list(core) for core in bound.cores]
    if _slack(bound):
        groups.append([person for person in range(case.people) if person not in inside])
    for group in groups:
        group.sort(key=lambda person: -degrees[person])
    before: set[int] | None = None
    for share in SHARES:
        some = {person for group in groups for person in group[: max(LEAST, math.ceil(len(group) * share))]}
        if some != before:
            yield some
        before = some


def _slack(bound: Bound) -> int:
    """Return how many breaks the bound leaves beyond what is forced and one of each core."""
    return bound.lower - sum(bound.forced) - len(bound.cores)


def _hardened(
    case: Case, domains: Sequence[Sequence[int]], caps: Sequence[int], bound: Bound, some: set[int], refused: set[int]
) -> Encoding:
    """Encode "as many breaks as the bound, further ones only of ``some``"; one of theirs is not of ``refused`` if that is not empty."""
    slack = _slack(bound)
    inside = {person for core in bound.cores for person in core}
    tight = [min(cap, bound.forced[person] + (slack + (person in inside) if person in some else 0)) for person, cap in enumerate(caps)]
    encoding = encode(case, domains, tight)
    clauses = encoding.clauses
    further = [levels[bound.forced[person] :] for person, levels in enumerate(encoding.more)]
    spent = [literal for person, levels in enumerate(further) if person not in inside for literal in levels]
    for core in bound.cores:
        # One break in each core is owed anyway; only what goes beyond it is slack.
        spent += clauses.totalizer([literal for person in core for literal in further[person]], slack + 2)[1:]
    if len(spent) > slack:
        clauses.add(-clauses.totalizer(spent, slack + 1)[slack])
    if refused:
        clauses.add(*(literal for person in sorted(some - refused) for literal in further[person][:1]))
    return encoding


def _solve(encoding: Encoding, seed: int) -> list[int] | None:
    model = cadical_model(encoding.clauses.all, {**FINDING, "seed": seed})
    return None if model is None else encoding.placed(model)
