"""
The programme of a week as plain frozen rows, for pages that show all of it at once.

Two statements and no model instances: a page of 120 sessions would spend most of its time making them.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter
from typing import Any

from django.db import connection
from django.db.models import CharField, F
from django.db.models.functions import Cast

from hanhlang.domains.core.models import Sourced
from hanhlang.domains.core.multitext import MultiText
from hanhlang.domains.events.models import Week
from hanhlang.domains.programme.models import Session

# Ids, texts and lists as the text they are stored as: half of a page's time would go into making objects nobody looks at.
REFERENCES = """
SELECT 'site', CAST(id AS TEXT), '', key, CAST(name AS TEXT), "order", '', standing, CAST(assumed_fields AS TEXT)
FROM events_site WHERE week_id = (SELECT id FROM events_week WHERE key = %(week)s)
UNION ALL
SELECT 'place', CAST(id AS TEXT), CAST(site_id AS TEXT), key, CAST(name AS TEXT), "order", '', standing, CAST(assumed_fields AS TEXT)
FROM events_place WHERE week_id = (SELECT id FROM events_week WHERE key = %(week)s)
AND id IN (SELECT place_id FROM programme_session)
UNION ALL
SELECT 'topic', CAST(id AS TEXT), '', key, CAST(name AS TEXT), "order", hatch, '', '[]'
FROM events_topic WHERE week_id = (SELECT id FROM events_week WHERE key = %(week)s)
UNION ALL
SELECT 'way', CAST(origin_id AS TEXT), CAST(destination_id AS TEXT), '', CAST(minutes AS TEXT), 0, '',
standing, CAST(assumed_fields AS TEXT)
FROM agenda_travel WHERE week_id = (SELECT id FROM events_week WHERE key = %(week)s)
UNION ALL
SELECT 'pair', CAST(st.session_id AS TEXT), CAST(st.topic_id AS TEXT), '', '', 0, '', '', '[]'
FROM programme_session_topics st JOIN programme_session s ON s.id = st.session_id
WHERE s.week_id = (SELECT id FROM events_week WHERE key = %(week)s)
"""
# Every table that public pages are made of, with its rows that are of the week, where it has such.
# Who deletes one row and makes another changes the latest moment.
OF_WEEK = "WHERE week_id = (SELECT id FROM events_week WHERE key = %(week)s)"
TABLES = {
    "events_week": "WHERE key = %(week)s",
    "events_site": OF_WEEK,
    "events_place": OF_WEEK,
    "events_topic": OF_WEEK,
    "events_participation": OF_WEEK,
    "agenda_travel": OF_WEEK,
    "delegations_delegation": OF_WEEK,
    "delegations_member": "",
    "people_organisation": "",
    "people_person": "",
    "programme_session": OF_WEEK,
    "programme_sessionpart": "",
    "programme_speaking": "",
}
VERSION = " UNION ALL ".join(f"SELECT '{table}', COUNT(*), MAX(changed_at) FROM {table} {rows}" for table, rows in TABLES.items())  # noqa: S608


@dataclass(frozen=True, slots=True, eq=False)
class SiteEntry:
    """A city, as the programme shows it. Entries are equal only to themselves."""

    pk: str
    key: str
    name: MultiText
    order: int

    def __str__(self) -> str:
        return str(self.name)


@dataclass(frozen=True, slots=True, eq=False)
class PlaceEntry:
    """A room or yard, as the programme shows it."""

    pk: str
    key: str
    name: MultiText
    order: int
    site: SiteEntry
    name_is_illustrative: bool


@dataclass(frozen=True, slots=True, eq=False)
class TopicEntry:
    """A topic, as the programme shows it."""

    pk: str
    key: str
    name: MultiText
    order: int
    hatch: str


@dataclass(frozen=True, slots=True, eq=False)
class WayEntry:
    """How long the road from one site to another takes at each hour of the day, in minutes."""

    origin: str
    destination: str
    minutes: tuple[int, ...]
    is_illustrative: bool


@dataclass(frozen=True, slots=True, eq=False)
class SessionEntry:
    """A session, as the programme shows it; ``site`` is its own, else its place's."""

    pk: str
    key: str
    kind: str
    title: MultiText
    day: date | None
    starts_at: datetime | None
    ends_at: datetime | None
    site: SiteEntry | None
    place: PlaceEntry | None
    topics: tuple[TopicEntry, ...]
    is_public: bool
    standing: str
    assumed_fields: tuple[str, ...]
    folded: str
    changed_at: datetime

    def is_illustrative(self, field: str) -> bool:
        """Tell whether ``field`` was assumed rather than reported."""
        return self.standing != Sourced.Standing.REPORTED or field in self.assumed_fields


@dataclass(frozen=True, slots=True, eq=False)
class Overview:
    """All of a week's programme: sessions in the order of the day (timed, untimed, not announced), and what they refer to."""

    sessions: tuple[SessionEntry, ...]
    sites: tuple[SiteEntry, ...]
    topics: tuple[TopicEntry, ...]
    ways: tuple[WayEntry, ...]


def overview_of(week: Week) -> Overview:
    """Return the programme of a week. Two queries."""
    rows: dict[str, list[Any]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(REFERENCES, {"week": week.key})
        for kind, one, other, *row in cursor.fetchall():
            rows[kind].append((_plain(one), _plain(other), *row))
    sites = {pk: SiteEntry(pk, key, _text(name), order) for pk, _, key, name, order, *_ in rows["site"]}
    places = {
        pk: PlaceEntry(pk, key, _text(name), order, sites[site], _is_assumed(standing, assumed, "name"))
        for pk, site, key, name, order, _, standing, assumed in rows["place"]
    }
    topics = {pk: TopicEntry(pk, key, _text(name), order, hatch) for pk, _, key, name, order, hatch, *_ in rows["topic"]}
    ways = tuple(
        WayEntry(origin, destination, tuple(json.loads(minutes)), _is_assumed(standing, assumed, "minutes"))
        for origin, destination, _, minutes, _, _, standing, assumed in rows["way"]
    )
    in_order = attrgetter("order", "key")
    chosen: dict[str, list[TopicEntry]] = defaultdict(list)
    for session, topic, *_ in rows["pair"]:
        chosen[session].append(topics[topic])
    sessions = tuple(_session(row, sites, places, tuple(sorted(chosen[_plain(row[0])], key=in_order))) for row in _sessions(week))
    return Overview(sessions, tuple(sorted(sites.values(), key=in_order)), tuple(sorted(topics.values(), key=in_order)), ways)


def public_version(week: str) -> str | None:
    """Return a text that changes with anything that public pages of the week show, nothing if there is no such week. One query."""
    with connection.cursor() as cursor:
        cursor.execute(VERSION, {"week": week})
        rows = cursor.fetchall()
    known = {table: (count, last) for table, count, last in rows}
    return " ".join(f"{count}:{last}" for count, last in map(known.__getitem__, TABLES)) if known["events_week"][0] else None


IDS = tuple(Cast(name, CharField()) for name in ("pk", "site_id", "place_id"))
COLUMNS = ("key", "kind", "title", "day", "starts_at", "ends_at", "is_public", "standing", "assumed_fields", "folded", "changed_at")


def _sessions(week: Week) -> Iterable[Any]:
    rows = Session.objects.filter(week=week).values_list(*IDS, *COLUMNS)
    return rows.order_by(F("day").asc(nulls_last=True), F("starts_at").asc(nulls_last=True), "ends_at", "key")


def _session(row: Any, sites: dict[str, SiteEntry], places: dict[str, PlaceEntry], topics: tuple[TopicEntry, ...]) -> SessionEntry:
    pk, site_id, place_id, key, kind, title, day, starts_at, ends_at, is_public, standing, assumed, *rest = row
    place = places[_plain(place_id)] if place_id else None
    site = sites[_plain(site_id)] if site_id else place.site if place else None
    return SessionEntry(
        _plain(pk), key, kind, title, day, starts_at, ends_at, site, place, topics, is_public, standing, tuple(assumed), *rest
    )


def _text(stored: str) -> MultiText:
    given = json.loads(stored)
    return MultiText(given["texts"], source=given["source"], made_from=given["made_from"])


def _is_assumed(standing: str, assumed: str, field: str) -> bool:
    return standing != Sourced.Standing.REPORTED or field in json.loads(assumed)


def _plain(stored: str) -> str:
    # PostgreSQL writes a UUID with dashes, SQLite keeps it without.
    return stored.replace("-", "")
