"""A day of the programme drawn to scale: cities as groups, rooms as rows, the road between."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext

from hanhlang.domains.events.models import Week
from hanhlang.domains.programme.overview import SessionEntry, SiteEntry, WayEntry
from hanhlang.web.components import dates
from hanhlang.web.public import presenters

# What the generated classes of the style sheet reach; see tools/styles.py.
FIRST_MINUTE, LAST_MINUTE, STEP, MOST_ROWS = 6 * 60, 23 * 60, 5, 60
SHORTEST_WITH_TITLE = 45


@dataclass(frozen=True)
class Axis:
    """The hours drawn, in minutes after local midnight."""

    start: int
    end: int

    @property
    def classes(self) -> str:
        return f"a{self.start // 60:02d}{self.start % 60:02d} w{self.end - self.start}"

    def percent(self, minute: float) -> str:
        """Return how far along the axis a minute lies, as SVG takes it."""
        return f"{100 * (minute - self.start) / (self.end - self.start):.3f}%"

    @property
    def hours(self) -> list[dict[str, str]]:
        first = -(-self.start // 60)
        return [{"name": f"{hour:02d}", "x": self.percent(hour * 60)} for hour in range(first, self.end // 60 + 1)]


@dataclass
class Row:
    """One line of the board's left margin."""

    kind: str
    name: str
    number: int
    about: str = ""
    is_illustrative: bool = False


@dataclass
class Road:
    """The strip between two cities; slopes show who leaves now, by when they are there."""

    number: int
    about: str
    is_illustrative: bool
    slopes: list[dict[str, str]] = field(default_factory=list)


@dataclass
class Board:
    axis: Axis
    rows: list[Row]
    road: Road | None
    now: str
    now_label: str
    height: int
    placed: dict[object, str]


def local_minute(moment: datetime, week: Week) -> int:
    """Return the minute after local midnight."""
    there = moment.astimezone(ZoneInfo(week.timezone))
    return there.hour * 60 + there.minute


def axis_of(week: Week, sessions: Iterable[SessionEntry]) -> Axis:
    """Return an axis from half an hour before the first to the end of the last session, in half hours."""
    spans = [_minutes(week, session) for session in sessions]
    start = min(span[0] for span in spans) - 30
    end = max(span[1] for span in spans)
    return Axis(max(FIRST_MINUTE, start // 30 * 30), min(LAST_MINUTE, -(-end // 30) * 30))


def _minutes(week: Week, session: SessionEntry) -> tuple[int, int]:
    begins, ends = presenters.hours(session)
    start = local_minute(begins, week)
    length = int((ends - begins).total_seconds()) // 60
    start = min(max(start // STEP * STEP, FIRST_MINUTE), LAST_MINUTE - STEP)
    return start, min(max(start + STEP, start + length), LAST_MINUTE)


def board_of(
    week: Week, day: date, sessions: Sequence[SessionEntry], everything: Sequence[SessionEntry], ways: Sequence[WayEntry], now: datetime
) -> Board | None:
    """
    Return the board of a day from its timed ``sessions``, or nothing when there is none to draw or more rooms than rows.

    ``everything`` is the whole week: a city without a session that day keeps one line that says when it begins.
    """
    if not sessions:
        return None
    axis = axis_of(week, sessions)
    is_today = now.astimezone(ZoneInfo(week.timezone)).date() == day
    minute = local_minute(now, week)
    shown_now = is_today and axis.start <= minute <= axis.end
    rows: list[Row] = []
    placed: dict[object, str] = {}
    road = None
    # The main city comes first in the week's order and lies lowest, so that a road down the page leads to it.
    sites = list(reversed(presenters.sites_of(everything)))
    number = 2
    for index, site in enumerate([*sites, None]):
        there = [s for s in sessions if s.site == site]
        if site is None and not there:
            continue
        if index == 1 and site is not None and len(sites) == 2:
            road = _road(axis, sites, ways, minute if shown_now else None, local_minute(now, week), number)
            number += 1 if road else 0
        rows.append(_group(week, day, site, there, everything, number))
        number = _place_rows(week, there, rows, placed, number + 1)
    if number > MOST_ROWS:
        return None
    label = f"{minute // 60:02d}:{minute % 60:02d}"
    return Board(axis, rows, road, axis.percent(minute) if shown_now else "", label if shown_now else "", number - 1, placed)


def _group(
    week: Week, day: date, site: SiteEntry | None, there: Sequence[SessionEntry], everything: Sequence[SessionEntry], number: int
) -> Row:
    if site is None:
        return Row("site", gettext("Elsewhere"), number, gettext("place not announced"))
    if there:
        return Row("site", str(site.name), number)
    first = next((s for s in everything if s.is_public and s.site == site and s.starts_at), None)
    about = gettext("Nothing here today.")
    if first and (when := presenters.day_of(first, week.timezone)):
        about += " " + gettext("First: %(day)s, %(title)s") % {"day": dates.short_day(when), "title": first.title}
    return Row("site idle", str(site.name), number, about)


def _place_rows(week: Week, there: Sequence[SessionEntry], rows: list[Row], placed: dict[object, str], number: int) -> int:
    """Give each room a row, and a room where sessions overlap as many as it needs; return the next free row."""
    rooms: dict[object, list[SessionEntry]] = {}
    for session in there:
        rooms.setdefault(session.place, []).append(session)
    order = sorted(rooms.values(), key=lambda group: (group[0].place is None, group[0].place.order if group[0].place else 0))
    for group in order:
        place = group[0].place
        lanes: list[int] = []
        for session in group:
            start, end = _minutes(week, session)
            lane = next((index for index, free in enumerate(lanes) if free <= start), len(lanes))
            lanes[lane : lane + 1] = [end]
            placed[session.pk] = _classes(start, end, number + lane)
        name = str(place.name) if place else gettext("Room not announced")
        rows.append(Row("room", name, number, is_illustrative=bool(place and place.name_is_illustrative)))
        rows.extend(Row("room", "", number + lane) for lane in range(1, len(lanes)))
        number += len(lanes)
    return number


def _classes(start: int, end: int, row: int) -> str:
    small = " small" if end - start < SHORTEST_WITH_TITLE else ""
    return f"s{start // 60:02d}{start % 60:02d} d{end - start} r{row}{small}"


def _road(axis: Axis, sites: Sequence[SiteEntry], ways: Sequence[WayEntry], now: int | None, minute: int, number: int) -> Road | None:
    upper, lower = sites
    there = {(way.origin, way.destination): way for way in ways}
    down, up = there.get((upper.pk, lower.pk)), there.get((lower.pk, upper.pk))
    if not down or not up:
        return None
    spans = [way.minutes[minute // 60] for way in (down, up)]
    about = gettext("%(length)s by car") % {"length": dates.length(timedelta(minutes=max(spans)))}
    road = Road(number, about, down.is_illustrative or up.is_illustrative)
    if now is not None:
        for way, top, bottom in ((down, "3%", "97%"), (up, "97%", "3%")):
            arrival = now + way.minutes[now // 60]
            if arrival <= axis.end:
                hour = f"{arrival // 60:02d}:{arrival % 60:02d}"
                text_y = "88%" if bottom == "97%" else "28%"
                road.slopes.append(
                    {"x1": axis.percent(now), "y1": top, "x2": axis.percent(arrival), "y2": bottom, "hour": hour, "y": text_y}
                )
    return road
