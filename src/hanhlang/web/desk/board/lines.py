"""The day in words: each row as a plain list, and what has no place at all. It says what the drawing shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext

from hanhlang.domains.core.multitext import MultiText
from hanhlang.domains.meetings.day import DAY_MINUTES, Day, Left, Spot
from hanhlang.web.components.dates import short_day
from hanhlang.web.desk.board import words
from hanhlang.web.desk.board.rows import Block, Row, Rows


@dataclass(frozen=True)
class Line:
    """One thing of a row: hours as "09:00–09:20", what, where, in which states; ``kind`` as in ``words.KINDS``, or on-road or free."""

    hours: str
    title: str
    where: str
    kind: str
    word: str
    states: tuple[str, ...]
    number: int = 0
    session: str = ""
    needs_care: bool = False


@dataclass(frozen=True)
class LineOfRow:
    row: Row
    lines: list[Line]


@dataclass(frozen=True)
class Tray:
    """A meeting without a place: who, and why."""

    number: int
    names: str
    text: MultiText


def clock_of(minute: int) -> str:
    """Return a minute of the day as 09:05; beyond the day, its edge."""
    hour, rest = divmod(min(max(minute, 0), DAY_MINUTES), 60)
    return f"{hour:02d}:{rest:02d}"


def hours_of(start: int, end: int) -> str:
    return f"{clock_of(start)}–{clock_of(end)}"


def lines_of(day: Day, row: Row) -> LineOfRow:
    """Return a row's things in order of time, the roads and the free spans between them."""
    sites = {site.pk: str(site.name) for site in day.sites}
    found = [(block.taken.spot.start, _block_line(day, block)) for block in row.blocks]
    for way in row.ways:
        if way.kind in ("road", "tight"):
            title = gettext("On the road, %(origin)s to %(destination)s") % {
                "origin": sites[way.origin],
                "destination": sites[way.destination],
            }
            states = (str(words.STATES["road"]),) if way.kind == "tight" else ()
            found.append((way.start, Line(hours_of(way.start, way.end), title, "", "on-road", "", states, needs_care=bool(states))))
    for start, end in row.gaps:
        found.append((start, Line(hours_of(start, end), gettext("Free"), "", "free", "", ())))
    return LineOfRow(row, [line for _, line in sorted(found, key=lambda pair: pair[0])])


def _block_line(day: Day, block: Block) -> Line:
    one = block.taken
    title = " – ".join(party.name for party in block.parties) or one.title
    states = [str(words.STATES[key]) for key in block.states]
    if one.was and not block.is_hidden:
        states.append(gettext("published: {}").format(spot_words(day, one.was)))
    return Line(
        hours=hours_of(one.spot.start, one.spot.end),
        title=str(words.KINDS["busy"]) if block.is_hidden else title or str(words.KINDS[block.kind]),
        where="" if block.is_hidden else place_of(day, one.spot),
        kind=block.kind,
        word="" if block.is_hidden else str(words.KINDS[block.kind]),
        states=tuple(states),
        number=0 if block.is_hidden else one.number,
        session=one.session if one.is_public and not block.is_hidden else "",
        needs_care=bool(one.clashes) and not block.is_hidden,
    )


def spot_words(day: Day, spot: Spot) -> str:
    """Return when and where in words, with the day if it is another."""
    days, start = divmod(spot.start, DAY_MINUTES)
    hours = hours_of(start, spot.end - days * DAY_MINUTES)
    when = f"{short_day(day.day + timedelta(days=days))}, {hours}" if days else hours
    return f"{when}, {place_of(day, spot)}"


def place_of(day: Day, spot: Spot) -> str:
    """Return place and city in words, as far as they are known."""
    site = next((str(site.name) for site in day.sites if site.pk == spot.site), "")
    return ", ".join(name for name in (str(day.places[spot.place].name) if spot.place else "", site) if name)


def tray_of(rows: Rows, left: Sequence[Left]) -> list[Tray]:
    """Return the meetings without a place; those of protected people only to readers who may know of them."""
    return [
        Tray(one.number, " – ".join(rows.party(side).name for side in one.sides if side), one.text)
        for one in left
        if not rows.hides(person for side in one.sides for person in side)
    ]
