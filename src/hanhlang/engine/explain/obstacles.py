"""
What keeps a meeting from each hour and place, by name; and the smallest sets of these that keep it from all.

An obstacle forbids some spots. A set of obstacles keeps the meeting out if together they forbid every spot; it is minimal
if without any one of them some spot would be free.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from hanhlang.engine.explain.alone import Explainer
from hanhlang.engine.plan import Plan
from hanhlang.engine.problem import Engagement, Interval, Meeting, Person, Pool, Problem
from hanhlang.engine.replan.board import Board, Spot, Stay, spot_of

# Sets up to this size are looked for by trying all; beyond, one is made smaller until it is minimal.
TRIED_SIZE = 3


class Kind(StrEnum):
    """What an obstacle is; ``who`` of the obstacle is named after each."""

    WINDOW = "window"  # a person: not there
    ENGAGEMENT = "engagement"  # a person: engaged, travel included; start and end are the engagement's
    MEETING = "meeting"  # another placed meeting with one of the people
    FULL = "full"  # a pool: all its open units are taken
    CLOSED = "closed"  # a pool: no unit is open throughout
    SEATS = "seats"  # a pool: too few seats
    PERMITTED = "permitted"  # a pool the meeting may not use
    TEAM = "team"  # a language pair: no team there, open and free
    OWN_WINDOW = "own_window"  # the meeting itself: outside its windows
    LOCK = "lock"  # the meeting itself: locked elsewhere
    ORDER = "order"  # another placed meeting that must come before or after
    APART = "apart"  # a person who must not be in the same pool at the time


@dataclass(frozen=True, slots=True, order=True)
class Obstacle:
    """Something that keeps a meeting out, with the id of whom or what it is about."""

    kind: Kind
    who: str
    start: int = 0
    end: int = 0


class Obstacles:
    """A problem and a plan of it, asked about one meeting after the other."""

    def __init__(self, problem: Problem, plan: Plan) -> None:
        self.problem = problem
        self.explainer = Explainer(problem)
        self.board = Board(problem, self.explainer)
        for placement in plan.placements:
            spot = spot_of(placement, self.explainer)
            if spot is not None:
                self.board.put(placement.meeting, spot)

    def of(self, meeting: Meeting) -> dict[Spot, frozenset[Obstacle]]:
        """Return, for every start of the meeting's grid and every pool of places, what forbids it; the meeting must not be placed."""
        people = [self.explainer.people[person] for person in meeting.people]
        pools = [pool for pool in self.problem.pools if not pool.serves]
        found = {}
        for slot, start in enumerate(self.explainer.grids[meeting.grid].starts):
            anywhere = set(self._at(meeting, start))
            for pool in pools:
                spot = Spot(slot, start, pool.id)
                stay = Stay(start, start + meeting.minutes, pool.site, spot)
                of_place = (*self._of_place(meeting, pool, stay), *self._relations(meeting, pool, stay))
                found[spot] = frozenset([*anywhere, *self._of_people(people, stay), *of_place])
        return found

    def _at(self, meeting: Meeting, start: int) -> Iterable[Obstacle]:
        end = start + meeting.minutes
        if meeting.windows and not any(window.start <= start and end <= window.end for window in meeting.windows):
            yield Obstacle(Kind.OWN_WINDOW, meeting.id)
        if meeting.fixed_start not in (None, start):
            yield Obstacle(Kind.LOCK, meeting.id)

    def _of_people(self, people: Sequence[Person], stay: Stay) -> Iterable[Obstacle]:
        for person in people:
            if person.windows and not any(window.start <= stay.start and stay.end <= window.end for window in person.windows):
                yield Obstacle(Kind.WINDOW, person.id)
            for item in person.engagements:
                if self._engaged(stay, item):
                    yield Obstacle(Kind.ENGAGEMENT, person.id, item.start, item.end)
            for other, taken in self.board.stays[person.id].items():
                if self.board.clash(stay, taken):
                    yield Obstacle(Kind.MEETING, other)

    def _engaged(self, stay: Stay, item: Engagement) -> bool:
        if item.site is None:
            return stay.start < item.end and item.start < stay.end
        return self.board.clash(stay, Stay(item.start, item.end, item.site, stay.spot))

    def _of_place(self, meeting: Meeting, pool: Pool, stay: Stay) -> Iterable[Obstacle]:
        cleared = stay.end + pool.turnround
        if pool.id not in meeting.pools:
            yield Obstacle(Kind.PERMITTED, pool.id)
        if pool.seats is not None and pool.seats < max(meeting.seats, len(meeting.people)):
            yield Obstacle(Kind.SEATS, pool.id)
        if meeting.fixed_unit is not None and meeting.fixed_unit not in {unit.id for unit in pool.units}:
            yield Obstacle(Kind.LOCK, meeting.id)
        if not any(_open(unit.closed, stay.start, cleared) for unit in pool.units if meeting.fixed_unit in (None, unit.id)):
            yield Obstacle(Kind.CLOSED, pool.id)
        elif self.board.places[pool.id].overfull(stay.start, cleared, 1) is not None:
            yield Obstacle(Kind.FULL, pool.id)
        for pair, wanted in Counter(meeting.needs).items():
            teams = self.board.teams.get((pair, pool.site))
            taken = teams is None or teams.overfull(stay.start, stay.end + teams.turnround, wanted) is not None
            if taken or self._teams_open(pair, pool, stay) < wanted:
                yield Obstacle(Kind.TEAM, pair)

    def _teams_open(self, pair: str, pool: Pool, stay: Stay) -> int:
        """Return how many teams are open throughout, whatever they do."""
        kinds = [each for each in self.problem.pools if (each.serves, each.site) == (pair, pool.site)]
        return sum(_open(unit.closed, stay.start, stay.end + each.turnround) for each in kinds for unit in each.units)

    def _relations(self, meeting: Meeting, pool: Pool, stay: Stay) -> Iterable[Obstacle]:
        for rule in self.problem.precedences:
            if rule.later == meeting.id and rule.earlier in self.board.spots:
                other = self.board.spots[rule.earlier].start + self.explainer.meetings[rule.earlier].minutes
                if stay.start < other:
                    yield Obstacle(Kind.ORDER, rule.earlier)
            if rule.earlier == meeting.id and rule.later in self.board.spots and self.board.spots[rule.later].start < stay.end:
                yield Obstacle(Kind.ORDER, rule.later)
        for pair in self.problem.apart:
            between = max(pool.turnround, pair.minutes)
            for one, enemy in ((pair.first, pair.second), (pair.second, pair.first)):
                if one in meeting.people:
                    for taken in self.board.stays[enemy].values():
                        near = stay.start < taken.end + between and taken.start < stay.end + between
                        if taken.spot.pool == pool.id and near:
                            yield Obstacle(Kind.APART, enemy)


def smallest_reasons(forbidden: Mapping[Spot, frozenset[Obstacle]]) -> tuple[Obstacle, ...] | None:
    """
    Return a smallest set of obstacles that forbids every spot, or a minimal one where that is large; ``None`` if some spot is free.

    Without any one of them, and were there no others, some spot would be free.
    """
    spots = list(forbidden)
    everything = (1 << len(spots)) - 1
    masks: dict[Obstacle, int] = {}
    for number, spot in enumerate(spots):
        for obstacle in forbidden[spot]:
            masks[obstacle] = masks.get(obstacle, 0) | 1 << number
    names = sorted(masks, key=lambda obstacle: (-masks[obstacle].bit_count(), obstacle))
    chosen: list[Obstacle] = []
    covered = 0
    while covered != everything:
        best = max(names, key=lambda obstacle: (masks[obstacle] & ~covered).bit_count(), default=None)
        if best is None or not masks[best] & ~covered:
            return None
        chosen.append(best)
        covered |= masks[best]
    for size in range(1, min(TRIED_SIZE, len(chosen) - 1) + 1):
        for some in combinations(names, size):
            if _union(masks, some) == everything:
                return tuple(sorted(some))
    for obstacle in list(chosen):
        rest = [other for other in chosen if other != obstacle]
        if _union(masks, rest) == everything:
            chosen = rest
    return tuple(sorted(chosen))


def _union(masks: Mapping[Obstacle, int], obstacles: Iterable[Obstacle]) -> int:
    whole = 0
    for obstacle in obstacles:
        whole |= masks[obstacle]
    return whole


def hours_of(forbidden: Mapping[Spot, frozenset[Obstacle]], obstacle: Obstacle, minutes: int) -> tuple[Interval, ...]:
    """Return the hours an obstacle forbids, joined where they touch."""
    starts = sorted({spot.start for spot, obstacles in forbidden.items() if obstacle in obstacles})
    joined: list[Interval] = []
    for start in starts:
        if joined and start <= joined[-1].end:
            joined[-1] = Interval(joined[-1].start, start + minutes)
        else:
            joined.append(Interval(start, start + minutes))
    return tuple(joined)


def _open(closed: Iterable[Interval], start: int, cleared: int) -> bool:
    return not any(each.start < cleared and start < each.end for each in closed)
