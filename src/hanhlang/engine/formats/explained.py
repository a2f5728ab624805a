"""What ``explain`` answers, as JSON."""

from __future__ import annotations

from typing import Any

from hanhlang.engine.explain import words
from hanhlang.engine.explain.why import WhyHere, WhyNot
from hanhlang.engine.formats.hanhlang import FIRST_SLOT, moment
from hanhlang.engine.formats.replanned import terms
from hanhlang.engine.problem import Problem
from hanhlang.engine.replan.board import Spot


def why_not(problem: Problem, why: WhyNot) -> dict[str, Any]:
    """Return the causes and relaxations of a meeting that is not placed."""
    return {
        "meeting": why.unplaced.meeting,
        "placed": False,
        "reason": str(why.unplaced.reason),
        "text": words.not_placed(problem, why),
        "causes": [
            {
                "kind": str(cause.obstacle.kind),
                "who": cause.obstacle.who,
                "hours": [[moment(problem, each.start) or each.start, moment(problem, each.end) or each.end] for each in cause.hours],
                "text": words.cause(problem, cause),
            }
            for cause in why.causes
        ],
        "helps": [
            {
                "gives_up": [{"kind": str(obstacle.kind), "who": obstacle.who} for obstacle in help.gives_up],
                "shorter_minutes": help.shorter,
                "price": help.price,
                **_spot(problem, help.spot),
                "text": words.helps(problem, help),
            }
            for help in why.helps
        ],
    }


def why_here(problem: Problem, why: WhyHere) -> dict[str, Any]:
    """Return where a placed meeting is and where else it could be."""
    placement = why.placement
    return {
        "meeting": placement.meeting,
        "placed": True,
        "slot": placement.slot + FIRST_SLOT.get(problem.format, 0),
        "start": moment(problem, placement.start),
        "place": placement.unit,
        "text": words.here(problem, why),
        "terms": terms(why.terms),
        "free_elsewhere": why.free,
        "elsewhere": [{**_spot(problem, other.spot), "costs_more": other.costs_more} for other in why.elsewhere],
    }


def _spot(problem: Problem, spot: Spot) -> dict[str, Any]:
    return {"slot": spot.slot + FIRST_SLOT.get(problem.format, 0), "start": moment(problem, spot.start), "pool": spot.pool}
