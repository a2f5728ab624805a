"""What a card of one meeting says; all of it as data for the template."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import segno
from babel.dates import format_date
from django.conf import settings
from django.db.models import Prefetch
from django.utils.translation import get_language, gettext

from hanhlang.domains.agenda.models import Equipment, WaitingArea
from hanhlang.domains.agenda.rules import TURN_MINUTES
from hanhlang.domains.delegations.models import Delegation, Member
from hanhlang.domains.events.models import Place, Role, Week
from hanhlang.domains.meetings.enums import Interpreting, Press
from hanhlang.domains.meetings.models import Brief, Kind, Meeting, Participant, Placement, Plan
from hanhlang.domains.meetings.parties import party_of, seats_with_parties
from hanhlang.domains.meetings.wording import language_name, pair_name
from hanhlang.domains.people.flags import flag_drawing
from hanhlang.domains.people.models import Account

# So many find a chair along one side of an A5 card with their names legible; the others sit behind.
AT_THE_TABLE = 6
DAYS = {"vi": "EEEE d/M/y", "en": "EEEE d MMMM y"}


@dataclass
class Reading:
    """For whom a set of cards is made and in what light: whose briefs they may read, and what several cards share, read once."""

    week: Week
    now: datetime
    own: frozenset[UUID] = frozenset()  # delegations whose briefs go with the cards
    party: Delegation | None = None  # for whom the pack is
    zone: ZoneInfo = field(init=False)

    def __post_init__(self) -> None:
        self.zone = ZoneInfo(self.week.timezone)

    @cached_property
    def parties(self) -> dict[UUID, Delegation]:
        """Return the delegation of each person in one."""
        rows = Member.objects.filter(delegation__week=self.week).select_related("delegation__organisation")
        return {row.person_id: row.delegation for row in rows}

    @cached_property
    def heads(self) -> set[UUID]:
        return set(Member.objects.filter(delegation__week=self.week, is_head=True).values_list("person_id", flat=True))

    @cached_property
    def liaisons(self) -> dict[UUID, list[str]]:
        """Return who of the host looks after each delegation."""
        found: dict[UUID, list[str]] = {}
        roles = Role.objects.filter(week=self.week, kind="liaison", delegation_id__isnull=False).order_by("created_at")
        people = dict(Account.objects.filter(roles__in=roles, person__isnull=False).values_list("pk", "person__name"))
        for role in roles:
            if role.delegation_id and role.account_id in people:
                found.setdefault(role.delegation_id, []).append(people[role.account_id])
        return found

    @cached_property
    def waiting(self) -> dict[UUID, Place]:
        return {row.place_id: row.area for row in WaitingArea.objects.filter(place__week=self.week).select_related("area")}

    @cached_property
    def equipment(self) -> dict[str, str]:
        return {row.kind: str(row.name) for row in Equipment.objects.filter(week=self.week).order_by("-key")}

    @cached_property
    def briefs(self) -> dict[tuple[UUID, UUID], str]:
        """Return what the reader's own delegations wrote, by request and delegation; of others nothing is even read."""
        rows = Brief.objects.filter(delegation__in=self.own).exclude(text="")
        return {(row.request_id, row.delegation_id): row.text for row in rows}

    @cached_property
    def plan(self) -> Plan | None:
        return Plan.objects.filter(week=self.week, state=Plan.State.PUBLISHED).first()

    def hour(self, moment: datetime) -> str:
        return f"{moment.astimezone(self.zone):%H:%M}"

    def span(self, start: datetime, end: datetime) -> str:
        return f"{self.hour(start)}–{self.hour(end)}"

    def day(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()


def published(week: Week, people: Iterable[UUID] | None = None) -> list[Placement]:
    """Return the published placements (of meetings with any of ``people``) with all that cards take, in time order."""
    rows = Placement.objects.filter(plan__week=week, plan__state=Plan.State.PUBLISHED, meeting__state=Meeting.State.AGREED)
    if people is not None:
        rows = rows.filter(meeting__in=Participant.objects.filter(person__in=list(people), meeting__week=week).values("meeting"))
    seats = Prefetch("meeting__participants", seats_with_parties(week), to_attr="seats_taken")
    with_all = rows.select_related("meeting__week", "meeting__request", "place__site", "plan").prefetch_related(seats, "teams")
    return list(with_all.order_by("starts_at", "meeting__number"))


def card_data(placement: Placement, reading: Reading) -> dict[str, Any]:
    """Return one card; the brief is there only if it is of the reader's own side."""
    meeting = placement.meeting
    seats: list[Participant] = meeting.seats_taken  # type: ignore[attr-defined]
    return {
        "number": number_of(meeting),
        "heading": heading_of(meeting),
        "hours": reading.span(placement.starts_at, placement.ends_at),
        "day": day_name(reading.day(placement.starts_at)),
        "place": str(placement.place.name),
        "site": str(placement.place.site.name),
        "sides": [_side(meeting, [seat for seat in seats if seat.side == side], reading) for side in (1, 2)],
        "facts": list(_facts(placement, seats, reading)),
        "foot": _foot(placement, reading),
        "qr": _code(f"/portal/{reading.week.key}/?day={reading.day(placement.starts_at).isoformat()}"),
        "brief": _brief(meeting, reading),
    }


def number_of(meeting: Meeting) -> str:
    """Return the number on a card, with the letter of its kind."""
    return f"{'S' if meeting.kind == Kind.BILATERAL else 'B'}-{meeting.number:04d}"


def heading_of(meeting: Meeting) -> str:
    """Return what kind of meeting it is."""
    if meeting.kind != Kind.BILATERAL:
        return gettext("Business meeting")
    if meeting.format == "formal":
        return gettext("Bilateral meeting")
    words = str(meeting.get_format_display())
    return words[:1].upper() + words[1:]


def day_name(day: date) -> str:
    """Return a day with its weekday and year."""
    language = get_language() or "vi"
    return format_date(day, DAYS.get(language, DAYS["en"]), locale=language)


def foot_of(reading: Reading) -> list[str]:
    """Return from which plan and when a page was printed."""
    printed = {"day": f"{reading.now.astimezone(reading.zone):%d/%m}", "hour": reading.hour(reading.now)}
    if reading.plan is None:
        return [gettext("Printed on %(day)s at %(hour)s.") % printed]
    return [gettext("Printed from plan %(number)d on %(day)s at %(hour)s.") % (printed | {"number": reading.plan.number})]


def _foot(placement: Placement, reading: Reading) -> list[str]:
    lines = [*foot_of(reading), gettext("Scan for the latest hour and place.")]
    if placement.place.standing != Place.Standing.REPORTED:
        lines.append(gettext("Hour and place are illustrative."))
    return lines


def _side(meeting: Meeting, seats: Sequence[Participant], reading: Reading) -> dict[str, Any]:
    party = party_of(seats)
    order = sorted(seats, key=lambda seat: (seat.person_id not in reading.heads, seat.person.name))
    first = order[0].person if order else None
    at_table = [
        {"name": seat.person.name, "role": _role(seat, index, reading), "is_head": index == 0}
        for index, seat in enumerate(order[:AT_THE_TABLE])
    ]
    return {
        "name": party.name if party else "",
        "flag": flag_drawing(party.organisation) if party else "",
        "head": first.name if first else "",
        "title": str(first.title) if first and first.title else "",
        "seats": _around_the_head(at_table),
        "behind": ", ".join(seat.person.name for seat in order[AT_THE_TABLE:]),
    }


def _around_the_head(seats: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the seats with the head in the middle and the others by turns at their right and left."""
    row: list[dict[str, Any]] = []
    for index, seat in enumerate(seats):
        row.insert(0 if index % 2 else len(row), seat)
    return row


def _role(seat: Participant, index: int, reading: Reading) -> str:
    if seat.person_id in reading.heads:
        return gettext("Head of delegation")
    if seat.person_id in reading.parties:
        return gettext("Member")
    return str(seat.person.title) if seat.person.title else gettext("Guest")


def _facts(placement: Placement, seats: Sequence[Participant], reading: Reading) -> Iterable[tuple[str, str]]:
    meeting = placement.meeting
    if teams := [_team(placement, meeting, team) for team in placement.teams.all()]:
        yield gettext("Interpreters"), "; ".join(teams)
    elif meeting.interpreting != Interpreting.NONE:
        yield gettext("Interpreters"), str(meeting.get_interpreting_display())
    if meeting.languages:
        yield gettext("Languages"), ", ".join(language_name(code).shown() for code in meeting.languages)
    if meeting.kind == Kind.BILATERAL:
        yield gettext("Press"), gettext("No press.") if meeting.press == Press.NONE else str(meeting.get_press_display())
    if area := reading.waiting.get(placement.place_id):
        yield gettext("Waiting area"), str(area.name)
    if meeting.equipment:
        yield gettext("Equipment"), ", ".join(reading.equipment.get(kind, kind) for kind in meeting.equipment)
    for delegation in dict.fromkeys(reading.parties[seat.person_id] for seat in seats if seat.person_id in reading.parties):
        if names := reading.liaisons.get(delegation.pk):
            yield gettext("Liaison officer"), f"{', '.join(names)} ({delegation.name})"


def _team(placement: Placement, meeting: Meeting, team: Any) -> str:
    said = f"{team.name}, {pair_name(team.pair).shown()}"
    if team.size > 1:
        long = meeting.minutes > TURN_MINUTES
        turns = gettext("%(size)d people, turns of %(minutes)d min") if long else gettext("%(size)d people")
        said += f", {turns % {'size': team.size, 'minutes': TURN_MINUTES}}"
    return said


def _brief(meeting: Meeting, reading: Reading) -> dict[str, Any] | None:
    if not meeting.request_id:
        return None
    for delegation in sorted(reading.own):
        if text := reading.briefs.get((meeting.request_id, delegation)):
            return {
                "heading": gettext("Our brief"),
                "note": gettext("For our own delegation only. Do not leave it in the room."),
                "lines": [line.strip() for line in text.splitlines() if line.strip()],
            }
    return None


def _code(path: str) -> str:
    return segno.make(f"{settings.SITE_ADDRESS}{path}", error="m", micro=False).svg_inline(border=0)
