"""What would help, as plain lists: small enough to keep and to send from one process to another."""

from __future__ import annotations

from typing import Any

from hanhlang.engine.explain.obstacles import Obstacle
from hanhlang.engine.explain.relax import Relaxation
from hanhlang.engine.explain.why import why_not
from hanhlang.engine.plan import Plan, Unplaced
from hanhlang.engine.problem import Problem
from hanhlang.engine.scoring import objective, score


def what_would_help(problem: Problem, plan: Plan, unplaced: Unplaced) -> dict[str, Any]:
    """
    Return ``{"causes": [[kind, who, start, end, [[from, to], …]], …], "helps": […]}`` about one meeting.

    A help is ``{"gives_up": [[kind, who, start, end], …], "shorter", "start", "pool", "price", "cost", "moves": [[meeting, start, unit,
    [team, …]], …]}``; ``moves`` are the placements that differ from the plan, the meeting's own among them, ``cost`` what the plan then
    costs more.
    """
    why = why_not(problem, plan, unplaced)
    before = objective(score(problem, plan))
    return {
        "causes": [[*_plain(cause.obstacle), [[each.start, each.end] for each in cause.hours]] for cause in why.causes],
        "helps": [_help(plan, help, before) for help in why.helps],
    }


def _plain(obstacle: Obstacle) -> list[str | int]:
    return [obstacle.kind.value, obstacle.who, obstacle.start, obstacle.end]


def _help(plan: Plan, help: Relaxation, before: int) -> dict[str, Any]:
    known = {row.meeting: row for row in plan.placements}
    moved = [row for row in help.plan.placements if known.get(row.meeting) != row]
    return {
        "gives_up": [_plain(obstacle) for obstacle in help.gives_up],
        "shorter": help.shorter,
        "start": help.spot.start,
        "pool": help.spot.pool,
        "price": help.price,
        "cost": objective(score(help.problem, help.plan)) - before,
        "moves": [[row.meeting, row.start, row.unit, list(row.teams)] for row in moved],
    }
