"""
What has to be done again and again.

``@periodic(every=timedelta(days=1))`` on a function without arguments registers it; jobs/schedule.py is the place where that happens.
Each time it is due it becomes a job like any other: tried three times, seen by the desk when it fails.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import transaction

from hanhlang.jobs.models import Periodic
from hanhlang.jobs.queue import job

Work = TypeVar("Work", bound=Callable[[], object])
_known: dict[str, tuple[timedelta, Callable[[], object]]] = {}


def periodic(*, every: timedelta) -> Callable[[Work], Work]:
    """Carry the decorated function out once per ``every``, from the first start of a worker on."""

    def register(function: Work) -> Work:
        _known[f"{function.__module__}.{function.__qualname__}"] = (every, function)
        return function

    return register


def enqueue_due(now: datetime) -> int:
    """Queue what is due at ``now``, a moment of the machine's clock; return how many. Missed times are not made up for."""
    rows = dict(Periodic.objects.values_list("name", "next_at"))
    due = [name for name in _known if name not in rows or rows[name] <= now]
    return sum(_enqueue(name, now) for name in due)


@job
def carry_out(name: str) -> None:
    """Do what is registered as ``name``; what was registered once and is no more is nothing to do."""
    if name in _known:
        _known[name][1]()


@transaction.atomic
def _enqueue(name: str, now: datetime) -> bool:
    row, _ = Periodic.objects.get_or_create(name=name, defaults={"next_at": now})
    # Of several workers only the one that moves the moment on queues the job.
    if not Periodic.objects.filter(name=name, next_at=row.next_at, next_at__lte=now).update(next_at=now + _known[name][0]):
        return False
    carry_out.enqueue(name)
    return True
