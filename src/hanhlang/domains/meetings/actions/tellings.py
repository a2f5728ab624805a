"""Exactly who would be told what if a plan counted: those and only those whose agenda reads differently from what they were told last."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from hanhlang.domains.events.models import Place, Week
from hanhlang.domains.meetings.models import Invitee, Meeting, Notice, Participant, Placement, Plan, Promise
from hanhlang.domains.meetings.notice_words import text_of
from hanhlang.domains.meetings.parties import party_of, seats_with_parties
from hanhlang.domains.meetings.reading import BATCH, as_text, key_of, of_many
from hanhlang.domains.meetings.visibility import open_to_staff
from hanhlang.domains.people.models import Account, Person


@dataclass(frozen=True, slots=True)
class Spot:
    """Hour and place of a meeting."""

    starts_at: datetime
    ends_at: datetime
    place: Place


@dataclass(frozen=True, slots=True)
class Telling:
    """One thing one person would be told: what it was (``None``: nothing), what it is now (``None``: it falls away), in which words."""

    person: Person
    meeting: Meeting
    kind: Notice.Kind
    before: Spot | None
    after: Spot | None
    others: tuple[str, ...]
    sequence: int
    language: str
    channel: Notice.Channel
    account: Account | None
    other: str
    text: str
    short: str

    @property
    def spot(self) -> Spot:
        """Hour and place it is about: the new ones, else those that fall away."""
        spot = self.after or self.before
        if spot is None:
            raise ValueError("A telling is about an hour.")
        return spot


@dataclass(frozen=True, slots=True)
class _Difference:
    person: UUID
    meeting: UUID
    kind: Notice.Kind
    before: Spot | None
    after: Spot | None
    others: tuple[str, ...]
    sequence: int


def tellings_of(plan: Plan) -> list[Telling]:
    """Return whom publishing this plan now would tell what, by hour and name."""
    return _said(plan.week, _all_differences(plan))


def tellings_about(week: Week, meetings: Collection[UUID]) -> list[Telling]:
    """Return whom the published plan owes a word about some meetings: their people changed, or they were called off."""
    published = Plan.objects.filter(week=week, state=Plan.State.PUBLISHED).first()
    return _said(week, list(_differences(week, published, set(meetings))))


def people_told(plan: Plan) -> set[UUID]:
    """Return the people whose agenda would differ if this plan were published now, as far as all staff may know: a figure they share."""
    secret = set(Meeting.objects.filter(week=plan.week).exclude(open_to_staff()).values_list("pk", flat=True))
    return {difference.person for difference in _all_differences(plan) if difference.meeting not in secret}


def _all_differences(plan: Plan) -> list[_Difference]:
    # Most often a few meetings of thousands; for many, one look at everything costs less than many at parts.
    concerned = _concerned(plan)
    return list(_differences(plan.week, plan, concerned if len(concerned) <= BATCH else None))


def _concerned(plan: Plan) -> set[UUID]:
    """
    Return the meetings of which somebody's promise is not what the plan says; what only is written otherwise may be among them.

    Read as text and compared here: the database knows too little of a plan just written to compare thousands well.
    """
    placed = plan.placements.exclude(meeting__state=Meeting.State.CANCELLED)
    spots = {row[0]: row[1:] for row in placed.values_list(*as_text("meeting_id", "starts_at", "ends_at", "place_id"))}
    fields = as_text("meeting_id", "person_id", "starts_at", "ends_at", "place_id", "others")
    standing = Promise.objects.filter(meeting__week=plan.week, is_cancelled=False).values_list(*fields)
    promises = {row[:2]: row[2:] for row in standing}
    sides: dict[str, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    for meeting, person, side in Participant.objects.filter(meeting__week=plan.week).values_list(
        *as_text("meeting_id", "person_id"), "side"
    ):
        sides[meeting][side].append(person)
    found = set()
    for meeting, spot in spots.items():
        for side, people in sides[meeting].items():
            met = sorted(key_of(other) for number, there in sides[meeting].items() if number != side for other in there)
            told = (*spot, json.dumps(met))
            for person in people:
                promise = promises.pop((meeting, person), None)
                if promise is None or promise not in (told, (*spot, None)):
                    found.add(meeting)
    found |= {meeting for meeting, _ in promises}
    return {UUID(key_of(meeting)) for meeting in found}


def _differences(week: Week, plan: Plan | None, only: set[UUID] | None) -> Iterable[_Difference]:
    placements = Placement.objects.filter(plan=plan).exclude(meeting__state=Meeting.State.CANCELLED) if plan else Placement.objects.none()
    promises = Promise.objects.filter(meeting__week=week)
    if only is not None:
        placements, promises = placements.filter(meeting__in=only), promises.filter(meeting__in=only)
    places = {place.pk: place for place in Place.objects.filter(week=week).select_related("site")}
    spots = {
        meeting: Spot(start, end, places[place])
        for meeting, start, end, place in placements.values_list("meeting_id", "starts_at", "ends_at", "place_id")
    }
    told = {(row.person_id, row.meeting_id): row for row in promises.defer("created_at", "changed_at", "told_at")}
    sides = _sides(Participant.objects.filter(meeting__in=only) if only is not None else Participant.objects.filter(meeting__week=week))
    for meeting, spot in spots.items():
        for person, others in sides.get(meeting, {}).items():
            promise = told.pop((person, meeting), None)
            if (kind := _kind(promise, spot, others)) is not None:
                before = None if promise is None or promise.is_cancelled else _promised(promise, places)
                yield _Difference(person, meeting, kind, before, spot, others, promise.sequence + 1 if promise else 0)
    for (person, meeting), promise in told.items():
        if not promise.is_cancelled:
            was = _promised(promise, places)
            yield _Difference(person, meeting, Notice.Kind.CANCELLED, was, None, tuple(promise.others or ()), promise.sequence + 1)


def _kind(promise: Promise | None, spot: Spot, others: tuple[str, ...]) -> Notice.Kind | None:
    if promise is None or promise.is_cancelled:
        return Notice.Kind.NEW
    if (promise.starts_at, promise.ends_at) != (spot.starts_at, spot.ends_at):
        return Notice.Kind.MOVED
    if promise.place_id != spot.place.pk:
        return Notice.Kind.OTHER_ROOM
    if promise.others is not None and tuple(promise.others) != others:
        return Notice.Kind.STAND_IN
    return None


def _promised(promise: Promise, places: dict[UUID, Place]) -> Spot:
    return Spot(promise.starts_at, promise.ends_at, places[promise.place_id])


def _sides(seats: QuerySet[Participant]) -> dict[UUID, dict[UUID, tuple[str, ...]]]:
    """Return for each meeting and each person in it whom of the other side they meet, as sorted ids."""
    by_side: dict[UUID, dict[int, list[UUID]]] = defaultdict(lambda: defaultdict(list))
    for meeting, person, side in seats.values_list("meeting_id", "person_id", "side"):
        by_side[meeting][side].append(person)
    found: dict[UUID, dict[UUID, tuple[str, ...]]] = {}
    for meeting, sides in by_side.items():
        found[meeting] = {}
        for side, people in sides.items():
            others = tuple(sorted(str(person) for other, there in sides.items() if other != side for person in there))
            found[meeting] |= dict.fromkeys(people, others)
    return found


def _said(week: Week, differences: list[_Difference]) -> list[Telling]:
    """Put differences into words, each in its reader's language."""
    concerned, meetings = {one.person for one in differences}, {one.meeting for one in differences}
    accounts = _accounts(concerned)
    invited = set(Invitee.objects.filter(week=week).values_list("person_id", flat=True))
    people = {person.pk: person for person in of_many(Person.objects.select_related("organisation"), concerned)}
    rows = {row.pk: row for row in of_many(Meeting.objects.all(), meetings)}
    seats: dict[UUID, list[Participant]] = defaultdict(list)
    for seat in of_many(seats_with_parties(week), meetings, "meeting__in"):
        seats[seat.meeting_id].append(seat)
    zone = ZoneInfo(week.timezone)
    tellings = []
    for one in differences:
        person, account = people[one.person], accounts.get(one.person)
        language = language_of(person, account)
        other, coming = _other_side(seats[one.meeting], one, language)
        text, short = text_of(
            kind=one.kind,
            language=language,
            zone=zone,
            other=other,
            coming=coming,
            is_protected=person.is_protected,
            before=(one.before.starts_at, one.before.place) if one.before else None,
            after=(one.after.starts_at, one.after.place) if one.after else None,
        )
        channel = Notice.Channel.SPOKEN
        if account is not None:
            channel = Notice.Channel.CALENDAR if one.person in invited else Notice.Channel.MAIL
        tellings.append(
            Telling(
                person=person,
                meeting=rows[one.meeting],
                kind=one.kind,
                before=one.before,
                after=one.after,
                others=one.others,
                sequence=one.sequence,
                language=language,
                channel=channel,
                account=account,
                other=other,
                text=text,
                short=short,
            )
        )
    return sorted(tellings, key=lambda one: (one.spot.starts_at, one.meeting.number, one.person.sorted))


def language_of(person: Person, account: Account | None) -> str:
    """Return the language to write to somebody in: the account's, else Vietnamese for those who speak it, else English."""
    if account is not None:
        return account.language
    return "vi" if "vi" in person.languages or not person.languages else "en"


def _accounts(people: Collection[UUID]) -> dict[UUID, Account]:
    rows = of_many(Account.objects.filter(is_active=True).order_by("-id"), people, "person__in")
    return {row.person_id: row for row in rows if row.person_id}


def _other_side(seats: list[Participant], one: _Difference, language: str) -> tuple[str, str]:
    """Return the name of the side the person meets, in the reader's language, and who of it comes."""
    mine = next((seat.side for seat in seats if seat.person_id == one.person), None)
    if mine is None:
        theirs = [seat for seat in seats if str(seat.person_id) in one.others]
    else:
        theirs = [seat for seat in seats if seat.side != mine]
    party = party_of(theirs, language)
    return (party.name if party else "", ", ".join(seat.person.name for seat in theirs))
