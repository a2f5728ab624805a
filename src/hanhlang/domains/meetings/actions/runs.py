"""Searches for a plan: asked for here, carried out by the worker."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from hanhlang.domains.core import audit, live, outbox
from hanhlang.domains.events.models import Week
from hanhlang.domains.meetings.actions.numbers import lock_week
from hanhlang.domains.meetings.errors import NothingToPlace, SearchIsOver, SearchUnderWay
from hanhlang.domains.meetings.models import Meeting, Run
from hanhlang.domains.people.models import Account

UNDER_WAY = (Run.State.QUEUED, Run.State.RUNNING)


@transaction.atomic
def start_run(
    *, week: Week, by: Account | None, now: datetime, seed: int = 0, limit_seconds: int = 60, workers: int = 2, until_first: bool = False
) -> Run:
    """
    Ask for a search; one at a time for a week. The worker takes it up within seconds.

    :raises SearchUnderWay: if one waits or runs.
    :raises NothingToPlace: if no meeting is agreed.
    """
    lock_week(week)
    if Run.objects.filter(week=week, state__in=UNDER_WAY).exists():
        raise SearchUnderWay()
    if not Meeting.objects.filter(week=week, state=Meeting.State.AGREED).exists():
        raise NothingToPlace()
    run = Run.objects.create(week=week, asked_by=by, seed=seed, limit_seconds=limit_seconds, workers=workers, until_first=until_first)
    audit.record("run.asked", about=run, by=by, at=now, details={"seed": seed, "limit_seconds": limit_seconds})
    outbox.post("run.asked", run=run.pk)
    live.bump(f"run:{week.key}")
    return run


@transaction.atomic
def stop_run(*, run: Run, by: Account | None, now: datetime) -> Run:
    """
    Ask a search to stop; the best plan found so far is kept as a draft.

    :raises SearchIsOver: if it neither waits nor runs.
    """
    run = Run.objects.select_for_update(of=("self",)).get(pk=run.pk)
    if run.state not in UNDER_WAY:
        raise SearchIsOver()
    if run.state == Run.State.QUEUED:
        run.state, run.ended_at = Run.State.CANCELLED, now
    run.stop_asked = True
    run.save(update_fields=["state", "ended_at", "stop_asked", "changed_at"])
    audit.record("run.stop_asked", about=run, by=by, at=now)
    live.bump(f"run:{run.week.key}")
    return run
