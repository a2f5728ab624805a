"""
Who can be found by whom, and what two people may know of each other.

A person is found while their firm has a validated profile and they take part; not by those they blocked, nor do they find these.
Contact data is for the two sides of an agreed meeting alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from hanhlang.domains.core.folding import fold
from hanhlang.domains.events.models import Participation, Week
from hanhlang.domains.meetings.models import (
    Block,
    BusinessSettings,
    Kind,
    Meeting,
    Participant,
    Placement,
    Plan,
    Profile,
    Wish,
)
from hanhlang.domains.people.models import Person


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for; everything empty finds everybody. ``among`` is offers or needs, else all words."""

    words: str = ""
    among: str = ""
    topic: str = ""
    country: str = ""
    stage: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    mail: str
    phone: str


def keeps_apart(week: Week, person: Person) -> Q:
    """Return the condition on people who have blocked ``person`` or their firm, or whom ``person`` has blocked."""
    towards = Q(person=person) | Q(organisation=person.organisation_id) if person.organisation_id else Q(person=person)
    blockers = Block.objects.filter(towards, week=week).values("by_person")
    mine = Block.objects.filter(week=week, by_person=person)
    return (
        Q(pk__in=blockers)
        | Q(pk__in=mine.filter(person__isnull=False).values("person"))
        | Q(organisation__in=mine.filter(organisation__isnull=False).values("organisation"))
    )


def people_found_by(week: Week, viewer: Person) -> QuerySet[Person]:
    """Return the people of other firms whom ``viewer`` may find and ask."""
    there = Participation.objects.filter(week=week).values("person")
    taking_part = BusinessSettings.objects.filter(week=week, takes_part=True).values("person")
    shown = Profile.objects.filter(week=week, is_shown=True).values("organisation")
    found = Person.objects.filter(pk__in=taking_part, organisation__in=shown).filter(pk__in=there)
    if viewer.organisation_id:
        found = found.exclude(organisation=viewer.organisation_id)
    return found.exclude(pk=viewer.pk).exclude(keeps_apart(week, viewer))


def profiles_found_by(week: Week, viewer: Person, sought: Sought = Sought()) -> QuerySet[Profile]:
    """
    Return the validated profiles of firms of which ``viewer`` may find somebody, by name; their people are in ``found_people``.

    Four statements for any number of rows.
    """
    people = people_found_by(week, viewer)
    found = Profile.objects.filter(week=week, is_shown=True, organisation__in=people.values("organisation"))
    column = {"offers": "folded_offers", "needs": "folded_needs"}.get(sought.among, "folded")
    for word in fold(sought.words).split():
        found = found.filter(**{f"{column}__contains": word})
    if sought.topic:
        found = found.filter(topics__key=sought.topic)
    if sought.country:
        found = found.filter(country=sought.country.upper())
    if sought.stage:
        found = found.filter(stage=sought.stage)
    staff = people.order_by("sorted", "key")
    return (
        found.select_related("organisation")
        .prefetch_related("topics", Prefetch("organisation__people", staff, to_attr="found_people"))
        .order_by("organisation__sorted_vi", "organisation__key")
    )


def wishes_of(week: Week, person: Person, **where: Any) -> QuerySet[Wish]:
    """
    Return the wishes a person made and received, newest first; not those of people the person has blocked.

    ``where`` narrows them further.
    """
    mine = Block.objects.filter(week=week, by_person=person)
    blocked = Q(asking__in=mine.filter(person__isnull=False).values("person")) | Q(
        asking__organisation__in=mine.filter(organisation__isnull=False).values("organisation")
    )
    rows = Wish.objects.filter(Q(asking=person) | Q(asked=person), week=week, **where)
    rows = rows.exclude(blocked & Q(asked=person) & ~Q(state=Wish.State.ACCEPTED))
    return rows.select_related("asking__organisation", "asked__organisation", "meeting").order_by("-created_at", "pk")


def unplaced_of(week: Week, person: Person) -> QuerySet[Meeting]:
    """Return the agreed business meetings of a person that have no published hour, with their people in ``seats_taken``."""
    placed = Placement.objects.filter(plan__week=week, plan__state=Plan.State.PUBLISHED).values("meeting")
    mine = Meeting.objects.filter(week=week, kind=Kind.BUSINESS, state=Meeting.State.AGREED, participants__person=person)
    return mine.exclude(pk__in=placed).prefetch_related(_seats()).order_by("number")


def meeting_of(week: Week, person: Person, number: int) -> Meeting | None:
    """Return a business meeting at which the person has a seat, or ``None``."""
    mine = Meeting.objects.filter(week=week, kind=Kind.BUSINESS, number=number, participants__person=person)
    return mine.select_related("week").prefetch_related(_seats()).first()


def contacts_open_to(week: Week, viewer: Person, others: list[Person]) -> dict[UUID, Contact]:
    """Return mail and phone of those of ``others`` with whom the viewer has an agreed meeting, as far as they gave them."""
    mine = Meeting.objects.filter(week=week, kind=Kind.BUSINESS, state=Meeting.State.AGREED, participants__person=viewer)
    met = Participant.objects.filter(meeting__in=mine.values("pk"), person__in=others).exclude(person=viewer).values("person")
    rows = BusinessSettings.objects.filter(week=week, person__in=met)
    return {row.person_id: Contact(row.mail, row.phone) for row in rows if row.mail or row.phone}


def colleagues_of(week: Week, person: Person, meeting: Meeting) -> QuerySet[Person]:
    """Return the colleagues who have agreed to stand in; whether one is free is answered when asked."""
    if person.organisation_id is None:
        return Person.objects.none()
    willing = BusinessSettings.objects.filter(week=week, takes_part=True, may_stand_in=True).values("person")
    there = Participation.objects.filter(week=week).values("person")
    staff = Person.objects.filter(organisation=person.organisation_id, pk__in=willing).filter(pk__in=there)
    return staff.exclude(meeting_seats__meeting=meeting).order_by("sorted", "key")


def terms_of(week: Week, person: Person) -> BusinessSettings:
    """Return how a person takes part; not kept yet if they never said so."""
    found = BusinessSettings.objects.filter(week=week, person=person).first()
    return found or BusinessSettings(week=week, person=person)


def profile_of(week: Week, person: Person) -> Profile | None:
    """Return the profile that the person's firm works on."""
    rows = Profile.objects.filter(week=week, organisation=person.organisation_id, is_shown=False) if person.organisation_id else None
    return rows.select_related("organisation").prefetch_related("topics").first() if rows is not None else None


def shown_profile_of(week: Week, organisation: UUID) -> Profile | None:
    """Return the profile others see of a firm."""
    return Profile.objects.filter(week=week, organisation=organisation, is_shown=True).prefetch_related("topics").first()


def _seats() -> Prefetch[str, Any, str]:
    return Prefetch("participants", Participant.objects.select_related("person__organisation").order_by("side"), to_attr="seats_taken")
