"""Give every placed meeting its own unit: the search only counts units of a kind."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from hanhlang.engine.plan import Placement
from hanhlang.engine.search import layout as at
from hanhlang.engine.search.layout import State
from hanhlang.engine.search.prepare import Ints, Prepared


@dataclass(frozen=True)
class Snapshot:
    """A lawful state, worth keeping."""

    objective: int
    slot: Ints
    cls: Ints
    team: Ints

    @classmethod
    def of(cls, state: State) -> Snapshot:
        """Copy what a plan is made of."""
        return cls(int(state.total[at.T_COST]), state.slot.copy(), state.cls.copy(), state.team.copy())


# Start, whether it has no wish, when it is cleared, the item and the wish: sorts as units are given out. The item is the meeting for a
# place, the need for a team. Plain, for a large week has tens of thousands.
_Use = tuple[int, bool, int, int, str]


def placements(prepared: Prepared, kept: Snapshot) -> tuple[Placement, ...]:
    """Return the placements of a snapshot, in the order of the meetings, with published units where possible."""
    problem, meet = prepared.problem, prepared.data.meet
    # Only who keeps the published hour keeps the published unit: for everybody else it is a move in any case.
    kept_units = {(placed.meeting, placed.start): placed.unit for placed in problem.published}
    places: list[list[_Use]] = [[] for _ in prepared.classes]
    teams: list[list[_Use]] = [[] for _ in prepared.classes]
    starts: dict[int, int] = {}
    grids = {grid.id: grid.starts for grid in problem.grids}
    turns = [each.pool.turnround for each in prepared.classes]
    # Plain numbers at once: one by one out of an array they take most of the time.
    slots, classes, team_classes = kept.slot.tolist(), kept.cls.tolist(), kept.team.tolist()
    needs = [range(first, end) if end > first else () for first, end in meet[:, [at.M_NEED, at.M_NEED_END]].tolist()]
    for m, meeting in enumerate(problem.meetings):
        slot = slots[m]
        if slot < 0:
            continue
        start = starts[m] = grids[meeting.grid][slot]
        c, end = classes[m], start + meeting.minutes
        wish = kept_units.get((meeting.id, start), "") if kept_units else ""
        places[c].append((start, not wish, end + turns[c], m, wish))
        for need in needs[m]:
            c = team_classes[need]
            teams[c].append((start, True, end + turns[c], need, ""))
    unit = _named(prepared, places)
    team = _named(prepared, teams)

    return tuple(
        [
            Placement(problem.meetings[m].id, slots[m], start, unit[m], tuple([team[need] for need in needs[m]]) if needs[m] else ())
            for m, start in starts.items()
        ]
    )


def _named(prepared: Prepared, uses: list[list[_Use]]) -> dict[int, str]:
    named: dict[int, str] = {}
    for each, of_class in zip(prepared.classes, uses, strict=True):
        named |= _colour([unit.id for unit in each.units], sorted(of_class))
    return named


def _colour(units: Sequence[str], uses: list[_Use]) -> dict[int, str]:
    """
    Colour an interval graph in the order of the starts, with the wishes first.

    Wishes come from one lawful plan, so they never meet; what is left may rarely fit between them no more. Then they go:
    without wishes any free unit will do, and as many units as are in use at once are enough.
    """
    named = _around_wishes(units, uses) if any(wish for *_, wish in uses) else None
    return named if named is not None else _first_free(units, uses)


def _first_free(units: Sequence[str], uses: list[_Use]) -> dict[int, str]:
    free = deque(units)
    busy: dict[int, list[str]] = {}  # by when they are cleared: many at once
    due: list[int] = []
    named = {}
    for start, _, cleared, item, _ in uses:
        while due and due[0] <= start:
            free.extend(busy.pop(heapq.heappop(due)))
        if cleared not in busy:
            busy[cleared] = []
            heapq.heappush(due, cleared)
        named[item] = free.popleft()
        busy[cleared].append(named[item])
    return named


def _around_wishes(units: Sequence[str], uses: list[_Use]) -> dict[int, str] | None:
    wished: dict[str, list[int]] = {}
    for start, *_, wish in uses:
        if wish:
            wished.setdefault(wish, []).append(start)
    ahead = dict.fromkeys(wished, 0)
    free = list(units)
    busy: list[tuple[int, str]] = []
    named = {}

    def fits(unit: str, cleared: int) -> bool:
        coming = wished.get(unit, ())
        return len(coming) <= ahead.get(unit, 0) or coming[ahead[unit]] >= cleared

    for start, _, cleared, item, wish in uses:
        while busy and busy[0][0] <= start:
            free.append(heapq.heappop(busy)[1])
        chosen = wish or next((unit for unit in free if fits(unit, cleared)), "")
        if chosen not in free:
            return None
        if wish:
            ahead[chosen] += 1
        free.remove(chosen)
        heapq.heappush(busy, (cleared, chosen))
        named[item] = chosen
    return named
