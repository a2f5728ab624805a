"""Does a problem make sense in itself? Each fault names the record, the field and the remedy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

from hanhlang.engine.problem import Interval, Problem

# Nineteen years of minutes; and prices whose sum over any number of meetings that fits in memory stays a machine number.
MOST_MINUTES = 10_000_000
MOST_PRICE = 1_000_000
# A week of minutes; the search keeps the number of a start in sixteen bits.
MOST_STARTS = 10_080
# Of places that are closed at times of their own, over all lengths of meetings: what is kept for each takes some hundred bytes.
MOST_PLACE_STARTS = 4_000_000
# Of people and grids.
MOST_CALENDARS = 20_000_000
# More are not told.
MOST_FAULTS = 1_000


@dataclass(frozen=True, slots=True)
class ProblemFault:
    """One thing wrong in a problem."""

    record: str
    field: str
    text: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.record}, {self.field}: {self.text} {self.remedy}"


def problem_faults(problem: Problem) -> tuple[ProblemFault, ...]:
    """Return the faults of the problem, the first :data:`MOST_FAULTS`: twice-used or unknown ids, senseless times, missing roads."""
    return tuple(islice((fault for part in PARTS for fault in part(problem)), MOST_FAULTS))


def _ids(problem: Problem) -> Iterator[ProblemFault]:
    lists = {
        "site": [site.id for site in problem.sites],
        "pool": [pool.id for pool in problem.pools],
        "unit": [unit.id for pool in problem.pools for unit in pool.units],
        "person": [person.id for person in problem.people],
        "grid": [grid.id for grid in problem.grids],
        "meeting": [meeting.id for meeting in problem.meetings],
    }
    for kind, ids in lists.items():
        seen: set[str] = set()
        for name in ids:
            if name in seen:
                yield ProblemFault(f"{kind} {name}", "id", "is used twice.", "Give each its own id.")
            seen.add(name)


def _pools(problem: Problem) -> Iterator[ProblemFault]:
    sites = {site.id for site in problem.sites}
    for pool in problem.pools:
        record = f"pool {pool.id}"
        if pool.site not in sites:
            yield ProblemFault(record, "site", f"{pool.site} is not a site.", "Name one of the sites.")
        if pool.turnround < 0:
            yield ProblemFault(record, "turnround", f"is {pool.turnround}.", "Give 0 or more minutes.")
        if pool.seats is not None and pool.seats < 0:
            yield ProblemFault(record, "seats", f"is {pool.seats}.", "Give 0 or more seats, or leave it out.")
        for unit in pool.units:
            yield from _intervals(f"unit {unit.id}", "closed", unit.closed)


def _roads(problem: Problem) -> Iterator[ProblemFault]:
    sites = [site.id for site in problem.sites]
    stated = {(road.origin, road.destination) for road in problem.roads}
    for road in problem.roads:
        record = f"road {road.origin} to {road.destination}"
        if road.origin not in sites or road.destination not in sites:
            yield ProblemFault(record, "origin, destination", "one of them is not a site.", "Name two of the sites.")
        if len(road.minutes) != 24 or min(road.minutes, default=0) < 0:
            yield ProblemFault(
                record, "minutes", f"has {len(road.minutes)} values.", "Give 24 values of 0 or more, one per hour of departure."
            )
    for origin in sites:
        for destination in sites:
            if origin != destination and (origin, destination) not in stated:
                yield ProblemFault(f"road {origin} to {destination}", "minutes", "is missing.", "Add this road, in both directions.")


def _people(problem: Problem) -> Iterator[ProblemFault]:
    sites = {site.id for site in problem.sites}
    for person in problem.people:
        record = f"person {person.id}"
        yield from _intervals(record, "windows", person.windows)
        yield from _intervals(record, "meals", person.meals)
        yield from _intervals(record, "engagements", (Interval(item.start, item.end) for item in person.engagements))
        for engagement in person.engagements:
            if engagement.site is not None and engagement.site not in sites:
                yield ProblemFault(record, "engagements", f"{engagement.site} is not a site.", "Name one of the sites or leave it out.")
        if person.weight < 0 or person.in_a_row < 0:
            yield ProblemFault(record, "weight, in_a_row", "one of them is negative.", "Give 0 or more.")


def _grids(problem: Problem) -> Iterator[ProblemFault]:
    for grid in problem.grids:
        record = f"grid {grid.id}"
        if len(grid.blocks) != len(grid.starts):
            yield ProblemFault(
                record, "blocks", f"has {len(grid.blocks)} values for {len(grid.starts)} starts.", "Give one block for each start."
            )
        changes = [block for index, block in enumerate(grid.blocks) if index == 0 or grid.blocks[index - 1] != block]
        if len(set(changes)) != len(changes):
            yield ProblemFault(record, "blocks", "a block comes back after another.", "Number the blocks in the order of the slots.")
        if any(later <= earlier for earlier, later in pairwise(grid.starts)):
            yield ProblemFault(record, "starts", "do not ascend.", "Sort the starts and keep each once.")
        if grid.minutes <= 0:
            yield ProblemFault(record, "minutes", f"is {grid.minutes}.", "Give 1 or more.")
        if grid.starts and grid.starts[0] < 0:
            yield ProblemFault(record, "starts", "begin before minute 0.", "Count from midnight before the first day.")


def _meetings(problem: Problem) -> Iterator[ProblemFault]:
    people = {person.id for person in problem.people}
    grids = {grid.id: grid for grid in problem.grids}
    pools = {pool.id: pool for pool in problem.pools}
    units = {unit.id for pool in problem.pools for unit in pool.units}
    for meeting in problem.meetings:
        record = f"meeting {meeting.id}"
        if not meeting.people or len(set(meeting.people)) != len(meeting.people):
            yield ProblemFault(record, "people", "is empty or names someone twice.", "Name each person once.")
        for person in meeting.people:
            if person not in people:
                yield ProblemFault(record, "people", f"{person} is not a person.", "Name people of the problem.")
        if meeting.minutes <= 0:
            yield ProblemFault(record, "minutes", f"is {meeting.minutes}.", "Give 1 or more.")
        if meeting.value < 0 or meeting.seats < 0:
            yield ProblemFault(record, "value, seats", "one of them is negative.", "Give 0 or more.")
        if meeting.grid not in grids:
            yield ProblemFault(record, "grid", f"{meeting.grid} is not a grid.", "Name one of the grids.")
        elif meeting.fixed_start is not None and meeting.fixed_start not in grids[meeting.grid].starts:
            yield ProblemFault(record, "fixed_start", f"{meeting.fixed_start} is not a start of its grid.", "Add the start to the grid.")
        for pool in meeting.pools:
            if pool not in pools:
                yield ProblemFault(record, "pools", f"{pool} is not a pool.", "Name pools of the problem.")
            elif pools[pool].serves:
                yield ProblemFault(record, "pools", f"{pool} is a pool of interpreters.", "Name it in needs by its language pair.")
        if meeting.fixed_unit is not None and meeting.fixed_unit not in units:
            yield ProblemFault(record, "fixed_unit", f"{meeting.fixed_unit} is not a unit.", "Name a unit of one of its pools.")
        yield from _intervals(record, "windows", meeting.windows)
        yield from _intervals(record, "preferred", meeting.preferred)


def _relations(problem: Problem) -> Iterator[ProblemFault]:
    people = {person.id for person in problem.people}
    meetings = {meeting.id for meeting in problem.meetings}
    units = {unit.id for pool in problem.pools for unit in pool.units}
    for precedence in problem.precedences:
        record = f"precedence {precedence.earlier} before {precedence.later}"
        if not {precedence.earlier, precedence.later} <= meetings or precedence.earlier == precedence.later:
            yield ProblemFault(record, "earlier, later", "are not two meetings.", "Name two different meetings.")
    enemies: dict[str, set[str]] = {}
    for apart in problem.apart:
        if not {apart.first, apart.second} <= people or apart.first == apart.second:
            yield ProblemFault(f"apart {apart.first}, {apart.second}", "first, second", "are not two people.", "Name two different people.")
        else:
            enemies.setdefault(apart.first, set()).add(apart.second)
        if apart.minutes < 0:
            yield ProblemFault(f"apart {apart.first}, {apart.second}", "minutes", "are below 0.", "Give 0 or more minutes between them.")
    for meeting in problem.meetings if enemies else ():
        attending = set(meeting.people)
        if any(not attending.isdisjoint(enemies.get(person, ())) for person in attending):
            yield ProblemFault(f"meeting {meeting.id}", "people", "two of them must be kept apart.", "Take one of them out of the meeting.")
    for placed in problem.published:
        if placed.meeting not in meetings or placed.unit not in units:
            yield ProblemFault(
                f"published {placed.meeting}", "meeting, unit", "one of them is unknown.", "Name a meeting and a unit of the problem."
            )
    if problem.fairness is not None and problem.fairness < 0:
        yield ProblemFault("problem", "fairness", f"is {problem.fairness}.", "Give 0 or more, or leave it out.")


def _weights(problem: Problem) -> Iterator[ProblemFault]:
    weights = problem.weights
    for name in weights.__slots__:
        if getattr(weights, name) < 0:
            yield ProblemFault("weights", name, f"is {getattr(weights, name)}.", "Give 0 or more; 0 switches the term off.")


def _intervals(record: str, field: str, intervals: Iterable[Interval]) -> Iterator[ProblemFault]:
    for interval in intervals:
        if interval.end <= interval.start:
            text = f"an interval ends at {interval.end} and starts at {interval.start}."
            yield ProblemFault(record, field, text, "End each interval after its start.")


def _sizes(problem: Problem) -> Iterator[ProblemFault]:
    """Refuse numbers that no week has: the search counts in machine numbers."""
    for record, field, numbers, most in _numbers(problem):
        if numbers and (max(numbers) > most or min(numbers) < -most):
            yield ProblemFault(record, field, f"{max(numbers, key=abs)} is too large.", f"Give {most} at the most.")


def _extent(problem: Problem) -> Iterator[ProblemFault]:
    """Refuse what no week has so much of that preparing it would take all memory."""
    for grid in problem.grids:
        if len(grid.starts) > MOST_STARTS:
            yield ProblemFault(f"grid {grid.id}", "starts", f"has {len(grid.starts)}.", f"Give {MOST_STARTS} at the most.")
    if len(problem.people) * len(problem.grids) > MOST_CALENDARS:
        text = f"are {len(problem.grids)} for {len(problem.people)} people."
        yield ProblemFault("problem", "grids", text, f"Give {MOST_CALENDARS // len(problem.people)} at the most.")
    kinds = {pool.id: len({unit.closed for unit in pool.units}) for pool in problem.pools}
    locked = {meeting.fixed_unit for meeting in problem.meetings if meeting.fixed_unit is not None}
    of_unit = {unit.id: pool.id for pool in problem.pools for unit in pool.units if unit.id in locked}
    for pool_id in of_unit.values():
        kinds[pool_id] += 1
    teams = {pair: [pool.id for pool in problem.pools if pool.serves == pair] for pair in {pool.serves for pool in problem.pools}}
    pools: dict[tuple[str, int], set[str]] = {}
    for meeting in problem.meetings:
        used = pools.setdefault((meeting.grid, meeting.minutes), set())
        used.update(meeting.pools, *(teams.get(pair, ()) for pair in meeting.needs))
    starts = {grid.id: len(grid.starts) for grid in problem.grids}
    several = sum(starts.get(grid, 0) * sum(kinds.get(pool, 0) for pool in used) for (grid, _), used in pools.items())
    if several > MOST_PLACE_STARTS:
        text = f"make {several} starts of places, over all lengths of meetings."
        remedy = f"Give {MOST_PLACE_STARTS} at the most: fewer starts, lengths, or places that are closed at times of their own."
        yield ProblemFault("problem", "grids, pools", text, remedy)


def _numbers(problem: Problem) -> Iterator[tuple[str, str, Sequence[int], int]]:
    for pool in problem.pools:
        yield f"pool {pool.id}", "turnround, seats", (pool.turnround, pool.seats or 0), MOST_MINUTES
        for unit in pool.units:
            yield f"unit {unit.id}", "closed", _edges(unit.closed), MOST_MINUTES
    for road in problem.roads:
        yield f"road {road.origin} to {road.destination}", "minutes", road.minutes, MOST_MINUTES
    for person in problem.people:
        record = f"person {person.id}"
        yield record, "windows, meals", _edges((*person.windows, *person.meals)), MOST_MINUTES
        yield record, "engagements", [edge for item in person.engagements for edge in (item.start, item.end)], MOST_MINUTES
        yield record, "weight, in_a_row", (person.weight, person.in_a_row), MOST_PRICE
    for grid in problem.grids:
        yield f"grid {grid.id}", "starts, minutes", (*grid.starts, grid.minutes), MOST_MINUTES
    for meeting in problem.meetings:
        record = f"meeting {meeting.id}"
        yield record, "minutes, seats", (meeting.minutes, meeting.seats), MOST_MINUTES
        yield record, "windows, preferred", _edges((*meeting.windows, *meeting.preferred)), MOST_MINUTES
        yield record, "value", (meeting.value,), MOST_PRICE
    yield "weights", "one of them", [getattr(problem.weights, name) for name in problem.weights.__slots__], MOST_PRICE
    yield "problem", "fairness", (problem.fairness or 0,), MOST_PRICE
    yield "published", "start", [placed.start for placed in problem.published], MOST_MINUTES


def _edges(intervals: Sequence[Interval]) -> list[int]:
    return [edge for interval in intervals for edge in (interval.start, interval.end)]


PARTS = (_ids, _sizes, _extent, _pools, _roads, _people, _grids, _meetings, _relations, _weights)


class BadProblem(ValueError):
    """A problem that does not make sense in itself; ``faults`` says where and what to do."""

    def __init__(self, faults: tuple[ProblemFault, ...]) -> None:
        self.faults = faults
        super().__init__("\n".join(str(fault) for fault in faults[:20]))


def require_sound(problem: Problem) -> None:
    """
    Refuse a problem with a fault.

    :raises BadProblem: naming each fault.
    """
    faults = problem_faults(problem)
    if faults:
        raise BadProblem(faults)
