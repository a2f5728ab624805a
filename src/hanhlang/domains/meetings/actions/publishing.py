"""Publishing a plan: the time is taken, agendas are written and exactly those whose agenda differs are told, in one transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from hanhlang.domains.agenda.actions import NewClaim, replace_claims
from hanhlang.domains.agenda.minutes import minute_of
from hanhlang.domains.agenda.models import Claim
from hanhlang.domains.agenda.queries import resource_ids
from hanhlang.domains.core import audit, live, outbox
from hanhlang.domains.events.models import Week
from hanhlang.domains.meetings.actions.locks import free_expired_holds, hold_source
from hanhlang.domains.meetings.actions.numbers import lock_week
from hanhlang.domains.meetings.errors import PlanAlreadyPublished, PlanIsPast, PlanStale
from hanhlang.domains.meetings.models import Lock, Meeting, Participant, Placement, Plan, Promise
from hanhlang.domains.people.models import Account, Person

BATCH = 500


@dataclass(frozen=True, slots=True)
class Published:
    """What publishing did: meetings whose placement is new, moved or dropped, and the people told."""

    plan: Plan
    meetings_changed: int
    told: tuple[UUID, ...]


@transaction.atomic
def publish_plan(*, plan: Plan, by: Account | None, now: datetime) -> Published:
    """
    Make a plan the one that counts.

    :raises PlanAlreadyPublished, PlanIsPast: if it is not a draft.
    :raises PlanStale: if a meeting was called off, a place closed, a lock set or somebody's hours changed since it was found.
    :raises AlreadyTaken: if somebody or something has been taken meanwhile.
    """
    lock_week(plan.week)
    plan = Plan.objects.select_for_update(of=("self",)).select_related("week").get(pk=plan.pk)
    if plan.state == Plan.State.PUBLISHED:
        raise PlanAlreadyPublished(number=plan.number)
    if plan.state == Plan.State.PAST:
        raise PlanIsPast(number=plan.number)
    week = plan.week
    free_expired_holds(week=week, now=now)
    earlier = Plan.objects.filter(week=week, state=Plan.State.PUBLISHED).first()
    new, old = _placements(plan), _placements(earlier)
    _check_fresh(plan, new)

    changed = [key for key in {*new, *old} if _mark(new.get(key)) != _mark(old.get(key))]
    _take_time(week, new, changed, by=by, now=now)
    if earlier:
        earlier.state = Plan.State.PAST
        earlier.save(update_fields=["state", "changed_at"])
    plan.state, plan.published_at, plan.published_by = Plan.State.PUBLISHED, now, by
    plan.save(update_fields=["state", "published_at", "published_by", "changed_at"])
    told = _promise(week, new, now=now)

    pseudonyms = list(Person.objects.filter(pk__in=told).values_list("pseudonym", flat=True))
    details = {"plan": plan.number, "meetings": len(changed), "told": len(told)}
    audit.record("plan.published", about=plan, by=by, at=now, details=details, people=pseudonyms)
    outbox.post("plan.published", week=week.pk, plan=plan.pk, people=sorted(told))
    live.bump(f"plan:{week.key}", f"agenda:{week.key}")
    return Published(plan, len(changed), tuple(sorted(told)))


def people_told(plan: Plan) -> set[UUID]:
    """Return the people whose agenda would differ if this draft were published now."""
    new = _placements(plan)
    promises, told = _promises(plan.week), set()
    for (person, meeting), placement in _seats(new).items():
        promise = promises.get((person, meeting))
        if promise is None or _differs(promise, placement):
            told.add(person)
    for (person, meeting), promise in promises.items():
        if meeting not in new and not promise.is_cancelled:
            told.add(person)
    return told


def meeting_source(meeting_id: UUID) -> str:
    """Return the source of the claims of a published meeting."""
    return f"meeting:{meeting_id}"


def _placements(plan: Plan | None) -> dict[UUID, Placement]:
    if plan is None:
        return {}
    rows = plan.placements.select_related("meeting", "place").prefetch_related("teams")
    return {row.meeting_id: row for row in rows}


def _mark(placement: Placement | None) -> object:
    if placement is None:
        return None
    return placement.starts_at, placement.ends_at, placement.place_id, sorted(team.pk for team in placement.teams.all())


def _check_fresh(plan: Plan, new: dict[UUID, Placement]) -> None:
    """Compare the plan with what is true now; each difference is named for the desk."""
    zone = ZoneInfo(plan.week.timezone)
    for placement in new.values():
        if placement.meeting.state == Meeting.State.CANCELLED:
            raise PlanStale(number=plan.number, what=_("meeting %(number)s has been called off") % {"number": placement.meeting.number})
    for lock in Lock.objects.filter(meeting__week=plan.week).select_related("meeting"):
        held = new.get(lock.meeting_id)
        if held and (held.starts_at != lock.starts_at or (lock.place_id and held.place_id != lock.place_id)):
            raise PlanStale(number=plan.number, what=_("meeting %(number)s has been locked elsewhere") % {"number": lock.meeting.number})
    closed = defaultdict(list)
    kinds = [Claim.Kind.CLOSED, Claim.Kind.SESSION]
    for claim in Claim.objects.filter(resource__week=plan.week, resource__place__isnull=False, kind__in=kinds).select_related("resource"):
        closed[claim.resource.place_id].append(claim)
    for placement in new.values():
        until = minute_of(placement.ends_at) + placement.place.turnround_minutes
        for claim in closed[placement.place_id]:
            if claim.start < until and minute_of(placement.starts_at) < claim.end:
                hour = f"{placement.starts_at.astimezone(zone):%d/%m %H:%M}"
                raise PlanStale(
                    number=plan.number, what=_("%(place)s is not free on %(hour)s") % {"place": placement.place.name, "hour": hour}
                )


def _take_time(week: Week, new: dict[UUID, Placement], changed: Iterable[UUID], *, by: Account | None, now: datetime) -> None:
    """Replace the claims of every meeting that changed; what stays is not touched."""
    people = defaultdict(list)
    for meeting, person in Participant.objects.filter(meeting__week=week).values_list("meeting_id", "person_id"):
        people[meeting].append(person)
    resources = resource_ids(week, {person for party in people.values() for person in party})
    drop = [hold_source(placement.meeting) for placement in new.values()]
    claims = []
    for key in changed:
        drop.append(meeting_source(key))
        if (placement := new.get(key)) is None:
            continue
        # Turn-round is time of the place, not of the people.
        cleared = placement.ends_at + timedelta(minutes=placement.place.turnround_minutes)
        taken = [(resources.person(person), placement.ends_at) for person in people[key]]
        taken.append((resources.place(placement.place_id), cleared))
        taken += [(resources.team(team.pk), placement.ends_at) for team in placement.teams.all()]
        claims += [
            NewClaim(resource=resource, start=placement.starts_at, end=end, kind=Claim.Kind.MEETING, source=meeting_source(key))
            for resource, end in taken
        ]
    replace_claims(week=week, drop=drop, claims=claims, by=by, now=now)


def _promise(week: Week, new: dict[UUID, Placement], *, now: datetime) -> set[UUID]:
    """Write what each person is told; return those for whom anything differs from what they were told last."""
    promises = _promises(week)
    written: list[Promise] = []
    for (person, meeting), placement in _seats(new).items():
        promise = promises.pop((person, meeting), None)
        if promise is None:
            promise = Promise(person_id=person, meeting_id=meeting)
        elif _differs(promise, placement):
            promise.sequence += 1
        else:
            continue
        promise.starts_at, promise.ends_at, promise.place_id = placement.starts_at, placement.ends_at, placement.place_id
        promise.is_cancelled, promise.told_at = False, now
        written.append(promise)
    for promise in promises.values():
        if promise.meeting_id not in new and not promise.is_cancelled:
            promise.sequence += 1
            promise.is_cancelled, promise.told_at = True, now
            written.append(promise)
    Promise.objects.bulk_create(
        written,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["person", "meeting"],
        update_fields=["starts_at", "ends_at", "place", "sequence", "is_cancelled", "told_at"],
    )
    return {promise.person_id for promise in written}


def _promises(week: Week) -> dict[tuple[UUID, UUID], Promise]:
    return {(row.person_id, row.meeting_id): row for row in Promise.objects.filter(meeting__week=week)}


def _seats(placements: dict[UUID, Placement]) -> dict[tuple[UUID, UUID], Placement]:
    if not placements:
        return {}
    plan = next(iter(placements.values())).plan_id
    seats = Participant.objects.filter(meeting__placements__plan=plan).values_list("person_id", "meeting_id")
    return {(person, meeting): placements[meeting] for person, meeting in seats}


def _differs(promise: Promise, placement: Placement) -> bool:
    told = (promise.starts_at, promise.ends_at, promise.place_id, promise.is_cancelled)
    return told != (placement.starts_at, placement.ends_at, placement.place_id, False)
