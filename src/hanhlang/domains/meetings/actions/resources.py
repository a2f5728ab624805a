"""What meetings need besides rooms, and who is never near whom."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from hanhlang.domains.agenda.models import Equipment
from hanhlang.domains.core import audit, live, outbox
from hanhlang.domains.delegations.models import Delegation
from hanhlang.domains.meetings.errors_resources import AgreedToMeet, AlreadyApart, ApartFromItself, ApartNeedsReason, NoSuchEquipment
from hanhlang.domains.meetings.models import KeepApart, Meeting
from hanhlang.domains.people.models import Account


@transaction.atomic
def keep_apart(*, one: Delegation, other: Delegation, reason: str, by: Account | None, now: datetime) -> KeepApart:
    """
    Never put people of two delegations into rooms of one kind at the same time; from the next search on. Nobody but the desk learns of it.

    :raises ApartFromItself, ApartNeedsReason, AlreadyApart: as their names say.
    :raises AgreedToMeet: if they have a meeting with each other.
    """
    if one.pk == other.pk:
        raise ApartFromItself()
    if not reason.strip():
        raise ApartNeedsReason()
    first, second = sorted((one, other), key=lambda delegation: delegation.pk)
    # Both sides' rows are held, so that two who press at once make one pair.
    list(Delegation.objects.select_for_update(no_key=True).filter(pk__in=(first.pk, second.pk)).order_by("pk"))
    if KeepApart.objects.filter(first=first, second=second).exists():
        raise AlreadyApart(first=first.name, second=second.name)
    between = Q(request__asking=one, request__asked=other) | Q(request__asking=other, request__asked=one)
    if agreed := Meeting.objects.filter(between, state=Meeting.State.AGREED).order_by("number").first():
        raise AgreedToMeet(first=first.name, second=second.name, number=agreed.number)
    pair = KeepApart.objects.create(week=one.week, first=first, second=second, reason=reason.strip(), by=by)
    audit.record("apart.kept", about=pair, by=by, at=now)
    outbox.post("apart.kept", pair=pair.pk)
    live.bump(f"plan:{one.week.key}")
    return pair


@transaction.atomic
def end_keeping_apart(*, pair: KeepApart, by: Account | None, now: datetime) -> None:
    """Let two delegations be near each other again."""
    audit.record("apart.ended", about=pair, by=by, at=now)
    week = pair.week
    pair.delete()
    outbox.post("apart.ended", week=week.pk)
    live.bump(f"plan:{week.key}")


@transaction.atomic
def need_equipment(*, meeting: Meeting, kinds: Iterable[str], by: Account | None, now: datetime) -> Meeting:
    """
    Say which kinds of equipment a meeting needs, one of each; the next search finds them.

    :raises NoSuchEquipment: naming the first kind that the week has none of.
    """
    meeting = Meeting.objects.select_for_update(of=("self",)).select_related("week").get(pk=meeting.pk)
    wanted = sorted(set(kinds))
    there = set(Equipment.objects.filter(week=meeting.week).values_list("kind", flat=True))
    for kind in wanted:
        if kind not in there:
            raise NoSuchEquipment(kind=kind)
    meeting.equipment = wanted
    meeting.save(update_fields=["equipment", "changed_at"])
    audit.record("meeting.equipment_set", about=meeting, by=by, at=now, details={"equipment": wanted})
    outbox.post("meeting.equipment_set", meeting=meeting.pk)
    live.bump(f"plan:{meeting.week.key}")
    return meeting
