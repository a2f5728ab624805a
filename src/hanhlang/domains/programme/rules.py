"""When a session takes whose time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TypeVar

Owner = TypeVar("Owner")
Stretch = tuple[datetime, datetime]


def role_hours(session: Stretch, start: datetime | None, end: datetime | None) -> Stretch:
    """Return the minutes a role takes: its own, else from or until those of its session."""
    return start or session[0], end or session[1]


def merged(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Return the same minutes in as few stretches as possible, in order: one person may hold two roles in one session."""
    joined: list[Stretch] = []
    for start, end in sorted(stretches):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def clashes(taken: Iterable[tuple[Owner, datetime, datetime]]) -> Iterator[tuple[Owner, Owner, datetime, datetime]]:
    """Yield each two owners whose half-open stretches overlap, with the minutes they share."""
    rows = sorted(taken, key=lambda row: (row[1], row[2]))
    for index, (first, _start, end) in enumerate(rows):
        for second, start, until in rows[index + 1 :]:
            if start >= end:
                break
            if first != second:
                yield first, second, start, min(end, until)
