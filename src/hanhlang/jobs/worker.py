"""The worker: seals the audit log, delivers the outbox, carries out jobs, searches for plans. One loop each, small steps."""

from __future__ import annotations

import logging
import os
import secrets
import threading
from collections.abc import Callable

from django.db import close_old_connections
from django.utils import timezone

from hanhlang.domains.core import audit, clock, outbox
from hanhlang.domains.meetings.models import Run
from hanhlang.jobs import changes, meetings, periodic, queue

log = logging.getLogger(__name__)
PAUSE_SECONDS = 1.0
BEAT_SECONDS = 5.0
# Somebody stands at the desk and waits for what a change can be answered with.
CHANGE_PAUSE_SECONDS = 0.2


def keep_books() -> None:
    """Seal what was committed and deliver what was announced."""
    audit.seal(clock.now())
    outbox.deliver()


def keep_alive(worker: str) -> None:
    """Say that this worker lives, and take what dead ones held."""
    now = timezone.now()
    queue.beat(worker, now)
    queue.give_back_lost(now)
    changes.end_lost_uses()


def carry_out_jobs(worker: str, stop: threading.Event) -> None:
    """Queue what is due and carry out what waits; what was taken up is finished before the worker stops."""
    queue.give_back_own(worker, timezone.now())
    periodic.enqueue_due(timezone.now())
    while not stop.is_set() and queue.run_one(worker):
        pass


def search(stop: threading.Event) -> None:
    """Take up the next run that waits, if any; when asked to stop, leave it to the next worker."""

    def leave_when_asked(run: Run) -> None:
        if stop.is_set():
            raise meetings.WorkerStops

    meetings.run_next(clock.now(), watch=leave_when_asked)


def repeat(name: str, step: Callable[[], object], stop: threading.Event, pause: float = PAUSE_SECONDS) -> None:
    """Call ``step`` every ``pause`` seconds until ``stop``; a failing step is logged and tried again."""
    while not stop.is_set():
        close_old_connections()
        try:
            step()
        except Exception:
            log.exception("The worker's step %s failed; it is tried again.", name)
        stop.wait(pause)
    close_old_connections()


def work(stop: threading.Event) -> None:
    """Do everything until ``stop``. A long search must not hold up the seal, nor a slow mail server the search: each has its thread."""
    worker = f"{os.getpid()}-{secrets.token_hex(4)}"
    queue.beat(worker, timezone.now())
    steps: dict[str, tuple[Callable[[], object], float]] = {
        "beat": (lambda: keep_alive(worker), BEAT_SECONDS),
        "books": (keep_books, PAUSE_SECONDS),
        "jobs": (lambda: carry_out_jobs(worker, stop), PAUSE_SECONDS),
        "search": (lambda: search(stop), PAUSE_SECONDS),
        "changes": (lambda: changes.answer_next(clock.now()), CHANGE_PAUSE_SECONDS),
    }
    threads = [threading.Thread(target=repeat, args=(name, step, stop, pause), name=name) for name, (step, pause) in steps.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    queue.leave(worker)
