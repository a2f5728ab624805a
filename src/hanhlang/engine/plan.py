"""A plan: where and when each meeting is, and why some are not placed."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Reason(StrEnum):
    """Why a meeting is not placed. The first four are proofs about the meeting alone."""

    NO_COMMON_TIME = "no_common_time"  # its people are never free together long enough
    NO_TIME_ON_ROAD = "no_time_on_road"  # free together, but never with time to travel to a permitted place
    NO_PLACE = "no_place"  # no permitted pool has seats, or its units are closed whenever its people can
    NO_INTERPRETER = "no_interpreter"  # no team for the language pair whenever and wherever its people can
    LOCKED_OUT = "locked_out"  # its lock contradicts availability or another lock
    CROWDED_OUT = "crowded_out"  # it fits alone, but not beside what is placed

    @property
    def proves(self) -> bool:
        """Whether the reason alone proves that the meeting is in no lawful plan."""
        return self not in (Reason.CROWDED_OUT, Reason.LOCKED_OUT)


@dataclass(frozen=True, slots=True)
class Placement:
    """``unit`` is the place; ``teams`` the interpreters' units, in the order of ``Meeting.needs``."""

    meeting: str
    slot: int  # index in the meeting's grid
    start: int  # minutes since Problem.origin
    unit: str
    teams: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unplaced:
    meeting: str
    reason: Reason
    people: tuple[str, ...] = ()  # those in the way, where the reason is about people
    resource: str = ""  # the pool or language pair, where it is about one


@dataclass(frozen=True, slots=True)
class Term:
    """One named soft term: ``amount`` in its unit, ``cost`` = amount x weight, over all people and meetings."""

    name: str
    amount: int
    cost: int


@dataclass(frozen=True, slots=True)
class Plan:
    placements: tuple[Placement, ...]
    unplaced: tuple[Unplaced, ...] = ()


@dataclass(frozen=True, slots=True)
class Violation:
    """A hard rule broken. ``rule`` is the checker's function name; ``meetings`` those concerned."""

    rule: str
    meetings: tuple[str, ...]
    text: str


class Status(StrEnum):
    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a solve returns: ``bound`` is a proven lower bound on the objective, ``None`` if none is known."""

    status: Status
    plan: Plan | None
    objective: int | None
    bound: int | None
    seconds: float
    first_feasible_seconds: float | None
    terms: tuple[Term, ...] = field(default_factory=tuple)
