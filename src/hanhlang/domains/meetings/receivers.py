"""News that change what people were promised; each may arrive twice."""

from __future__ import annotations

from hanhlang.domains.core import clock, live, outbox
from hanhlang.domains.meetings.actions.freeing import free_after_no_show, free_cancelled
from hanhlang.domains.meetings.actions.notices import tell_about
from hanhlang.domains.meetings.models import Meeting, Outcome


@outbox.receiver("meeting.cancelled")
def free_what_was_called_off(meeting: str) -> None:
    row = Meeting.objects.select_related("week").filter(pk=meeting).first()
    if row is not None:
        free_cancelled(meeting=row, by=None, now=clock.now())


@outbox.receiver("meeting.outcome")
def free_the_table_nobody_came_to(meeting: str, state: str, **_: object) -> None:
    row = Meeting.objects.select_related("week").filter(pk=meeting).first()
    if row is not None and state == Outcome.State.NO_SHOW:
        free_after_no_show(meeting=row, by=None, now=clock.now())


@outbox.receiver("meeting.stand_in")
def tell_who_comes_instead(meeting: str, **_: object) -> None:
    row = Meeting.objects.select_related("week").filter(pk=meeting).first()
    if row is not None:
        tell_about(week=row.week, meetings=[row.pk], now=clock.now())


@outbox.receiver("meeting.partner_missing")
def show_the_desk_who_waits(meeting: str, **_: object) -> None:
    row = Meeting.objects.select_related("week").filter(pk=meeting).first()
    if row is not None:
        live.bump(f"change:{row.week.key}")
