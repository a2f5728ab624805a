"""Every periodic job there is; registered when the worker starts."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from hanhlang.domains.core import clock
from hanhlang.domains.events.models import Week
from hanhlang.domains.meetings.actions import expire_requests, expire_wishes
from hanhlang.domains.meetings.models import Wish
from hanhlang.jobs.periodic import periodic
from hanhlang.jobs.retention import erasing


@periodic(every=timedelta(days=1))
def erase_what_is_past_its_time() -> None:
    """Carry out every rule of retention."""
    erasing.erase(by=None, now=timezone.now())


@periodic(every=timedelta(minutes=5))
def end_what_was_not_answered() -> None:
    """End requests and wishes whose time to answer is over, by the product's clock."""
    now = clock.now()
    expire_requests(now=now)
    # A wish counts as over from its hour on; this only writes it down.
    due = Wish.objects.filter(state=Wish.State.OPEN, expires_at__lte=now).values("week")
    for week in Week.objects.filter(pk__in=due):
        expire_wishes(week=week, now=now)
