"""Numbers people say on the telephone: 1, 2, 3 within a week, never given twice."""

from __future__ import annotations

from django.db import models

from hanhlang.domains.events.models import Week


def lock_week(week: Week) -> None:
    """Let no other transaction number, start a search or publish in this week until ours ends."""
    # SQLite ignores the row lock; there the IMMEDIATE transaction does its work.
    Week.objects.select_for_update().only("pk").get(pk=week.pk)


def next_number(rows: models.Manager[models.Model], week: Week) -> int:
    """Return the next number of these rows in the week; call it under :func:`lock_week`."""
    last: int | None = rows.filter(week=week).aggregate(last=models.Max("number"))["last"]
    return (last or 0) + 1
