"""An agenda pack for a delegation, a card for a meeting: what each reader may see, set into PDF."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext

from hanhlang.domains.core.errors import CodedError
from hanhlang.domains.core.paper import set_pages
from hanhlang.domains.delegations.models import Delegation, Member
from hanhlang.domains.events.models import Week
from hanhlang.domains.meetings import queries
from hanhlang.domains.meetings.enums import Secrecy
from hanhlang.domains.meetings.errors_outcomes import NotYourMeeting
from hanhlang.domains.meetings.models import Participant, Placement
from hanhlang.domains.meetings.paper.cards import Reading, card_data, day_name, foot_of, heading_of, published
from hanhlang.domains.meetings.parties import party_of
from hanhlang.domains.meetings.visibility import Viewer, levels_of
from hanhlang.domains.people.flags import flag_drawing

TEMPLATE = Path(__file__).parent / "pack.typ"
ORDER = tuple(Secrecy)
CardNotSeen: type[CodedError] = NotYourMeeting


def pack_of(*, delegation: Delegation, viewer: Viewer, language: str, now: datetime) -> bytes:
    """
    Return a delegation's agenda by day and a card for each of its meetings.

    Of a meeting whose secrecy keeps it from ``viewer`` there is what the level leaves: its hour, hour and place, or nothing. Briefs go
    with the cards only for those who speak for the delegation or belong to it.
    """
    week = delegation.week
    with translation.override(language):
        members = set(Member.objects.filter(delegation=delegation).values_list("person_id", flat=True))
        is_own = delegation.pk in viewer.delegations or viewer.person in members
        reading = Reading(week, now, own=frozenset({delegation.pk}) if is_own else frozenset(), party=delegation)
        rows = published(week, members)
        levels = levels_of(viewer, [row.meeting for row in rows])
        seen = [(row, levels[row.meeting_id]) for row in rows if levels[row.meeting_id] != Secrecy.NOTHING]
        agenda = {
            "name": str(delegation.name),
            "flag": flag_drawing(delegation.organisation),
            "about": gettext("Agenda of the delegation"),
            "days": _days(reading, delegation, members, seen),
            "empty": gettext("Nothing is published for this delegation yet."),
            "foot": foot_of(reading),
        }
        cards = [card_data(row, reading) for row, level in seen if level == Secrecy.ALL]
        title = gettext("Agenda pack: %(delegation)s") % {"delegation": delegation.name}
        return set_pages(TEMPLATE, _document(reading, title, agenda, cards))


def card_of(*, week: Week, number: int, viewer: Viewer, language: str, now: datetime) -> bytes:
    """
    Return the card of one published meeting; with the brief of the side ``viewer`` speaks for, if any.

    :raises CardNotSeen: if there is no such meeting or it is not for the viewer to see whole.
    """
    row = next((row for row in published_numbered(week, number)), None)
    if row is None or levels_of(viewer, [row.meeting])[row.meeting_id] != Secrecy.ALL:
        raise CardNotSeen()
    with translation.override(language):
        own = set(viewer.delegations)
        if viewer.person:
            own |= set(Member.objects.filter(delegation__week=week, person=viewer.person).values_list("delegation_id", flat=True))
        reading = Reading(week, now, own=frozenset(own))
        title = gettext("Card of meeting %(number)d") % {"number": number}
        return set_pages(TEMPLATE, _document(reading, title, None, [card_data(row, reading)]))


def published_numbered(week: Week, number: int) -> list[Placement]:
    """Return the published placement of the meeting with this number, in a list that may be empty."""
    people = Participant.objects.filter(meeting__week=week, meeting__number=number).values_list("person_id", flat=True)
    return [row for row in published(week, people) if row.meeting.number == number]


def _document(reading: Reading, title: str, agenda: dict[str, Any] | None, cards: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "lang": translation.get_language(),
        "title": f"{title} · {reading.week.name}",
        "author": "Hanhlang",
        "week": str(reading.week.name),
        "words": {
            "door": gettext("door"),
            "behind": gettext("Behind"),
            "code": gettext("Code with the address of the latest hour and place"),
            "columns": [gettext("Hour"), gettext("What"), gettext("Place")],
        },
        "agenda": agenda,
        "cards": cards,
    }


def _days(reading: Reading, delegation: Delegation, members: set[UUID], seen: list[tuple[Placement, Secrecy]]) -> list[dict[str, Any]]:
    by_day: dict[date, list[tuple[datetime, dict[str, Any]]]] = defaultdict(list)
    for item in queries.sessions_in_agenda(reading.week, members):
        by_day[reading.day(item.starts_at)].append((item.starts_at, _session(item, reading)))
    for row, level in seen:
        by_day[reading.day(row.starts_at)].append((row.starts_at, _meeting(row, level, reading, members)))
    return [
        {"name": day_name(day), "items": [entry for _, entry in sorted(items, key=lambda pair: (pair[0], pair[1]["hours"]))]}
        for day, items in sorted(by_day.items())
    ]


def _session(item: queries.AgendaItem, reading: Reading) -> dict[str, Any]:
    return {
        "hours": reading.span(item.starts_at, item.ends_at),
        "title": str(item.session.title) if item.session else "",
        "lines": [", ".join(person.name for person in item.people)] if item.people else [],
        "place": f"{item.place.name}, {item.place.site.name}" if item.place else "",
    }


def _meeting(row: Placement, level: Secrecy, reading: Reading, members: set[UUID]) -> dict[str, Any]:
    hours = reading.span(row.starts_at, row.ends_at)
    place = f"{row.place.name}, {row.place.site.name}"
    if level != Secrecy.ALL:
        return {"hours": hours, "title": gettext("Taken"), "lines": [], "place": place if level == Secrecy.PLACE else ""}
    seats: list[Participant] = row.meeting.seats_taken  # type: ignore[attr-defined]
    mine = next((seat.side for seat in seats if seat.person_id in members), 1)
    theirs = party_of([seat for seat in seats if seat.side != mine])
    ours = ", ".join(seat.person.name for seat in seats if seat.person_id in members)
    return {"hours": hours, "title": theirs.name if theirs else "", "lines": [heading_of(row.meeting), ours], "place": place}
