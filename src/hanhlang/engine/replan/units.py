"""Name the units: everybody keeps the room they were told as far as that is possible."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hanhlang.engine.explain import Explainer
from hanhlang.engine.plan import Placement
from hanhlang.engine.problem import Problem, Unit
from hanhlang.engine.replan.board import Spot

MOST_STEPS = 20_000
MOST_DISPLACED = 4


@dataclass(frozen=True, slots=True)
class Use:
    """One unit of a kind for some minutes; ``wish`` is the one it had, ``fixed`` the only one it may have."""

    start: int
    end: int
    meeting: str
    number: int = 0
    wish: str = ""
    fixed: str | None = None


@dataclass(frozen=True, slots=True)
class Naming:
    """``placements`` is ``None`` where the units do not suffice; ``exact`` is false if that is not sure."""

    placements: tuple[Placement, ...] | None
    exact: bool = True


def name_units(problem: Problem, explainer: Explainer, spots: Mapping[str, Spot], before: Mapping[str, Placement]) -> Naming:
    """Give every meeting at its spot a unit and its teams; those who keep the hour keep theirs where possible."""
    places: dict[str, list[Use]] = defaultdict(list)
    teams: dict[tuple[str, str], list[Use]] = defaultdict(list)
    for meeting in problem.meetings:
        spot = spots.get(meeting.id)
        if spot is None:
            continue
        end, old = spot.start + meeting.minutes, before.get(meeting.id)
        stays = old is not None and old.start == spot.start
        wish = old.unit if stays and old is not None else ""
        places[spot.pool].append(Use(spot.start, end, meeting.id, 0, wish, meeting.fixed_unit))
        for number, pair in enumerate(meeting.needs):
            team = old.teams[number] if old is not None and stays and number < len(old.teams) else ""
            teams[pair, explainer.pools[spot.pool].site].append(Use(spot.start, end, meeting.id, number, team))
    named: dict[tuple[str, int], str] = {}
    unit: dict[str, str] = {}
    exact = True
    for pool_id, uses in places.items():
        pool = explainer.pools[pool_id]
        found, sure = assign([(each, pool.turnround) for each in pool.units], uses)
        exact &= sure
        if found is None:
            return Naming(None, sure)
        unit |= {use.meeting: name for use, name in found.items()}
    for (pair, site), uses in teams.items():
        kind = [(each, pool.turnround) for pool in problem.pools if (pool.serves, pool.site) == (pair, site) for each in pool.units]
        found, sure = assign(kind, uses)
        if found is None:
            return Naming(None, sure)
        named |= {(use.meeting, use.number): name for use, name in found.items()}
    return Naming(
        tuple(
            Placement(
                meeting.id,
                spots[meeting.id].slot,
                spots[meeting.id].start,
                unit[meeting.id],
                tuple(named[meeting.id, number] for number in range(len(meeting.needs))),
            )
            for meeting in problem.meetings
            if meeting.id in spots
        ),
        exact,
    )


class _Taken:
    """Which unit is used when."""

    def __init__(self, units: Iterable[tuple[Unit, int]]) -> None:
        self.units = {unit.id: (unit, turnround) for unit, turnround in units}
        self.uses: dict[str, list[Use]] = {name: [] for name in self.units}
        self.unit: dict[Use, str] = {}
        self.trail: list[tuple[Use, str | None]] = []

    def seat(self, use: Use, name: str | None) -> None:
        """Give a use another unit, or none, and remember which it had."""
        old = self.unit.pop(use, None)
        self.trail.append((use, old))
        if old is not None:
            self.uses[old].remove(use)
        if name is not None:
            self.unit[use] = name
            self.uses[name].append(use)

    def back_to(self, mark: int) -> None:
        """Undo everything after ``mark`` seats."""
        while len(self.trail) > mark:
            use, old = self.trail.pop()
            self.seat(use, old)
            self.trail.pop()

    def open(self, name: str, use: Use) -> bool:
        if name not in self.units or use.fixed not in (None, name):
            return False
        unit, turnround = self.units[name]
        return not any(closed.start < use.end + turnround and use.start < closed.end for closed in unit.closed)

    def against(self, name: str, use: Use) -> list[Use]:
        """Return who has the unit when ``use`` wants it, turn-round included."""
        turnround = self.units[name][1]
        return [other for other in self.uses[name] if other.start < use.end + turnround and use.start < other.end + turnround]


def assign(units: list[tuple[Unit, int]], uses: Iterable[Use]) -> tuple[dict[Use, str] | None, bool]:
    """
    Return a unit for each use, and whether the answer is sure: ``None`` and true proves that there is none.

    Wishes first; who finds no unit takes one from as few as possible who can be elsewhere.
    """
    uses = sorted(uses, key=lambda use: (use.fixed is None, not use.wish, use.start, use.meeting, use.number))
    taken = _Taken(units)
    waiting = []
    for use in uses:
        wish = use.fixed or use.wish
        if wish and taken.open(wish, use) and not taken.against(wish, use):
            taken.seat(use, wish)
        elif use.fixed is not None:
            return None, True
        else:
            waiting.append(use)
    for use in waiting:
        if not any(_seated(taken, use, displaced, frozenset()) for displaced in range(MOST_DISPLACED + 1)):
            return _exhaust(units, uses)
    return taken.unit, True


def _seated(taken: _Taken, use: Use, displaced: int, moving: frozenset[Use]) -> bool:
    """Give a use a unit, if that is possible by giving at most ``displaced`` others another one."""
    against = [(name, taken.against(name, use)) for name in taken.units if taken.open(name, use)]
    for name, others in sorted(against, key=lambda choice: (len(choice[1]), choice[0])):
        if len(others) > displaced:
            return False
        if any(other.fixed is not None or other in moving for other in others):
            continue
        mark = len(taken.trail)
        for other in others:
            taken.seat(other, None)
        taken.seat(use, name)
        # What is left over for others is given to the last: the first ones find a free unit or this is not the way.
        lefts = [0] * (len(others) - 1) + [displaced - len(others)]
        if all(_seated(taken, other, left, moving | {use, *others}) for other, left in zip(others, lefts, strict=False)):
            return True
        taken.back_to(mark)
    return False


def _exhaust(units: list[tuple[Unit, int]], uses: list[Use]) -> tuple[dict[Use, str] | None, bool]:
    """Try every naming in the order of the starts, within a number of steps."""
    taken = _Taken(units)
    order = sorted(uses, key=lambda use: (use.start, use.end, use.meeting, use.number))
    choice: list[list[str]] = [[] for _ in order]
    at, steps, fresh = 0, 0, True
    while 0 <= at < len(order):
        steps += 1
        if steps > MOST_STEPS:
            return None, False
        use = order[at]
        if fresh:
            free = [name for name in taken.units if taken.open(name, use) and not taken.against(name, use)]
            # The last is tried first: its own, then what nobody wishes for before it is free again.
            wished = {other.wish for other in order[at + 1 :] if other.start < use.end}
            choice[at] = [name for name in free if name in wished and name != use.wish]
            choice[at] += [name for name in free if name not in wished and name != use.wish]
            choice[at] += [name for name in free if name == use.wish]
        else:
            taken.seat(use, None)
        if choice[at]:
            taken.seat(use, choice[at].pop())
            at, fresh = at + 1, True
        else:
            at, fresh = at - 1, False
    return (taken.unit, True) if at == len(order) else (None, True)
