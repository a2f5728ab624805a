"""What happened: each change is data, and makes a new problem of the old one. Nothing is searched here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from hanhlang.engine.plan import Plan
from hanhlang.engine.problem import MINUTES_A_DAY, Engagement, Interval, Meeting, Person, Placed, Pool, Problem, Strict, Unit

# A closed road takes longer than any day, so nobody who must travel it arrives.
CLOSED_ROAD_MINUTES = 100 * MINUTES_A_DAY


class BadChange(ValueError):
    """A change that does not fit the problem; the message names it, the field and the remedy."""

    def __init__(self, kind: str, field: str, wrong: str, remedy: str) -> None:
        self.kind, self.field, self.wrong, self.remedy = kind, field, wrong, remedy
        super().__init__(f"change {kind}, {field}: {wrong}; {remedy}.")


@dataclass(frozen=True, slots=True)
class Absent(Strict):
    """Somebody is not there from ``start`` to ``end`` (minutes; left out: from the beginning, to the end)."""

    person: str
    start: int | None = None
    end: int | None = None
    kind: Literal["absent"] = "absent"


@dataclass(frozen=True, slots=True)
class Late(Strict):
    """Somebody arrives at ``until`` on that day."""

    person: str
    until: int
    kind: Literal["late"] = "late"


@dataclass(frozen=True, slots=True)
class Leaves(Strict):
    """Somebody leaves at ``at`` and does not come back."""

    person: str
    at: int
    kind: Literal["leaves"] = "leaves"


@dataclass(frozen=True, slots=True)
class UnitClosed(Strict):
    """A room, table or team cannot be used from ``start`` to ``end`` (left out: from the beginning, to the end)."""

    unit: str
    start: int | None = None
    end: int | None = None
    kind: Literal["closed"] = "closed"


@dataclass(frozen=True, slots=True)
class UnitAdded(Strict):
    """A pool has one more room, table or team."""

    pool: str
    unit: str
    kind: Literal["added"] = "added"


@dataclass(frozen=True, slots=True)
class PoolReduced(Strict):
    """A pool has only its first ``units`` units from ``start`` to ``end``."""

    pool: str
    units: int
    start: int | None = None
    end: int | None = None
    kind: Literal["reduced"] = "reduced"


@dataclass(frozen=True, slots=True)
class RoadSlower(Strict):
    """A road takes ``minutes`` when leaving in the local hours ``from_hour <= h < to_hour``; left out: it is closed."""

    origin: str
    destination: str
    minutes: int | None = None
    from_hour: int = 0
    to_hour: int = 24
    kind: Literal["road"] = "road"


@dataclass(frozen=True, slots=True)
class MeetingAdded(Strict):
    """A meeting is agreed on."""

    meeting: Meeting
    kind: Literal["meeting_added"] = "meeting_added"


@dataclass(frozen=True, slots=True)
class MeetingWithdrawn(Strict):
    """A meeting does not take place."""

    meeting: str
    kind: Literal["withdrawn"] = "withdrawn"


@dataclass(frozen=True, slots=True)
class MeetingLength(Strict):
    """A meeting needs ``minutes``."""

    meeting: str
    minutes: int
    kind: Literal["length"] = "length"


@dataclass(frozen=True, slots=True)
class SessionMoved(Strict):
    """The engagement ``old`` of these people is now ``new``; without ``new`` it falls away, without ``old`` it is an additional one."""

    people: tuple[str, ...]
    old: Interval | None = None
    new: Engagement | None = None
    kind: Literal["session"] = "session"


@dataclass(frozen=True, slots=True)
class Locked(Strict):
    """A meeting may not move from ``start`` and ``unit``; both left out: from where the plan has it."""

    meeting: str
    start: int | None = None
    unit: str | None = None
    kind: Literal["lock", "hold"] = "lock"


@dataclass(frozen=True, slots=True)
class Unlocked(Strict):
    """A meeting may move again."""

    meeting: str
    kind: Literal["unlock"] = "unlock"


Change = (
    Absent
    | Late
    | Leaves
    | UnitClosed
    | UnitAdded
    | PoolReduced
    | RoadSlower
    | MeetingAdded
    | MeetingWithdrawn
    | MeetingLength
    | SessionMoved
    | Locked
    | Unlocked
)


def apply(problem: Problem, plan: Plan, changes: Iterable[Change]) -> Problem:
    """
    Return the problem after ``changes``, in their order, with ``plan`` as what is published.

    :raises BadChange: if a change names what the problem does not have, or makes no sense.
    """
    published = tuple(Placed(placement.meeting, placement.start, placement.unit) for placement in plan.placements)
    problem = replace(problem, published=published)
    for change in changes:
        problem = _APPLY[type(change)](problem, plan, change)
    kept = {meeting.id for meeting in problem.meetings}
    return replace(problem, published=tuple(placed for placed in problem.published if placed.meeting in kept))


def horizon(problem: Problem) -> int:
    """Return a minute after everything in the problem."""
    ends = [grid.starts[-1] for grid in problem.grids if grid.starts]
    ends += [window.end for person in problem.people for window in person.windows]
    ends += [engagement.end for person in problem.people for engagement in person.engagements]
    longest = max((meeting.minutes for meeting in problem.meetings), default=0)
    return max(ends, default=0) + longest + MINUTES_A_DAY


def _absent(problem: Problem, plan: Plan, change: Absent) -> Problem:
    return _away(problem, change.kind, change.person, change.start, change.end)


def _late(problem: Problem, plan: Plan, change: Late) -> Problem:
    return _away(problem, change.kind, change.person, change.until // MINUTES_A_DAY * MINUTES_A_DAY, change.until)


def _leaves(problem: Problem, plan: Plan, change: Leaves) -> Problem:
    return _away(problem, change.kind, change.person, change.at, None)


def _away(problem: Problem, kind: str, name: str, start: int | None, end: int | None) -> Problem:
    """Cut the time out of the person's windows: an absence is no engagement, and spoils no meal."""
    last = horizon(problem)
    gone = _span(kind, start, end, last)

    def cut(person: Person) -> Person:
        windows = []
        for window in person.windows or (Interval(0, last),):
            pieces = (Interval(window.start, min(window.end, gone.start)), Interval(max(window.start, gone.end), window.end))
            windows += [piece for piece in pieces if piece.start < piece.end]
        # No window means always, so one after the end stands for never.
        return replace(person, windows=tuple(windows) or (Interval(last, last + 1),))

    return replace(problem, people=_mapped(problem.people, name, kind, "person", cut))


def _unit_closed(problem: Problem, plan: Plan, change: UnitClosed) -> Problem:
    return _close(problem, change.kind, {change.unit}, change.start, change.end)


def _close(problem: Problem, kind: str, names: set[str], start: int | None, end: int | None) -> Problem:
    gone = _span(kind, start, end, horizon(problem))
    known = {unit.id for pool in problem.pools for unit in pool.units}
    for name in sorted(names - known):
        raise BadChange(kind, "unit", f"{name} is not a unit", "name a unit of one of the pools")

    def closed(unit: Unit) -> Unit:
        return replace(unit, closed=(*unit.closed, gone)) if unit.id in names else unit

    return replace(problem, pools=tuple(replace(pool, units=tuple(closed(unit) for unit in pool.units)) for pool in problem.pools))


def _unit_added(problem: Problem, plan: Plan, change: UnitAdded) -> Problem:
    if any(unit.id == change.unit for pool in problem.pools for unit in pool.units):
        raise BadChange(change.kind, "unit", f"{change.unit} is there already", "give it an id of its own")

    def grown(pool: Pool) -> Pool:
        return replace(pool, units=(*pool.units, Unit(change.unit)))

    return replace(problem, pools=_mapped(problem.pools, change.pool, change.kind, "pool", grown))


def _pool_reduced(problem: Problem, plan: Plan, change: PoolReduced) -> Problem:
    pool = _one(problem.pools, change.pool, change.kind, "pool")
    if not 0 <= change.units <= len(pool.units):
        raise BadChange(change.kind, "units", f"is {change.units}", f"give 0 to {len(pool.units)}")
    return _close(problem, change.kind, {unit.id for unit in pool.units[change.units :]}, change.start, change.end)


def _road(problem: Problem, plan: Plan, change: RoadSlower) -> Problem:
    if not 0 <= change.from_hour < change.to_hour <= 24:
        raise BadChange(change.kind, "from_hour, to_hour", f"are {change.from_hour} and {change.to_hour}", "give hours from 0 to 24")
    if change.minutes is not None and change.minutes < 0:
        raise BadChange(change.kind, "minutes", f"is {change.minutes}", "give 0 or more, or leave it out for a closed road")
    if not any((road.origin, road.destination) == (change.origin, change.destination) for road in problem.roads):
        raise BadChange(change.kind, "origin, destination", "is not a road", "name two sites with a road between them")
    now = CLOSED_ROAD_MINUTES if change.minutes is None else change.minutes
    roads = []
    for road in problem.roads:
        if (road.origin, road.destination) == (change.origin, change.destination):
            hours = range(change.from_hour, change.to_hour)
            road = replace(road, minutes=tuple(now if hour in hours else minutes for hour, minutes in enumerate(road.minutes)))
        roads.append(road)
    return replace(problem, roads=tuple(roads))


def _meeting_added(problem: Problem, plan: Plan, change: MeetingAdded) -> Problem:
    if any(meeting.id == change.meeting.id for meeting in problem.meetings):
        raise BadChange(change.kind, "meeting", f"{change.meeting.id} is there already", "give it an id of its own")
    return replace(problem, meetings=(*problem.meetings, change.meeting))


def _meeting_withdrawn(problem: Problem, plan: Plan, change: MeetingWithdrawn) -> Problem:
    gone = _one(problem.meetings, change.meeting, change.kind, "meeting")
    return replace(
        problem,
        meetings=tuple(meeting for meeting in problem.meetings if meeting is not gone),
        precedences=tuple(rule for rule in problem.precedences if gone.id not in (rule.earlier, rule.later)),
    )


def _meeting_length(problem: Problem, plan: Plan, change: MeetingLength) -> Problem:
    if change.minutes <= 0:
        raise BadChange(change.kind, "minutes", f"is {change.minutes}", "give 1 or more")

    def resized(meeting: Meeting) -> Meeting:
        return replace(meeting, minutes=change.minutes)

    return replace(problem, meetings=_mapped(problem.meetings, change.meeting, change.kind, "meeting", resized))


def _session_moved(problem: Problem, plan: Plan, change: SessionMoved) -> Problem:
    if change.old is None and change.new is None:
        raise BadChange(change.kind, "old, new", "are both missing", "say which engagement it was, which it is now, or both")

    def moved(person: Person) -> Person:
        old = change.old
        kept = [item for item in person.engagements if old is None or (item.start, item.end) != (old.start, old.end)]
        if old is not None and len(kept) == len(person.engagements):
            raise BadChange(change.kind, "old", f"{person.id} has no engagement then", "give its start and end as the problem has them")
        return replace(person, engagements=(*kept, *(() if change.new is None else (change.new,))))

    for name in dict.fromkeys(change.people):
        problem = replace(problem, people=_mapped(problem.people, name, change.kind, "people", moved))
    return problem


def _locked(problem: Problem, plan: Plan, change: Locked) -> Problem:
    start, unit = change.start, change.unit
    if start is None and unit is None:
        at = next((placement for placement in plan.placements if placement.meeting == change.meeting), None)
        if at is None:
            raise BadChange(change.kind, "start, unit", f"{change.meeting} is not in the plan", "say where to lock it")
        start, unit = at.start, at.unit

    def locked(meeting: Meeting) -> Meeting:
        return replace(meeting, fixed_start=start, fixed_unit=unit)

    return replace(problem, meetings=_mapped(problem.meetings, change.meeting, change.kind, "meeting", locked))


def _unlocked(problem: Problem, plan: Plan, change: Unlocked) -> Problem:
    def free(meeting: Meeting) -> Meeting:
        return replace(meeting, fixed_start=None, fixed_unit=None)

    return replace(problem, meetings=_mapped(problem.meetings, change.meeting, change.kind, "meeting", free))


def _span(kind: str, start: int | None, end: int | None, last: int) -> Interval:
    first = 0 if start is None else start
    span = Interval(first, max(last, first + 1) if end is None else end)
    if span.start >= span.end:
        raise BadChange(kind, "start, end", f"{span.start} is not before {span.end}", "end it after its start")
    return span


def _one(records: Sequence[Any], name: str, kind: str, field: str) -> Any:
    found = next((record for record in records if record.id == name), None)
    if found is None:
        raise BadChange(kind, field, f"{name} is not known", "name one of the problem")
    return found


def _mapped(records: Sequence[Any], name: str, kind: str, field: str, changed: Callable[[Any], Any]) -> tuple[Any, ...]:
    _one(records, name, kind, field)
    return tuple(changed(record) if record.id == name else record for record in records)


_APPLY: dict[type, Callable[[Problem, Plan, Any], Problem]] = {
    Absent: _absent,
    Late: _late,
    Leaves: _leaves,
    UnitClosed: _unit_closed,
    UnitAdded: _unit_added,
    PoolReduced: _pool_reduced,
    RoadSlower: _road,
    MeetingAdded: _meeting_added,
    MeetingWithdrawn: _meeting_withdrawn,
    MeetingLength: _meeting_length,
    SessionMoved: _session_moved,
    Locked: _locked,
    Unlocked: _unlocked,
}
