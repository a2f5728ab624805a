"""Meetings as calendar entries (RFC 5545), for the address a calendar asks and for invitations that update and cancel (RFC 5546)."""

from __future__ import annotations

from datetime import datetime, tzinfo
from email.utils import parseaddr
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext
from icalendar import Calendar, Event, vCalAddress

from hanhlang.domains.events.models import Week
from hanhlang.domains.meetings.models import Promise
from hanhlang.domains.people.models import Person


def new_calendar(method: str) -> Calendar:
    """Return an empty calendar of ours; ``method`` says what its reader is to do with it."""
    calendar = Calendar()
    calendar.add("prodid", "-//Hanhlang//agenda//VI")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    return calendar


def plain_event(uid: str, start: datetime, end: datetime, changed: datetime, zone: tzinfo) -> Event:
    """Return an entry with its hours only."""
    event = Event()
    event.add("uid", f"{uid}@hanhlang")
    event.add("dtstart", start.astimezone(zone))
    event.add("dtend", end.astimezone(zone))
    # Of the row, not of the asking: an unchanged agenda must be the same bytes.
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    return event


def meeting_event(promise: Promise, *, other: str, is_protected: bool, zone: tzinfo) -> Event:
    """Return what a person was told of a meeting; a protected person's entry says "busy" and no place."""
    event = plain_event(f"meeting-{promise.meeting_id}", promise.starts_at, promise.ends_at, promise.told_at, zone)
    event.add("sequence", promise.sequence)
    event.add("status", "CANCELLED" if promise.is_cancelled else "CONFIRMED")
    if is_protected:
        event.add("summary", gettext("Busy"))
    else:
        event.add("summary", gettext("Meeting with %(other)s") % {"other": other})
        event.add("location", f"{promise.place.name}, {promise.place.site.name}")
    return event


def invitation(promise: Promise, *, person: Person, address: str, other: str, week: Week, language: str) -> str:
    """Return the file that puts a meeting into the calendar of whoever reads mail at ``address``, moves it there or takes it out."""
    with translation.override(language):
        calendar = new_calendar("CANCEL" if promise.is_cancelled else "REQUEST")
        event = meeting_event(promise, other=other, is_protected=person.is_protected, zone=ZoneInfo(week.timezone))
        event.add("organizer", _mailto(parseaddr(settings.DEFAULT_FROM_EMAIL)[1]))
        attendee = _mailto(address)
        attendee.params["ROLE"], attendee.params["PARTSTAT"], attendee.params["RSVP"] = "REQ-PARTICIPANT", "ACCEPTED", "FALSE"
        event.add("attendee", attendee)
        calendar.add_component(event)
        calendar.add_missing_timezones()
        return str(calendar.to_ical().decode())


def _mailto(address: str) -> vCalAddress:
    return vCalAddress(f"mailto:{address}")
