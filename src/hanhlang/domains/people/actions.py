"""What the secretariat and the loader do to organisations, people and accounts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from django.conf import settings
from django.db import transaction

from hanhlang.domains.core import audit
from hanhlang.domains.people.errors import AddressTaken, KeyTaken, LanguageUnknown
from hanhlang.domains.people.models import Account, Organisation, Person
from hanhlang.domains.people.saving import save_recorded

Keyed = TypeVar("Keyed", Organisation, Person)


@transaction.atomic
def save_organisation(*, key: str, by: Account | None, now: datetime, **values: Any) -> Organisation:
    """Make the organisation ``key``, or change what differs."""
    return save_recorded(Organisation, {"key": key}, values, event="organisation.saved", by=by, now=now)


@transaction.atomic
def save_person(*, key: str, by: Account | None, now: datetime, **values: Any) -> Person:
    """Make the person ``key``, or change what differs."""
    return save_recorded(Person, {"key": key}, values, event="person.saved", by=by, now=now)


@transaction.atomic
def add_organisations(*, organisations: Iterable[Organisation], by: Account | None, now: datetime) -> list[Organisation]:
    """
    Add many new organisations at once, with one line in the audit.

    :raises KeyTaken: if one of their keys exists.
    """
    made = _add_new(Organisation, list(organisations))
    audit.record("organisations.added", about=None, by=by, at=now, details={"count": len(made)})
    return made


@transaction.atomic
def add_people(*, people: Iterable[Person], by: Account | None, now: datetime) -> list[Person]:
    """
    Add many new people at once, with one line in the audit that concerns each of them.

    :raises KeyTaken: if one of their keys exists.
    """
    made = _add_new(Person, list(people))
    concerned = [person.pseudonym for person in made]
    audit.record("people.added", about=None, by=by, at=now, details={"count": len(made)}, people=concerned)
    return made


@transaction.atomic
def open_account(
    *, email: str, person: Person | None, by: Account | None, now: datetime, language: str = "vi", is_demo: bool = False
) -> Account:
    """
    Let a person sign in with an address.

    :raises AddressTaken: if the address has an account.
    """
    if Account.objects.filter(email=email.strip().lower()).exists():
        raise AddressTaken(email=email)
    account = Account.objects.create_account(email=email, person=person, language=language)
    if is_demo:
        account.is_demo = True
        account.save(update_fields=["is_demo"])
    concerned = [person.pseudonym] if person else []
    audit.record("account.opened", about=account, by=by, at=now, details={"is_demo": is_demo}, people=concerned)
    return account


@transaction.atomic
def choose_language(*, account: Account, language: str, by: Account | None, now: datetime) -> Account:
    """
    Keep the language in which an account's pages and letters are.

    :raises LanguageUnknown: if the interface does not speak it.
    """
    known = [code for code, _ in settings.LANGUAGES]
    if language not in known:
        raise LanguageUnknown(language=language, known=", ".join(known))
    if account.language == language:
        return account
    account.language = language
    account.save(update_fields=["language"])
    people = [account.person.pseudonym] if account.person else []
    audit.record("account.language_chosen", about=account, by=by, at=now, details={"language": language}, people=people)
    return account


@transaction.atomic
def end_sessions(*, account: Account, by: Account | None, now: datetime) -> None:
    """Sign an account out everywhere, with the next page each browser asks for."""
    # Sessions are bound to the stored password, and what stands in for one here is random.
    account.set_unusable_password()
    account.save(update_fields=["password"])
    audit.record("account.sessions_ended", about=account, by=by, at=now, people=[account.person.pseudonym] if account.person else [])


def _add_new(model: type[Keyed], rows: Sequence[Keyed]) -> list[Keyed]:
    keys = [row.key for row in rows]
    taken = set(model._default_manager.filter(key__in=keys).values_list("key", flat=True))
    for key in keys:
        if key in taken:
            raise KeyTaken(key=key)
        taken.add(key)
    for row in rows:
        row.refold()
    made: list[Keyed] = model._default_manager.bulk_create(rows, batch_size=200)
    return made
