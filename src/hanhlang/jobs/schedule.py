"""Every periodic job there is; registered when the worker starts."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from hanhlang.domains.core import letters, outbox
from hanhlang.jobs import queue
from hanhlang.jobs.periodic import periodic

KEEP_DONE = timedelta(days=14)
# Letters hold names and addresses: long enough to answer "I never got it", no longer.
KEEP_LETTERS = timedelta(days=30)


@periodic(every=timedelta(days=1))
def throw_away_what_is_done() -> None:
    """Delete delivered news, ended jobs and old letters."""
    now = timezone.now()
    outbox.prune(now - KEEP_DONE)
    queue.prune(now - KEEP_DONE)
    letters.prune(now - KEEP_LETTERS)
