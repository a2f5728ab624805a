"""What protocol and focal points do to delegations."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Q, QuerySet

from hanhlang.domains.core import audit, outbox
from hanhlang.domains.core.multitext import MultiText
from hanhlang.domains.delegations.errors import AlreadyMember, DelegationExists, HeadExists, NotAMember
from hanhlang.domains.delegations.models import Delegation, Member
from hanhlang.domains.events.models import Week
from hanhlang.domains.people.models import Account, Organisation, Person
from hanhlang.domains.people.saving import save_by


@dataclass(frozen=True)
class Seat:
    """Where a person belongs in a week: in a delegation, as its head or not, or in none."""

    person: Person
    delegation: Delegation | None
    is_head: bool = False


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
def change_delegation(*, delegation: Delegation, by: Account | None, now: datetime, **values: Any) -> Delegation:
    """
    Change what differs of a delegation.

    :raises DelegationExists: if another one of the week has its new code.
    """
    code = values.get("code", delegation.code)
    if Delegation.objects.filter(week=delegation.week, code=code).exclude(pk=delegation.pk).exists():
        raise DelegationExists(key=delegation.key, code=code)
    row, changed = save_by(Delegation, {"pk": delegation.pk}, values)
    if changed:
        audit.record("delegation.changed", about=row, by=by, at=now, details={"changed": changed})
        outbox.post("delegation.changed", delegation=str(row.pk))
    return row


@transaction.atomic
def seat_members(*, week: Week, seats: Iterable[Seat], by: Account | None, now: datetime) -> None:
    """
    Put many people where they belong, each into one delegation of the week or into none; everybody else stays.

    :raises HeadExists: if a delegation would have two heads in the end.
    """
    seats = list(seats)
    wanted = {seat.person.pk: seat for seat in seats}
    of_week = Member.objects.filter(delegation__week=week)
    there = {row.person_id: row for row in of_week.filter(person__in=wanted).select_related("delegation")}
    leaving = [row.pk for key, row in there.items() if row.delegation != wanted[key].delegation]
    Member.objects.filter(pk__in=leaving).delete()
    # Who is head no longer makes way before the next one comes: the database lets in only one at a time.
    staying = [row for row in there.values() if row.pk not in leaving]
    for is_head in (False, True):
        keys = [row.pk for row in staying if wanted[row.person_id].is_head == is_head != row.is_head]
        if is_head:
            _one_head_each(of_week, [seat for seat in seats if seat.is_head])
        Member.objects.filter(pk__in=keys).update(is_head=is_head, changed_at=now)
    last = dict(of_week.order_by().values_list("delegation_id").annotate(last=Max("order")))
    new = []
    for seat in seats:
        if seat.delegation and (seat.person.pk not in there or there[seat.person.pk].pk in leaving):
            last[seat.delegation.pk] = order = last.get(seat.delegation.pk, -1) + 1
            new.append(Member(delegation=seat.delegation, person=seat.person, is_head=seat.is_head, order=order))
    Member.objects.bulk_create(new, batch_size=200)
    concerned = [seat.person.pseudonym for seat in seats]
    audit.record("members.seated", about=week, by=by, at=now, details={"count": len(seats)}, people=concerned)
    outbox.post("delegation.members_seated", week=str(week.pk), people=[str(seat.person.pk) for seat in seats])


def _one_head_each(of_week: QuerySet[Member], heads: list[Seat]) -> None:
    coming: dict[UUID, Seat] = {}
    for seat in heads:
        if seat.delegation is None:
            continue
        other = of_week.filter(delegation=seat.delegation, is_head=True).exclude(person=seat.person).select_related("person").first()
        if other or seat.delegation.pk in coming:
            person = other.person if other else coming[seat.delegation.pk].person
            raise HeadExists(delegation=str(seat.delegation), person=person.name)
        coming[seat.delegation.pk] = seat


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
