"""Delegations and their members."""

from __future__ import annotations

from typing import Any

from factories.counting import next_number, small_number
from factories.events import make_week
from factories.people import make_organisation, make_person
from hanhlang.domains.core.multitext import MultiText
from hanhlang.domains.delegations.models import Delegation, Member
from hanhlang.domains.events.models import Week
from hanhlang.domains.people.models import Organisation, Person

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _code(number: int) -> str:
    return LETTERS[number // 676 % 26] + LETTERS[number // 26 % 26] + LETTERS[number % 26]


def make_delegation(week: Week | None = None, *, organisation: Organisation | None = None, **fields: Any) -> Delegation:
    """Make a delegation of an invented state, without members."""
    number = next_number()
    organisation = organisation or make_organisation(kind="country")
    defaults = {
        "week": week or make_week(),
        "organisation": organisation,
        "key": f"delegation-{number}",
        "name": MultiText({"vi": f"Cộng hòa Thử {number}", "en": f"Republic of Trial {number}"}),
        "code": _code(number),
        "precedence": number % 30_000,
        "rank": "minister",
        "standing": Delegation.Standing.SYNTHETIC,
    }
    return Delegation.objects.create(**(defaults | fields))


def make_member(delegation: Delegation, person: Person | None = None, **fields: Any) -> Member:
    """Put a person into a delegation, by default a new one of its organisation."""
    person = person or make_person(organisation=delegation.organisation)
    defaults = {"delegation": delegation, "person": person, "order": small_number()}
    return Member.objects.create(**(defaults | fields))
