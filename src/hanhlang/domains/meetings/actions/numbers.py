"""Numbers people say on the telephone: 1, 2, 3 within a week, never given twice."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import models

from hanhlang.domains.events.models import Week
from hanhlang.domains.meetings.errors import NumberTaken


def lock_week(week: Week) -> None:
    """Let no other transaction number, start a search or publish in this week until ours ends."""
    # SQLite ignores the row lock; there the IMMEDIATE transaction does its work.
    Week.objects.select_for_update().only("pk").get(pk=week.pk)


def next_number(rows: models.Manager[models.Model], week: Week) -> int:
    """Return the next number of these rows in the week; call it under :func:`lock_week`."""
    last: int | None = rows.filter(week=week).aggregate(last=models.Max("number"))["last"]
    return (last or 0) + 1


def numbers_for(rows: models.Manager[models.Model], week: Week, count: int, wanted: Sequence[int] | None) -> Sequence[int]:
    """
    Return numbers for new rows: those wanted, else the next ones; call it under :func:`lock_week`.

    :raises NumberTaken: if one of those wanted is.
    """
    if wanted is None:
        first = next_number(rows, week)
        return range(first, first + count)
    taken = set(rows.filter(week=week).values_list("number", flat=True))
    for number in wanted:
        if number in taken:
            raise NumberTaken(number=number)
        taken.add(number)
    return wanted
