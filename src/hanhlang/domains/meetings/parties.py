"""The two sides of a meeting, as pages, notices and calendars name them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet
from django.utils import translation

from hanhlang.domains.delegations.models import Member
from hanhlang.domains.events.models import Week
from hanhlang.domains.meetings.models import Participant
from hanhlang.domains.people.models import Organisation, Person


@dataclass(frozen=True)
class Party:
    """One side of a meeting: its name, whose flag it carries, and who comes."""

    name: str
    organisation: Organisation | None
    people: tuple[Person, ...]


def seats_with_parties(week: Week) -> QuerySet[Participant]:
    """Return participants with all that naming their side takes."""
    memberships = Member.objects.filter(delegation__week=week).select_related("delegation__organisation")
    return (
        Participant.objects.select_related("person__organisation")
        .prefetch_related(Prefetch("person__memberships", memberships, to_attr="here"))
        .order_by("side", "person__name")
    )


def party_of(seats: Collection[Participant], language: str | None = None) -> Party | None:
    """Return the side that ``seats`` make: their delegation, else the person with the firm; named in the active language by default."""
    people = tuple(seat.person for seat in seats)
    if not people:
        return None
    with translation.override(language or translation.get_language()):
        for person in people:
            for member in person.here:  # type: ignore[attr-defined]
                return Party(str(member.delegation.name), member.delegation.organisation, people)
        first = people[0]
        name = f"{first.name}, {first.organisation.name}" if first.organisation else first.name
        return Party(name, None, people)


def sides_of(seats: Collection[Participant]) -> tuple[Party | None, Party | None]:
    """Return who asked and who was asked."""
    first, second = (party_of([seat for seat in seats if seat.side == side]) for side in (1, 2))
    return first, second
