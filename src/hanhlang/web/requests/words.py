"""Hours of requests in words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hanhlang.domains.events.models import Week
from hanhlang.domains.meetings import rules
from hanhlang.web.components.dates import local, short_day


def hours_in_words(windows: Iterable[Any], week: Week) -> str:
    """Return stretches as "Mon 27 Oct 09:00–12:00, …"."""
    said = []
    for start, end in rules.from_json(windows):
        first, last = local(start, week.timezone), local(end, week.timezone)
        said.append(f"{short_day(first.date())} {first:%H:%M}–{last:%H:%M}")
    return ", ".join(said)
