"""Does a plan still fit what is true? Each difference is named for the desk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from hanhlang.domains.agenda.minutes import minute_of
from hanhlang.domains.agenda.models import Claim, InterpreterTeam
from hanhlang.domains.meetings import rules, rules_business
from hanhlang.domains.meetings.errors import PlanStale
from hanhlang.domains.meetings.models import BusinessSettings, Change, Lock, Meeting, Participant, Placement, Plan
from hanhlang.domains.people.models import Person

Stretch = tuple[int, int]


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


def check_fresh(plan: Plan, *, now: datetime) -> None:
    """
    Compare a plan with what is true now; what is over stays as it was. Of its thousands of placements only those in question are read.

    :raises PlanStale: naming the first difference.
    """
    called_off = plan.placements.filter(meeting__state=Meeting.State.CANCELLED).order_by("meeting__number")
    for number in called_off.values_list("meeting__number", flat=True)[:1]:
        raise PlanStale(number=plan.number, what=_("meeting %(number)s has been called off") % {"number": number})
    ahead = plan.placements.filter(ends_at__gt=now)
    _check_locks(plan, ahead)
    _check_places(plan, ahead)
    _check_people(plan, now)
    _check_teams(plan, now)
    _check_presence(plan, ahead)
    _check_business_hours(plan, now)


def _check_locks(plan: Plan, ahead: QuerySet[Placement]) -> None:
    locks = {lock.meeting_id: lock for lock in Lock.objects.filter(meeting__week=plan.week).select_related("meeting")}
    locked = Lock.objects.filter(meeting__week=plan.week).values("meeting")
    for held in ahead.filter(meeting__in=locked):
        lock = locks[held.meeting_id]
        if held.starts_at != lock.starts_at or (lock.place_id and held.place_id != lock.place_id):
            raise PlanStale(number=plan.number, what=_("meeting %(number)s has been locked elsewhere") % {"number": lock.meeting.number})


def _check_places(plan: Plan, ahead: QuerySet[Placement]) -> None:
    """Look for sessions and closures at places: the database refuses only what excludes."""
    claims = Claim.objects.filter(resource__week=plan.week, kind__in=[Claim.Kind.CLOSED, Claim.Kind.SESSION], resource__place__isnull=False)
    taken = _stretches(claims, "resource__place_id")
    for placement in ahead.filter(place__in=claims.values("resource__place")).select_related("place"):
        until = minute_of(placement.ends_at) + placement.place.turnround_minutes
        if _meets(taken[placement.place_id], minute_of(placement.starts_at), until):
            _refuse(plan, str(placement.place.name), placement.starts_at)


def _check_people(plan: Plan, now: datetime) -> None:
    claims = Claim.objects.filter(resource__week=plan.week, kind=Claim.Kind.CLOSED, resource__person__isnull=False)
    away = _stretches(claims, "resource__person_id")
    if not away:
        return
    for person, starts_at, ends_at in _seats(plan, now).filter(person__in=claims.values("resource__person")).values_list(*_SEAT):
        if _meets(away[person], minute_of(starts_at), minute_of(ends_at)):
            _refuse(plan, Person.objects.get(pk=person).name, starts_at)


def _check_teams(plan: Plan, now: datetime) -> None:
    claims = Claim.objects.filter(resource__week=plan.week, kind=Claim.Kind.CLOSED, resource__team__isnull=False)
    away = _stretches(claims, "resource__team_id")
    if not away:
        return
    lent = Placement.teams.through.objects.filter(placement__plan=plan, placement__ends_at__gt=now)
    for team, starts_at, ends_at in lent.values_list("interpreterteam_id", "placement__starts_at", "placement__ends_at"):
        if _meets(away.get(team, ()), minute_of(starts_at), minute_of(ends_at)):
            _refuse(plan, str(InterpreterTeam.objects.get(pk=team).name), starts_at)


def _check_presence(plan: Plan, ahead: QuerySet[Placement]) -> None:
    """Refuse what begins before somebody arrives or ends after they leave."""
    stay = "meeting__participants__person__participations"
    outside = Q(**{f"{stay}__arrives_at__gt": F("starts_at")}) | Q(**{f"{stay}__leaves_at__lt": F("ends_at")})
    for who, starts_at in ahead.filter(outside, **{f"{stay}__week": plan.week}).values_list(
        "meeting__participants__person__name", "starts_at"
    )[:1]:
        _refuse(plan, who, starts_at)


def _check_business_hours(plan: Plan, now: datetime) -> None:
    """Refuse what lies outside the hours that somebody gave for business meetings."""
    given = BusinessSettings.objects.filter(week=plan.week).exclude(hours=[])
    hours = {person: rules.from_json(windows) for person, windows in given.values_list("person_id", "hours")}
    if not hours:
        return
    for person, starts_at, ends_at in _seats(plan, now).filter(person__in=given.values("person")).values_list(*_SEAT):
        if not rules_business.within(hours[person], starts_at, ends_at):
            _refuse(plan, Person.objects.get(pk=person).name, starts_at)


_SEAT = ("person_id", "meeting__placements__starts_at", "meeting__placements__ends_at")


def _seats(plan: Plan, now: datetime) -> QuerySet[Participant]:
    return Participant.objects.filter(meeting__placements__plan=plan, meeting__placements__ends_at__gt=now)


def _stretches(claims: QuerySet[Claim], whose: str) -> dict[UUID, list[Stretch]]:
    taken: dict[UUID, list[Stretch]] = defaultdict(list)
    for key, start, end in claims.values_list(whose, "start", "end"):
        taken[key].append((start, end))
    return taken


def _meets(taken: Iterable[Stretch], start: int, end: int) -> bool:
    return any(first < end and start < last for first, last in taken)


def _refuse(plan: Plan, who: str, starts_at: datetime) -> None:
    hour = f"{starts_at.astimezone(ZoneInfo(plan.week.timezone)):%d/%m %H:%M}"
    raise PlanStale(number=plan.number, what=_("%(place)s is not free on %(hour)s") % {"place": who, "hour": hour})
