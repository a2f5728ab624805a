"""Which problems can be proven here, and what is left of them when names and minutes are gone."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

from hanhlang.engine.problem import Interval, Meeting, Pool, Problem, Unit
from hanhlang.engine.proof.case import Case
from hanhlang.engine.proof.journeys import Journeys, Pair

# Above this the clauses alone take minutes; such events are for the search.
MOST_CHOICES = 500_000


def event_case(problem: Problem) -> Case | None:
    """Return the numbers of an event with one hall, one grid in one block and unit lengths; ``None`` for other problems."""
    if not _is_event(problem):
        return None
    (pool,), (grid,) = problem.pools, problem.grids
    person_index = {person.id: index for index, person in enumerate(problem.people)}
    meeting_index = {meeting.id: index for index, meeting in enumerate(problem.meetings)}
    return Case(
        capacity=tuple(len(open_units(problem, pool, start)) for start in grid.starts),
        people=len(problem.people),
        meetings=tuple(tuple(person_index[person] for person in meeting.people) for meeting in problem.meetings),
        domains=_domains(problem),
        precedences=tuple((meeting_index[rule.earlier], meeting_index[rule.later]) for rule in problem.precedences),
        fairness=problem.fairness,
    )


def journeys(problem: Problem) -> Journeys | None:
    """Return the numbers of a problem with a place of its own for each meeting; ``None`` for other problems."""
    if not _is_travel(problem):
        return None
    domains = _domains(problem)
    grids = {grid.id: grid for grid in problem.grids}
    starts = [tuple(grids[meeting.grid].starts[slot] for slot in domain) for meeting, domain in zip(problem.meetings, domains, strict=True)]
    index = {meeting.id: number for number, meeting in enumerate(problem.meetings)}
    roads = {(road.origin, road.destination): road.minutes for road in problem.roads}
    site = {pool.id: pool.site for pool in problem.pools}

    def after(first: int, second: int, travels: bool) -> tuple[int, ...]:
        road = roads.get((site[problem.meetings[first].pools[0]], site[problem.meetings[second].pools[0]]))
        free = [start + problem.meetings[first].minutes for start in starts[first]]
        ready = [end + road[end // 60 % 24] if travels and road else end for end in free]
        return tuple(bisect_left(starts[second], minute) for minute in ready)

    pairs = [Pair(first, second, after(first, second, True), after(second, first, True)) for first, second in _linked(problem)]
    pairs += [
        Pair(index[rule.earlier], index[rule.later], after(index[rule.earlier], index[rule.later], False), None)
        for rule in problem.precedences
    ]
    return Journeys(domains, tuple(pairs))


def closed_to(problem: Problem) -> tuple[tuple[tuple[int, ...], ...], ...]:
    """Return, for an event, the slots closed to each person by windows, and to each meeting by its windows and by its lock."""
    (grid,) = problem.grids
    length = max((meeting.minutes for meeting in problem.meetings), default=1)
    slots = [(slot, start) for slot, start in enumerate(grid.starts)]
    return (
        tuple(tuple(slot for slot, start in slots if not _inside(person.windows, start, start + length)) for person in problem.people),
        tuple(tuple(slot for slot, start in slots if not _inside(meeting.windows, start, start + length)) for meeting in problem.meetings),
        tuple(tuple(slot for slot, start in slots if meeting.fixed_start not in (None, start)) for meeting in problem.meetings),
    )


def open_units(problem: Problem, pool: Pool, start: int) -> tuple[Unit, ...]:
    """Return the pool's units that are open for a meeting of the pool's only length beginning at ``start`` (minutes)."""
    minutes = max((meeting.minutes for meeting in problem.meetings), default=1) + pool.turnround
    return tuple(unit for unit in pool.units if not any(_overlap(closed, start, start + minutes) for closed in unit.closed))


def _is_event(problem: Problem) -> bool:
    if len(problem.pools) != 1 or len(problem.grids) != 1 or not _is_plain(problem):
        return False
    (pool,), (grid,) = problem.pools, problem.grids
    lengths = {meeting.minutes for meeting in problem.meetings}
    gap = min((after - before for before, after in pairwise(grid.starts)), default=None)
    length = max(lengths, default=0)
    return (
        len(set(grid.blocks)) <= 1
        and grid.count_breaks
        and problem.weights.breaks > 0
        and len(lengths) <= 1
        and (gap is None or length + pool.turnround <= gap)
        and all(person.weight == 1 for person in problem.people)
    )


def _is_travel(problem: Problem) -> bool:
    used = Counter(pool for meeting in problem.meetings for pool in meeting.pools)
    breaks_cost = problem.weights.breaks and any(grid.count_breaks for grid in problem.grids)
    return (
        _is_plain(problem)
        and problem.fairness is None
        and not breaks_cost
        and problem.weights.city_changes == 0
        and max(used.values(), default=0) <= 1
        and all(len(pool.units) == 1 for pool in problem.pools)
    )


def _is_plain(problem: Problem) -> bool:
    """Every meeting is placed in its one pool, and only breaks can cost anything."""
    choices = sum(len(grid.starts) for meeting in problem.meetings for grid in problem.grids if grid.id == meeting.grid)
    return (
        problem.place_all
        and choices <= MOST_CHOICES
        and problem.weights.idle == 0
        and not (problem.apart or problem.published)
        and all(pool.seats is None and not pool.serves for pool in problem.pools)
        and not any(person.engagements or person.meals or person.in_a_row for person in problem.people)
        and all(
            len(meeting.pools) == 1 and not meeting.needs and not meeting.preferred and meeting.fixed_unit is None
            for meeting in problem.meetings
        )
    )


def _linked(problem: Problem) -> Iterator[tuple[int, int]]:
    attended: dict[str, list[int]] = {}
    for number, meeting in enumerate(problem.meetings):
        for person in meeting.people:
            attended.setdefault(person, []).append(number)
    yield from sorted({pair for meetings in attended.values() for pair in combinations(sorted(set(meetings)), 2)})


def _domains(problem: Problem) -> tuple[tuple[int, ...], ...]:
    """Return the slots each meeting may take when it is looked at alone."""
    grids = {grid.id: grid for grid in problem.grids}
    people = {person.id: person for person in problem.people}
    pools = {pool.id: pool for pool in problem.pools}
    open_starts: dict[tuple[str, str], list[tuple[int, int]]] = {}
    domains = []
    for meeting in problem.meetings:
        grid, pool = grids[meeting.grid], pools[meeting.pools[0]]
        if (grid.id, pool.id) not in open_starts:
            starts = enumerate(grid.starts)
            open_starts[grid.id, pool.id] = [(slot, start) for slot, start in starts if open_units(problem, pool, start)]
        windows = [person.windows for name in meeting.people if (person := people[name]).windows]
        domains.append(tuple(_slots(meeting, open_starts[grid.id, pool.id], windows)))
    return tuple(domains)


def _slots(meeting: Meeting, open_starts: Sequence[tuple[int, int]], windows: Sequence[Sequence[Interval]]) -> Iterator[int]:
    for slot, start in open_starts:
        end = start + meeting.minutes
        fits = meeting.fixed_start in (None, start) and _inside(meeting.windows, start, end)
        if fits and all(_inside(spans, start, end) for spans in windows):
            yield slot


def _inside(windows: Sequence[Interval], start: int, end: int) -> bool:
    return not windows or any(window.start <= start and end <= window.end for window in windows)


def _overlap(closed: Interval, start: int, end: int) -> bool:
    return closed.start < end and start < closed.end
