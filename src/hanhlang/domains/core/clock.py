"""What time it is; in a demonstration, what time it plays to be."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from hanhlang.domains.core.errors import NotADemonstration
from hanhlang.domains.core.models import DemoClock

DEMO_START = datetime(2025, 10, 27, 9, 10, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


def now() -> datetime:
    """Return the present moment, aware; in a demonstration the moment its clock shows."""
    if not settings.DEMO:
        return timezone.now()
    present = timezone.now()
    return present + _demo_offset(present)


def move_demo(to: datetime) -> None:
    """
    Set the demonstration's clock to ``to``; it runs on from there.

    :raises NotADemonstration: if this installation is not one.
    :raises ValueError: if ``to`` has no time zone.
    """
    if not settings.DEMO:
        raise NotADemonstration()
    if timezone.is_naive(to):
        raise ValueError("The moment needs a time zone.")
    DemoClock.objects.update_or_create(pk=DemoClock.ONLY, defaults={"offset": to - timezone.now()})


def _demo_offset(present: datetime) -> timedelta:
    # The row appears with the first question, so that the demonstration begins at its own start, not at the set-up's.
    row, _ = DemoClock.objects.get_or_create(pk=DemoClock.ONLY, defaults={"offset": DEMO_START - present})
    return row.offset
