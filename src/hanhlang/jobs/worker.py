"""The worker: seals the audit log, delivers the outbox, searches for plans. One loop, small steps."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from django.db import close_old_connections

from hanhlang.domains.core import audit, clock, outbox
from hanhlang.domains.meetings.models import Run
from hanhlang.jobs import meetings

log = logging.getLogger(__name__)
PAUSE_SECONDS = 1.0


def keep_books() -> None:
    """Seal what was committed and deliver what was announced."""
    audit.seal(clock.now())
    outbox.deliver()


def search(stop: threading.Event) -> None:
    """Take up the next run that waits, if any; when asked to stop, leave it to the next worker."""

    def leave_when_asked(run: Run) -> None:
        if stop.is_set():
            raise meetings.WorkerStops

    meetings.run_next(clock.now(), watch=leave_when_asked)


def repeat(name: str, step: Callable[[], object], stop: threading.Event) -> None:
    """Call ``step`` each second until ``stop``; a failing step is logged and tried again."""
    while not stop.is_set():
        close_old_connections()
        try:
            step()
        except Exception:
            log.exception("The worker's step %s failed; it is tried again.", name)
        stop.wait(PAUSE_SECONDS)
    close_old_connections()


def work(stop: threading.Event) -> None:
    """Do everything until ``stop``. A long search must not hold up the seal: each has its own thread."""
    steps = {"books": keep_books, "search": lambda: search(stop)}
    threads = [threading.Thread(target=repeat, args=(name, step, stop), name=name) for name, step in steps.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
