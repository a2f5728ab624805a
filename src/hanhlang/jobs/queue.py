"""
Short background work: jobs are rows in the database, taken up by workers, at least once.

``@job`` makes a function a job and ``its.enqueue(…)`` queues it, with arguments that JSON can hold. What django-tasks leaves open is done
here: a worker beats, and what a silent one held is given back; a job that fails is tried three times and then waits for the desk.
A job may be carried out twice (its worker died after the work and before the mark), so every job must bear a repetition.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django_tasks import TaskContext, TaskResultStatus
from django_tasks import task as job
from django_tasks.utils import normalize_json
from django_tasks_db.models import DBTaskResult

from hanhlang.domains.core import audit
from hanhlang.domains.people.models import Account
from hanhlang.jobs.models import Worker

__all__ = [
    "TRIES",
    "JobLost",
    "TaskContext",
    "beat",
    "ended",
    "failed",
    "give_back_lost",
    "give_back_own",
    "job",
    "leave",
    "run_one",
    "silent",
    "try_again",
]

# After this long without a beat a worker counts as dead; its jobs are then with another within the minute.
LEASE = timedelta(seconds=45)
TRIES = 3
# Before the second and the third try. Mail servers that turn strangers away at first take them five minutes later.
WAITS = (timedelta(seconds=10), timedelta(minutes=6))
BACKEND = "default"
log = logging.getLogger(__name__)


class JobLost(Exception):
    """The worker that carried the job out died three times."""


def beat(worker: str, now: datetime) -> None:
    """Say that ``worker`` lives."""
    Worker.objects.update_or_create(key=worker, defaults={"beat_at": now})


def leave(worker: str) -> None:
    """Say that ``worker`` ends as it should."""
    Worker.objects.filter(key=worker).delete()


def run_one(worker: str) -> bool:
    """Take up the next job that waits and carry it out; return whether there was one."""
    row = _claim(worker)
    if row is None:
        return False
    try:
        task, result = row.task, row.task_result
        context = (TaskContext(task_result=result),) if task.takes_context else ()
        value = normalize_json(task.call(*context, *result.args, **result.kwargs))
    except Exception as fault:
        # Whatever a job does wrong is its own fault, never the queue's.
        log.exception("The job %s failed at try %s of %s.", row.task_name, len(row.worker_ids), TRIES)
        _end(row, worker, fault=fault)
    else:
        _end(row, worker, value=value)
    return True


def give_back_own(worker: str, now: datetime) -> int:
    """
    Let what ``worker`` took up but could not end be taken up again; return how many jobs that are. It must not be at work on any.

    When the database goes away in the middle of a job, its end cannot be written either; its worker lives, so no one else would take it.
    """
    with transaction.atomic():
        left = [row for row in DBTaskResult.objects.running().filter(backend_name=BACKEND) if row.worker_ids[-1:] == [worker]]
        for row in left:
            log.error("The end of job %s could not be written; the job is given back.", row.task_name)
            _try_later(row, JobLost("The database was away when the job ended."), at=now)
    return len(left)


def give_back_lost(now: datetime) -> int:
    """Let others take up what workers held that no longer beat; return how many jobs that are."""
    running = DBTaskResult.objects.running().filter(backend_name=BACKEND, started_at__lt=now - LEASE)
    if not running.exists():
        return 0
    with transaction.atomic():
        alive = set(Worker.objects.filter(beat_at__gte=now - LEASE).values_list("key", flat=True))
        lost = [row for row in running.select_for_update(skip_locked=True) if row.worker_ids[-1] not in alive]
        for row in lost:
            log.error("The worker of job %s is lost; the job is given back.", row.task_name)
            _try_later(row, JobLost(f"The worker was lost {len(row.worker_ids)} times."), at=now)
    return len(lost)


def failed() -> QuerySet[DBTaskResult]:
    """Return the jobs that were tried three times in vain, newest first."""
    return DBTaskResult.objects.failed().filter(backend_name=BACKEND).order_by("-finished_at", "id")


@transaction.atomic
def try_again(*, jobs: Iterable[UUID], by: Account | None, now: datetime) -> int:
    """Queue failed jobs anew, with three new tries; return how many. What is no longer failed is left alone."""
    rows = list(failed().filter(pk__in=list(jobs)).select_for_update())
    for row in rows:
        row.status, row.worker_ids, row.run_after = TaskResultStatus.READY, [], timezone.now()
        row.save(update_fields=["status", "worker_ids", "run_after"])
        audit.record("job.tried_again", about=row, by=by, at=now, details={"job": row.task_name})
    return len(rows)


def ended(before: datetime) -> QuerySet[DBTaskResult]:
    """Return the jobs that were done, or failed and forgotten, before then."""
    return DBTaskResult.objects.finished().filter(finished_at__lt=before)


def silent(before: datetime) -> QuerySet[Worker]:
    """Return the workers that beat before then and no more."""
    return Worker.objects.filter(beat_at__lt=before)


def _claim(worker: str) -> DBTaskResult | None:
    ready = DBTaskResult.objects.ready().filter(backend_name=BACKEND)
    # Most often nothing waits: then SQLite's only write lock is left to others.
    if not ready.exists():
        return None
    with transaction.atomic():
        row = ready.get_locked()
        if row is not None:
            row.claim(worker)
    return row


@transaction.atomic
def _end(row: DBTaskResult, worker: str, *, value: object = None, fault: Exception | None = None) -> None:
    mine = DBTaskResult.objects.running().select_for_update().filter(pk=row.pk).first()
    if mine is None or mine.worker_ids[-1] != worker:
        # We were thought dead and someone else has the job now: it is theirs to end.
        return
    if fault is None:
        mine.set_successful(value)
    else:
        _try_later(mine, fault, at=timezone.now() + WAITS[min(len(mine.worker_ids), len(WAITS)) - 1])


def _try_later(row: DBTaskResult, fault: Exception, at: datetime) -> None:
    row.set_failed(fault)
    if len(row.worker_ids) < TRIES:
        row.status, row.finished_at, row.run_after = TaskResultStatus.READY, None, at
        row.save(update_fields=["status", "finished_at", "run_after"])
