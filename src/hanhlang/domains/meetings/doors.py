"""What is on in a place now and next, as anybody who passes its door may read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Prefetch
from django.utils import translation
from django.utils.translation import get_language, gettext

from hanhlang.domains.agenda.minutes import minute_of, moment_of
from hanhlang.domains.agenda.models import Claim
from hanhlang.domains.events.models import Place
from hanhlang.domains.meetings.enums import Secrecy
from hanhlang.domains.meetings.models import Meeting, Participant, Placement, Plan
from hanhlang.domains.meetings.parties import party_of, seats_with_parties
from hanhlang.domains.programme.models import Session

LANGUAGES = ("vi", "en")


@dataclass(frozen=True)
class Entry:
    """One thing at a door, in the reader's language and, where it differs, in the other; ``is_taken`` when nothing more is said."""

    starts_at: datetime
    ends_at: datetime
    title: str
    second_title: str
    is_taken: bool = False


def entries_of(place: Place, now: datetime) -> list[Entry]:
    """
    Return what is still to come or on today at a place, in time order.

    A meeting is named only if everything about it is open and nobody in it is protected. Of one that is not so much as *busy* to others
    there is nothing, as if the place were free.
    """
    found = [*_meetings(place), *_sessions(place), *_closed(place, now)]
    zone = ZoneInfo(place.week.timezone)
    today = now.astimezone(zone).date()
    left = [entry for entry in found if entry.ends_at > now and entry.starts_at.astimezone(zone).date() == today]
    return sorted(left, key=lambda entry: (entry.starts_at, entry.ends_at))


def _meetings(place: Place) -> list[Entry]:
    seats = Prefetch("meeting__participants", seats_with_parties(place.week), to_attr="seats_taken")
    rows = Placement.objects.filter(place=place, plan__state=Plan.State.PUBLISHED, meeting__state=Meeting.State.AGREED)
    rows = rows.exclude(meeting__secrecy=Secrecy.NOTHING).select_related("meeting").prefetch_related(seats)
    return [_meeting(row) for row in rows]


def _meeting(row: Placement) -> Entry:
    taken: list[Participant] = row.meeting.seats_taken  # type: ignore[attr-defined]
    if row.meeting.secrecy != Secrecy.ALL or any(seat.person.is_protected for seat in taken):
        return _taken(row.starts_at, row.ends_at)
    first, second = (_names(taken, language) for language in (get_language(), other_language()))
    return Entry(row.starts_at, row.ends_at, first, second if second != first else "")


def _names(seats: list[Participant], language: str | None) -> str:
    sides = (party_of([seat for seat in seats if seat.side == side], language) for side in (1, 2))
    return " – ".join(side.name for side in sides if side)


def _sessions(place: Place) -> list[Entry]:
    rows = Session.objects.filter(place=place, starts_at__isnull=False, ends_at__isnull=False)
    found = []
    for row in rows:
        if row.starts_at is None or row.ends_at is None:
            continue
        if not row.is_public:
            found.append(_taken(row.starts_at, row.ends_at))
            continue
        title, second = row.title.shown(), row.title.shown(other_language())
        found.append(Entry(row.starts_at, row.ends_at, title, second if second != title else ""))
    return found


def _closed(place: Place, now: datetime) -> list[Entry]:
    rows = Claim.objects.filter(resource__place=place, kind=Claim.Kind.CLOSED, end__gt=minute_of(now))
    return [_taken(moment_of(row.start), moment_of(row.end)) for row in rows]


def _taken(start: datetime, end: datetime) -> Entry:
    words = gettext("Taken")
    with translation.override(other_language()):
        second = gettext("Taken")
    return Entry(start, end, words, second, is_taken=True)


def other_language() -> str:
    return next(language for language in LANGUAGES if language != get_language())
