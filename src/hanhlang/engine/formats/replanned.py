"""What ``replan`` answers, as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from hanhlang.engine.formats.hanhlang import FIRST_SLOT, moment
from hanhlang.engine.plan import Placement, Term
from hanhlang.engine.problem import Problem
from hanhlang.engine.replan import Alternative, Move, Replanned


def replanned(found: Replanned, problem: Problem) -> dict[str, Any]:
    """Return the figures of the best alternative, then every alternative with its moves."""
    first = found.alternatives[0] if found.alternatives else None
    return {
        "status": str(found.status),
        "objective": first.columns.cost if first else None,
        "moves": first.columns.moves if first else None,
        "bound": found.bound,
        "proven": found.proven,
        "lost_value": first.lost_value if first else None,
        "value_bound": found.value_bound,
        "value_proven": found.value_proven,
        "unplaced": len(first.plan.unplaced) if first else None,
        "seconds": round(found.seconds, 3),
        "first_feasible_seconds": None if found.first_seconds is None else round(found.first_seconds, 3),
        "terms_before": terms(found.terms_before),
        "terms": terms(first.terms) if first else {},
        "alternatives": [_alternative(one, problem) for one in found.alternatives],
    }


def terms(given: Iterable[Term]) -> dict[str, dict[str, int]]:
    """Return each term's amount and cost by name."""
    return {term.name: {"amount": term.amount, "cost": term.cost} for term in given}


def _alternative(one: Alternative, problem: Problem) -> dict[str, Any]:
    return {
        **asdict(one.columns),
        "best_in": list(one.best_in),
        "lost_value": one.lost_value,
        "told_people": list(one.told),
        "terms": terms(one.terms),
        "moved_meetings": [_move(move, problem) for move in one.moves],
    }


def _move(move: Move, problem: Problem) -> dict[str, Any]:
    return {
        "meeting": move.meeting,
        "kind": str(move.kind),
        "before": _place(move.before, problem),
        "after": _place(move.after, problem),
        "weight": move.weight,
    }


def _place(placement: Placement | None, problem: Problem) -> dict[str, Any] | None:
    if placement is None:
        return None
    slot = placement.slot + FIRST_SLOT.get(problem.format, 0)
    return {"slot": slot, "start": moment(problem, placement.start), "place": placement.unit}
