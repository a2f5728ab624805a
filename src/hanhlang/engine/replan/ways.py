"""Other ways to repair a plan, and which of them are worth showing side by side."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields, replace

from hanhlang.engine.plan import Placement, Plan
from hanhlang.engine.replan.answer import Alternative, Columns, differ
from hanhlang.engine.replan.board import Offer, Spot
from hanhlang.engine.replan.chains import Effort
from hanhlang.engine.replan.repair import Leaf, Repair
from hanhlang.engine.scoring import objective, score

Metric = Callable[[str, Spot], int]
DEEPER = 2
LEAVES_A_SEARCH = 4
SEARCH_SECONDS = 0.4
COLUMNS = tuple(field.name for field in fields(Columns))


def other_ways(repair: Repair, leaf: Leaf, ejections: int, loss: int) -> Iterator[Leaf]:
    """Yield leaves near a good one: better in one column, or with other people moved; until the effort is over."""
    climbs = (shift(repair), late(repair), soon(repair), SoftCost(repair, leaf).of)
    for metric in climbs:
        yield climbed(repair, leaf, metric)
    known = set(repair.wanted)
    for deeper in range(DEEPER + 1):
        for order in _orders(repair, known):
            if repair.effort.spent() or time.monotonic() >= repair.effort.deadline:
                return
            effort = Effort(min(repair.effort.deadline, time.monotonic() + SEARCH_SECONDS), should_stop=repair.effort.should_stop)
            for count, found in enumerate(repair.leaves(ejections + deeper, loss, effort, order)):
                yield found
                if count + 1 >= LEAVES_A_SEARCH:
                    break
            else:
                continue
            yield climbed(repair, found, climbs[0])


def _orders(repair: Repair, known: set[str]) -> tuple[Callable[[str, Offer], tuple[int, ...]], ...]:
    """Return orders in which offers are tried: nearest hour, lightest, few new people, soonest, latest."""
    people = {meeting.id: frozenset(meeting.people) for meeting in repair.problem.meetings}
    told = frozenset(person for name in known for person in people[name])

    def fresh(name: str, offer: Offer) -> tuple[int, ...]:
        return (len({person for other in offer.ejected for person in people[other]} - told), *repair.near(name, offer))

    def other(name: str, offer: Offer) -> tuple[int, ...]:
        return (not offer.ejected, *repair.near(name, offer))

    def soonest(name: str, offer: Offer) -> tuple[int, ...]:
        return (offer.spot.start, *repair.near(name, offer))

    def latest(name: str, offer: Offer) -> tuple[int, ...]:
        return (-offer.spot.start, *repair.near(name, offer))

    return repair.near, fresh, other, soonest, latest


def climbed(repair: Repair, leaf: Leaf, metric: Metric) -> Leaf:
    """Re-seat the leaf's meetings one by one at the free spot that is best by ``metric``, until none is better."""
    board, better = repair.board, dict(leaf)
    away = {name: board.lift(name) for name in leaf if name in board.spots}
    for name, spot in better.items():
        if spot is not None:
            board.put(name, spot)
    changed = True
    while changed and time.monotonic() < repair.effort.deadline:
        changed = False
        for name, spot in better.items():
            if spot is None:
                continue
            board.lift(name)
            best = min([spot, *board.free_spots(name)], key=lambda spot: metric(name, spot))
            changed = changed or best is not spot
            board.put(name, best)
            better[name] = best
    for name, spot in better.items():
        if spot is not None:
            board.lift(name)
    for name, spot in away.items():
        board.put(name, spot)
    return better


def shift(repair: Repair) -> Metric:
    """Price a spot by the minutes it is from the old one, another pool as much as an hour."""

    def price(name: str, spot: Spot) -> int:
        old = repair.spots.get(name)
        return 0 if old is None else abs(spot.start - old.start) + 60 * (spot.pool != old.pool)

    return price


def late(repair: Repair) -> Metric:
    """Price a spot by how early it is: the later, the more time there is to tell people."""
    return lambda name, spot: -spot.start


def soon(repair: Repair) -> Metric:
    """Price a spot by how late it is: the sooner, the sooner all is made up for."""
    return lambda name, spot: spot.start


class SoftCost:
    """The soft cost of the agendas of a meeting's people, were it at a spot; all others as on the board."""

    def __init__(self, repair: Repair, leaf: Leaf) -> None:
        self.repair = repair
        self.unit = {pool.id: pool.units[0].id for pool in repair.problem.pools if pool.units}
        people = {person for name in leaf for person in repair.board.meetings[name].people}
        self.meetings = {person: [meeting for meeting in repair.problem.meetings if person in meeting.people] for person in sorted(people)}

    def of(self, name: str, spot: Spot) -> int:
        """Return the cost; of all terms but those about value and moves, which a spot does not change."""
        problem, spots = self.repair.problem, {**self.repair.board.spots, name: spot}
        people = set(self.repair.board.meetings[name].people)
        meetings = {meeting.id: meeting for person in people for meeting in self.meetings[person]}
        placements = tuple(
            Placement(meeting, spots[meeting].slot, spots[meeting].start, self.unit[spots[meeting].pool])
            for meeting in meetings
            if meeting in spots
        )
        # The other people of these meetings are left out: their agendas would not be whole.
        part = replace(
            problem,
            people=tuple(person for person in problem.people if person.id in people),
            meetings=tuple(replace(meeting, people=tuple(set(meeting.people) & people)) for meeting in meetings.values()),
            published=(),
            weights=replace(problem.weights, unplaced=0, moved=0),
        )
        return objective(score(part, Plan(placements)))


def chosen(alternatives: Iterable[Alternative], wanted: int, repair: Repair) -> tuple[Alternative, ...]:
    """
    Return the best alternative by :func:`rank` and others that differ from it and each other, each best of those shown in some column.
    """
    pool = sorted(alternatives, key=rank)
    if not pool:
        return ()
    shown = [pool[0]]
    least = pool[0].lost_value
    for column in ("told", "cost", "shift", "disturbance", "first_minute", "last_minute", "rooms"):
        if len(shown) >= wanted:
            break
        fit = [one for one in pool if one.lost_value == least and all(differ(repair.problem, one, other) for other in shown)]
        best = min(fit, key=lambda one: (_by(one, column), rank(one)), default=None)
        if best is not None and all(_by(best, column) < _by(other, column) for other in shown):
            shown.append(best)
    while True:
        marked = [replace(one, best_in=tuple(c for c in COLUMNS if all(_by(one, c) <= _by(other, c) for other in shown))) for one in shown]
        kept = [one for number, one in enumerate(marked) if one.best_in or number == 0]
        if len(kept) == len(marked):
            return tuple(marked)
        shown = kept


def rank(one: Alternative) -> tuple[int, ...]:
    """Order alternatives: least value lost, fewest moves, least disturbance, fewest other rooms, least cost, fewest told."""
    return one.lost_value, one.columns.moves, one.columns.disturbance, one.columns.rooms, one.columns.cost, one.columns.told


def _by(one: Alternative, column: str) -> int:
    """Return the column so that less is better."""
    if column == "first_minute":
        return -(one.columns.first_minute if one.columns.first_minute is not None else 1 << 30)
    if column == "last_minute":
        return one.columns.last_minute or 0
    value: int = getattr(one.columns, column)
    return value
