"""What an interpreters' team must be, and how long it may work; plain functions over values, no database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

# Two languages, both ways: (up to so many minutes, so many people). After the team rules of interpreters' associations.
PEOPLE_BY_LENGTH = ((40, 1), (240, 2), (360, 3), (480, 4))
THREE_LANGUAGES = 6
A_BOOTH, A_HEAVY_BOOTH = 2, 3
TURN_MINUTES = 30

Window = tuple[datetime, datetime]


def team_size(minutes: int, *, languages: int = 2, is_heavy: bool = False) -> int:
    """
    Return how many interpreters must take turns for ``minutes`` on end between so many languages.

    :raises ValueError: for longer than a team of four may work in a day: such a thing needs a pause, not a larger team.
    """
    if languages < 2:
        return 0
    by_length = next((people for most, people in PEOPLE_BY_LENGTH if minutes <= most), None)
    if by_length is None:
        raise ValueError(f"Nobody interprets {minutes} minutes on end.")
    if languages == 2:
        return by_length
    if languages == 3:
        return max(THREE_LANGUAGES, by_length)
    return languages * (A_HEAVY_BOOTH if is_heavy else A_BOOTH)


def turns(start: datetime, end: datetime, size: int) -> list[tuple[datetime, datetime, int]]:
    """Return who of a team speaks when: ``(from, to, which)``, about half an hour each, counted from 0; alone there is one turn."""
    if size < 2:
        return [(start, end, 0)]
    found: list[tuple[datetime, datetime, int]] = []
    at = start
    while at < end:
        until = min(end, at + timedelta(minutes=TURN_MINUTES))
        found.append((at, until, len(found) % size))
        at = until
    return found


def minutes_by_day(spans: Iterable[Window]) -> dict[date, int]:
    """Return how many minutes of ``spans`` (in local time) begin on each day."""
    found: dict[date, int] = {}
    for start, end in spans:
        found[start.date()] = found.get(start.date(), 0) + int((end - start).total_seconds()) // 60
    return found


def outside(hours: Sequence[Window], first: datetime, last: datetime) -> list[Window]:
    """Return when, between ``first`` and ``last``, something with these ``hours`` is not there; without hours it always is."""
    if not hours:
        return []
    closed, at = [], first
    for start, end in sorted(hours):
        if start > at:
            closed.append((at, min(start, last)))
        at = max(at, end)
    if at < last:
        closed.append((at, last))
    return [(start, end) for start, end in closed if start < end]


def within_ceiling(hours: Sequence[Window], most_minutes: int, *, from_the_end: bool) -> list[Window]:
    """
    Return ``hours`` (in local time) cut so that no day has more than ``most_minutes``; what is cut off is the day's end, or its beginning.

    Time a team is not there it cannot be given: so the ceiling holds whatever is planned.
    """
    left: dict[date, int] = {}
    kept = []
    for start, end in sorted(hours, reverse=from_the_end):
        room = left.setdefault(start.date(), most_minutes)
        span = min(room, int((end - start).total_seconds()) // 60)
        left[start.date()] = room - span
        if span > 0:
            length = timedelta(minutes=span)
            kept.append((end - length, end) if from_the_end else (start, start + length))
    return sorted(kept)
