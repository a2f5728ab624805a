"""
Who and what is taken while a plan is repaired: agendas by person, and how many units of each kind are in use.

Units of a kind are counted, not named; :mod:`.units` names them when a repair is complete. Every count here is what any
naming needs at least, so a place that the board refuses is refused rightly.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from hanhlang.engine.explain import Explainer
from hanhlang.engine.hours import slots_of
from hanhlang.engine.plan import Placement, Unplaced
from hanhlang.engine.problem import Meeting, Pool, Problem, Unit

Ints = NDArray[np.int64]
IMMOVABLE = 1_000_000


@dataclass(frozen=True, slots=True)
class Spot:
    """An hour and a pool: where a meeting is, before its unit is named."""

    slot: int
    start: int
    pool: str


@dataclass(frozen=True, slots=True)
class Stay:
    """A placed meeting as agendas see it."""

    start: int
    end: int
    site: str
    spot: Spot


@dataclass(frozen=True, slots=True)
class Offer:
    """A spot for a meeting, and the meetings that must leave for it."""

    spot: Spot
    ejected: frozenset[str]


class Kind:
    """Interchangeable units: those of one pool, or all teams of a language pair at a site."""

    def __init__(self, pools: list[Pool]) -> None:
        self.units: list[tuple[Unit, int]] = [(unit, pool.turnround) for pool in pools for unit in pool.units]
        self.turnround = min((pool.turnround for pool in pools), default=0)
        self.uses: dict[str, tuple[int, int, int]] = {}  # meeting: start, cleared, units
        self.edges = sorted({edge for unit, _ in self.units for closed in unit.closed for edge in (closed.start, closed.end)})

    def open_at(self, minute: int) -> int:
        """Return how many units are open."""
        if not self.edges:
            return len(self.units)
        return sum(not any(closed.start <= minute < closed.end for closed in unit.closed) for unit, _ in self.units)

    def overfull(self, start: int, cleared: int, wanted: int, without: Iterable[str] = ()) -> list[str] | None:
        """Return who is there at the first minute at which ``wanted`` more are too many, ``None`` if there is none."""
        gone = set(without)
        here = [(use[0], use[1], use[2], name) for name, use in self.uses.items() if use[0] < cleared and start < use[1]]
        here = [use for use in here if use[3] not in gone]
        minutes = {start, *(use[0] for use in here if use[0] > start), *(edge for edge in self.edges if start < edge < cleared)}
        if len(minutes) == 1 and not self.edges:
            return [use[3] for use in here] if sum(use[2] for use in here) + wanted > len(self.units) else None
        for minute in sorted(minutes):
            active = [use for use in here if use[0] <= minute < use[1]]
            if sum(use[2] for use in active) + wanted > self.open_at(minute):
                return [use[3] for use in active]
        return None


class Board:
    """The changed problem with some of its meetings at their spots."""

    def __init__(self, problem: Problem, explainer: Explainer, *, earliest: int | None = None) -> None:
        self.problem, self.explainer = problem, explainer
        self.earliest = earliest
        self.meetings = explainer.meetings
        self.spots: dict[str, Spot] = {}
        self.stays: dict[str, dict[str, Stay]] = {person.id: {} for person in problem.people}
        self.places = {pool.id: Kind([pool]) for pool in problem.pools if not pool.serves}
        self.teams: dict[tuple[str, str], Kind] = {}
        for pair, site in {(pool.serves, pool.site) for pool in problem.pools if pool.serves}:
            self.teams[pair, site] = Kind([pool for pool in problem.pools if (pool.serves, pool.site) == (pair, site)])
        self._options: dict[str, list[tuple[Pool, Ints, Ints]]] = {}
        self.needs = {meeting.id: Counter(meeting.needs) for meeting in problem.meetings if meeting.needs}

    @cached_property
    def _roads(self) -> dict[tuple[str, str], Ints]:
        return {pair: np.array(minutes, np.int64) for pair, minutes in self.explainer.roads.items()}

    @cached_property
    def _related(self) -> dict[str, list[tuple[str, bool]]]:
        """Each meeting's precedences; true where the other must come later."""
        related: dict[str, list[tuple[str, bool]]] = {}
        for rule in self.problem.precedences:
            related.setdefault(rule.earlier, []).append((rule.later, True))
            related.setdefault(rule.later, []).append((rule.earlier, False))
        return related

    @cached_property
    def _apart(self) -> dict[str, list[tuple[str, int]]]:
        """Whom each person is kept apart from, and the minutes between them."""
        apart: dict[str, list[tuple[str, int]]] = {}
        for pair in self.problem.apart:
            apart.setdefault(pair.first, []).append((pair.second, pair.minutes))
            apart.setdefault(pair.second, []).append((pair.first, pair.minutes))
        return apart

    def put(self, name: str, spot: Spot) -> None:
        """Put a meeting on the board, lawful or not."""
        meeting, pool = self.meetings[name], self.explainer.pools[spot.pool]
        stay = Stay(spot.start, spot.start + meeting.minutes, pool.site, spot)
        self.spots[name] = spot
        for person in meeting.people:
            self.stays[person][name] = stay
        self.places[spot.pool].uses[name] = (stay.start, stay.end + pool.turnround, 1)
        for pair, wanted in self.needs.get(name, {}).items():
            kind = self.teams.get((pair, pool.site))
            if kind is not None:
                kind.uses[name] = (stay.start, stay.end + kind.turnround, wanted)

    def lift(self, name: str) -> Spot:
        """Take a meeting off the board and return where it was."""
        spot = self.spots.pop(name)
        for person in self.meetings[name].people:
            del self.stays[person][name]
        del self.places[spot.pool].uses[name]
        for pair in self.needs.get(name, ()):
            kind = self.teams.get((pair, self.explainer.pools[spot.pool].site))
            if kind is not None:
                kind.uses.pop(name, None)
        return spot

    def options(self, name: str) -> list[tuple[Pool, Ints, Ints]]:
        """Return, by pool, slots and starts that the meeting may take when it is looked at alone and the clock is."""
        if name not in self._options:
            meeting = self.meetings[name]
            alone = self.explainer.alone(meeting)
            starts = np.array(self.explainer.starts(meeting).starts, np.int64)
            found = self._options[name] = []
            for option in () if isinstance(alone, Unplaced) else alone:
                slots = slots_of(option.starts)
                if self.earliest is not None:
                    slots = slots[starts[slots] >= self.earliest]
                if len(slots):
                    found.append((option.pool, slots, starts[slots]))
        return self._options[name]

    def clash(self, one: Stay, other: Stay) -> bool:
        """Tell whether one person cannot be in both, travel included."""
        free, other_free = one.end, other.end
        if one.site != other.site:
            free += self.explainer.roads[one.site, other.site][one.end // 60 % 24]
            other_free += self.explainer.roads[other.site, one.site][other.end // 60 % 24]
        return one.start < other_free and other.start < free

    def offers(self, name: str, budget: int, price: dict[str, int]) -> Iterator[Offer]:
        """
        Yield every spot for a meeting off the board for which meetings of at most ``budget`` in ``price`` must leave.

        A meeting without a price cannot leave. What a full pool ejects is each of those in use then, in turn.
        """
        meeting = self.meetings[name]
        for pool, slots, starts in self.options(name):
            hits = self._hits(meeting, pool, starts)
            total = np.zeros(len(starts), np.int64)
            for other, mask in hits.items():
                total += mask * price.get(other, IMMOVABLE)
            for index in np.flatnonzero(total <= budget):
                ejected = frozenset(other for other, mask in hits.items() if mask[index])
                spot = Spot(int(slots[index]), int(starts[index]), pool.id)
                for whole in self._with_room(meeting, pool, spot, ejected, budget - int(total[index]), price):
                    yield Offer(spot, whole)

    def free_spots(self, name: str) -> list[Spot]:
        """Return every spot a meeting off the board can take without any other leaving."""
        return [offer.spot for offer in self.offers(name, 0, {})]

    def _hits(self, meeting: Meeting, pool: Pool, starts: Ints) -> dict[str, NDArray[np.bool_]]:
        """Return who on the board is in the way of which start, people, order and people kept apart considered."""
        ends = starts + meeting.minutes
        hits: dict[str, NDArray[np.bool_]] = {}

        def hit(other: str, mask: NDArray[np.bool_]) -> None:
            if mask.any():
                hits[other] = hits[other] | mask if other in hits else mask

        for person in meeting.people:
            for other, stay in self.stays[person].items():
                if other not in hits:
                    hit(other, self._clashes(starts, ends, pool.site, stay))
            for enemy, minutes in self._apart.get(person, ()):
                between = max(pool.turnround, minutes)
                for other, stay in self.stays[enemy].items():
                    if stay.spot.pool == pool.id:
                        hit(other, (starts < stay.end + between) & (stay.start < ends + between))
        for other, later in self._related.get(meeting.id, ()):
            spot = self.spots.get(other)
            if spot is not None:
                hit(other, ends > spot.start if later else starts < spot.start + self.meetings[other].minutes)
        if meeting.fixed_unit is not None:
            for other, (start, cleared, _) in self.places[pool.id].uses.items():
                if self.meetings[other].fixed_unit == meeting.fixed_unit:
                    hit(other, (starts < cleared) & (start < ends + pool.turnround))
        return hits

    def _clashes(self, starts: Ints, ends: Ints, site: str, stay: Stay) -> NDArray[np.bool_]:
        if stay.site == site:
            return (starts < stay.end) & (stay.start < ends)
        to = self._roads[site, stay.site][ends // 60 % 24]
        back = int(self._roads[stay.site, site][stay.end // 60 % 24])
        return (starts < stay.end + back) & (stay.start < ends + to)

    def _with_room(
        self, meeting: Meeting, pool: Pool, spot: Spot, ejected: frozenset[str], budget: int, price: dict[str, int]
    ) -> Iterator[frozenset[str]]:
        full = self._full(meeting, pool, spot, ejected)
        if full is None:
            yield ejected
            return
        for other in full:
            cost = price.get(other, IMMOVABLE)
            if cost <= budget:
                yield from self._with_room(meeting, pool, spot, ejected | {other}, budget - cost, price)

    def _full(self, meeting: Meeting, pool: Pool, spot: Spot, ejected: frozenset[str]) -> list[str] | None:
        """Return who is in use where there are too few units, ``None`` if there are enough."""
        end = spot.start + meeting.minutes
        full = self.places[pool.id].overfull(spot.start, end + pool.turnround, 1, ejected)
        if full is not None:
            return full
        for pair, wanted in self.needs.get(meeting.id, {}).items():
            kind = self.teams.get((pair, pool.site))
            if kind is None:
                return []
            full = kind.overfull(spot.start, end + kind.turnround, wanted, ejected)
            if full is not None:
                return full
        return None


def spot_of(placement: Placement, explainer: Explainer) -> Spot | None:
    """Return hour and pool of a placement; a unit that is no more stood in the meeting's first pool."""
    pool = explainer.units.get(placement.unit)
    if pool is not None and not pool.serves:
        return Spot(placement.slot, placement.start, pool.id)
    pools = explainer.meetings[placement.meeting].pools
    return Spot(placement.slot, placement.start, pools[0]) if pools else None
