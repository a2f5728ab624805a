"""A colleague of the same firm takes somebody's seat at a business meeting; hour, place and every hard rule stay."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q

from hanhlang.domains.agenda.actions import NewClaim, replace_claims
from hanhlang.domains.agenda.errors import AlreadyTaken
from hanhlang.domains.agenda.minutes import moment_of
from hanhlang.domains.agenda.models import Claim, Travel
from hanhlang.domains.agenda.queries import resource_ids
from hanhlang.domains.core import audit, live, outbox
from hanhlang.domains.events.models import Participation
from hanhlang.domains.meetings import rules, rules_business
from hanhlang.domains.meetings.actions.locks import hold_source
from hanhlang.domains.meetings.actions.numbers import lock_week
from hanhlang.domains.meetings.actions.publishing import meeting_source
from hanhlang.domains.meetings.actions.wishes import check_room_for_one_more
from hanhlang.domains.meetings.errors import MeetingIsCancelled, TooManyMeetings
from hanhlang.domains.meetings.errors_business import ColleagueNotFree, MeetingIsOver, NotAColleague, NotAtThisMeeting
from hanhlang.domains.meetings.models import Block, BusinessSettings, Kind, Lock, Meeting, Participant, Placement, Plan, Promise
from hanhlang.domains.people.models import Account, Person
from hanhlang.domains.programme.models import Session


@transaction.atomic
def stand_in(*, meeting: Meeting, leaving: Person, coming: Person, by: Account | None, now: datetime) -> Participant:
    """
    Give a seat to a colleague who has agreed to stand in; whoever left, whoever comes and the other side are told.

    :raises MeetingIsCancelled, MeetingIsOver, NotAtThisMeeting, NotAColleague: as their names say.
    :raises ColleagueNotFree: if the colleague is taken, away, too far, has as many meetings as one may have, or the other side and
        the colleague do not meet. Which of these it is belongs to the colleague.
    """
    week = meeting.week
    lock_week(week)
    meeting = Meeting.objects.select_for_update(of=("self",)).select_related("week").get(pk=meeting.pk)
    if meeting.state == Meeting.State.CANCELLED:
        raise MeetingIsCancelled(number=meeting.number)
    seats = {seat.person_id: seat for seat in meeting.participants.select_related("person__organisation")}
    seat = seats.get(leaving.pk)
    if seat is None or meeting.kind != Kind.BUSINESS:
        raise NotAtThisMeeting(person=leaving.name, number=meeting.number)
    terms = _terms_of_colleague(meeting, leaving, coming)
    others = [one.person for one in seats.values() if one.side != seat.side]
    placement = Placement.objects.filter(meeting=meeting, plan__state=Plan.State.PUBLISHED).select_related("place").first()
    if placement and placement.ends_at <= now:
        raise MeetingIsOver(number=meeting.number)
    if coming.pk in seats or not _may_meet(meeting, coming, others):
        raise ColleagueNotFree(person=coming.name)
    there = placement or Lock.objects.filter(meeting=meeting).select_related("place").first()
    if there:
        _check_hours(meeting, coming, terms, there)
    seat.person = coming
    seat.save(update_fields=["person", "changed_at"])
    _pass_on_time(meeting, leaving, coming, by=by, now=now)
    told = _pass_on_promises(meeting, leaving, coming, placement, now=now)
    pseudonyms = [leaving.pseudonym, coming.pseudonym, *(person.pseudonym for person in others)]
    audit.record("meeting.stand_in", about=meeting, by=by, at=now, details={"number": meeting.number}, people=pseudonyms)
    outbox.post("meeting.stand_in", meeting=meeting.pk, left=leaving.pk, came=coming.pk, people=sorted({*told, leaving.pk, coming.pk}))
    live.bump(f"agenda:{week.key}", f"business:{week.key}", f"plan:{week.key}")
    return seat


def _terms_of_colleague(meeting: Meeting, leaving: Person, coming: Person) -> BusinessSettings:
    terms = BusinessSettings.objects.filter(week=meeting.week, person=coming, takes_part=True, may_stand_in=True).first()
    comes = Participation.objects.filter(week=meeting.week, person=coming).exists()
    same_firm = leaving.organisation_id is not None and leaving.organisation_id == coming.organisation_id
    if terms is None or not comes or not same_firm or leaving.pk == coming.pk:
        raise NotAColleague(person=coming.name)
    return terms


def _may_meet(meeting: Meeting, coming: Person, others: list[Person]) -> bool:
    """Tell whether no rule about people keeps ``coming`` from the other side."""
    try:
        check_room_for_one_more(meeting.week, coming)
    except TooManyMeetings:
        return False
    firms = [person.organisation_id for person in others]
    ours = Q(by_person=coming) & (Q(person__in=others) | Q(organisation__in=[firm for firm in firms if firm]))
    theirs = Q(by_person__in=others) & (Q(person=coming) | Q(organisation=coming.organisation_id))
    if Block.objects.filter(ours | theirs, week=meeting.week).exists():
        return False
    agreed = Meeting.objects.filter(week=meeting.week, kind=Kind.BUSINESS, state=Meeting.State.AGREED, participants__person=coming)
    return not agreed.filter(participants__person__in=others).exclude(pk=meeting.pk).exists()


def _check_hours(meeting: Meeting, coming: Person, terms: BusinessSettings, there: Placement | Lock) -> None:
    """
    Refuse a colleague who is away then, or cannot be there in time from the engagement before, or at the next in time.

    That nobody is in two places at once the database sees to when the time passes on.
    """
    start = there.starts_at
    end = start + timedelta(minutes=meeting.minutes)
    stay = Participation.objects.get(week=meeting.week, person=coming)
    away = (stay.arrives_at and start < stay.arrives_at) or (stay.leaves_at and end > stay.leaves_at)
    if away or not rules_business.within(rules.from_json(terms.hours), start, end):
        raise ColleagueNotFree(person=coming.name)
    if there.place is not None and not _in_reach(meeting, coming, start, end, there.place.site_id):
        raise ColleagueNotFree(person=coming.name)


def _in_reach(meeting: Meeting, coming: Person, start: datetime, end: datetime, site: UUID) -> bool:
    """Tell whether the roads leave time between this meeting and what the colleague does before and after."""
    zone = ZoneInfo(meeting.week.timezone)
    roads = {(way.origin_id, way.destination_id): way.minutes for way in Travel.objects.filter(week=meeting.week)}
    for claim in Claim.objects.filter(resource__week=meeting.week, resource__person=coming):
        where = _site_of(claim.source)
        if where is None or where == site:
            continue
        first, last = moment_of(claim.start), moment_of(claim.end)
        way, leaves, arrives = ((where, site), last, start) if last <= start else ((site, where), end, first)
        minutes = roads.get(way, [0] * 24)[leaves.astimezone(zone).hour]
        if leaves + timedelta(minutes=minutes) > arrives:
            return False
    return True


def _site_of(source: str) -> UUID | None:
    """Return the site of what a person is taken for, as far as it has one."""
    kind, _, rest = source.partition(":")
    if kind not in ("session", "meeting", "hold"):
        return None
    key = UUID(rest.partition(":")[0])
    if kind == "session":
        found = Session.objects.filter(pk=key).values_list("place__site_id", "site_id").first()
        return (found[0] or found[1]) if found else None
    if kind == "meeting":
        placed = Placement.objects.filter(meeting=key, plan__state=Plan.State.PUBLISHED)
        return placed.values_list("place__site_id", flat=True).first()
    return Lock.objects.filter(meeting=key).values_list("place__site_id", flat=True).first()


def _pass_on_time(meeting: Meeting, leaving: Person, coming: Person, *, by: Account | None, now: datetime) -> None:
    sources = [meeting_source(meeting.pk), hold_source(meeting)]
    kept = list(Claim.objects.filter(resource__week=meeting.week, source__in=sources))
    if not kept:
        return
    numbers = resource_ids(meeting.week, [leaving.pk, coming.pk])
    swap = {numbers.person(leaving.pk): numbers.person(coming.pk)}
    claims = [
        NewClaim(swap.get(row.resource_id, row.resource_id), moment_of(row.start), moment_of(row.end), row.kind, row.source) for row in kept
    ]
    try:
        replace_claims(week=meeting.week, drop=sources, claims=claims, by=by, now=now)
    except AlreadyTaken as refusal:
        raise ColleagueNotFree(person=coming.name) from refusal


def _pass_on_promises(meeting: Meeting, leaving: Person, coming: Person, placement: Placement | None, *, now: datetime) -> set[UUID]:
    """Write what each is told now: whoever left is free, whoever comes is not, and the other side meets somebody else."""
    told: set[UUID] = set()
    for promise in Promise.objects.filter(meeting=meeting, is_cancelled=False):
        promise.sequence += 1
        promise.told_at, promise.is_cancelled = now, promise.person_id == leaving.pk
        promise.save(update_fields=["sequence", "told_at", "is_cancelled", "changed_at"])
        told.add(promise.person_id)
    if placement:
        promise = Promise.objects.filter(meeting=meeting, person=coming).first() or Promise(meeting=meeting, person=coming, sequence=-1)
        promise.starts_at, promise.ends_at, promise.place = placement.starts_at, placement.ends_at, placement.place
        promise.sequence, promise.is_cancelled, promise.told_at = promise.sequence + 1, False, now
        promise.save()
    return told
