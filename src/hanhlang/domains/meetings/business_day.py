"""
A business person's day as the phone shows it: the next table and the walk to it, who could come now, and whom the desk should call.

Of other people's meetings only what the asker may know counts: one below *busy* reads like a free hour.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q

from hanhlang.domains.agenda.minutes import minute_of
from hanhlang.domains.agenda.models import Claim, Travel
from hanhlang.domains.events.models import Participation, Place, Week
from hanhlang.domains.meetings import rules, rules_business
from hanhlang.domains.meetings.business import keeps_apart
from hanhlang.domains.meetings.enums import Secrecy
from hanhlang.domains.meetings.models import (
    BusinessSettings,
    Kind,
    Meeting,
    MissingReport,
    Participant,
    Placement,
    Plan,
    Profile,
    Promise,
    Wish,
)
from hanhlang.domains.meetings.visibility import open_to_staff
from hanhlang.domains.people.models import Organisation, Person
from hanhlang.domains.programme.models import Speaking

CALL_DAYS = 3


@dataclass(frozen=True, slots=True)
class Walk:
    """How to get to the next place: minutes to allow, from where (``None``: not known), and when to leave."""

    minutes: int
    origin: Place | None
    leave_at: datetime
    by_road: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could come to a table now, and why just them: ``agreed``, ``asked_you`` or ``you_asked``."""

    person: Person
    why: str


@dataclass(frozen=True, slots=True)
class Call:
    """A firm without any agreed meeting: whom to call, and what they want."""

    organisation: Organisation
    people: tuple[Person, ...]
    contacts: dict[UUID, tuple[str, str]]  # mail and phone
    profile: Profile | None
    waiting: int  # open wishes to or from the firm


def next_promise(week: Week, person: Person, now: datetime) -> Promise | None:
    """Return the business meeting a person is at, else the next one told."""
    told = Promise.objects.filter(person=person, meeting__week=week, meeting__kind=Kind.BUSINESS, is_cancelled=False, ends_at__gt=now)
    told = told.exclude(meeting__state=Meeting.State.CANCELLED).select_related("meeting", "place__site")
    return told.order_by("starts_at", "pk").first()


def walk_to(week: Week, person: Person, place: Place, starts_at: datetime, now: datetime) -> Walk:
    """
    Return the way to ``place`` from where the person's own agenda last has them today.

    On foot these are allowances (``rules_business``), nobody has paced the halls; between sites the week's own travel times count.
    """
    origin = _last_place(week, person, starts_at, now)
    minutes, by_road = rules_business.WALK_IN_ONE_SITE, False
    if origin is None or origin.site_id == place.site_id:
        if origin and origin.pk == place.pk:
            minutes = 0
        elif origin and origin.pool and origin.pool == place.pool:
            minutes = rules_business.WALK_IN_ONE_HALL
    else:
        way = Travel.objects.filter(week=week, origin=origin.site_id, destination=place.site_id).first()
        hour = starts_at.astimezone(ZoneInfo(week.timezone)).hour
        minutes, by_road = (way.minutes[hour] if way else 0) + rules_business.WALK_IN_ONE_SITE, True
    return Walk(minutes, origin, starts_at - timedelta(minutes=minutes), by_road)


def free_now(report: MissingReport, *, now: datetime) -> list[Candidate]:
    """
    Return who may be asked to come to the table now: an agreed meeting without an hour, or a wish that waits, and free till the end.

    The same few queries for any number; in the order agreed, who asked first, whom one asked.
    """
    week, waiting = report.meeting.week, report.waiting
    reasons: dict[UUID, str] = {}
    for person in _agreed_without_hour(week, waiting):
        reasons[person] = "agreed"
    wishes = Wish.objects.filter(Q(asking=waiting) | Q(asked=waiting), week=week, state=Wish.State.OPEN, expires_at__gt=now)
    for asking, asked in wishes.order_by("created_at", "pk").values_list("asking_id", "asked_id"):
        other, why = (asked, "you_asked") if asking == waiting.pk else (asking, "asked_you")
        reasons.setdefault(other, why)
    absent = set(report.missing.values_list("pk", flat=True))
    out = absent | _taken(week, reasons, now, report.until) | _away(week, reasons, now, report.until)
    found = Person.objects.filter(pk__in=set(reasons) - out).exclude(keeps_apart(week, waiting)).select_related("organisation")
    order = ("agreed", "asked_you", "you_asked")
    return sorted(
        (Candidate(one, reasons[one.pk]) for one in found), key=lambda one: (order.index(one.why), one.person.sorted, one.person.key)
    )


def calls(week: Week) -> list[Call]:
    """
    Return the firms of which nobody has an agreed meeting, those that wait for an answer first.

    A meeting nobody but its people may know of counts as none: the list must read as if it were not there.
    """
    there = (Participation.Category.BUSINESS, Participation.Category.INSTITUTE)
    people = Person.objects.filter(participations__week=week, participations__category__in=there, organisation__isnull=False)
    known = open_to_staff(Secrecy.BUSY, "meeting__")
    seats = Participant.objects.filter(known, meeting__week=week, meeting__kind=Kind.BUSINESS, meeting__state=Meeting.State.AGREED)
    met = set(seats.values_list("person__organisation_id", flat=True))
    by_firm: dict[UUID, list[Person]] = {}
    for person in people.select_related("organisation").order_by("sorted", "key"):
        if person.organisation_id and person.organisation_id not in met:
            by_firm.setdefault(person.organisation_id, []).append(person)
    everybody = [person.pk for staff in by_firm.values() for person in staff]
    terms = BusinessSettings.objects.filter(week=week, person__in=everybody)
    contacts = {row.person_id: (row.mail, row.phone) for row in terms if row.mail or row.phone}
    profiles = {row.organisation_id: row for row in Profile.objects.filter(week=week, organisation__in=by_firm).order_by("is_shown")}
    waiting = _waiting_by_firm(week, by_firm)
    lines = [
        Call(
            organisation=staff[0].organisation,  # type: ignore[arg-type]
            people=tuple(staff),
            contacts={person.pk: contacts[person.pk] for person in staff if person.pk in contacts},
            profile=profiles.get(firm),
            waiting=waiting.get(firm, 0),
        )
        for firm, staff in by_firm.items()
    ]
    return sorted(lines, key=lambda line: (-line.waiting, line.organisation.sorted_vi, line.organisation.key))


def calls_begin(week: Week) -> datetime:
    """Return from when the list of calls is worked through: three days before the week."""
    return datetime.combine(week.starts_on, datetime.min.time(), tzinfo=ZoneInfo(week.timezone)) - timedelta(days=CALL_DAYS)


def _last_place(week: Week, person: Person, before: datetime, now: datetime) -> Place | None:
    zone = ZoneInfo(week.timezone)
    day = datetime.combine(before.astimezone(zone).date(), datetime.min.time(), tzinfo=zone)
    if now < day:
        return None
    told = Promise.objects.filter(person=person, meeting__week=week, is_cancelled=False, starts_at__gte=day, starts_at__lte=now)
    last = told.filter(starts_at__lt=before).select_related("place__site").order_by("-starts_at").first()
    sessions = Speaking.objects.filter(person=person, session__week=week, session__place__isnull=False, session__starts_at__gte=day)
    spoken = sessions.filter(session__starts_at__lte=now).select_related("session__place__site").order_by("-session__starts_at").first()
    begun = [(last.starts_at, last.place)] if last else []
    if spoken and spoken.session.starts_at and spoken.session.place and spoken.session.starts_at < before:
        begun.append((spoken.session.starts_at, spoken.session.place))
    return max(begun, key=lambda one: one[0])[1] if begun else None


def _agreed_without_hour(week: Week, person: Person) -> list[UUID]:
    placed = Placement.objects.filter(plan__week=week, plan__state=Plan.State.PUBLISHED).values("meeting")
    mine = Meeting.objects.filter(week=week, kind=Kind.BUSINESS, state=Meeting.State.AGREED, participants__person=person)
    seats = Participant.objects.filter(meeting__in=mine.exclude(pk__in=placed).values("pk")).exclude(person=person)
    return list(seats.order_by("meeting__number").values_list("person_id", flat=True))


def _taken(week: Week, people: Iterable[UUID], start: datetime, end: datetime) -> set[UUID]:
    claims = Claim.objects.filter(
        resource__week=week, resource__person__in=list(people), start__lt=minute_of(end), end__gt=minute_of(start)
    )
    rows = list(claims.values_list("resource__person_id", "source"))
    hidden = Meeting.objects.filter(week=week, secrecy=Secrecy.NOTHING).values_list("pk", flat=True)
    unseen = {f"{kind}:{key}" for key in hidden for kind in ("meeting", "hold")}
    return {person for person, source in rows if person and source not in unseen}


def _away(week: Week, people: Iterable[UUID], start: datetime, end: datetime) -> set[UUID]:
    """Return who has not arrived or has left, and who keeps other hours."""
    keys = list(people)
    stays = Participation.objects.filter(week=week, person__in=keys)
    away = set(stays.filter(Q(arrives_at__gt=start) | Q(leaves_at__lt=end)).values_list("person_id", flat=True))
    for row in BusinessSettings.objects.filter(week=week, person__in=keys):
        if not row.takes_part or not rules_business.within(rules.from_json(row.hours), start, end):
            away.add(row.person_id)
    return away


def _waiting_by_firm(week: Week, firms: Iterable[UUID]) -> dict[UUID, int]:
    counts: dict[UUID, int] = {}
    keys = set(firms)
    open_ones = Wish.objects.filter(week=week, state=Wish.State.OPEN)
    for pair in open_ones.values_list("asking__organisation_id", "asked__organisation_id"):
        for firm in keys & {key for key in pair if key}:
            counts[firm] = counts.get(firm, 0) + 1
    return counts
