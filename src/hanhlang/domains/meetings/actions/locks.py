"""Locks and holds: placements that may not move, for good or until an hour."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from hanhlang.domains.agenda.actions import NewClaim, replace_claims
from hanhlang.domains.agenda.models import Claim
from hanhlang.domains.agenda.queries import resource_ids
from hanhlang.domains.core import audit, live, outbox
from hanhlang.domains.events.models import Place, Week
from hanhlang.domains.meetings import rules
from hanhlang.domains.meetings.errors import HoldExpired, HourNotOffered, MeetingIsCancelled, NotLocked, PlaceNotOffered, ReasonMissing
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
    :raises AlreadyTaken: if somebody or something is taken then.
    """
    meeting = Meeting.objects.select_for_update(of=("self",)).select_related("week", "grid").get(pk=meeting.pk)
    _check(meeting, starts_at=starts_at, place=place, reason=reason, expires_at=expires_at, now=now)
    values = {"starts_at": starts_at, "place": place, "reason": reason, "expires_at": expires_at, "by": by}
    lock, _ = Lock.objects.update_or_create(meeting=meeting, defaults=values)
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
