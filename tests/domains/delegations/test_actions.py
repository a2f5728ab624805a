"""Delegations: who may be in one, who leads it, who speaks for it."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib import import_module

import pytest
from django.apps import apps

from factories import make_delegation, make_member, make_organisation, make_person, make_week
from hanhlang.domains.core.models import AuditEntry
from hanhlang.domains.core.multitext import MultiText
from hanhlang.domains.delegations.actions import add_member, add_members, create_delegation, name_focal_point
from hanhlang.domains.delegations.errors import AlreadyMember, DelegationExists, HeadExists, NotAMember
from hanhlang.domains.delegations.models import Member

NOW = datetime(2025, 10, 1, 2, 0, tzinfo=UTC)
WHO = {"by": None, "now": NOW}

pytestmark = pytest.mark.django_db


def create(week, *, key="lamduan", code="LMD"):
    name = MultiText({"vi": "Cộng hòa Lamduan", "en": "Republic of Lamduan"})
    return create_delegation(week=week, key=key, organisation=make_organisation(), name=name, code=code, rank="minister", **WHO)


@pytest.mark.parametrize(("key", "code"), [("lamduan", "OTH"), ("other", "LMD")])
def test_a_key_and_a_code_stand_for_one_delegation_of_a_week(key, code):
    week = make_week()
    create(week)

    with pytest.raises(DelegationExists):
        create(week, key=key, code=code)
    assert create(make_week(), key=key, code=code).rank == "minister"


def test_a_person_is_in_one_delegation_of_a_week():
    week = make_week()
    person = make_person()
    make_member(make_delegation(week), person)

    with pytest.raises(AlreadyMember):
        add_member(delegation=make_delegation(week), person=person, **WHO)
    assert add_member(delegation=make_delegation(make_week()), person=person, **WHO).person == person


def test_nobody_is_added_when_one_may_not_be():
    delegation = make_delegation()
    person = make_person()
    members = [Member(person=make_person()), Member(person=person), Member(person=person)]

    with pytest.raises(AlreadyMember):
        add_members(delegation=delegation, members=members, **WHO)
    assert not delegation.members.exists()


def test_a_delegation_has_one_head():
    delegation = make_delegation()
    add_member(delegation=delegation, person=make_person(), is_head=True, **WHO)

    with pytest.raises(HeadExists):
        add_member(delegation=delegation, person=make_person(), is_head=True, **WHO)
    assert not add_member(delegation=delegation, person=make_person(), **WHO).is_head


def test_the_focal_point_is_a_member():
    delegation = make_delegation()
    member = make_member(delegation)

    with pytest.raises(NotAMember):
        name_focal_point(delegation=delegation, person=make_person(), **WHO)
    assert name_focal_point(delegation=delegation, person=member.person, **WHO).focal_point == member.person


@pytest.mark.parametrize("people", [1, 20])
def test_adding_many_costs_as_many_queries_as_adding_one(people, django_assert_num_queries):
    delegation = make_delegation()
    members = [Member(person=make_person(), order=order) for order in range(people)]

    with django_assert_num_queries(8):
        add_members(delegation=delegation, members=members, **WHO)

    entry = AuditEntry.objects.get(event="members.added")
    assert len(entry.people.split()) == people


def test_the_migration_lets_delegations_from_before_be_found():
    delegation = create(make_week())
    wanted = delegation.folded
    type(delegation).objects.update(folded="")

    import_module("hanhlang.domains.delegations.migrations.0003_fill_search_column").fill(apps, None)

    delegation.refresh_from_db()
    # In which order the languages stand is the database's affair: PostgreSQL sorts the keys of its JSON.
    assert sorted(delegation.folded.split()) == sorted(wanted.split())
    assert "cong hoa lamduan" in delegation.folded and "republic of lamduan" in delegation.folded
