"""Why a meeting is not placed and what would help; why a placed one is where it is and where else it could be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from hanhlang.engine.explain.obstacles import Obstacle, Obstacles, hours_of, smallest_reasons
from hanhlang.engine.explain.relax import Relaxation, relaxations
from hanhlang.engine.plan import Placement, Plan, Term, Unplaced
from hanhlang.engine.problem import Interval, Meeting, Problem
from hanhlang.engine.replan.board import Spot
from hanhlang.engine.scoring import objective, score

ELSEWHERE_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Cause:
    """One obstacle with the hours it forbids."""

    obstacle: Obstacle
    hours: tuple[Interval, ...]


@dataclass(frozen=True, slots=True)
class WhyNot:
    """
    A meeting that is not placed. ``causes`` are minimal: together they forbid every spot, and none can be left out.

    No causes: it fits as things are, at ``free``.
    """

    unplaced: Unplaced
    causes: tuple[Cause, ...]
    free: Spot | None
    helps: tuple[Relaxation, ...]


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Another spot that is free as things are, and what it costs more (less, if negative)."""

    spot: Spot
    costs_more: int


@dataclass(frozen=True, slots=True)
class WhyHere:
    """A placed meeting: the terms of its people's agendas, how many other spots are free, and the cheapest of these."""

    placement: Placement
    terms: tuple[Term, ...]
    free: int
    elsewhere: tuple[Elsewhere, ...]


def why_not(problem: Problem, plan: Plan, unplaced: Unplaced) -> WhyNot:
    """Explain a meeting that the plan does not place."""
    obstacles = Obstacles(problem, plan)
    meeting = obstacles.explainer.meetings[unplaced.meeting]
    forbidden = obstacles.of(meeting)
    reasons = smallest_reasons(forbidden)
    if reasons is None:
        free = min((spot for spot, blocking in forbidden.items() if not blocking), key=lambda spot: (spot.start, spot.pool))
        return WhyNot(unplaced, (), free, relaxations(problem, plan, meeting, obstacles))
    causes = tuple(Cause(reason, hours_of(forbidden, reason, meeting.minutes)) for reason in reasons)
    return WhyNot(unplaced, causes, None, relaxations(problem, plan, meeting, obstacles))


def why_here(problem: Problem, plan: Plan, meeting_id: str) -> WhyHere:
    """Explain a placed meeting."""
    obstacles = Obstacles(problem, plan)
    board, meeting = obstacles.board, obstacles.explainer.meetings[meeting_id]
    own = board.lift(meeting_id)
    here = _terms(problem, obstacles, meeting, own)
    cost = objective(here)
    free = [spot for spot in board.free_spots(meeting_id) if (spot.start, spot.pool) != (own.start, own.pool)]
    if meeting.fixed_start is not None:
        free = []
    priced = [Elsewhere(spot, objective(_terms(problem, obstacles, meeting, spot)) - cost) for spot in free]
    priced.sort(key=lambda other: (other.costs_more, abs(other.spot.start - own.start), other.spot.start, other.spot.pool))
    placement = next(placement for placement in plan.placements if placement.meeting == meeting_id)
    return WhyHere(placement, here, len(free), tuple(priced[:ELSEWHERE_SHOWN]))


def _terms(problem: Problem, obstacles: Obstacles, meeting: Meeting, spot: Spot) -> tuple[Term, ...]:
    """Return the soft terms of the agendas of a meeting's people, were it at ``spot``; those of everybody else do not change."""
    board = obstacles.board
    people = set(meeting.people)
    names = {meeting.id} | {name for person in people for name in board.stays[person]}
    spots = {**board.spots, meeting.id: spot}
    units = {pool.id: pool.units[0].id for pool in problem.pools if pool.units}
    part = replace(
        problem,
        people=tuple(person for person in problem.people if person.id in people),
        meetings=tuple(_among(each, people) for each in problem.meetings if each.id in names),
        published=(),
        weights=replace(problem.weights, unplaced=0, moved=0),
    )
    placements = tuple(Placement(name, spots[name].slot, spots[name].start, units[spots[name].pool]) for name in sorted(names))
    return score(part, Plan(placements))


def _among(meeting: Meeting, people: set[str]) -> Meeting:
    kept: Sequence[str] = [person for person in meeting.people if person in people]
    return replace(meeting, people=tuple(kept))
