"""Put days, hours and places to sessions: what was reported, and what times.yaml assumes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from hanhlang.jobs.load.folder import Folder, Item

SESSIONS = ("programme.yaml:sessions", "programme.yaml:activities", "times.yaml:sessions")
PLACES = ("programme.yaml:rooms", "places.yaml:places")
REPORTED = "reported"

Stretch = tuple[datetime, datetime]


@dataclass
class Timed:
    """A session to be written: its record, the entry that times it, and what of it is assumed."""

    key: str
    item: Item
    entry: Item | None
    day: date | None
    start: time | None
    end: time | None
    place: str | None
    site: str | None
    is_repeat: bool
    assumed: set[str] = field(default_factory=set)

    def hours(self, zone: ZoneInfo) -> Stretch | None:
        """Return the moments it begins and ends, if day and hours are known."""
        if not (self.day and self.start and self.end):
            return None
        return moment(self.day, self.start, zone), moment(self.day, self.end, zone)


def moment(day: date, hour: time, zone: ZoneInfo) -> datetime:
    """Return the moment of a local hour."""
    return datetime.combine(day, hour, tzinfo=zone)


def place_sites(folder: Folder) -> dict[str, str]:
    """Return the site of each place, counted ones (``nb-table-007``) too."""
    return {key: item.shape.site for item in folder.items(*PLACES) for key in place_keys(item)}


def place_keys(item: Item) -> Iterator[str]:
    """Yield the id of a place, or of each of a row of them."""
    if item.shape.count is None:
        yield item.shape.id
    else:
        yield from (f"{item.shape.id}-{number:03d}" for number in range(1, item.shape.count + 1))


def timed_sessions(folder: Folder) -> list[Timed]:
    """Return every session, and every repeat of one, in the order of the files."""
    entries: dict[str, list[Item]] = defaultdict(list)
    for entry in folder.items("times.yaml:times"):
        entries[entry.shape.session].append(entry)
    sites = place_sites(folder)
    found = []
    for item in folder.items(*SESSIONS):
        own = [entry for entry in entries[item.shape.id] if entry.shape.id is None]
        found.append(_timed(item, own[0] if own else None, sites))
        found += [_timed(item, entry, sites) for entry in entries[item.shape.id] if entry.shape.id]
    return found


def _timed(item: Item, entry: Item | None, sites: dict[str, str]) -> Timed:
    shape = item.shape
    told = {"city": "site", "date": "day", "start": "starts_at", "end": "ends_at", "room": "place"}
    assumed = {told.get(name, name) for name in shape.assumed_fields}
    place = shape.place or shape.room
    timed = Timed(shape.id, item, entry, shape.date, shape.start, shape.end, place, shape.city, is_repeat=False, assumed=assumed)
    if entry is not None:
        _assume(timed, entry, sites)
    if timed.site is None and timed.place is not None:
        timed.site = sites.get(timed.place)
    return timed


def _assume(timed: Timed, entry: Item, sites: dict[str, str]) -> None:
    shape = entry.shape
    fields = {"starts_at", "ends_at"}
    if shape.id is not None:
        timed.key, timed.is_repeat = shape.id, True
    if shape.day is not None and (timed.day is None or timed.is_repeat):
        timed.day = shape.day
        fields.add("day")
    if shape.place is not None:
        timed.place = shape.place
        fields.add("place")
        if timed.site is None:
            timed.site = sites.get(shape.place)
            fields.add("site")
    timed.start, timed.end = shape.start, shape.end
    if entry.standing != REPORTED:
        timed.assumed |= fields
