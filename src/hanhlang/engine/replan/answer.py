"""What a repair is told as: moves, people who must be told, and the price before and after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from hanhlang.engine.plan import Placement, Plan, Status, Term
from hanhlang.engine.problem import MINUTES_A_DAY, Problem
from hanhlang.engine.scoring import objective

SOON_MINUTES = 120


class MoveKind(StrEnum):
    MOVED = "moved"  # another hour, or a place of another pool
    OTHER_ROOM = "other_room"  # the same hour in another unit of the same pool
    LOST = "lost"  # no longer placed
    PLACED = "placed"  # was not placed, or is new


@dataclass(frozen=True, slots=True)
class Move:
    """One meeting that is elsewhere; ``weight`` is rank times nearness, 0 where nothing the people knew is undone."""

    meeting: str
    kind: MoveKind
    before: Placement | None
    after: Placement | None
    weight: int


@dataclass(frozen=True, slots=True)
class Columns:
    """
    What alternatives are compared by; less is better, of ``first_minute`` more.

    ``moves``: meetings moved or lost · ``rooms``: meetings that only change rooms · ``told``: people whose agenda differs ·
    ``disturbance``: weights of the moves summed · ``cost``: all soft terms · ``shift``: minutes by which hours change, summed ·
    ``first_minute``: the first new hour, so the time left to tell people · ``last_minute``: the last one, when all is made up for.
    """

    moves: int
    rooms: int
    told: int
    disturbance: int
    cost: int
    shift: int
    first_minute: int | None
    last_minute: int | None


@dataclass(frozen=True, slots=True)
class Alternative:
    """One lawful plan for the changed problem; ``best_in`` names the columns in which no other shown is better."""

    plan: Plan
    moves: tuple[Move, ...]
    told: tuple[str, ...]
    columns: Columns
    best_in: tuple[str, ...]
    lost_value: int
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Replanned:
    """
    What :func:`replan` found, the best alternative first.

    ``bound``: no lawful plan that loses at most as much value moves fewer; ``proven``: the first alternative moves as few.
    ``value_bound``: what is surely lost of the value that was placed or is newly asked for; ``value_proven``: no more is.
    """

    status: Status
    alternatives: tuple[Alternative, ...]
    bound: int
    proven: bool
    value_bound: int
    value_proven: bool
    terms_before: tuple[Term, ...]
    seconds: float
    first_seconds: float | None


def weights_of_moves(problem: Problem, plan: Plan, now: int | None) -> dict[str, int]:
    """Return what moving each placed meeting weighs: the highest rank among its people, threefold within two hours, twofold today."""
    rank = {person.id: max(1, person.weight) for person in problem.people}
    people = {meeting.id: meeting.people for meeting in problem.meetings}
    return {
        placement.meeting: max(rank[person] for person in people[placement.meeting]) * _nearness(placement.start, now)
        for placement in plan.placements
        if placement.meeting in people
    }


def _nearness(start: int, now: int | None) -> int:
    if now is None or start < now:
        return 1
    if start - now < SOON_MINUTES:
        return 3
    return 2 if start // MINUTES_A_DAY == now // MINUTES_A_DAY else 1


def moves_between(problem: Problem, before: Plan, after: Plan, weights: Mapping[str, int]) -> tuple[Move, ...]:
    """Return what differs, in the order of the problem; meetings the problem no longer has are left out."""
    pool_of = {unit.id: pool.id for pool in problem.pools for unit in pool.units}
    old = {placement.meeting: placement for placement in before.placements}
    new = {placement.meeting: placement for placement in after.placements}
    moves = []
    for meeting in problem.meetings:
        was, now = old.get(meeting.id), new.get(meeting.id)
        first = meeting.pools[0] if meeting.pools else None
        if was is None and now is None:
            continue
        if was is None:
            moves.append(Move(meeting.id, MoveKind.PLACED, None, now, 0))
        elif now is None:
            moves.append(Move(meeting.id, MoveKind.LOST, was, None, weights.get(meeting.id, 1)))
        elif was.start != now.start or pool_of.get(was.unit, first) != pool_of.get(now.unit):
            moves.append(Move(meeting.id, MoveKind.MOVED, was, now, weights.get(meeting.id, 1)))
        elif was.unit != now.unit:
            moves.append(Move(meeting.id, MoveKind.OTHER_ROOM, was, now, 0))
    return tuple(moves)


def told_of(problem: Problem, moves: tuple[Move, ...]) -> tuple[str, ...]:
    """Return everybody whose agenda differs, in the order of the problem."""
    concerned = {move.meeting for move in moves}
    people = {person for meeting in problem.meetings if meeting.id in concerned for person in meeting.people}
    return tuple(person.id for person in problem.people if person.id in people)


def columns_of(moves: tuple[Move, ...], told: tuple[str, ...], terms: tuple[Term, ...]) -> Columns:
    """Return what the alternative is compared by."""
    counted = [move for move in moves if move.kind in (MoveKind.MOVED, MoveKind.LOST)]
    minutes = [move.after.start for move in moves if move.after is not None]
    return Columns(
        moves=len(counted),
        rooms=sum(move.kind is MoveKind.OTHER_ROOM for move in moves),
        told=len(told),
        disturbance=sum(move.weight for move in counted),
        cost=objective(terms),
        shift=sum(abs(move.after.start - move.before.start) for move in moves if move.before and move.after),
        first_minute=min(minutes, default=None),
        last_minute=max(minutes, default=None),
    )


def differ(problem: Problem, one: Alternative, other: Alternative) -> bool:
    """Tell whether two alternatives are worth showing side by side: three meetings elsewhere, or other people told."""
    if one.told != other.told:
        return True
    at = {placement.meeting: (placement.start, placement.unit) for placement in one.plan.placements}
    there = {placement.meeting: (placement.start, placement.unit) for placement in other.plan.placements}
    return sum(at.get(meeting.id) != there.get(meeting.id) for meeting in problem.meetings) >= 3
