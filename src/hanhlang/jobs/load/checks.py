"""What the records of a folder must hold together: ids, references, hours, and nobody in two places."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings

from hanhlang.domains.events.rules import week_key_fault
from hanhlang.domains.programme.rules import clashes, role_hours
from hanhlang.jobs.load.faults import Fault, Hint
from hanhlang.jobs.load.folder import Folder, Item
from hanhlang.jobs.load.timing import PLACES, SESSIONS, Timed, moment, place_keys, place_sites, timed_sessions

ORGANISATIONS = ("organisations.yaml:countries", "organisations.yaml:organisations")
KINDS = {
    "organisation": ORGANISATIONS,
    "person": ("programme.yaml:people",),
    "site": ("programme.yaml:cities",),
    "venue": ("programme.yaml:venues",),
    "topic": ("programme.yaml:topics",),
    "session": SESSIONS,
    "team": ("teams.yaml:teams",),
    "equipment": ("resources.yaml:equipment",),
    "vehicle": ("resources.yaml:vehicles",),
    "grid": ("grids.yaml:grids",),
    "transfer": ("programme.yaml:transfers",),
}
# section -> (field, kind of thing it names); a field may hold one id or a list.
REFERENCES = {
    "organisations.yaml:countries": [("parent", "organisation")],
    "organisations.yaml:organisations": [("parent", "organisation")],
    "programme.yaml:venues": [("city", "site")],
    "programme.yaml:rooms": [("site", "site")],
    "programme.yaml:transfers": [("from_", "site"), ("to", "site")],
    "programme.yaml:people": [("organisation", "organisation")],
    "places.yaml:places": [("site", "site")],
    "places.yaml:sites": [("id", "site")],
    "times.yaml:times": [("session", "session"), ("place", "place")],
    "times.yaml:roles": [("session", "session"), ("person", "person")],
    "times.yaml:parts": [("session", "session")],
    "travel.yaml:travel": [("from_", "site"), ("to", "site")],
    "teams.yaml:teams": [("site", "site")],
    "resources.yaml:equipment": [("site", "site")],
    "resources.yaml:vehicles": [("site", "site")],
    "grids.yaml:grids": [("pools", "pool")],
}
OF_SESSION = [
    ("city", "site"),
    ("venue", "venue"),
    ("room", "place"),
    ("place", "place"),
    ("organisers", "organisation"),
    ("supporters", "organisation"),
    ("topics", "topic"),
    ("participants_reported", "organisation"),
]
OF_PART = [("moderator", "person"), ("participants", "organisation")]


def faults_of(folder: Folder) -> Iterator[Fault]:
    """Yield every fault that shows only between records."""
    known = known_ids(folder)
    yield from _of_event(folder, known)
    yield from _names(folder)
    yield from _twice(folder)
    yield from _unknown(folder, known)
    timed = timed_sessions(folder)
    zone = zone_of(folder.timezone)
    if folder.event is not None:
        for session in timed:
            yield from _of_hours(session, folder, place_sites(folder))
    yield from _of_details(folder, timed)
    yield from _of_grids(folder)
    if zone is not None:
        yield from _clashes(folder, [session for session in timed if _is_sound(session)], zone)


def role_times(folder: Folder) -> dict[tuple[str, str, str], Item]:
    """Return the entry that gives a role its minutes, by session, person and role."""
    return {(row.shape.session, row.shape.person, row.shape.role): row for row in folder.items("times.yaml:roles")}


def part_times(folder: Folder) -> dict[tuple[str, str], Item]:
    """Return the entry that gives a part its minutes, by session and part."""
    return {(row.shape.session, row.shape.part): row for row in folder.items("times.yaml:parts")}


def known_ids(folder: Folder) -> dict[str, set[str]]:
    """Return the ids that a reference may name, by kind of thing."""
    known = {kind: folder.ids(*sections) for kind, sections in KINDS.items()}
    known["place"] = set(place_sites(folder)) | folder.ids(*PLACES)
    known["pool"] = {item.shape.pool for item in folder.items(*PLACES) if item.shape.pool}
    return known


def zone_of(name: str) -> ZoneInfo | None:
    """Return a time zone by its name, or nothing if there is none of that name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _of_event(folder: Folder, known: dict[str, set[str]]) -> Iterator[Fault]:
    event = folder.event
    if event is None:
        return
    if zone_of(folder.timezone) is None:
        yield event.document.fault("bad_timezone", ("timezone",), field="timezone", value=folder.timezone)
    if problem := week_key_fault(event.shape.id, frozenset(code for code, _ in settings.LANGUAGES)):
        yield event.fault(f"week_id_{problem}", "id", key=event.shape.id)
    if event.shape.end_date < event.shape.start_date:
        yield event.fault("ends_before_start", "end_date", start=event.shape.start_date, end=event.shape.end_date)
    yield from references(event, [("cities", "site"), ("host", "organisation"), ("co_host", "organisation")], known)
    yield from _doubles(_parts(event, "topics"))


def _names(folder: Folder) -> Iterator[Fault]:
    named = (*ORGANISATIONS, "programme.yaml:cities", *PLACES)
    for sections, stem in ((named, "name"), (KINDS["equipment"], "name"), (SESSIONS, "title"), (("places.yaml:sites",), "shown")):
        for item in folder.items(*sections):
            if not (getattr(item.shape, f"{stem}_vi") or getattr(item.shape, f"{stem}_en")):
                yield item.fault("no_name", f"{stem}_vi", fields=f"{stem}_vi, {stem}_en")


def _twice(folder: Folder) -> Iterator[Fault]:
    repeats = [(row.shape.id, row) for row in folder.items("times.yaml:times") if row.shape.id]
    yield from _doubles([*((row.shape.id, row) for row in folder.items(*SESSIONS)), *repeats])
    yield from _doubles((key, item) for item in folder.items(*PLACES) for key in place_keys(item))
    yield from _doubles((row.shape.id, row) for row in folder.items("places.yaml:sites"))
    for kind in ("organisation", "person", "site", "venue", "team", "equipment", "vehicle", "grid", "transfer"):
        yield from _doubles((row.shape.id, row) for row in folder.items(*KINDS[kind]))
    for item in folder.items(*SESSIONS):
        yield from _doubles(_parts(item, "items"))
    untitled = [row for row in folder.items("times.yaml:times") if row.shape.id is None]
    yield from _doubles((row.shape.session, row) for row in untitled)


def _parts(item: Item, section: str) -> Iterator[tuple[str, Item]]:
    """Yield the records inside a record, each with its id and where it stands itself."""
    for index, shape in enumerate(getattr(item.shape, section)):
        yield shape.id, replace(item, shape=shape, path=(*item.path, section, index))


def _doubles(rows: Iterable[tuple[str, Item]]) -> Iterator[Fault]:
    seen: dict[str, Item] = {}
    for key, item in rows:
        if (first := seen.get(key)) is not None:
            yield item.fault("id_twice", "id", key=key, other=first.document.where(first.path))
        seen[key] = first or item


def _unknown(folder: Folder, known: dict[str, set[str]]) -> Iterator[Fault]:
    for section, fields in REFERENCES.items():
        for item in folder.items(section):
            yield from references(item, fields, known)
    for item in folder.items(*SESSIONS):
        yield from references(item, OF_SESSION, known)
        yield from _nested(item, "speakers", [("person", "person")], known)
        yield from _nested(item, "statements_without_name", [("organisation", "organisation")], known)
        yield from _nested(item, "items", OF_PART, known)


def references(item: Item, fields: list[tuple[str, str]], known: dict[str, set[str]]) -> Iterator[Fault]:
    """Yield a fault for each id of a record that nothing has; a field may hold one id or a list."""
    for name, kind in fields:
        value = getattr(item.shape, name)
        shown = name.rstrip("_")
        for key in value if isinstance(value, list) else [value] if value else []:
            if key not in known[kind]:
                yield item.fault("unknown_id", shown, key=key, hint=Hint(key, known[kind]))


def _nested(item: Item, section: str, fields: list[tuple[str, str]], known: dict[str, set[str]]) -> Iterator[Fault]:
    for index, row in enumerate(getattr(item.shape, section)):
        for name, kind in fields:
            value = getattr(row, name)
            for key in value if isinstance(value, list) else [value] if value else []:
                if key not in known[kind]:
                    yield item.fault("unknown_id", section, index, name, key=key, hint=Hint(key, known[kind]))


def _of_hours(session: Timed, folder: Folder, sites: dict[str, str]) -> Iterator[Fault]:
    where = session.entry or session.item
    event, reported = folder.event.shape, session.item.shape  # type: ignore[union-attr]
    day_field = "day" if session.entry else "date"
    if (session.start is None) != (session.end is None):
        yield where.fault("half_hours", "end")
    elif session.start and session.end and session.end <= session.start:
        yield where.fault("ends_before_start", "end", start=_clock(session.start), end=_clock(session.end))
    if session.start and session.day is None:
        yield where.fault("day_missing", day_field)
    if session.day and not event.start_date <= session.day <= event.end_date:
        yield where.fault("day_outside", day_field, day=session.day, first=event.start_date, last=event.end_date)
    if session.entry and not session.is_repeat:
        entry = session.entry.shape
        if entry.day and reported.date and entry.day != reported.date:
            yield where.fault("day_contradicts", "day", day=entry.day, reported=reported.date)
        if reported.start or reported.end:
            yield where.fault("hours_contradict", "start", other=session.item.document.file)
    site = sites.get(session.place or "")
    if site in folder.ids(*KINDS["site"]) and session.site and site != session.site:
        yield where.fault("wrong_site", "place", place=session.place, site=site, other=session.site)


def _of_details(folder: Folder, timed: list[Timed]) -> Iterator[Fault]:
    """Yield faults of roles' and parts' own minutes."""
    by_key = {session.key: session for session in timed}
    for entry in folder.items("times.yaml:roles"):
        session = by_key.get(entry.shape.session)
        if session is None:
            continue
        if (entry.shape.person, entry.shape.role) not in {(row.person, row.role) for row in session.item.shape.speakers}:
            yield entry.fault("role_unknown", "role", person=entry.shape.person)
        yield from _within(entry, entry.shape, session)
    for entry in folder.items("times.yaml:parts"):
        session = by_key.get(entry.shape.session)
        if session is None:
            continue
        parts = [part.id for part in session.item.shape.items]
        if entry.shape.part not in parts:
            yield entry.fault("unknown_id", "part", key=entry.shape.part, hint=Hint(entry.shape.part, parts))
        yield from _within(entry, entry.shape, session)
    for session in timed:
        for section in ("items", "speakers", "statements_without_name"):
            for index, row in enumerate(getattr(session.item.shape, section) if not session.is_repeat else ()):
                if (row.start is None) != (row.end is None):
                    yield session.item.fault("half_hours", section, index, "end")
                elif row.start:
                    yield from _within(session.item, row, session, section, index)


def _of_grids(folder: Folder) -> Iterator[Fault]:
    """Yield blocks that end before they start, or lie over an earlier one: no search could begin with them."""
    for item in folder.items("grids.yaml:grids"):
        numbered = sorted(enumerate(item.shape.blocks), key=lambda pair: (pair[1].day, pair[1].from_, pair[0]))
        for index, block in numbered:
            if block.to <= block.from_:
                yield item.fault("ends_before_start", "blocks", index, "to", start=_clock(block.from_), end=_clock(block.to))
        for (_, earlier), (index, later) in pairwise(numbered):
            if earlier.day == later.day and later.from_ < earlier.to:
                yield item.fault("blocks_overlap", "blocks", index, "from", start=_clock(earlier.from_), end=_clock(earlier.to))


def _within(item: Item, row: Any, session: Timed, *where: str | int) -> Iterator[Fault]:
    if row.end <= row.start:
        yield item.fault("ends_before_start", *where, "end", start=_clock(row.start), end=_clock(row.end))
    elif session.start and session.end and session.start < session.end and not (session.start <= row.start and row.end <= session.end):
        hours = {"start": _clock(row.start), "end": _clock(row.end), "from": _clock(session.start), "until": _clock(session.end)}
        yield item.fault("outside_session", *where, "start", **hours)


def _is_sound(session: Timed) -> bool:
    return bool(session.day and session.start and session.end and session.start < session.end)


def _clashes(folder: Folder, timed: list[Timed], zone: ZoneInfo) -> Iterator[Fault]:
    by_key = {session.key: session for session in timed}
    exclusive = {key for item in folder.items(*PLACES) if item.shape.sharing == "exclusive" for key in place_keys(item)}
    places, people = defaultdict(list), defaultdict(list)
    for session in timed:
        hours = session.hours(zone)
        if hours and session.place in exclusive:
            places[session.place].append((session.key, *hours))
        if hours:
            for person, stretch in _roles(folder, session, zone):
                people[person].append((session.key, *stretch))
    for code, taken, name in (("place_twice", places, "place"), ("person_twice", people, "person")):
        for key, rows in taken.items():
            for first, second, start, end in clashes(rows):
                session = by_key[second]
                hours_text = {"start": f"{start:%d.%m. %H:%M}", "end": f"{end:%H:%M}"}
                yield (session.entry or session.item).fault(code, name, other=first, **{name: _called(folder, key)}, **hours_text)


def _roles(folder: Folder, session: Timed, zone: ZoneInfo) -> Iterator[tuple[str, Any]]:
    whole, day = session.hours(zone), session.day
    if whole is None or day is None or session.is_repeat:
        return
    roles, parts = role_times(folder), part_times(folder)
    rows = []
    for speaker in session.item.shape.speakers:
        entry = roles.get((session.key, speaker.person, speaker.role))
        rows.append((speaker.person, entry.shape if entry else speaker))
    for part in session.item.shape.items:
        if part.moderator:
            entry = parts.get((session.key, part.id))
            rows.append((part.moderator, entry.shape if entry else part))
    for person, row in rows:
        start = moment(day, row.start, zone) if row.start else None
        end = moment(day, row.end, zone) if row.end else None
        stretch = role_hours(whole, start, end)
        if stretch[0] < stretch[1]:
            yield person, stretch


def _called(folder: Folder, key: str) -> str:
    for item in folder.items("programme.yaml:people"):
        if item.shape.id == key:
            return str(item.shape.name)
    return key


def _clock(hour: Any) -> str:
    return f"{hour:%H:%M}"
