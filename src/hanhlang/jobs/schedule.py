"""Every periodic job there is; registered when the worker starts."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from hanhlang.jobs.periodic import periodic
from hanhlang.jobs.retention import erasing


@periodic(every=timedelta(days=1))
def erase_what_is_past_its_time() -> None:
    """Carry out every rule of retention."""
    erasing.erase(by=None, now=timezone.now())
