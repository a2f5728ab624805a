"""The same questions answered by trying everything, sharing nothing with the proofs."""

from __future__ import annotations

from collections.abc import Iterator

from hanhlang.engine.problem import Interval, Meeting, Problem


def least_breaks(problem: Problem) -> int | None:
    """Return the fewest breaks of any lawful plan of an event, ``None`` if there is no plan."""
    values = [sum(counts) for slots in _plans(problem) if _fair(problem, counts := _breaks(problem, slots))]
    return min(values, default=None)


def any_journey(problem: Problem) -> bool:
    """Tell whether a lawful plan of a travel problem exists."""
    return any(True for _ in _plans(problem))


def is_lawful(problem: Problem, slots: list[int]) -> bool:
    """Tell whether these slots, one per meeting, keep every rule."""
    return all(_fits(problem, slots[:count], slots[count]) for count in range(len(slots))) and _fair(problem, _breaks(problem, slots))


def _plans(problem: Problem) -> Iterator[list[int]]:
    slots: list[int] = []

    def grow() -> Iterator[list[int]]:
        if len(slots) == len(problem.meetings):
            yield list(slots)
            return
        for slot in range(len(problem.grids[0].starts)):
            if _fits(problem, slots, slot):
                slots.append(slot)
                yield from grow()
                slots.pop()

    return grow()


def _fits(problem: Problem, placed: list[int], slot: int) -> bool:
    meeting, starts = problem.meetings[len(placed)], problem.grids[0].starts
    people = {person.id: person for person in problem.people}
    start, end = starts[slot], starts[slot] + meeting.minutes
    if meeting.fixed_start not in (None, start) or not _open(meeting.windows, start, end):
        return False
    if not all(_open(people[person].windows, start, end) for person in meeting.people):
        return False
    pool = next(pool for pool in problem.pools if pool.id == meeting.pools[0])
    same = sum(other.pools == meeting.pools and at == slot for other, at in zip(problem.meetings, placed, strict=False))
    closed = sum(any(shut.start < end and start < shut.end for shut in unit.closed) for unit in pool.units)
    if same >= len(pool.units) - closed:
        return False
    order = {(rule.earlier, rule.later) for rule in problem.precedences}
    for other, at in zip(problem.meetings, placed, strict=False):
        first = starts[at]
        if (other.id, meeting.id) in order and first + other.minutes > start:
            return False
        if (meeting.id, other.id) in order and end > first:
            return False
        if set(other.people) & set(meeting.people):
            if start >= first and start < first + other.minutes + _road(problem, other, meeting):
                return False
            if first >= start and first < end + _road(problem, meeting, other):
                return False
    return True


def _road(problem: Problem, origin: Meeting, destination: Meeting) -> int:
    site = {pool.id: pool.site for pool in problem.pools}
    wanted = (site[origin.pools[0]], site[destination.pools[0]])
    return next((road.minutes[0] for road in problem.roads if (road.origin, road.destination) == wanted), 0)


def _open(windows: tuple[Interval, ...], start: int, end: int) -> bool:
    return not windows or any(window.start <= start and end <= window.end for window in windows)


def _breaks(problem: Problem, slots: list[int]) -> list[int]:
    counts = []
    for person in problem.people:
        mine = {slot for meeting, slot in zip(problem.meetings, slots, strict=True) if person.id in meeting.people}
        line = "".join("x" if slot in mine else "." for slot in range(len(problem.grids[0].starts))).strip(".")
        counts.append(len([run for run in line.split("x") if run]))
    return counts


def _fair(problem: Problem, counts: list[int]) -> bool:
    return problem.fairness is None or not counts or max(counts) - min(counts) <= problem.fairness
