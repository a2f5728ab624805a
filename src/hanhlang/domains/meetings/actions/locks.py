"""Locks and holds: placements that may not move, for good or until an hour."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from hanhlang.domains.agenda.actions import NewClaim, replace_claims
from hanhlang.domains.agenda.minutes import minute_of
from hanhlang.domains.agenda.models import Claim
from hanhlang.domains.agenda.queries import resource_ids
from hanhlang.domains.core import audit, live, outbox
from hanhlang.domains.events.models import Participation, Place, Week
from hanhlang.domains.meetings import rules
from hanhlang.domains.meetings.errors import HoldExpired, HourNotOffered, MeetingIsCancelled, NotLocked, PlaceNotOffered, ReasonMissing
from hanhlang.domains.meetings.errors_planning import LockContradicts, LockOnClosedPlace
from hanhlang.domains.meetings.models import Lock, Meeting, Placement, Plan
from hanhlang.domains.people.models import Account


@transaction.atomic
def lock_meeting(
    *,
    meeting: Meeting,
    starts_at: datetime,
    place: Place | None,
    reason: str,
    expires_at: datetime | None = None,
    by: Account | None,
    now: datetime,
) -> Lock:
    """
    Keep a meeting at an hour (and a place) in every later plan; with ``expires_at`` it is a hold, which takes the time at once.

    A meeting that is locked already is locked anew. A hold on a published meeting takes nothing more: its time is taken.

    :raises MeetingIsCancelled, HourNotOffered, PlaceNotOffered, ReasonMissing, HoldExpired: as their names say.
    :raises LockContradicts, LockOnClosedPlace: if one of its people is not there or engaged then, or the place is not open.
    :raises AlreadyTaken: if somebody or something is taken then.
    """
    meeting = Meeting.objects.select_for_update(of=("self",)).select_related("week", "grid").get(pk=meeting.pk)
    _check(meeting, starts_at=starts_at, place=place, reason=reason, expires_at=expires_at, now=now)
    _check_availability(meeting, starts_at, place)
    values = {"starts_at": starts_at, "place": place, "reason": reason, "expires_at": expires_at, "by": by}
    lock, _is_new = Lock.objects.update_or_create(meeting=meeting, defaults=values)
    published = Placement.objects.filter(meeting=meeting, plan__state=Plan.State.PUBLISHED).exists()
    claims = _claims(meeting, starts_at, place) if expires_at and not published else []
    replace_claims(week=meeting.week, drop=[hold_source(meeting)], claims=claims, by=by, now=now)
    audit.record("meeting.held" if expires_at else "meeting.locked", about=meeting, by=by, at=now, details={"until": expires_at})
    outbox.post("meeting.locked", meeting=meeting.pk)
    live.bump(f"plan:{meeting.week.key}")
    return lock


@transaction.atomic
def unlock_meeting(*, meeting: Meeting, by: Account | None, now: datetime) -> None:
    """
    Let a meeting move again.

    :raises NotLocked: if it may already.
    """
    if not Lock.objects.filter(meeting=meeting).delete()[0]:
        raise NotLocked(number=meeting.number)
    replace_claims(week=meeting.week, drop=[hold_source(meeting)], claims=[], by=by, now=now)
    audit.record("meeting.unlocked", about=meeting, by=by, at=now)
    outbox.post("meeting.unlocked", meeting=meeting.pk)
    live.bump(f"plan:{meeting.week.key}")


@transaction.atomic
def expire_holds(*, week: Week, now: datetime) -> int:
    """Remove the holds whose hour has come and free what they took; return how many."""
    over = free_expired_holds(week=week, now=now)
    if over:
        live.bump(f"plan:{week.key}")
    return over


def free_expired_holds(*, week: Week, now: datetime) -> int:
    """Do the same inside another action, which says itself, and last, that the plan has changed."""
    over = list(Lock.objects.filter(meeting__week=week, expires_at__lte=now).select_related("meeting"))
    if over:
        Lock.objects.filter(pk__in=[lock.pk for lock in over]).delete()
        replace_claims(week=week, drop=[hold_source(lock.meeting) for lock in over], claims=[], by=None, now=now)
        for lock in over:
            audit.record("meeting.hold_expired", about=lock.meeting, by=None, at=now)
    return len(over)


def hold_source(meeting: Meeting) -> str:
    """Return the source of the claims of a hold."""
    return f"hold:{meeting.pk}"


def _check(meeting: Meeting, *, starts_at: datetime, place: Place | None, reason: str, expires_at: datetime | None, now: datetime) -> None:
    grid, week = meeting.grid, meeting.week
    if meeting.state == Meeting.State.CANCELLED:
        raise MeetingIsCancelled(number=meeting.number)
    if not reason.strip():
        raise ReasonMissing(number=meeting.number)
    if expires_at and expires_at <= now:
        raise HoldExpired()
    starts = rules.starts_of(grid.blocks, minutes=grid.minutes, length=meeting.minutes, timezone=week.timezone)
    if starts_at not in {start for start, _ in starts}:
        raise HourNotOffered(number=meeting.number, hour=f"{starts_at.astimezone(ZoneInfo(week.timezone)):%Y-%m-%d %H:%M}")
    if place and (place.week_id != week.pk or place.pool not in meeting.pools or meeting.site_id not in (None, place.site_id)):
        raise PlaceNotOffered(number=meeting.number, place=place.name)


def _check_availability(meeting: Meeting, starts_at: datetime, place: Place | None) -> None:
    """Refuse a lock that no plan could keep; each refusal names the person or the place, and the hours."""
    zone, ends_at = ZoneInfo(meeting.week.timezone), starts_at + timedelta(minutes=meeting.minutes)
    people = {seat.person_id: seat.person for seat in meeting.participants.select_related("person").order_by("person__name")}
    for stay in Participation.objects.filter(week=meeting.week, person__in=people).order_by("person__name"):
        if stay.arrives_at and starts_at < stay.arrives_at:
            why = _("there only from %(hour)s") % {"hour": f"{stay.arrives_at.astimezone(zone):%d/%m %H:%M}"}
            raise LockContradicts(person=people[stay.person_id].name, why=why)
        if stay.leaves_at and ends_at > stay.leaves_at:
            why = _("there only until %(hour)s") % {"hour": f"{stay.leaves_at.astimezone(zone):%d/%m %H:%M}"}
            raise LockContradicts(person=people[stay.person_id].name, why=why)
    first, last = minute_of(starts_at), minute_of(ends_at)
    cleared = last + (place.turnround_minutes if place else 0)
    concerned = Q(resource__person__in=people, start__lt=last) | Q(resource__place=place, resource__place__isnull=False, start__lt=cleared)
    kinds = (Claim.Kind.SESSION, Claim.Kind.CLOSED)
    taken = Claim.objects.filter(concerned, resource__week=meeting.week, kind__in=kinds, end__gt=first).select_related("resource")
    for claim in taken.order_by("start", "pk"):
        hours = "–".join(f"{datetime.fromtimestamp(minute * 60, zone):%H:%M}" for minute in (claim.start, claim.end))
        if claim.resource.person_id:
            why = _("engaged %(hours)s") % {"hours": hours}
            raise LockContradicts(person=people[claim.resource.person_id].name, why=why)
        raise LockOnClosedPlace(place=place.name if place else "", hours=hours)


def _claims(meeting: Meeting, starts_at: datetime, place: Place | None) -> list[NewClaim]:
    end = starts_at + timedelta(minutes=meeting.minutes)
    people = list(meeting.participants.values_list("person_id", flat=True))
    resources = resource_ids(meeting.week, people)
    taken = [(resources.person(person), end) for person in people]
    if place:
        taken.append((resources.place(place.pk), end + timedelta(minutes=place.turnround_minutes)))
    return [
        NewClaim(resource=resource, start=starts_at, end=until, kind=Claim.Kind.HOLD, source=hold_source(meeting))
        for resource, until in taken
    ]
