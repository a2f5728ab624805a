"""What protocol and focal points do to delegations."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from hanhlang.domains.core import audit, outbox
from hanhlang.domains.core.multitext import MultiText
from hanhlang.domains.delegations.errors import AlreadyMember, DelegationExists, HeadExists, NotAMember
from hanhlang.domains.delegations.models import Delegation, Member
from hanhlang.domains.events.models import Week
from hanhlang.domains.people.models import Account, Organisation, Person


@transaction.atomic
def create_delegation(
    *, week: Week, key: str, organisation: Organisation, name: MultiText, code: str, by: Account | None, now: datetime, **values: Any
) -> Delegation:
    """
    Let a party take part in the week; ``values`` are its rank, precedence, standing and the like.

    :raises DelegationExists: if its key or its three letters are taken in this week.
    """
    if Delegation.objects.filter(Q(key=key) | Q(code=code), week=week).exists():
        raise DelegationExists(key=key, code=code)
    delegation = Delegation.objects.create(week=week, key=key, organisation=organisation, name=name, code=code, **values)
    audit.record("delegation.created", about=delegation, by=by, at=now, details={"code": code})
    outbox.post("delegation.created", delegation=str(delegation.pk))
    return delegation


@transaction.atomic
def add_member(
    *, delegation: Delegation, person: Person, by: Account | None, now: datetime, is_head: bool = False, order: int = 0
) -> Member:
    """
    Put a person into a delegation.

    :raises AlreadyMember: if the person is in a delegation of this week.
    :raises HeadExists: if it has a head already.
    """
    [member] = add_members(
        delegation=delegation, members=[Member(delegation=delegation, person=person, is_head=is_head, order=order)], by=by, now=now
    )
    return member


@transaction.atomic
def add_members(*, delegation: Delegation, members: Iterable[Member], by: Account | None, now: datetime) -> list[Member]:
    """
    Put several people into a delegation, under the rules of :func:`add_member`, in a fixed number of queries.

    :raises AlreadyMember: if one of them is in a delegation of this week, or comes twice.
    :raises HeadExists: if there would be two heads.
    """
    # SQLite ignores the row lock; there the IMMEDIATE transaction does its work.
    delegation = Delegation.objects.select_for_update().get(pk=delegation.pk)
    rows = list(members)
    there = Member.objects.filter(delegation__week=delegation.week_id).select_related("delegation", "person")
    taken = {member.person_id: member for member in there.filter(person__in=[row.person_id for row in rows])}
    head = there.filter(delegation=delegation, is_head=True).first()
    for row in rows:
        row.delegation = delegation
        if met := taken.get(row.person_id):
            raise AlreadyMember(person=row.person.name, delegation=str(met.delegation))
        if row.is_head and head:
            raise HeadExists(delegation=str(delegation), person=head.person.name)
        taken[row.person_id] = row
        head = row if row.is_head else head
    Member.objects.bulk_create(rows)
    concerned = [row.person.pseudonym for row in rows]
    audit.record("members.added", about=delegation, by=by, at=now, details={"count": len(rows)}, people=concerned)
    outbox.post("delegation.members_added", delegation=str(delegation.pk), people=[str(row.person_id) for row in rows])
    return rows


@transaction.atomic
def name_focal_point(*, delegation: Delegation, person: Person, by: Account | None, now: datetime) -> Delegation:
    """
    Name the member who speaks for the delegation to the secretariat.

    :raises NotAMember: if the person is not in it.
    """
    delegation = Delegation.objects.select_for_update().get(pk=delegation.pk)
    if not delegation.members.filter(person=person).exists():
        raise NotAMember(person=person.name, delegation=str(delegation))
    delegation.focal_point = person
    delegation.save(update_fields=["focal_point", "changed_at"])
    audit.record("delegation.focal_point_named", about=delegation, by=by, at=now, people=[person.pseudonym])
    outbox.post("delegation.focal_point_named", delegation=str(delegation.pk), person=str(person.pk))
    return delegation
