"""Meetings as the engine is asked for them, kept in the process: only those whose row, seats or lock differ are made anew."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict, defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from hanhlang.domains.events.models import Week
from hanhlang.domains.meetings.models import Grid, Kind, Lock, Meeting, Participant, to_be_placed
from hanhlang.domains.meetings.planning.ground import Ground
from hanhlang.domains.meetings.planning.supplies import Supplies
from hanhlang.domains.meetings.reading import as_text, key_of
from hanhlang.engine import problem as engine

WEEKS_KEPT = 4
_kept: OrderedDict[UUID, tuple[object, dict[str, tuple[object, engine.Meeting]]]] = OrderedDict()
_keeping = threading.Lock()


class Row(NamedTuple):
    """A meeting's row as far as the engine is told of it; lists are JSON, as the database writes them."""

    key: str
    grid: str
    site: str | None
    pools: str
    needs: str
    equipment: str
    windows: str
    preferred: str
    kind: str
    minutes: int
    value: int
    seats: int


def rows_of(week: Week) -> list[Row]:
    """Return the meetings that are to be placed, in the order of their numbers."""
    asked = Meeting.objects.filter(to_be_placed(), week=week).order_by("number")
    texts = as_text("pk", "grid_id", "site_id", "pools", "needs", "equipment", "windows", "preferred")
    return [
        Row(key_of(row[0]), key_of(row[1]), row[2] and key_of(row[2]), *row[3:])
        for row in asked.values_list(*texts, "kind", "minutes", "value", "seats")
    ]


def seats_of(week: Week) -> dict[str, list[str]]:
    """Return who is in each of the week's meetings."""
    seats: dict[str, list[str]] = defaultdict(list)
    taken = Participant.objects.filter(meeting__week=week).order_by("side", "pk").values_list(*as_text("meeting_id", "person_id"))
    for meeting, person in taken:
        seats[key_of(meeting)].append(key_of(person))
    return seats


def meetings_of(
    ground: Ground, supplies: Supplies, rows: list[Row], seats: dict[str, list[str]], now: datetime | None
) -> Iterator[engine.Meeting]:
    """Yield the meetings; ``now`` decides which holds still count (default: all)."""
    locks = {
        str(lock.meeting_id): (ground.minute(lock.starts_at), str(lock.place_id) if lock.place_id else None)
        for lock in Lock.objects.filter(meeting__week=ground.week)
        if not (now and lock.expires_at and lock.expires_at <= now)
    }
    maker = _Maker(ground, supplies)
    with _keeping:
        frame, kept = _kept.get(ground.week.pk, (None, {}))
    if frame != maker.frame:
        kept = {}
    asked: dict[str, tuple[object, engine.Meeting]] = {}
    for row in rows:
        people, lock = tuple(seats.get(row.key, ())), locks.get(row.key)
        mark = (row, people, lock)
        same = kept.get(row.key)
        made = same[1] if same and same[0] == mark else maker.meeting(row, people, lock)
        asked[row.key] = (mark, made)
        yield made
    with _keeping:
        _kept[ground.week.pk] = (maker.frame, asked)
        _kept.move_to_end(ground.week.pk)
        while len(_kept) > WEEKS_KEPT:
            _kept.popitem(last=False)


class _Maker:
    """Makes a meeting of its row; ``frame`` is what every meeting depends on besides."""

    def __init__(self, ground: Ground, supplies: Supplies) -> None:
        self.ground, self.supplies = ground, supplies
        # A handful of grids for thousands of meetings: each is read once.
        self.grids = {str(grid.pk): grid for grid in Grid.objects.filter(week=ground.week)}
        self.pools = [(name, key, pool.site) for (name, key), pool in ground.places.items()]
        blocks = sorted((key, json.dumps(grid.blocks)) for key, grid in self.grids.items())
        sizes = sorted((pair, tuple(sorted(found))) for pair, found in supplies.sizes.items())
        self.frame = (ground.week.starts_on, ground.week.timezone, blocks, self.pools, sizes)

    def meeting(self, row: Row, people: tuple[str, ...], lock: tuple[int, str | None] | None) -> engine.Meeting:
        names = json.loads(row.pools)
        return engine.Meeting(
            row.key,
            people=people,
            minutes=row.minutes,
            grid=row.grid,
            pools=tuple(key for name, key, site in self.pools if name in names and row.site in (None, site)),
            value=row.value,
            needs=self.supplies.needs(json.loads(row.needs), json.loads(row.equipment), row.minutes),
            windows=self._within_blocks(row),
            preferred=self.ground.intervals(json.loads(row.preferred)),
            fixed_start=lock[0] if lock else None,
            fixed_unit=lock[1] if lock else None,
            seats=row.seats,
            kind=row.kind,
        )

    def _within_blocks(self, row: Row) -> tuple[engine.Interval, ...]:
        """Return where a meeting may lie: its own hours, cut to the blocks of a grid whose starts do not fix the length."""
        own = self.ground.intervals(json.loads(row.windows))
        if row.kind == Kind.BUSINESS:
            return own
        local = self.ground.local
        blocks = [engine.Interval(*(local(block["day"], block[edge]) for edge in ("from", "to"))) for block in self.grids[row.grid].blocks]
        if not own:
            return tuple(blocks)
        cut = [engine.Interval(max(a.start, b.start), min(a.end, b.end)) for a in own for b in blocks]
        # Hours outside every block stay as they are: no start of the grid lies there, which is the honest answer.
        return tuple(window for window in cut if window.start < window.end) or own
