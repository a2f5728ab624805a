"""Searches for a plan: asked for here, carried out by the worker."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from hanhlang.domains.core import audit, live, outbox
from hanhlang.domains.events.models import Week
from hanhlang.domains.meetings import scope as scopes
from hanhlang.domains.meetings import weights as weighed
from hanhlang.domains.meetings.actions.numbers import lock_week
from hanhlang.domains.meetings.errors import NothingToPlace, SearchIsOver, SearchUnderWay
from hanhlang.domains.meetings.errors_planning import LimitUnusable, NothingInScope
from hanhlang.domains.meetings.models import Meeting, Run, to_be_placed
from hanhlang.domains.meetings.scope import Scope
from hanhlang.domains.people.models import Account

UNDER_WAY = (Run.State.QUEUED, Run.State.RUNNING)
LEAST_SECONDS, MOST_SECONDS = 1, 3600


@transaction.atomic
def start_run(
    *,
    week: Week,
    by: Account | None,
    now: datetime,
    seed: int = 0,
    limit_seconds: int = 60,
    workers: int = 2,
    until_first: bool = False,
    scope: Scope | None = None,
    weights: Mapping[str, object] | None = None,
) -> Run:
    """
    Ask for a search; one at a time for a week. The worker takes it up within seconds.

    ``scope`` limits what may move (default: everything), ``weights`` say what a unit of each soft term costs.

    :raises SearchUnderWay: if one waits or runs.
    :raises NothingToPlace, NothingInScope: if no meeting is agreed, or none within the limits.
    :raises LimitUnusable, ScopeUnusable, UnknownWeight, WeightUnusable: as their names say.
    """
    lock_week(week)
    if not LEAST_SECONDS <= limit_seconds <= MOST_SECONDS:
        raise LimitUnusable(least=LEAST_SECONDS, most=MOST_SECONDS)
    limits = scopes.checked(week, scope or Scope())
    kept = weighed.checked(weights or {})
    if Run.objects.filter(week=week, state__in=UNDER_WAY).exists():
        raise SearchUnderWay()
    if not Meeting.objects.filter(to_be_placed(), week=week).exists():
        raise NothingToPlace()
    if not limits.is_all and not scopes.inside(week, limits, scopes.base_of(week, limits)):
        raise NothingInScope()
    run = Run.objects.create(
        week=week,
        asked_by=by,
        seed=seed,
        limit_seconds=limit_seconds,
        workers=workers,
        until_first=until_first,
        scope=limits.as_json(),
        weights=kept,
    )
    details = {"seed": seed, "limit_seconds": limit_seconds, "scope": run.scope, "weights": kept}
    audit.record("run.asked", about=run, by=by, at=now, details=details)
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
