"""A day's rows as compact JSON for the drawing: each item once, rows naming items by their place in the list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.templatetags.static import static

from hanhlang.domains.meetings.day import DAY_MINUTES, Day
from hanhlang.web.components.tags import flag_file
from hanhlang.web.desk.board import words
from hanhlang.web.desk.board.lines import spot_words
from hanhlang.web.desk.board.rows import Block, Row, Way

HALF_HOUR = 30
KINDS = list(words.KINDS)
STATES = list(words.STATES)
WAYS = ["stay", "road", "tight", "before"]


class Listed:
    """Values by number: the same value always gets the same one."""

    def __init__(self) -> None:
        self.numbers: dict[Any, int] = {}

    def number(self, value: Any) -> int:
        return self.numbers.setdefault(value, len(self.numbers))


def axis_of(day: Day) -> tuple[int, int]:
    """Return the hours drawn, in minutes: all that is taken that day and at least when meetings may lie, in whole half hours."""
    spots = [one.spot for one in day.taken]
    first, last = day.hours or (8 * 60, 18 * 60)
    start = min([first, *(spot.start for spot in spots)])
    end = max([last, *(spot.end for spot in spots)])
    return max(0, (start - 1) // HALF_HOUR * HALF_HOUR), min(DAY_MINUTES, -(-end // HALF_HOUR) * HALF_HOUR)


def drawing_of(day: Day, rows: Sequence[Row], total: int) -> dict[str, Any]:
    """
    Return what the drawing needs. Times are minutes of the day; -1 stands for none.

    An item is ``[key, kind, start, end, place, site, states, first party, second party, title, hatch, was start, was end, was in words,
    link]``
    (states: one bit each, in the order of ``words.STATES``); a row ``[key, name, second, flag, count, lanes, group, unplaced,
    [item, lane, side, …], [item of a ghost, …], [way kind, start, end, from, to, …], [gap start, gap end, …]]``.
    """
    made = _Drawing(day)
    return {
        "axis": axis_of(day),
        "rows": [made.row(row) for row in rows],
        "items": made.items,
        "parties": [[party.code, party.name] for party in made.parties.numbers],
        "places": [[str(day.places[key].name), made.sites[day.places[key].site_id]] for key in made.places.numbers],
        # The week's main city comes first in its order and lies lowest.
        "sites": [str(site.name) for site in reversed(day.sites)],
        "flags": list(made.flags.numbers),
        "total": total,
    }


class _Drawing:
    def __init__(self, day: Day) -> None:
        self.day = day
        self.sites = {site.pk: n for n, site in enumerate(reversed(day.sites))}
        self.items: list[list[Any]] = []
        self.known: dict[str, int] = {}
        self.parties, self.places, self.flags = Listed(), Listed(), Listed()

    def row(self, row: Row) -> list[Any]:
        file = flag_file(row.organisation) if row.organisation else ""
        flag = self.flags.number(static(file)) if file else -1
        blocks = [part for block in row.blocks for part in (self.item(row, block), block.lane, block.meets)]
        ghosts = [self.item(row, block) for block in row.ghosts]
        ways = [part for way in row.ways for part in self.way(way)]
        gaps = [minute for gap in row.gaps for minute in gap]
        group = row.second if row.site else ""
        return [row.key, row.name, row.second, flag, row.count, row.lanes, group, row.unplaced, blocks, ghosts, ways, gaps]

    def way(self, way: Way) -> list[int]:
        return [WAYS.index(way.kind), way.start, way.end, self.sites[way.origin], self.sites[way.destination]]

    def item(self, row: Row, block: Block) -> int:
        # What is hidden has a number of its own in each row, so that nothing tells which rows it joins.
        key = f"{row.key}/{block.key}" if block.is_hidden else block.key
        known = self.known.get(key)
        if known is None:
            known = self.known[key] = len(self.items)
            self.items.append([key, KINDS.index(block.kind), *(_hidden(block) if block.is_hidden else self._shown(block))])
        return known

    def _shown(self, block: Block) -> list[Any]:
        one, spot, was = block.taken, block.taken.spot, block.taken.was
        sides = [self.parties.number(party) for party in block.sides] or [-1, -1]
        return [
            spot.start,
            spot.end,
            self.places.number(spot.place) if spot.place else -1,
            self.sites[spot.site] if spot.site else -1,
            sum(1 << STATES.index(key) for key in block.states),
            *sides,
            one.title,
            one.hatch,
            *((was.start, was.end, spot_words(self.day, was)) if was else (-1, -1, "")),
            str(one.number or (one.session if one.is_public else "")),
        ]


def _hidden(block: Block) -> list[Any]:
    spot = block.taken.spot
    return [spot.start, spot.end, -1, -1, 0, -1, -1, "", "", -1, -1, "", ""]
