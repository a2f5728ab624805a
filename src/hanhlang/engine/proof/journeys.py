"""Meetings at places far apart: is there any plan? Order encoding, one literal per linked pair for who comes first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hanhlang.engine.proof.cnf import FALSE, TRUE, Clauses
from hanhlang.engine.proof.decide import FINDING
from hanhlang.engine.proof.solvers import cadical_model

if TYPE_CHECKING:
    from hanhlang.engine.proof.decide import Report


@dataclass(frozen=True, slots=True)
class Pair:
    """
    ``then[i]``: where ``second``'s domain begins to be in reach after ``first`` took its ``i``-th slot.

    ``back`` is the same the other way round, ``None`` if ``second`` may not come first.
    """

    first: int
    second: int
    then: tuple[int, ...]
    back: tuple[int, ...] | None


@dataclass(frozen=True, slots=True)
class Journeys:
    """``domains[m]`` the slots meeting ``m`` may take, ascending; ``pairs`` those that must keep their distance."""

    domains: tuple[tuple[int, ...], ...]
    pairs: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class JourneyEncoding:
    clauses: Clauses
    exactly: list[list[int]]
    domains: tuple[tuple[int, ...], ...]

    def placed(self, model: Sequence[int]) -> list[int]:
        """Return the slot of each meeting in a model."""
        return [
            next(slot for slot, literal in zip(domain, row, strict=True) if literal == TRUE or model[abs(literal) - 1] * literal > 0)
            for domain, row in zip(self.domains, self.exactly, strict=True)
        ]


def decide_journeys(journeys: Journeys, report: Report, seed: int) -> bool:
    """Find any plan, or return ``False`` when none exists."""
    encoding = encode_journeys(journeys)
    model = cadical_model(encoding.clauses.all, {**FINDING, "seed": seed})
    if model is None:
        return False
    report.plan(encoding.placed(model))
    return True


def encode_journeys(journeys: Journeys) -> JourneyEncoding:
    """Encode all rules of :class:`Journeys`."""
    clauses = Clauses()
    later: list[list[int]] = []
    exactly: list[list[int]] = []
    for domain in journeys.domains:
        bounds = [TRUE, *(clauses.new() for _ in domain[1:]), FALSE]
        later.append(bounds)
        row = []
        for position in range(len(domain)):
            here = clauses.new()
            clauses.add(-bounds[position + 1], bounds[position])
            clauses.add(-here, bounds[position])
            clauses.add(-here, -bounds[position + 1])
            clauses.add(here, -bounds[position], bounds[position + 1])
            row.append(here)
        clauses.all.append(list(row))
        exactly.append(row)
    for pair in journeys.pairs:
        order = TRUE if pair.back is None else clauses.new()
        for position, reach in enumerate(pair.then):
            clauses.add(-order, -exactly[pair.first][position], later[pair.second][reach])
        for position, reach in enumerate(pair.back or ()):
            clauses.add(order, -exactly[pair.second][position], later[pair.first][reach])
    return JourneyEncoding(clauses, exactly, journeys.domains)
