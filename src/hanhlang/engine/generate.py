"""
Draw meetings around a hidden lawful plan, so that all of them can be placed but the planted impossible ones.

People, places, roads and engagements are given; only meetings are drawn. Popularity is heavy-tailed (Pareto, exponent 1.5):
a few people are wanted by many, as at real events.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from hanhlang.engine.plan import Placement, Plan, Reason
from hanhlang.engine.problem import Grid, Interval, Meeting, Pool, Problem

POPULARITY_EXPONENT = 1.5
TRIES = 400


class CannotDraw(ValueError):
    """The people and places given leave no room for so many meetings."""


@dataclass(frozen=True)
class Drawing:
    """
    Who may meet whom, where.

    ``business``: people of business meetings; ``parties``: head first, then members, by delegation; ``may_fail``: parties that
    planted impossible meetings may name; ``pairs``: the language pair a party needs, if any; ``no_team``: a pair nobody serves.
    """

    business: Sequence[str]
    business_grid: str
    business_pools: tuple[str, ...]
    parties: Mapping[str, Sequence[str]]
    bilateral_grid: str
    bilateral_pools: tuple[str, ...]
    may_fail: Collection[str]
    pairs: Mapping[str, str]
    no_team: str
    most_business: int = 20
    bilateral_minutes: tuple[int, ...] = (20, 25, 30)


@dataclass(frozen=True)
class Planted:
    """What was drawn; ``hidden`` is the lawful plan the meetings were drawn around, for tests only."""

    meetings: tuple[Meeting, ...]
    hidden: Plan
    impossible: Mapping[str, Reason]


class Calendar:
    """Who and what is taken while drawing. Each question costs the length of one calendar."""

    def __init__(self, problem: Problem) -> None:
        self.people = {person.id: person for person in problem.people}
        self.roads = {(road.origin, road.destination): road.minutes for road in problem.roads}
        self.stays: dict[str, list[tuple[int, int, str | None]]] = {
            person.id: sorted(((e.start, e.end, e.site) for e in person.engagements), key=lambda stay: stay[0]) for person in problem.people
        }
        self.uses: dict[str, list[tuple[int, int]]] = {
            unit.id: sorted((closed.start, closed.end) for closed in unit.closed) for pool in problem.pools for unit in pool.units
        }

    def travel(self, origin: str | None, destination: str | None, leaving: int) -> int:
        if origin is None or destination is None or origin == destination:
            return 0
        return self.roads[origin, destination][leaving // 60 % 24]

    def free(self, person: str, start: int, end: int, site: str) -> bool:
        """Tell whether a person can be at ``site`` from ``start`` to ``end``, travel from and to all else included."""
        windows = self.people[person].windows
        if windows and not any(window.start <= start and end <= window.end for window in windows):
            return False
        return all(
            not (start < other_end + self.travel(other, site, other_end) and other_start < end + self.travel(site, other, end))
            for other_start, other_end, other in self.stays[person]
        )

    def units(self, pool: Pool, start: int, end: int) -> Iterator[str]:
        """Yield the units of ``pool`` that are free, turn-round included; taking those already yielded is no harm."""
        cleared = end + pool.turnround
        for unit in pool.units:
            uses = self.uses[unit.id]
            at = bisect_right(uses, (start, 1 << 60))
            if (at == 0 or uses[at - 1][1] <= start) and (at == len(uses) or uses[at][0] >= cleared):
                yield unit.id

    def unit(self, pool: Pool, start: int, end: int) -> str | None:
        """Return a unit of ``pool`` that is free, turn-round included."""
        return next(self.units(pool, start, end), None)

    def take(self, people: Sequence[str], units: Sequence[tuple[str, int]], start: int, end: int, site: str) -> None:
        for person in people:
            self.stays[person].append((start, end, site))
        for unit, cleared in units:
            insort(self.uses[unit], (start, cleared))


class Draw:
    """One draw: random numbers, calendars and what was drawn so far."""

    def __init__(self, problem: Problem, drawing: Drawing, seed: int) -> None:
        self.problem, self.drawing = problem, drawing
        self.random = np.random.default_rng(seed)
        self.calendar = Calendar(problem)
        self.grids = {grid.id: grid for grid in problem.grids}
        self.pools = {pool.id: pool for pool in problem.pools}
        self.people = {person.id: person for person in problem.people}
        self.meetings: list[Meeting] = []
        self.placements: list[Placement] = []
        self.impossible: dict[str, Reason] = {}

    def popularity(self, count: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        return 1.0 + self.random.pareto(POPULARITY_EXPONENT, count)

    def keep(self, meeting: Meeting, slot: int, pool: Pool, unit: str, teams: Sequence[tuple[str, int]]) -> None:
        start = self.grids[meeting.grid].starts[slot]
        end = start + meeting.minutes
        self.calendar.take(meeting.people, [(unit, end + pool.turnround), *teams], start, end, pool.site)
        self.meetings.append(meeting)
        self.placements.append(Placement(meeting.id, slot, start, unit, tuple(team for team, _ in teams)))


def plant_meetings(problem: Problem, drawing: Drawing, *, business: int, bilaterals: int, impossible: int, seed: int) -> Planted:
    """
    Draw meetings for the people of ``problem`` around a lawful plan, and ``impossible`` more that no plan can place.

    Bilaterals are drawn first: they are the harder to fit. Time grows with meetings times people per slot.

    :raises CannotDraw: if the people and places leave no room for so many, or no party can bear an impossible one.
    """
    draw = Draw(problem, drawing, seed)
    _bilaterals(draw, bilaterals)
    _business(draw, business)
    _impossible(draw, impossible)
    order = np.random.default_rng(seed + 1).permutation(len(draw.meetings))
    meetings = [draw.meetings[index] for index in order]
    # Numbers in drawing order would give the hidden plan away: they are dealt anew.
    names = {meeting.id: f"m{number:05d}" for number, meeting in enumerate(meetings, 1)}
    return Planted(
        meetings=tuple(replace(meeting, id=names[meeting.id]) for meeting in meetings),
        hidden=Plan(tuple(replace(placement, meeting=names[placement.meeting]) for placement in draw.placements)),
        impossible={names[meeting]: reason for meeting, reason in draw.impossible.items()},
    )


def _business(draw: Draw, count: int) -> None:
    drawing = draw.drawing
    grid = draw.grids[drawing.business_grid]
    names = list(drawing.business)
    popular = draw.popularity(len(names))
    left = np.full(len(names), drawing.most_business)
    met: dict[int, set[int]] = defaultdict(set)
    slots = draw.random.permutation(len(grid.starts))
    made = 0
    for turn, slot in enumerate(slots):
        wanted = -(-(count - made) // (len(slots) - turn))
        made += _one_slot(draw, grid, int(slot), wanted, names, popular, left, met)
    if made < count:
        raise CannotDraw(f"{made} of {count} business meetings fit. Give more people, tables or slots, or ask for fewer meetings.")


def _one_slot(
    draw: Draw,
    grid: Grid,
    slot: int,
    wanted: int,
    names: list[str],
    popular: np.ndarray[tuple[int], np.dtype[np.float64]],
    left: np.ndarray[tuple[int], np.dtype[np.int64]],
    met: dict[int, set[int]],
) -> int:
    """Pair free people at one slot, the popular and those with most meetings left first; return how many pairs were made."""
    drawing, start = draw.drawing, grid.starts[slot]
    end = start + grid.minutes
    made = 0
    for pool in (draw.pools[name] for name in drawing.business_pools):
        free = [i for i, name in enumerate(names) if left[i] > 0 and draw.calendar.free(name, start, end, pool.site)]
        weight = popular[free] ** 0.5 * left[free] ** 2
        # Exponential keys: the order of a weighted draw without replacement.
        waiting = [free[i] for i in np.argsort(draw.random.exponential(1.0, len(free)) / weight)]
        units, gone = draw.calendar.units(pool, start, end), set[int]()
        for at, one in enumerate(waiting):
            if made >= wanted:
                break
            if one in gone:
                continue
            group = draw.people[names[one]].group
            rest = (waiting[later] for later in range(at + 1, len(waiting)) if waiting[later] not in gone)
            mate = next((o for o in rest if o not in met[one] and draw.people[names[o]].group != group), None)
            if mate is None:
                continue
            unit = next(units, None)
            if unit is None:
                break
            gone.add(mate)
            met[one].add(mate)
            met[mate].add(one)
            left[one] -= 1
            left[mate] -= 1
            people = (names[one], names[mate])
            value = int(draw.random.integers(5, 16)) * 10
            name = f"b{len(draw.meetings)}"
            draw.keep(Meeting(name, people, grid.minutes, grid.id, drawing.business_pools, value, kind="business"), slot, pool, unit, ())
            made += 1
    return made


def _two_parties(draw: Draw, among: Sequence[str], popular: Mapping[str, float]) -> tuple[str, str]:
    weights = np.array([popular[party] for party in among])
    one, other = draw.random.choice(len(among), size=2, replace=False, p=weights / weights.sum())
    return among[one], among[other]


def _sides(draw: Draw, one: str, other: str) -> tuple[str, ...]:
    """Return the heads and up to two members of each party: two to six people."""
    people: list[str] = []
    for party in (one, other):
        members = list(draw.drawing.parties[party])
        people += members[: 1 + int(draw.random.integers(0, min(3, len(members))))]
    return tuple(people)


def _bilaterals(draw: Draw, count: int) -> None:
    parties = sorted(draw.drawing.parties)
    popular = dict(zip(parties, draw.popularity(len(parties)), strict=True))
    met: set[frozenset[str]] = set()
    for _ in range(count):
        for _ in range(TRIES):
            one, other = _two_parties(draw, parties, popular)
            if frozenset((one, other)) not in met and _one_bilateral(draw, one, other):
                met.add(frozenset((one, other)))
                break
        else:
            raise CannotDraw(f"{len(met)} of {count} bilaterals fit. Give more delegations, rooms or hours, or ask for fewer.")


def _one_bilateral(draw: Draw, one: str, other: str) -> bool:
    """Find two parties an hour, a room and interpreters; tell whether there were any."""
    drawing = draw.drawing
    grid = draw.grids[drawing.bilateral_grid]
    people = _sides(draw, one, other)
    minutes = int(draw.random.choice(drawing.bilateral_minutes))
    needs = tuple(sorted({drawing.pairs[party] for party in (one, other) if party in drawing.pairs}))[:1]
    for slot in draw.random.permutation(len(grid.starts))[:TRIES]:
        start, end = grid.starts[slot], grid.starts[slot] + minutes
        for name in draw.random.permutation(list(drawing.bilateral_pools)):
            pool = draw.pools[str(name)]
            if pool.seats is not None and pool.seats < len(people):
                continue
            if not all(draw.calendar.free(person, start, end, pool.site) for person in people):
                continue
            unit, teams = draw.calendar.unit(pool, start, end), _teams(draw, needs, pool.site, start, end)
            if unit is not None and teams is not None:
                value = int(draw.random.integers(3, 7)) * 100
                meeting = Meeting(
                    f"b{len(draw.meetings)}", people, minutes, grid.id, drawing.bilateral_pools, value, needs, kind="bilateral"
                )
                draw.keep(meeting, int(slot), pool, unit, teams)
                return True
    return False


def _teams(draw: Draw, needs: tuple[str, ...], site: str, start: int, end: int) -> list[tuple[str, int]] | None:
    teams = []
    for pair in needs:
        for pool in draw.problem.pools:
            if pool.serves == pair and pool.site == site and (unit := draw.calendar.unit(pool, start, end)):
                teams.append((unit, end + pool.turnround))
                break
        else:
            return None
    return teams


def _impossible(draw: Draw, count: int) -> None:
    ways = (_too_short, _on_the_road, _too_many, _nobody_speaks)
    parties = sorted(draw.drawing.may_fail)
    if count and len(parties) < 2:
        raise CannotDraw("Planted impossible meetings need two parties that may bear one.")
    for number in range(count):
        for attempt in range(TRIES):
            one, other = (parties[i] for i in draw.random.choice(len(parties), size=2, replace=False))
            # A way the calendars do not allow (nobody travels) gives place to the next.
            made = ways[(number + attempt // 40) % len(ways)](draw, one, other)
            if made is not None:
                meeting, reason = made
                draw.meetings.append(meeting)
                draw.impossible[meeting.id] = reason
                break
        else:
            raise CannotDraw(f"No party can bear planted meeting {number + 1} of {count}.")


def _plain(draw: Draw, one: str, other: str) -> Meeting:
    heads = (draw.drawing.parties[one][0], draw.drawing.parties[other][0])
    drawing = draw.drawing
    return Meeting(
        f"i{len(draw.meetings)}",
        heads,
        max(drawing.bilateral_minutes),
        drawing.bilateral_grid,
        drawing.bilateral_pools,
        400,
        kind="bilateral",
    )


def _too_short(draw: Draw, one: str, other: str) -> tuple[Meeting, Reason] | None:
    """Ask for a gap that is shorter than the meeting."""
    meeting = _plain(draw, one, other)
    starts = draw.grids[meeting.grid].starts
    start = starts[int(draw.random.integers(0, len(starts)))]
    return replace(meeting, windows=(Interval(start, start + meeting.minutes - 10),)), Reason.NO_COMMON_TIME


def _on_the_road(draw: Draw, one: str, other: str) -> tuple[Meeting, Reason] | None:
    """Ask for the minutes right after an engagement of one head, at another site only."""
    meeting = _plain(draw, one, other)
    starts = draw.grids[meeting.grid].starts
    for head in meeting.people:
        for engagement in draw.people[head].engagements:
            pools = tuple(name for name in meeting.pools if engagement.site is not None and draw.pools[name].site != engagement.site)
            if not pools:
                continue
            way = min(draw.calendar.travel(engagement.site, draw.pools[name].site, engagement.end) for name in pools)
            window = Interval(engagement.end, engagement.end + meeting.minutes + 15)
            inside = [start for start in starts if window.start <= start and start + meeting.minutes <= window.end]
            if way >= 30 and any(_at_leisure(draw, meeting, start) for start in inside):
                return replace(meeting, windows=(window,), pools=pools), Reason.NO_TIME_ON_ROAD
    return None


def _at_leisure(draw: Draw, meeting: Meeting, start: int) -> bool:
    """Tell whether all are free at ``start`` if nobody had to travel: only then is the road the reason."""
    end = start + meeting.minutes
    for name in meeting.people:
        person = draw.people[name]
        if person.windows and not any(window.start <= start and end <= window.end for window in person.windows):
            return False
        if any(engagement.start < end and start < engagement.end for engagement in person.engagements):
            return False
    return True


def _too_many(draw: Draw, one: str, other: str) -> tuple[Meeting, Reason] | None:
    """Ask for more seats than any permitted room has."""
    seats = [draw.pools[name].seats for name in draw.drawing.bilateral_pools]
    most = max((number for number in seats if number is not None), default=0)
    if None in seats or most == 0:
        return None
    return replace(_plain(draw, one, other), seats=most + 4), Reason.NO_PLACE


def _nobody_speaks(draw: Draw, one: str, other: str) -> tuple[Meeting, Reason] | None:
    """Ask for a language pair without a team."""
    return replace(_plain(draw, one, other), needs=(draw.drawing.no_team,)), Reason.NO_INTERPRETER
