"""A day of an agenda as a line through the cities: what is over, now, next, and the road between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise

from hanhlang.domains.events.models import Site, Week
from hanhlang.web.components.dates import local
from hanhlang.web.portal.items import Item

RAILS = 2


@dataclass(frozen=True)
class Row:
    """One line of the day: ``kind`` is item, now or road; ``rail`` where one is, ``leads_to`` where the road goes."""

    kind: str
    rail: int
    item: Item | None = None
    is_next: bool = False
    is_running: bool = False
    leads_to: int = 0
    site: Site | None = None


@dataclass(frozen=True)
class DayTab:
    day: date
    about: str
    address: str
    is_current: bool


@dataclass
class Timeline:
    """The chosen day; ``following`` is the next item of a later day when this one holds nothing more."""

    day: date
    now: datetime
    rails: list[Site]
    rows: list[Row] = field(default_factory=list)
    past: list[Item] = field(default_factory=list)
    is_today: bool = False
    until_next: timedelta | None = None
    following: Item | None = None
    count: int = 0


def days_of(week: Week) -> list[date]:
    """Return the days of the week."""
    return [week.starts_on + timedelta(days=n) for n in range((week.ends_on - week.starts_on).days + 1)]


def chosen_day(week: Week, items: Sequence[Item], asked: str, now: datetime) -> date:
    """Return the day that was asked for, else today, else the first with something in it."""
    days = days_of(week)
    today = local(now, week.timezone).date()
    filled = [local(item.starts_at, week.timezone).date() for item in items]
    for day in (_read(asked), today, *filled):
        if day in days:
            return day  # type: ignore[return-value]
    return days[0]


def _read(asked: str) -> date | None:
    try:
        return date.fromisoformat(asked)
    except ValueError:
        return None


def timeline_of(week: Week, sites: Sequence[Site], items: Sequence[Item], day: date, now: datetime) -> Timeline:
    """Return the day as rows; rails are drawn only where the week has two sites."""
    rails = list(sites) if len(sites) == RAILS else []
    line = Timeline(day, now, rails, is_today=local(now, week.timezone).date() == day)
    of_day = [item for item in items if local(item.starts_at, week.timezone).date() == day]
    line.count = sum(not item.is_cancelled for item in of_day)
    line.past = [item for item in of_day if item.ends_at <= now]
    ahead = [item for item in of_day if item.ends_at > now]
    coming = next((item for item in ahead if item.starts_at > now and not item.is_cancelled), None)
    if coming and line.is_today:
        line.until_next = coming.starts_at - now
    if not ahead:
        line.following = next((item for item in items if item.starts_at > now and not item.is_cancelled), None)
    line.rows = _rows(line, ahead, coming, now)
    return line


def _rows(line: Timeline, ahead: list[Item], coming: Item | None, now: datetime) -> list[Row]:
    keys = [site.pk for site in line.rails]

    def rail(item: Item) -> int:
        return keys.index(item.site.pk) if item.site and item.site.pk in keys else 0

    rows = [Row("item", rail(item), item, is_next=item is coming and line.is_today, is_running=item.starts_at <= now) for item in ahead]
    rows = _with_roads(line, rows)
    if line.is_today:
        begun = 1 + max((place for place, row in enumerate(rows) if row.is_running), default=-1)
        there = rows[begun - 1].rail if begun else rail(line.past[-1]) if line.past else rows[0].rail if rows else 0
        rows.insert(begun, Row("now", there))
    return rows


def _with_roads(line: Timeline, rows: list[Row]) -> list[Row]:
    if not line.rails or not rows:
        return rows
    whole = rows[:1]
    for before, after in pairwise(rows):
        if before.rail != after.rail:
            whole.append(Row("road", before.rail, leads_to=after.rail, site=line.rails[after.rail]))
        whole.append(after)
    return whole
