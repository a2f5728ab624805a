"""A person's agenda as a calendar address that the phone asks again and again (RFC 5545)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.db import OperationalError
from django.db.models import Count, Max, Prefetch, QuerySet, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext
from django.views.decorators.http import require_safe
from icalendar import Calendar, Event

from hanhlang.domains.agenda.actions import note_reading
from hanhlang.domains.agenda.models import Feed
from hanhlang.domains.agenda.queries import feed_owner
from hanhlang.domains.core import clock
from hanhlang.domains.core.models import Sourced
from hanhlang.domains.meetings.calendars import meeting_event, new_calendar, plain_event
from hanhlang.domains.meetings.models import Participant, Promise
from hanhlang.domains.meetings.parties import party_of, seats_with_parties
from hanhlang.domains.people.models import Account
from hanhlang.domains.programme.models import Speaking
from hanhlang.web.access import PUBLIC, access

ASK_AGAIN = timedelta(minutes=15)
# Raise it when the same rows are written differently: calendars then fetch anew.
FORM = 1


@access(PUBLIC)
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """Answer with the agenda of the token's owner; a token that is wrong, revoked or of a week that is over is a missing page."""
    owner = feed_owner(token, clock.now())
    if owner is None:
        raise Http404
    with suppress(OperationalError):  # somebody writes: the calendar is not kept waiting for a note
        note_reading(feed=owner, now=clock.now())
    with translation.override(_language(owner)):
        tag = _tag(owner)
        unchanged = get_conditional_response(request, etag=tag)
        if unchanged is not None:
            return unchanged
        answer = HttpResponse(calendar_of(owner).to_ical(), content_type="text/calendar; charset=utf-8")
        answer["Content-Language"] = translation.get_language()
    answer["ETag"] = tag
    answer["Cache-Control"] = "private, no-cache"
    answer["Content-Disposition"] = 'inline; filename="agenda.ics"'
    return answer


def calendar_of(owner: Feed) -> Calendar:
    """Return every meeting the person was told of and every session with a role of theirs."""
    week = owner.week
    calendar = new_calendar("PUBLISH")
    calendar.add("x-wr-calname", str(week.name))
    calendar.add("x-wr-timezone", week.timezone)
    calendar.add("refresh-interval", ASK_AGAIN, parameters={"VALUE": "DURATION"})
    there = ZoneInfo(week.timezone)
    for event in (*_meetings(owner, there), *_sessions(owner, there)):
        calendar.add_component(event)
    calendar.add_missing_timezones()
    return calendar


def _language(owner: Feed) -> str:
    account = Account.objects.filter(person=owner.person_id).order_by("id").first()
    return account.language if account else "vi"


def _promises(owner: Feed) -> QuerySet[Promise]:
    return Promise.objects.filter(person=owner.person_id, meeting__week=owner.week_id)


def _speakings(owner: Feed) -> QuerySet[Speaking]:
    return Speaking.objects.filter(person=owner.person_id, session__week=owner.week_id, session__starts_at__isnull=False)


def _tag(owner: Feed) -> str:
    """Return the ETag from a few sums, so that an unchanged agenda is never built."""
    told = _promises(owner).aggregate(Count("id"), Sum("sequence"), Max("told_at"), places=Max("place__changed_at"))
    roles = _speakings(owner).aggregate(
        Count("id"), Max("changed_at"), sessions=Max("session__changed_at"), places=Max("session__place__changed_at")
    )
    named = (FORM, owner.id, owner.person.is_protected, translation.get_language(), str(owner.week.changed_at), told, roles)
    return f'"{hashlib.sha256(repr(named).encode()).hexdigest()[:32]}"'


def _meetings(owner: Feed, there: ZoneInfo) -> Iterator[Event]:
    seats = Prefetch("meeting__participants", seats_with_parties(owner.week), to_attr="seats_taken")
    told = _promises(owner).select_related("meeting", "place__site").prefetch_related(seats)
    for promise in told.order_by("starts_at", "id"):
        event = meeting_event(promise, other=_other_side(owner, promise), is_protected=owner.person.is_protected, zone=there)
        yield event


def _sessions(owner: Feed, there: ZoneInfo) -> Iterator[Event]:
    roles = _speakings(owner).select_related("session__place__site", "session__site").order_by("session__starts_at", "id")
    for speaking in roles:
        session = speaking.session
        start, end = speaking.starts_at or session.starts_at, speaking.ends_at or session.ends_at
        if start is None or end is None:
            continue
        event = plain_event(f"role-{speaking.id}", start, end, max(session.changed_at, speaking.changed_at), there)
        event.add("status", "CONFIRMED")
        if owner.person.is_protected:
            event.add("summary", gettext("Busy"))
        else:
            event.add("summary", str(session.title))
            where = [str(part.name) for part in (session.place, session.site) if part]
            event.add("location", ", ".join(where))
            if session.standing != Sourced.Standing.REPORTED or session.assumed_fields:
                event.add("description", gettext("Hour and place are illustrative: no source reports them."))
        yield event


def _other_side(owner: Feed, promise: Promise) -> str:
    seats: list[Participant] = promise.meeting.seats_taken  # type: ignore[attr-defined]
    mine = next((seat.side for seat in seats if seat.person_id == owner.person_id), 1)
    theirs = party_of([seat for seat in seats if seat.side != mine])
    return theirs.name if theirs else ""
