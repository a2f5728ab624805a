"""
At which starts of a grid a meeting may be, as bits of a whole number: bit ``n`` for start ``n``.

Each answer is kept, since thousands of meetings share windows, people and places. Whole numbers, not arrays: a grid has a few dozen
or hundred starts, and making arrays for each meeting takes longer than everything else in preparing a week.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from hanhlang.engine.problem import Grid, Interval, Person, Pool, Problem


class Hours:
    """A problem, asked about one grid and length after the other."""

    def __init__(self, problem: Problem) -> None:
        self.people = {person.id: person for person in problem.people}
        self.roads = {(road.origin, road.destination): road.minutes for road in problem.roads}
        self._grids = {grid.id: grid for grid in problem.grids}
        self._teams: dict[tuple[str, str], list[Pool]] = {}
        for pool in problem.pools:
            if pool.serves:
                self._teams.setdefault((pool.serves, pool.site), []).append(pool)
        self._known: dict[tuple[str, int], Starts] = {}

    def of(self, grid: str, minutes: int) -> Starts:
        """Return the starts of a grid for meetings of ``minutes``."""
        key = (grid, minutes)
        if key not in self._known:
            self._known[key] = Starts(self, self._grids[grid], minutes)
        return self._known[key]

    def teams(self, pair: str, site: str) -> Sequence[Pool]:
        """Return the pools of teams of a language pair at a site."""
        return self._teams.get((pair, site), ())


class Starts:
    """The starts of one grid for meetings of one length: who and what allows which of them."""

    def __init__(self, hours: Hours, grid: Grid, minutes: int) -> None:
        self.starts, self.minutes = grid.starts, minutes
        self.all = _run(0, len(grid.starts))
        self._hours = hours
        self._inside: dict[tuple[Interval, ...], int] = {(): self.all}
        self._open: dict[tuple[int, tuple[Interval, ...]], int] = {}
        self._free: dict[str | None, dict[str, int]] = {}
        self._open_units: dict[tuple[int, tuple[str, ...]], int] = {}

    def at(self, start: int) -> int:
        """Return the bit of a start, 0 if it is none."""
        place = bisect_left(self.starts, start)
        return 1 << place if place < len(self.starts) and self.starts[place] == start else 0

    def inside(self, windows: tuple[Interval, ...]) -> int:
        """Return from where a meeting lies inside one of the windows; everywhere if there are none."""
        found = self._inside.get(windows)
        if found is None:
            found = 0
            for window in windows:
                found |= _run(bisect_left(self.starts, window.start), bisect_right(self.starts, window.end - self.minutes))
            self._inside[windows] = found
        return found

    def open(self, pool: Pool, closed: tuple[Interval, ...]) -> int:
        """Return when a unit that is closed then has room for a meeting and the turn-round of its pool."""
        key = (pool.turnround, closed)
        found = self._open.get(key)
        if found is None:
            found = self.all
            for interval in closed:
                first = bisect_right(self.starts, interval.start - self.minutes - pool.turnround)
                found &= ~_run(first, bisect_left(self.starts, interval.end))
            self._open[key] = found
        return found

    def open_units(self, pools: Sequence[Pool], wanted: int = 1) -> int:
        """Return when at least so many units of the pools are open throughout."""
        key = (wanted, tuple([pool.id for pool in pools]))
        found = self._open_units.get(key)
        if found is None:
            at_least = [self.all] + [0] * wanted
            for pool in pools:
                for unit in pool.units:
                    works = self.open(pool, unit.closed)
                    for count in range(wanted, 0, -1):
                        at_least[count] |= at_least[count - 1] & works
            found = self._open_units[key] = at_least[wanted]
        return found

    def served(self, pair: str, site: str, wanted: int) -> int:
        """Return when at least so many teams of a language pair work at a site."""
        return self.open_units(self._hours.teams(pair, site), wanted)

    def attended(self, people: Sequence[str], site: str | None) -> int:
        """
        Return when the windows and engagements of all these people allow a meeting at a site, ways included.

        Without a site nobody travels.
        """
        known = self._free.setdefault(site, {})
        allowed = self.all
        for name in people:
            free = known.get(name)
            if free is None:
                free = known[name] = self._free_of(self._hours.people[name], site)
            allowed &= free
        return allowed

    def _free_of(self, person: Person, site: str | None) -> int:
        allowed = self.inside(person.windows)
        for item in person.engagements:
            allowed &= ~self.taken(item.start, item.end, item.site, site)
        return allowed

    def taken(self, start: int, end: int, there: str | None, site: str | None) -> int:
        """Return from where a meeting at a site is none for somebody who is ``there`` from ``start`` to ``end``, ways included."""
        first = bisect_right(self.starts, start - self.minutes)
        if there is None or site is None or there == site:
            return _run(first, bisect_left(self.starts, end))
        to, back = self._hours.roads[site, there], self._hours.roads[there, site]
        after = bisect_left(self.starts, end + back[end // 60 % 24])
        # The way there depends on when the meeting ends: only between the shortest and the longest is it asked.
        surely = bisect_right(self.starts, start - self.minutes - min(to))
        found = _run(surely, after)
        for place in range(bisect_right(self.starts, start - self.minutes - max(to)), min(surely, after)):
            ends = self.starts[place] + self.minutes
            if start < ends + to[ends // 60 % 24]:
                found |= 1 << place
        return found


def slots_of(bits: int) -> NDArray[np.int64]:
    """Return the places of the bits, ascending."""
    as_bytes = np.frombuffer(bits.to_bytes((bits.bit_length() + 7) // 8, "little"), np.uint8)
    return np.flatnonzero(np.unpackbits(as_bytes, bitorder="little")).astype(np.int64)


def _run(first: int, after: int) -> int:
    """Return the bits from ``first`` up to, not including, ``after``."""
    return (1 << after) - (1 << first) if after > first else 0
