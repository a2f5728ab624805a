"""Numbers people say on the telephone: 1, 2, 3 within a week, never given twice."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from django.db import models

from hanhlang.domains.events.models import Week
from hanhlang.domains.meetings.errors import NumberTaken

# A gap in the numbers would say that there is a meeting one does not see.
FIRST_SECRET = 500_000


def lock_week(week: Week) -> None:
    """Let no other transaction number, start a search or publish in this week until ours ends."""
    # SQLite ignores the row lock; there the IMMEDIATE transaction does its work.
    Week.objects.select_for_update().only("pk").get(pk=week.pk)


def next_number(rows: models.Manager[models.Model], week: Week) -> int:
    """Return the next number of these rows in the week; call it under :func:`lock_week`."""
    last: int | None = rows.filter(week=week, number__lt=FIRST_SECRET).aggregate(last=models.Max("number"))["last"]
    return (last or 0) + 1


def secret_number(rows: models.Manager[models.Model], week: Week) -> int:
    """Return a number for a row that not all staff may know of, drawn where it leaves no gap; call it under :func:`lock_week`."""
    taken = set(rows.filter(week=week, number__gte=FIRST_SECRET).values_list("number", flat=True))
    while (number := FIRST_SECRET + secrets.randbelow(FIRST_SECRET)) in taken:
        pass
    return number


def number_for(rows: models.Manager[models.Model], week: Week, wanted: int | None, *, secret: bool) -> int:
    """
    Return the number of one new row: the one wanted, else the next, or one that tells nothing if not all staff may know of the row.

    :raises NumberTaken: if the one wanted is.
    """
    if secret and wanted is None:
        return secret_number(rows, week)
    return numbers_for(rows, week, 1, None if wanted is None else [wanted])[0]


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
