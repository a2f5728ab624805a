"""Every periodic job there is; registered when the worker starts."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from hanhlang.domains.core import clock
from hanhlang.domains.meetings.actions import expire_requests
from hanhlang.jobs.periodic import periodic
from hanhlang.jobs.retention import erasing


@periodic(every=timedelta(days=1))
def erase_what_is_past_its_time() -> None:
    """Carry out every rule of retention."""
    erasing.erase(by=None, now=timezone.now())


@periodic(every=timedelta(minutes=5))
def end_what_was_not_answered() -> None:
    """End requests whose time to answer is over, by the product's clock."""
    expire_requests(now=clock.now())
