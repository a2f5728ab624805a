"""Organisations, people and accounts."""

from __future__ import annotations

from typing import Any

from factories.counting import next_number
from hanhlang.domains.core.multitext import MultiText
from hanhlang.domains.people.models import Account, Organisation, Person


def make_organisation(**fields: Any) -> Organisation:
    """Make an organisation, by default an invented ministry."""
    number = next_number()
    defaults = {
        "key": f"organisation-{number}",
        "kind": "ministry",
        "name": MultiText({"vi": f"Bộ Thử nghiệm {number}", "en": f"Ministry of Trials {number}"}),
        "is_invented": True,
    }
    return Organisation.objects.create(**(defaults | fields))


def make_person(**fields: Any) -> Person:
    """Make a person, by default of no organisation."""
    number = next_number()
    defaults = {
        "key": f"person-{number}",
        "name": f"Nguyễn Văn Thử {number}",
        "title": MultiText({"vi": "Chuyên viên", "en": "Officer"}),
        "standing": Person.Standing.SYNTHETIC,
    }
    return Person.objects.create(**(defaults | fields))


def make_account(*, person: Person | None = None, email: str = "", language: str = "vi", **fields: Any) -> Account:
    """Make an account, by default of no person."""
    account = Account.objects.create_account(email=email or f"account-{next_number()}@example.org", person=person, language=language)
    for name, value in fields.items():
        setattr(account, name, value)
    account.save()
    return account
