"""No delegation agrees to more bilaterals than its days have room for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from hanhlang.domains.events.models import Week
from hanhlang.domains.meetings import bilaterals, rules
from hanhlang.domains.meetings.errors import TooManyADay
from hanhlang.domains.meetings.models import Kind, Meeting, Request


def check_days(request: Request, meeting: Meeting, hours: Sequence[Sequence[str]] = ()) -> None:
    """
    Refuse what a side's agreed bilaterals, spread over the days each is possible on, leave no day for.

    ``meeting`` counts as one of them, on the days of ``hours`` (default: all that are permitted).

    :raises TooManyADay: naming the delegation.
    """
    for delegation in (request.asking, request.asked):
        theirs = Meeting.objects.filter(kind=Kind.BILATERAL, state=Meeting.State.AGREED, week=meeting.week).exclude(pk=meeting.pk)
        agreed = theirs.filter(request__asking=delegation) | theirs.filter(request__asked=delegation)
        every = [*agreed.values_list("windows", flat=True), hours or meeting.windows]
        possible = [_days(windows, meeting.week) for windows in every]
        if len(possible) > bilaterals.MOST_A_DAY and not bilaterals.spread_over_days(possible):
            raise TooManyADay(delegation=delegation.name, most=bilaterals.MOST_A_DAY)


def _days(windows: Sequence[Sequence[str]], week: Week) -> set[date]:
    if not windows:
        return {week.starts_on + timedelta(days=n) for n in range((week.ends_on - week.starts_on).days + 1)}
    zone = ZoneInfo(week.timezone)
    found = set()
    for start, end in rules.from_json(windows):
        first, last = start.astimezone(zone).date(), (end - timedelta(minutes=1)).astimezone(zone).date()
        found |= {first + timedelta(days=n) for n in range((last - first).days + 1)}
    return found
