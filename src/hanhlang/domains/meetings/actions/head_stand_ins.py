"""Somebody of a delegation in another's place at a bilateral: of equal rank the other side is told, of lower rank it is asked."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from hanhlang.domains.agenda.actions import NewClaim, replace_claims
from hanhlang.domains.agenda.minutes import minute_of
from hanhlang.domains.agenda.models import Claim
from hanhlang.domains.agenda.queries import resource_ids
from hanhlang.domains.core import audit, live, outbox
from hanhlang.domains.delegations.models import Member
from hanhlang.domains.meetings import rules
from hanhlang.domains.meetings.actions.changes import look_again
from hanhlang.domains.meetings.actions.freeing import free_cancelled
from hanhlang.domains.meetings.actions.notices import tell_about
from hanhlang.domains.meetings.actions.numbers import lock_week
from hanhlang.domains.meetings.actions.publishing import meeting_source
from hanhlang.domains.meetings.bilaterals import tier_of
from hanhlang.domains.meetings.errors import MeetingIsCancelled, NotAMember
from hanhlang.domains.meetings.errors_business import NotAtThisMeeting
from hanhlang.domains.meetings.errors_changes import NotShorter, StandInNotFree, StandInPut, StandInSettled
from hanhlang.domains.meetings.models import Meeting, Participant, Placement, Plan, StandIn
from hanhlang.domains.people.models import Account, Person


@transaction.atomic
def name_stand_in(*, meeting: Meeting, absent: Person, person: Person, note: str = "", by: Account | None, now: datetime) -> StandIn:
    """
    Send somebody else of the same delegation.

    Of equal or higher rank the seat passes at once and the other side is told; of lower or unknown rank it is put to the other side, and
    nothing changes until it answers.

    :raises MeetingIsCancelled, NotAtThisMeeting, NotAMember: as their names say.
    :raises StandInPut: if the other side has not answered an earlier proposal yet.
    :raises StandInNotFree: if that person is taken then, or comes anyway.
    """
    meeting = _locked(meeting)
    if meeting.state == Meeting.State.CANCELLED:
        raise MeetingIsCancelled(number=meeting.number)
    if not Participant.objects.filter(meeting=meeting, person=absent).exists():
        raise NotAtThisMeeting(person=absent.name, number=meeting.number)
    member = Member.objects.filter(delegation__week=meeting.week, person=absent).select_related("delegation").first()
    if member is None or not Member.objects.filter(delegation=member.delegation, person=person).exists() or person.pk == absent.pk:
        raise NotAMember(person=person.name, delegation=member.delegation.name if member else "")
    if StandIn.objects.filter(meeting=meeting, absent=absent, state=StandIn.State.PUT).exists():
        raise StandInPut(number=meeting.number)
    _check_free(meeting, person)
    was, comes = tier_of([absent.rank or member.delegation.rank if member.is_head else absent.rank]), tier_of([person.rank])
    is_equal = was is not None and comes is not None and comes <= was
    state = StandIn.State.NOTIFIED if is_equal else StandIn.State.PUT
    row = StandIn.objects.create(meeting=meeting, absent=absent, person=person, state=state, note=note, named_by=by, named_at=now)
    if is_equal:
        _pass_seat(row, by=by, now=now)
    _tell("stand_in.named", row, by=by, now=now)
    return row


@transaction.atomic
def answer_stand_in(*, stand_in: StandIn, answer: str, minutes: int | None = None, by: Account | None, now: datetime) -> StandIn:
    """
    Say for the other side whether it meets the stand-in: ``accepted``, ``shortened`` to so many ``minutes``, or ``declined``.

    Declined, the meeting does not take place; its people are told and its time is free at once.

    :raises StandInSettled: if that was answered before.
    :raises NotShorter: if the length is not one that is offered, or not below the present one.
    """
    meeting = _locked(stand_in.meeting)
    row = StandIn.objects.select_for_update(of=("self",)).select_related("absent", "person").get(pk=stand_in.pk)
    row.meeting = meeting
    if row.state != StandIn.State.PUT:
        raise StandInSettled(number=meeting.number)
    chosen = StandIn.State(answer)
    if chosen == StandIn.State.SHORTENED:
        if minutes is None or not rules.LEAST_MINUTES <= minutes < meeting.minutes or minutes % rules.STEP_MINUTES:
            raise NotShorter(least=rules.LEAST_MINUTES, minutes=meeting.minutes)
        row.minutes = minutes
        meeting.minutes = minutes
        meeting.save(update_fields=["minutes", "changed_at"])
    row.state, row.answered_by, row.answered_at = chosen, by, now
    row.save()
    if chosen == StandIn.State.DECLINED:
        meeting.state = Meeting.State.CANCELLED
        meeting.save(update_fields=["state", "changed_at"])
        free_cancelled(meeting=meeting, by=by, now=now)
    else:
        _check_free(meeting, row.person)
        _pass_seat(row, by=by, now=now)
    _tell("stand_in.answered", row, by=by, now=now)
    return row


def _locked(meeting: Meeting) -> Meeting:
    lock_week(meeting.week)
    return Meeting.objects.select_for_update(of=("self",)).select_related("week").get(pk=meeting.pk)


def _placement(meeting: Meeting) -> Placement | None:
    published = Placement.objects.filter(meeting=meeting, plan__state=Plan.State.PUBLISHED)
    return published.select_related("place").prefetch_related("teams", "equipment").first()


def _check_free(meeting: Meeting, person: Person) -> None:
    if Participant.objects.filter(meeting=meeting, person=person).exists():
        raise StandInNotFree(person=person.name)
    placement = _placement(meeting)
    if placement is None:
        return
    start, end = minute_of(placement.starts_at), minute_of(placement.ends_at)
    if Claim.objects.filter(resource__week=meeting.week, resource__person=person, start__lt=end, end__gt=start).exists():
        raise StandInNotFree(person=person.name)


def _pass_seat(row: StandIn, *, by: Account | None, now: datetime) -> None:
    """Let the stand-in sit where the other would have, for the length that is agreed now; whoever it concerns is told."""
    meeting = row.meeting
    Participant.objects.filter(meeting=meeting, person=row.absent).update(person=row.person, changed_at=now)
    placement = _placement(meeting)
    if placement is not None:
        placement.ends_at = placement.starts_at + timedelta(minutes=meeting.minutes)
        placement.save(update_fields=["ends_at", "changed_at"])
        _take_time(meeting, placement, by=by, now=now)
    tell_about(week=meeting.week, meetings=[meeting.pk], now=now)
    look_again(meeting.week)


def _take_time(meeting: Meeting, placement: Placement, *, by: Account | None, now: datetime) -> None:
    people = list(Participant.objects.filter(meeting=meeting).values_list("person_id", flat=True))
    resources = resource_ids(meeting.week, people)
    end = placement.ends_at
    taken = [(resources.person(person), end) for person in people]
    taken.append((resources.place(placement.place_id), end + timedelta(minutes=placement.place.turnround_minutes)))
    taken += [(resources.team(team.pk), end) for team in placement.teams.all()]
    taken += [(resources.thing(thing.pk), end) for thing in placement.equipment.all()]
    source = meeting_source(meeting.pk)
    claims = [NewClaim(resource=key, start=placement.starts_at, end=until, kind=Claim.Kind.MEETING, source=source) for key, until in taken]
    replace_claims(week=meeting.week, drop=[source], claims=claims, by=by, now=now)


def _tell(event: str, row: StandIn, *, by: Account | None, now: datetime) -> None:
    people = [row.absent.pseudonym, row.person.pseudonym]
    audit.record(event, about=row, by=by, at=now, details={"state": row.state}, people=people)
    outbox.post(event, stand_in=row.pk)
    key = row.meeting.week.key
    live.bump(f"plan:{key}", f"agenda:{key}", f"notice:{key}", f"liaison:{key}", f"change:{key}")
