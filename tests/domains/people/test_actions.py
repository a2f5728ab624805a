"""Organisations, people and accounts."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib import import_module

import pytest
from django.apps import apps

from factories import make_account, make_organisation, make_person
from hanhlang.domains.core.models import AuditEntry
from hanhlang.domains.core.multitext import MultiText
from hanhlang.domains.people.actions import add_organisations, add_people, choose_language, open_account, save_person
from hanhlang.domains.people.errors import AddressTaken, KeyTaken, LanguageUnknown
from hanhlang.domains.people.models import Organisation, Person

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


def test_the_migration_gives_rows_from_before_their_place_in_the_alphabet():
    dung, an = make_person(name="Nguyễn Dũng"), make_person(name="Trần Văn An")
    union = make_organisation(name=MultiText({"vi": "Ủy ban", "en": "Committee"}))
    wanted = [(row.sorted) for row in (dung, an)], (union.sorted_vi, union.sorted_en)
    Person.objects.update(sorted="")
    Organisation.objects.update(sorted_vi="", sorted_en="")

    import_module("hanhlang.domains.people.migrations.0003_fill_order").fill(apps, None)

    for row in (dung, an, union):
        row.refresh_from_db()
    assert ([dung.sorted, an.sorted], (union.sorted_vi, union.sorted_en)) == wanted
    assert [row.name for row in Person.objects.order_by("sorted")] == ["Trần Văn An", "Nguyễn Dũng"]


def test_many_organisations_and_people_added_at_once_are_in_order():
    add_people(people=[Person(key=f"p-{name}", name=f"Lê {name}") for name in ("Ước", "Đặng", "Ân")], **WHO)
    add_organisations(organisations=[Organisation(key=f"o-{code}", name=MultiText({"vi": name})) for code, name in enumerate("ưđâ")], **WHO)

    assert [row.name for row in Person.objects.order_by("sorted")] == ["Lê Ân", "Lê Đặng", "Lê Ước"]
    assert [str(row.name) for row in Organisation.objects.order_by("sorted_vi")] == ["â", "đ", "ư"]


def test_an_account_keeps_the_language_chosen_and_says_so_once():
    account = make_account(person=make_person(), language="vi")

    for _ in range(2):
        choose_language(account=account, language="en", by=account, now=NOW)

    account.refresh_from_db()
    assert account.language == "en"
    assert AuditEntry.objects.filter(event="account.language_chosen").count() == 1


def test_a_language_the_interface_does_not_speak_is_refused():
    account = make_account(language="vi")

    with pytest.raises(LanguageUnknown):
        choose_language(account=account, language="fr", by=account, now=NOW)

    account.refresh_from_db()
    assert account.language == "vi"
