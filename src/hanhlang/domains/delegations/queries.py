"""What is read about delegations."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q

from hanhlang.domains.events.models import Participation, Week
from hanhlang.domains.people.models import Person


def may_take_part(person: Person, week: Week) -> bool:
    """Tell whether a person may be named for meetings of the week."""
    return person.pk in may_take_part_of([person], week)


def may_take_part_of(people: Iterable[Person], week: Week) -> set[UUID]:
    """Return the keys of those who may be named for meetings of the week. One query for any number."""
    asked = [person.pk for person in people]
    # Whoever takes part, or is in a delegation that does. Where people are accredited, that is to be asked here.
    there = Q(memberships__delegation__week=week) | Q(pk__in=Participation.objects.filter(week=week, person__in=asked).values("person"))
    return set(Person.objects.filter(there, pk__in=asked).values_list("pk", flat=True))
