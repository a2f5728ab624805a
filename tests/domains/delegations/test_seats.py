"""Many people at once into the delegations they belong to."""

from __future__ import annotations

import pytest

from factories import make_delegation, make_member, make_person, make_week
from factories.meetings import NOW
from hanhlang.domains.core.models import AuditEntry
from hanhlang.domains.delegations.actions import Seat, change_delegation, seat_members
from hanhlang.domains.delegations.errors import DelegationExists, HeadExists
from hanhlang.domains.delegations.models import Member

pytestmark = pytest.mark.django_db
WHO = {"by": None, "now": NOW}


def test_people_come_move_and_leave_and_everybody_else_stays() -> None:
    week = make_week()
    one, other = make_delegation(week), make_delegation(week)
    stays, moves, leaves = (make_member(one, order=order).person for order in range(3))
    comes = make_person()

    seat_members(week=week, seats=[Seat(moves, other), Seat(leaves, None), Seat(comes, one)], **WHO)

    assert [member.person for member in one.members.order_by("order")] == [stays, comes]
    assert [member.person for member in other.members.all()] == [moves]
    assert AuditEntry.objects.get(event="members.seated").details == {"count": 3}


def test_a_head_hands_over_in_one_step() -> None:
    week = make_week()
    delegation = make_delegation(week)
    head, next_one = make_member(delegation, is_head=True).person, make_member(delegation, order=1).person

    seat_members(week=week, seats=[Seat(next_one, delegation, is_head=True), Seat(head, delegation)], **WHO)

    assert Member.objects.get(is_head=True).person == next_one
    assert delegation.members.count() == 2


def test_a_head_who_moves_leads_the_other_delegation_only() -> None:
    week = make_week()
    one, other = make_delegation(week), make_delegation(week)
    head = make_member(one, is_head=True).person

    seat_members(week=week, seats=[Seat(head, other, is_head=True)], **WHO)

    assert Member.objects.get().delegation == other


@pytest.mark.parametrize("is_there", [True, False])
def test_two_heads_are_refused_and_nothing_changes(is_there: bool) -> None:
    week = make_week()
    delegation = make_delegation(week)
    first = make_member(delegation, is_head=True).person if is_there else make_person()
    seats = [Seat(make_person(), delegation, is_head=True)] + ([] if is_there else [Seat(first, delegation, is_head=True)])

    with pytest.raises(HeadExists):
        seat_members(week=week, seats=seats, **WHO)

    assert delegation.members.count() == is_there


def test_a_delegation_changes_what_differs_and_keeps_its_code_apart() -> None:
    week = make_week()
    one, other = make_delegation(week, code="AAA"), make_delegation(week, code="BBB")

    changed = change_delegation(delegation=one, rank="minister", code="CCC", **WHO)
    moment = changed.changed_at
    again = change_delegation(delegation=one, rank="minister", **WHO)

    assert (again.rank, again.code, again.changed_at) == ("minister", "CCC", moment)
    with pytest.raises(DelegationExists):
        change_delegation(delegation=other, code="CCC", **WHO)
