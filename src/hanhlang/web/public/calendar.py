"""The programme as a calendar file."""

from __future__ import annotations

from datetime import UTC

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET
from icalendar import Calendar, Event

from hanhlang.domains.events.models import Week
from hanhlang.domains.programme import queries
from hanhlang.domains.programme.models import Session
from hanhlang.web.access import PUBLIC, access
from hanhlang.web.public import presenters
from hanhlang.web.public.answers import answer_unless_known


@access(PUBLIC)
@require_GET
def programme_ics(request: HttpRequest) -> HttpResponse:
    """Answer the public sessions that have hours; ``?session=key`` gives one alone."""
    week: Week = request.week  # type: ignore[attr-defined]

    def build() -> HttpResponse:
        wanted = request.GET.get("session")
        rows = [s for s in queries.sessions_of_week(week) if s.is_public and s.starts_at and (not wanted or s.key == wanted)]
        response = HttpResponse(_calendar(request, week, rows).to_ical(), content_type="text/calendar; charset=utf-8")
        response["Content-Disposition"] = f'inline; filename="{wanted or week.key}.ics"'
        return response

    return answer_unless_known(request, [queries.version_of(week)], build)


def _calendar(request: HttpRequest, week: Week, sessions: list[Session]) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//Hanhlang//programme//EN")
    calendar.add("version", "2.0")
    calendar.add("name", str(week.name))
    calendar.add("x-wr-calname", str(week.name))
    calendar.add("x-wr-timezone", week.timezone)
    for session in sessions:
        calendar.add_component(_event(request, week, session))
    return calendar


def _event(request: HttpRequest, week: Week, session: Session) -> Event:
    start, end = presenters.hours(session)
    event = Event()
    event.add("uid", f"{session.pk}@hanhlang")
    event.add("dtstamp", session.changed_at.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", start.astimezone(UTC))
    event.add("dtend", end.astimezone(UTC))
    event.add("summary", str(session.title))
    event.add("location", presenters.where(session))
    event.add("url", request.build_absolute_uri(presenters.address_of(week, session)))
    if presenters.time_is_illustrative(session):
        event.add("description", gettext("The hour is illustrative: no source reports it."))
    return event
