"""Give every placed meeting its own unit: the search only counts units of a kind."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

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


class _Use(NamedTuple):
    """Sorts as units are given out: by start, then those with a wish. A tuple, for a large week has tens of thousands."""

    start: int
    wishless: bool
    cleared: int
    item: int  # the meeting for a place, the need for a team
    wish: str


def placements(prepared: Prepared, kept: Snapshot) -> tuple[Placement, ...]:
    """Return the placements of a snapshot, in the order of the meetings, with published units where possible."""
    problem, meet = prepared.problem, prepared.data.meet
    # Only who keeps the published hour keeps the published unit: for everybody else it is a move in any case.
    kept_units = {(placed.meeting, placed.start): placed.unit for placed in problem.published}
    places: dict[int, list[_Use]] = {}
    teams: dict[int, list[_Use]] = {}
    starts: dict[int, int] = {}
    grids = {grid.id: grid for grid in problem.grids}
    turns = [each.pool.turnround for each in prepared.classes]
    # Plain numbers at once: one by one out of an array they take most of the time.
    slots, classes, team_classes = kept.slot.tolist(), kept.cls.tolist(), kept.team.tolist()
    needs = meet[:, [at.M_NEED, at.M_NEED_END]].tolist()
    for m, meeting in enumerate(problem.meetings):
        if slots[m] < 0:
            continue
        start = starts[m] = grids[meeting.grid].starts[slots[m]]
        c, end = classes[m], start + meeting.minutes
        wish = kept_units.get((meeting.id, start), "") if kept_units else ""
        places.setdefault(c, []).append(_Use(start, not wish, end + turns[c], m, wish))
        for need in range(*needs[m]):
            c = team_classes[need]
            teams.setdefault(c, []).append(_Use(start, True, end + turns[c], need, ""))
    unit = _named(prepared, places)
    team = _named(prepared, teams)

    def interpreters(first: int, end: int) -> tuple[str, ...]:
        return tuple([team[need] for need in range(first, end)]) if end > first else ()

    return tuple([Placement(problem.meetings[m].id, slots[m], start, unit[m], interpreters(*needs[m])) for m, start in starts.items()])


def _named(prepared: Prepared, uses: dict[int, list[_Use]]) -> dict[int, str]:
    named: dict[int, str] = {}
    for c, of_class in uses.items():
        named |= _colour([unit.id for unit in prepared.classes[c].units], of_class)
    return named


def _colour(units: Sequence[str], uses: list[_Use]) -> dict[int, str]:
    """
    Colour an interval graph in the order of the starts, with the wishes first.

    Wishes come from one lawful plan, so they never meet; what is left may rarely fit between them no more. Then they go:
    without wishes any free unit will do, and as many units as are in use at once are enough.
    """
    uses = sorted(uses)
    named = _around_wishes(units, uses)
    return named if named is not None else _around_wishes(units, [use._replace(wish="") for use in uses]) or {}


def _around_wishes(units: Sequence[str], uses: list[_Use]) -> dict[int, str] | None:
    wished: dict[str, list[_Use]] = {}
    for use in uses:
        if use.wish:
            wished.setdefault(use.wish, []).append(use)
    ahead = dict.fromkeys(wished, 0)
    free = list(units)
    busy: list[tuple[int, str]] = []
    named = {}

    def fits(unit: str, cleared: int) -> bool:
        coming = wished.get(unit, ())
        return len(coming) <= ahead.get(unit, 0) or coming[ahead[unit]].start >= cleared

    for start, _, cleared, item, wish in uses:
        while busy and busy[0][0] <= start:
            free.append(heapq.heappop(busy)[1])
        chosen = wish or next((unit for unit in free if fits(unit, cleared)), "") if wished else free[0] if free else ""
        if chosen not in free:
            return None
        if wish:
            ahead[chosen] += 1
        free.remove(chosen)
        heapq.heappush(busy, (cleared, chosen))
        named[item] = chosen
    return named
