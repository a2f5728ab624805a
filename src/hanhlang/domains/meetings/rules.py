"""What a request, a wish and a lock must satisfy; plain functions over values, no database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from hanhlang.domains.meetings.errors import HoursUnusable

LEAST_MINUTES, STEP_MINUTES = 15, 5
MOST_BUSINESS_MEETINGS = 20
BUSINESS_VALUE = 100
# A bilateral that fails costs more than a business meeting: ministers do not come twice.
BILATERAL_VALUE = 400
HEADS_SENT = 2  # the head and one more, where a delegation names nobody

Window = tuple[datetime, datetime]


def check_windows(windows: Iterable[Window], *, minutes: int, starts_on: date, ends_on: date, timezone: str) -> None:
    """
    Refuse permitted hours in which no meeting of ``minutes`` fits inside the week.

    :raises HoursUnusable: naming the hours.
    """
    zone = ZoneInfo(timezone)
    for start, end in windows:
        first, last = start.astimezone(zone), end.astimezone(zone)
        # Until midnight of the last day is still inside the week.
        inside = starts_on <= first.date() and (last - timedelta(microseconds=1)).date() <= ends_on
        if end - start < timedelta(minutes=minutes) or not inside:
            raise HoursUnusable(hours=f"{first:%Y-%m-%d %H:%M}–{last:%H:%M}", minutes=minutes)


def to_json(windows: Iterable[Window]) -> list[list[str]]:
    """Return windows as rows keep them."""
    return [[start.isoformat(), end.isoformat()] for start, end in windows]


def from_json(windows: Iterable[Sequence[str]]) -> list[Window]:
    """Return windows as they were before :func:`to_json`."""
    return [(datetime.fromisoformat(start), datetime.fromisoformat(end)) for start, end in windows]


def starts_of(blocks: Iterable[dict[str, Any]], *, minutes: int, length: int, timezone: str) -> list[tuple[datetime, int]]:
    """
    Return every permitted start, ascending, with the number of its block.

    Starts follow every ``minutes`` such that a meeting of ``length`` minutes ends by the block's end.
    """
    zone = ZoneInfo(timezone)
    starts = []
    ordered = sorted(blocks, key=lambda block: (block["day"], block["from"]))
    for number, block in enumerate(ordered):
        at = datetime.fromisoformat(f"{block['day']}T{block['from']}").replace(tzinfo=zone)
        end = datetime.fromisoformat(f"{block['day']}T{block['to']}").replace(tzinfo=zone)
        while at + timedelta(minutes=length) <= end:
            starts.append((at, number))
            at += timedelta(minutes=minutes)
    if any(later <= earlier for (earlier, _), (later, _) in pairwise(starts)):
        raise ValueError("Blocks of a grid must not overlap.")
    return starts
