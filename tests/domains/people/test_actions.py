"""Organisations, people and accounts."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from factories import make_person
from hanhlang.domains.core.models import AuditEntry
from hanhlang.domains.people.actions import add_people, open_account, save_person
from hanhlang.domains.people.errors import AddressTaken, KeyTaken
from hanhlang.domains.people.models import Person

NOW = datetime(2025, 10, 1, 2, 0, tzinfo=UTC)
WHO = {"by": None, "now": NOW}

pytestmark = pytest.mark.django_db


def test_saving_by_key_makes_once_and_then_changes():
    made = save_person(key="p-dung", name="Đỗ Dũng", **WHO)
    changed = save_person(key="p-dung", name="Đỗ Thị Dung", **WHO)

    assert (changed.pk, changed.name, changed.folded) == (made.pk, "Đỗ Thị Dung", "do thi dung")


def test_saving_what_is_there_leaves_no_trace():
    before = save_person(key="p-dung", name="Đỗ Dũng", **WHO)
    after = save_person(key="p-dung", name="Đỗ Dũng", **WHO)

    assert after.changed_at == before.changed_at
    assert AuditEntry.objects.filter(event="person.saved").count() == 1


def test_many_people_are_found_by_folded_names_and_audited_by_pseudonym():
    people = [Person(key=f"p-{number}", name=f"Đặng {number}") for number in range(3)]

    add_people(people=people, **WHO)

    assert Person.objects.filter(folded__contains="dang").count() == 3
    entry = AuditEntry.objects.get(event="people.added")
    assert entry.people.split() == sorted(str(person.pseudonym) for person in people)


def test_adding_a_key_that_exists_adds_nobody():
    make_person(key="p-1")

    with pytest.raises(KeyTaken):
        add_people(people=[Person(key="p-0", name="A"), Person(key="p-1", name="B")], **WHO)
    assert not Person.objects.filter(key="p-0").exists()


def test_an_address_has_one_account_whatever_its_capitals():
    person = make_person()
    open_account(email="an@example.org", person=person, **WHO)

    with pytest.raises(AddressTaken):
        open_account(email="An@Example.org", person=person, **WHO)
    assert open_account(email="binh@example.org", person=person, is_demo=True, **WHO).is_demo
