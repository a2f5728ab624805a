"""When one's own head is free in the hours of bilaterals, drawn to scale; of the other side nothing is ever shown here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from hanhlang.domains.delegations.models import Delegation
from hanhlang.domains.meetings.models import Grid, Kind
from hanhlang.domains.meetings.visibility import Viewer
from hanhlang.domains.programme.rules import Stretch, merged
from hanhlang.web.portal.items import items_of

EVERY = 2  # hours between two figures of the axis


@dataclass(frozen=True)
class Span:
    """A part of the axis, in minutes from its beginning."""

    x: int
    width: int


@dataclass(frozen=True)
class DayOfOurs:
    """One day: the hours bilaterals may have, what of them is taken, and in words what is free."""

    day: date
    open: list[Span]
    taken: list[Span]
    free: list[tuple[str, str]]


@dataclass(frozen=True)
class OwnHours:
    """The drawing: whose hours, the axis in minutes and its figures, the days."""

    head: str
    width: int
    hours: list[str]
    days: list[DayOfOurs]


def own_hours(delegation: Delegation, viewer: Viewer) -> OwnHours | None:
    """Return the drawing for the head of ``delegation``; nothing if there is no head, or no hours are set for bilaterals."""
    week, zone = delegation.week, ZoneInfo(delegation.week.timezone)
    head = delegation.members.select_related("person").order_by("-is_head", "order").first()
    opened = sorted(_blocks(Grid.objects.filter(week=week, kind=Kind.BILATERAL).values_list("blocks", flat=True), zone))
    if head is None or not opened:
        return None
    items = items_of(week, [head.person_id], viewer)
    taken = merged((item.starts_at.astimezone(zone), item.ends_at.astimezone(zone)) for item in items if not item.is_cancelled)
    first = min(start.hour for start, _ in opened)
    last = max(end.hour + (end.minute > 0) if end.date() == start.date() else 24 for start, end in opened)
    last += (last - first) % EVERY
    days = [_day(day, list(spans), taken, first) for day, spans in groupby(merged(opened), key=lambda span: span[0].date())]
    hours = [f"{hour:02d}" for hour in range(first, last + 1, EVERY)]
    return OwnHours(head.person.name, (last - first) * 60, hours, days)


def without(span: Stretch, taken: Iterable[Stretch]) -> list[Stretch]:
    """Return what is left of ``span``."""
    left, (at, end) = [], span
    for start, until in taken:
        if until <= at or start >= end:
            continue
        if start > at:
            left.append((at, start))
        at = max(at, until)
    return [*left, (at, end)] if at < end else left


def _blocks(rows: Iterable[list[dict[str, str]]], zone: ZoneInfo) -> Iterable[Stretch]:
    for blocks in rows:
        for block in blocks:
            start, end = (datetime.fromisoformat(f"{block['day']}T{block[key]}").replace(tzinfo=zone) for key in ("from", "to"))
            yield start, end


def _day(day: date, opened: list[Stretch], taken: list[Stretch], first: int) -> DayOfOurs:
    free = [piece for span in opened for piece in without(span, taken)]
    busy = [(max(start, a), min(end, b)) for a, b in opened for start, end in taken if start < b and end > a]
    return DayOfOurs(
        day,
        [_span(span, first) for span in opened],
        [_span(span, first) for span in busy],
        [(f"{start:%H:%M}", f"{end:%H:%M}") for start, end in free],
    )


def _span(span: Stretch, first: int) -> Span:
    start, end = span
    return Span((start.hour - first) * 60 + start.minute, int((end - start).total_seconds()) // 60)
