"""The programme as a calendar file (RFC 5545), written as text: a calendar library takes longer for 120 sessions than all the rest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from hanhlang.domains.events.models import Week
from hanhlang.domains.programme.overview import SessionEntry
from hanhlang.web.access import PUBLIC, access
from hanhlang.web.public import cache, presenters
from hanhlang.web.public.answers import shared

LONGEST_LINE = 75  # bytes, RFC 5545 section 3.1
ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


@access(PUBLIC)
@require_GET
def programme_ics(request: HttpRequest) -> HttpResponse:
    """Answer the public sessions that have hours; ``?session=key`` gives one alone, several times it gives several."""
    week: Week = request.week  # type: ignore[attr-defined]

    def build(version: str) -> HttpResponse:
        wanted = request.GET.getlist("session")
        rows = [s for s in cache.overview(week, version).sessions if s.is_public and s.starts_at and (not wanted or s.key in wanted)]
        body = "".join(f"{folded(line)}\r\n" for line in _calendar(request, week, rows))
        response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
        name = rows[0].key if len(wanted) == len(rows) == 1 else week.key
        response["Content-Disposition"] = f'inline; filename="{name}.ics"'
        return response

    return shared(request, build, shows_now=False, keep="session" not in request.GET)


def folded(line: str) -> str:
    """Return a line broken so that no part is longer than 75 bytes, never inside a letter."""
    if len(line) * 3 < LONGEST_LINE or len(line.encode()) <= LONGEST_LINE:
        return line
    parts, start, size = [], 0, 0
    for place, sign in enumerate(line):
        width = len(sign.encode())
        if size + width > LONGEST_LINE:
            parts.append(line[start:place])
            # The blank that marks a continued line counts.
            start, size = place, 1
        size += width
    return "\r\n ".join([*parts, line[start:]])


def _calendar(request: HttpRequest, week: Week, sessions: Iterable[SessionEntry]) -> Iterator[str]:
    name = str(week.name).translate(ESCAPES)
    yield from ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Hanhlang//programme//EN", f"NAME:{name}", f"X-WR-CALNAME:{name}")
    yield f"X-WR-TIMEZONE:{week.timezone}"
    illustrative = gettext("The hour is illustrative: no source reports it.").translate(ESCAPES)
    site = request.build_absolute_uri("/").removesuffix("/")
    for session in sessions:
        start, end = presenters.hours(session)
        yield from ("BEGIN:VEVENT", f"UID:{UUID(session.pk)}@hanhlang", f"DTSTAMP:{_moment(session.changed_at)}")
        yield from (f"DTSTART:{_moment(start)}", f"DTEND:{_moment(end)}", f"SUMMARY:{str(session.title).translate(ESCAPES)}")
        yield f"LOCATION:{presenters.where(session).translate(ESCAPES)}"
        yield f"URL:{site}{presenters.address_of(week, session)}"
        if presenters.time_is_illustrative(session):
            yield f"DESCRIPTION:{illustrative}"
        yield "END:VEVENT"
    yield "END:VCALENDAR"


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"
