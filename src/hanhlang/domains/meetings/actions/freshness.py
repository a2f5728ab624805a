"""Does a plan still fit what is true? Each difference is named for the desk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from hanhlang.domains.agenda.minutes import minute_of
from hanhlang.domains.agenda.models import Claim, InterpreterTeam
from hanhlang.domains.events.models import Participation
from hanhlang.domains.meetings.errors import PlanStale
from hanhlang.domains.meetings.models import Change, Lock, Meeting, Participant, Placement, Plan
from hanhlang.domains.people.models import Person


def check_answers(plan: Plan, published: Plan | None) -> None:
    """
    Refuse an alternative that answers nothing any more.

    :raises PlanStale: if its change is settled, or another plan was published since it was found.
    """
    change = plan.change
    if change is None or change.state != Change.State.TAKEN_IN:
        raise PlanStale(number=plan.number, what=_("its change has been dealt with"))
    if published is None or plan.base_id != published.pk:
        raise PlanStale(number=plan.number, what=_("another plan has been published since it was found"))


def check_fresh(plan: Plan, new: Collection[Placement], *, now: datetime) -> None:
    """
    Compare a plan with what is true now; what is over stays as it was.

    :raises PlanStale: naming the first difference.
    """
    for placement in new:
        if placement.meeting.state == Meeting.State.CANCELLED:
            raise PlanStale(number=plan.number, what=_("meeting %(number)s has been called off") % {"number": placement.meeting.number})
    ahead = [placement for placement in new if placement.ends_at > now]
    _check_locks(plan, {placement.meeting_id: placement for placement in ahead})
    _check_closures(plan, ahead)
    _check_presence(plan, ahead)


def _check_locks(plan: Plan, new: dict[UUID, Placement]) -> None:
    for lock in Lock.objects.filter(meeting__week=plan.week).select_related("meeting"):
        held = new.get(lock.meeting_id)
        if held and (held.starts_at != lock.starts_at or (lock.place_id and held.place_id != lock.place_id)):
            raise PlanStale(number=plan.number, what=_("meeting %(number)s has been locked elsewhere") % {"number": lock.meeting.number})


def _check_closures(plan: Plan, ahead: Collection[Placement]) -> None:
    """Look for sessions and closures at places; closures of teams and people too: the database refuses only what excludes."""
    kinds = [Claim.Kind.CLOSED, Claim.Kind.SESSION]
    places: dict[UUID, list[Claim]] = defaultdict(list)
    others: dict[UUID, list[Claim]] = defaultdict(list)
    for claim in Claim.objects.filter(resource__week=plan.week, kind__in=kinds).select_related("resource"):
        resource = claim.resource
        if resource.place_id:
            places[resource.place_id].append(claim)
        elif claim.kind == Claim.Kind.CLOSED and (key := resource.person_id or resource.team_id):
            others[key].append(claim)
    for placement in ahead:
        until = minute_of(placement.ends_at) + placement.place.turnround_minutes
        if _meets(places[placement.place_id], placement, until):
            _refuse(plan, str(placement.place.name), placement)
    if others:
        _check_others(plan, ahead, others)


def _check_others(plan: Plan, ahead: Collection[Placement], closed: dict[UUID, list[Claim]]) -> None:
    seats = _seats(ahead)
    names = dict(Person.objects.filter(pk__in=closed).values_list("pk", "name"))
    for placement in ahead:
        until = minute_of(placement.ends_at)
        for person in seats[placement.meeting_id]:
            if _meets(closed.get(person, ()), placement, until):
                _refuse(plan, names[person], placement)
        for team in placement.team_ids:  # type: ignore[attr-defined]
            if _meets(closed.get(team, ()), placement, until):
                _refuse(plan, str(InterpreterTeam.objects.get(pk=team).name), placement)


def _check_presence(plan: Plan, ahead: Collection[Placement]) -> None:
    bounded = Participation.objects.filter(week=plan.week).exclude(arrives_at=None, leaves_at=None).select_related("person")
    there = {row.person_id: row for row in bounded}
    if not there:
        return
    seats = _seats(ahead)
    for placement in ahead:
        for person in seats[placement.meeting_id]:
            row = there.get(person)
            if row is None:
                continue
            if (row.arrives_at and placement.starts_at < row.arrives_at) or (row.leaves_at and placement.ends_at > row.leaves_at):
                _refuse(plan, row.person.name, placement)


def _seats(ahead: Collection[Placement]) -> dict[UUID, list[UUID]]:
    seats: dict[UUID, list[UUID]] = defaultdict(list)
    if ahead:
        plan = next(iter(ahead)).plan_id
        for meeting, person in Participant.objects.filter(meeting__placements__plan=plan).values_list("meeting_id", "person_id"):
            seats[meeting].append(person)
    return seats


def _meets(claims: Collection[Claim], placement: Placement, until: int) -> bool:
    begins = minute_of(placement.starts_at)
    return any(claim.start < until and begins < claim.end for claim in claims)


def _refuse(plan: Plan, who: str, placement: Placement) -> None:
    hour = f"{placement.starts_at.astimezone(ZoneInfo(plan.week.timezone)):%d/%m %H:%M}"
    raise PlanStale(number=plan.number, what=_("%(place)s is not free on %(hour)s") % {"place": who, "hour": hour})
