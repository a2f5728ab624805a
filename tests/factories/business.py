"""Firms that took part in the matching: profiles, terms, and people of them."""

from __future__ import annotations

from typing import Any

from factories.meetings import NOW, make_guest
from hanhlang.domains.core.multitext import MultiText
from hanhlang.domains.events.models import Week
from hanhlang.domains.meetings import actions
from hanhlang.domains.meetings.models import BusinessSettings, Profile
from hanhlang.domains.people.models import Organisation, Person

OFFERS = MultiText({"vi": "Giám sát hạ tầng 5G\nĐào tạo kỹ sư", "en": "5G monitoring\nTraining of engineers"})
NEEDS = MultiText({"vi": "Vốn đầu tư", "en": "Investment"})


def make_profile(week: Week, organisation: Organisation, *, validated: bool = True, submitted: bool = True, **words: Any) -> Profile:
    """Write a firm's profile; by default it is submitted and validated. Return the one the firm works on."""
    said = {
        "about": MultiText({"vi": "Một công ty thử nghiệm.", "en": "A firm of trials."}),
        "offers": OFFERS,
        "needs": NEEDS,
        "topics": [],
        "languages": ["vi", "en"],
        "stage": "growing",
        "country": "VN",
    } | words
    profile = actions.write_profile(week=week, organisation=organisation, by=None, now=NOW, **said)
    if validated or submitted:
        profile = actions.submit_profile(profile=profile, by=None, now=NOW)
    if validated:
        actions.validate_profile(profile=profile, by=None, now=NOW)
    return profile


def make_terms(week: Week, person: Person, **said: Any) -> BusinessSettings:
    """Let a person take part, with suggestions and standing in switched on."""
    values = {
        "takes_part": True,
        "wants_suggestions": True,
        "may_stand_in": True,
        "hours": [],
        "mail": f"{person.key}@firm.example",
        "phone": "+84 90 000 0000",
    } | said
    return actions.set_terms(week=week, person=person, by=None, now=NOW, **values)


def make_founder(week: Week, *, words: dict[str, Any] | None = None, **fields: Any) -> Person:
    """Make a person who takes part, of a firm with a validated profile."""
    person = make_guest(week, **fields)
    assert person.organisation is not None
    if not Profile.objects.filter(week=week, organisation=person.organisation).exists():
        make_profile(week, person.organisation, **(words or {}))
    make_terms(week, person)
    return person
