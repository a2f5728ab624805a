"""Publishing a plan: the time is taken, agendas are written and exactly those whose agenda differs are told, in one transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from hanhlang.domains.agenda.actions import NewClaim, replace_claims
from hanhlang.domains.agenda.models import Claim
from hanhlang.domains.agenda.queries import resource_ids
from hanhlang.domains.core import audit, live, outbox
from hanhlang.domains.meetings.actions.changes import look_again, settle
from hanhlang.domains.meetings.actions.freshness import check_answers, check_fresh
from hanhlang.domains.meetings.actions.locks import free_expired_holds, hold_source
from hanhlang.domains.meetings.actions.notices import tell
from hanhlang.domains.meetings.actions.numbers import lock_week
from hanhlang.domains.meetings.actions.tellings import Spot, Telling, people_told, tellings_of
from hanhlang.domains.meetings.enums import Secrecy
from hanhlang.domains.meetings.errors import PlanAlreadyPublished, PlanIsPast
from hanhlang.domains.meetings.models import Change, Lock, Meeting, Participant, Placement, Plan
from hanhlang.domains.meetings.reading import as_text, key_of, of_many
from hanhlang.domains.meetings.visibility import open_to_staff
from hanhlang.domains.people.models import Account, Person

__all__ = ["Published", "Spot", "Telling", "meeting_source", "people_told", "publish_plan", "tellings_of"]


@dataclass(frozen=True, slots=True)
class Published:
    """
    What publishing did: meetings whose placement is new, moved or dropped, and the people told.

    Without the meetings that not all staff may know of.
    """

    plan: Plan
    meetings_changed: int
    told: tuple[UUID, ...]


@transaction.atomic
def publish_plan(*, plan: Plan, by: Account | None, now: datetime) -> Published:
    """
    Make a plan the one that counts.

    :raises PlanAlreadyPublished, PlanIsPast: if it is not a draft.
    :raises PlanStale: if a meeting was called off, a place closed, a lock set or somebody's hours changed since it was found; or, of an
        alternative, if its change was answered or another plan published meanwhile.
    :raises AlreadyTaken: if somebody or something has been taken meanwhile.
    """
    lock_week(plan.week)
    locked = Plan.objects.select_for_update(of=("self",)).select_related("week", "change").filter(pk=plan.pk).first()
    if locked is None:
        # It went when its change was answered, or when a newer search kept its own.
        raise PlanIsPast(number=plan.number)
    plan = locked
    if plan.state == Plan.State.PUBLISHED:
        raise PlanAlreadyPublished(number=plan.number)
    if plan.state == Plan.State.PAST:
        raise PlanIsPast(number=plan.number)
    week = plan.week
    free_expired_holds(week=week, now=now)
    earlier = Plan.objects.filter(week=week, state=Plan.State.PUBLISHED).first()
    if plan.state == Plan.State.ALTERNATIVE:
        check_answers(plan, earlier)
    check_fresh(plan, now=now)

    changed = _changed(plan, earlier)
    _take_time(plan, changed, by=by, now=now)
    if earlier:
        earlier.state = Plan.State.PAST
        earlier.save(update_fields=["state", "changed_at"])
    plan.state, plan.published_at, plan.published_by = Plan.State.PUBLISHED, now, by
    plan.save(update_fields=["state", "published_at", "published_by", "changed_at"])
    tellings = tellings_of(plan)
    told = tell(tellings, week=week, plan=plan, now=now)
    if plan.change and plan.change.state == Change.State.TAKEN_IN:
        settle(plan.change, by=by, now=now)
    # What was found for other changes was found beside the plan that is past now.
    look_again(week)

    done = _shared(plan, changed, tellings)
    pseudonyms = list(Person.objects.filter(pk__in=done.told).values_list("pseudonym", flat=True))
    details = {"plan": plan.number, "meetings": done.meetings_changed, "told": len(done.told)}
    audit.record("plan.published", about=plan, by=by, at=now, details=details, people=pseudonyms)
    for meeting, people in _kept_back(tellings).items():
        audit.record("meeting.published", about=meeting, by=by, at=now, details={"plan": plan.number}, people=people)
    outbox.post("plan.published", week=week.pk, plan=plan.pk, people=sorted(told))
    live.bump(f"plan:{week.key}", f"agenda:{week.key}", f"change:{week.key}", f"notice:{week.key}", f"liaison:{week.key}")
    return done


def _shared(plan: Plan, changed: Collection[UUID], tellings: Iterable[Telling]) -> Published:
    """Return what all staff may know of a publication."""
    secret = set(Meeting.objects.filter(week=plan.week).exclude(open_to_staff()).values_list("pk", flat=True))
    told = {telling.person.pk for telling in tellings if telling.meeting.pk not in secret}
    return Published(plan, len(set(changed) - secret), tuple(sorted(told)))


def _kept_back(tellings: Iterable[Telling]) -> dict[Meeting, list[UUID]]:
    """Return the secret meetings that people were told about, each with the pseudonyms of those: an entry of the audit of its own."""
    found: dict[Meeting, list[UUID]] = defaultdict(list)
    for telling in tellings:
        if telling.meeting.secrecy not in Secrecy.PLACE.at_least:
            found[telling.meeting].append(telling.person.pseudonym)
    return found


def meeting_source(meeting_id: UUID) -> str:
    """Return the source of the claims of a published meeting."""
    return f"meeting:{meeting_id}"


def _changed(plan: Plan, earlier: Plan | None) -> set[UUID]:
    """Return the meetings whose hour, place, teams or equipment differ between two plans."""
    one, other = _marks(plan), _marks(earlier) if earlier else set()
    return {UUID(key_of(mark[0])) for mark in one ^ other}


def _marks(plan: Plan) -> set[tuple[str, ...]]:
    """Return what may differ. Compared here: the database knows too little of a plan just written to compare thousands well."""
    marks = set(plan.placements.values_list(*as_text("meeting_id", "starts_at", "ends_at", "place_id")))
    for through, thing in ((Placement.teams.through, "interpreterteam_id"), (Placement.equipment.through, "equipment_id")):
        marks |= set(through.objects.filter(placement__plan=plan).values_list(*as_text("placement__meeting_id", thing)))
    return marks


def _take_time(plan: Plan, changed: Collection[UUID], *, by: Account | None, now: datetime) -> None:
    """Replace the claims of every meeting that changed; what stays is not touched. What was held for a placed meeting is free."""
    week = plan.week
    held = Lock.objects.filter(meeting__week=week, meeting__placements__plan=plan).select_related("meeting")
    drop = [hold_source(lock.meeting) for lock in held] + [meeting_source(key) for key in changed]
    people = defaultdict(list)
    for seat in of_many(Participant.objects.all(), changed, "meeting__in"):
        people[seat.meeting_id].append(seat.person_id)
    resources = resource_ids(week, {person for party in people.values() for person in party})
    placements = plan.placements.select_related("place").prefetch_related("teams", "equipment")
    claims = []
    for placement in of_many(placements, changed, "meeting__in"):
        # Turn-round is time of the place, not of the people.
        cleared = placement.ends_at + timedelta(minutes=placement.place.turnround_minutes)
        taken = [(resources.place(placement.place_id), cleared)]
        taken += [(resources.person(person), placement.ends_at) for person in people[placement.meeting_id]]
        taken += [(resources.team(team.pk), placement.ends_at) for team in placement.teams.all()]
        taken += [(resources.thing(thing.pk), placement.ends_at) for thing in placement.equipment.all()]
        source = meeting_source(placement.meeting_id)
        claims += [
            NewClaim(resource=resource, start=placement.starts_at, end=end, kind=Claim.Kind.MEETING, source=source)
            for resource, end in taken
        ]
    replace_claims(week=week, drop=drop, claims=claims, by=by, now=now)
