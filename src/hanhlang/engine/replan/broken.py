"""What of a plan cannot stay after a change, and how many moves that costs at the least."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from itertools import combinations

from hanhlang.engine.replan.board import Board, Kind


@dataclass(frozen=True, slots=True)
class Broken:
    """
    ``lifted`` cannot stay where they are whatever the others do; of each pair in ``pairs`` one must go; ``full`` have too many.

    ``bound``: no lawful plan keeps more meetings than all but so many.
    """

    lifted: frozenset[str]
    pairs: tuple[tuple[str, str], ...]
    full: tuple[Kind, ...]
    bound: int


def find_broken(board: Board) -> Broken:
    """Look at everything on the board; what cannot stay is taken off."""
    explainer = board.explainer
    lifted = set()
    for name, spot in list(board.spots.items()):
        meeting, pool = board.meetings[name], explainer.pools[spot.pool]
        if not explainer.fits(meeting, spot.slot, spot.start, pool):
            lifted.add(name)
            board.lift(name)
    pairs = tuple(sorted(_pairs(board)))
    kinds = [*board.places.values(), *board.teams.values()]
    full = tuple(kind for kind in kinds if crowded(kind) is not None)
    return Broken(frozenset(lifted), pairs, full, len(lifted) + _least(pairs, full))


def _pairs(board: Board) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for stays in board.stays.values():
        for (one, stay), (other, stay2) in combinations(stays.items(), 2):
            if (stay.start < stay2.end and stay2.start < stay.end) or (stay.site != stay2.site and board.clash(stay, stay2)):
                found.add((min(one, other), max(one, other)))
    for rule in board.problem.precedences:
        earlier, later = board.spots.get(rule.earlier), board.spots.get(rule.later)
        if earlier and later and later.start < earlier.start + board.meetings[rule.earlier].minutes:
            found.add((min(rule.earlier, rule.later), max(rule.earlier, rule.later)))
    for apart in board.problem.apart:
        for one, stay in board.stays[apart.first].items():
            for other, stay2 in board.stays[apart.second].items():
                between = max(board.explainer.pools[stay.spot.pool].turnround, apart.minutes)
                if stay.spot.pool == stay2.spot.pool and stay.start < stay2.end + between and stay2.start < stay.end + between:
                    found.add((min(one, other), max(one, other)))
    locked: dict[str, list[str]] = {}
    for name in board.spots:
        unit = board.meetings[name].fixed_unit
        if unit is not None:
            locked.setdefault(unit, []).append(name)
    for names in locked.values():
        for one, other in combinations(names, 2):
            uses = board.places[board.spots[one].pool].uses
            if other in uses and uses[one][0] < uses[other][1] and uses[other][0] < uses[one][1]:
                found.add((min(one, other), max(one, other)))
    return found


def crowded(kind: Kind) -> list[str] | None:
    """Return who uses the kind at the first minute at which too few units are open, ``None`` if there is none."""
    events = sorted({*(use[0] for use in kind.uses.values()), *kind.edges})
    uses = sorted((use[0], use[1], use[2], name) for name, use in kind.uses.items())
    active: list[tuple[int, int, str]] = []
    coming, total = 0, 0
    for minute in events:
        while coming < len(uses) and uses[coming][0] <= minute:
            heapq.heappush(active, (uses[coming][1], uses[coming][2], uses[coming][3]))
            total += uses[coming][2]
            coming += 1
        while active and active[0][0] <= minute:
            total -= heapq.heappop(active)[1]
        if total > kind.open_at(minute):
            return sorted(name for _, _, name in active)
    return None


def _least(pairs: tuple[tuple[str, str], ...], full: tuple[Kind, ...]) -> int:
    """
    Return how many meetings surely go: disjoint pairs, and in each full kind what no choice can avoid.

    Who stands in a pair is not counted again, and nobody in two kinds: a sum of bounds on disjoint meetings.
    """
    counted: set[str] = set()
    least = 0
    for one, other in pairs:
        if one not in counted and other not in counted:
            counted |= {one, other}
            least += 1
    counted |= {name for pair in pairs for name in pair}
    for kind in full:
        gone = _fewest_out(kind, counted)
        counted |= set(kind.uses)
        least += gone
    return least


def _fewest_out(kind: Kind, ignored: set[str]) -> int:
    """
    Return how few uses must go so that the rest fits: at each minute too full, the one that ends last goes.

    Exact for intervals that take one unit each; those that take more are ignored, which only lowers the answer.
    """
    uses = sorted((use[0], use[1], name) for name, use in kind.uses.items() if name not in ignored and use[2] == 1)
    active: list[tuple[int, str]] = []
    coming = gone = 0
    for minute in sorted({*(use[0] for use in uses), *kind.edges}):
        while coming < len(uses) and uses[coming][0] <= minute:
            active.append((uses[coming][1], uses[coming][2]))
            coming += 1
        active = [use for use in active if use[0] > minute]
        while len(active) > kind.open_at(minute):
            active.remove(max(active))
            gone += 1
    return gone
