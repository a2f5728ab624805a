"""What a meeting had taken is given back at once, and its people are told, when it is called off or somebody does not come."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from hanhlang.domains.agenda.actions import replace_claims
from hanhlang.domains.core import audit, live, outbox
from hanhlang.domains.meetings.actions.changes import look_again
from hanhlang.domains.meetings.actions.locks import hold_source
from hanhlang.domains.meetings.actions.notices import tell_about
from hanhlang.domains.meetings.actions.numbers import lock_week
from hanhlang.domains.meetings.actions.outcomes import record_outcome
from hanhlang.domains.meetings.actions.publishing import meeting_source
from hanhlang.domains.meetings.errors import MeetingIsCancelled
from hanhlang.domains.meetings.errors_business import NotAtThisMeeting
from hanhlang.domains.meetings.models import Lock, Meeting, Outcome, Participant, Placement, Plan
from hanhlang.domains.meetings.outcome_rights import Standing
from hanhlang.domains.people.models import Account, Person


@transaction.atomic
def record_no_show(*, meeting: Meeting, person: Person, by: Account | None, now: datetime) -> set[UUID]:
    """
    Note at the desk that somebody did not come: the place is free at once and everybody in the meeting is told. Return who was told.

    :raises NeverPlaced, NotYetBegun: if it had no hour, or the hour has not come.
    :raises MeetingIsCancelled: if it was called off before.
    :raises NotAtThisMeeting: if that person was not to be there.
    """
    lock_week(meeting.week)
    meeting = Meeting.objects.select_for_update(of=("self",)).select_related("week").get(pk=meeting.pk)
    if meeting.state == Meeting.State.CANCELLED:
        raise MeetingIsCancelled(number=meeting.number)
    seat = Participant.objects.filter(meeting=meeting, person=person).first()
    if seat is None:
        raise NotAtThisMeeting(person=person.name, number=meeting.number)
    desk = Standing(sees=True, may_record=True)
    record_outcome(meeting=meeting, standing=desk, state=Outcome.State.NO_SHOW, absent_side=seat.side, by=by, now=now)
    meeting.state = Meeting.State.CANCELLED
    meeting.save(update_fields=["state", "changed_at"])
    audit.record("meeting.no_show", about=meeting, by=by, at=now, people=[person.pseudonym])
    outbox.post("meeting.no_show", meeting=meeting.pk, person=person.pk)
    return free_cancelled(meeting=meeting, by=by, now=now)


@transaction.atomic
def free_after_no_show(*, meeting: Meeting, by: Account | None, now: datetime) -> set[UUID]:
    """
    Free the table of a meeting to which, by the desk's word, somebody did not come, while its hour lasts; return who was told.

    One side's word frees nothing: the other side may say otherwise. Repeating it tells nobody.
    """
    lock_week(meeting.week)
    meeting = Meeting.objects.select_for_update(of=("self",)).select_related("week").get(pk=meeting.pk)
    said = Outcome.objects.filter(meeting=meeting, state=Outcome.State.NO_SHOW, is_desk=True, meeting__state=Meeting.State.AGREED).first()
    on = Placement.objects.filter(meeting=meeting, plan__state=Plan.State.PUBLISHED, ends_at__gt=now)
    if said is None or not on.exists():
        return set()
    meeting.state = Meeting.State.CANCELLED
    meeting.save(update_fields=["state", "changed_at"])
    absent = meeting.participants.filter(side=said.absent_side) if said.absent_side else meeting.participants.all()
    pseudonyms = list(absent.values_list("person__pseudonym", flat=True))
    audit.record("meeting.no_show", about=meeting, by=by, at=now, people=pseudonyms)
    return free_cancelled(meeting=meeting, by=by, now=now)


@transaction.atomic
def free_cancelled(*, meeting: Meeting, by: Account | None, now: datetime) -> set[UUID]:
    """Give back what a meeting that was called off had taken, and tell its people; return who was told. Repeating it tells nobody."""
    lock_week(meeting.week)
    if Meeting.objects.filter(pk=meeting.pk).exclude(state=Meeting.State.CANCELLED).exists():
        return set()
    Lock.objects.filter(meeting=meeting).delete()
    replace_claims(week=meeting.week, drop=[meeting_source(meeting.pk), hold_source(meeting)], claims=[], by=by, now=now)
    told = tell_about(week=meeting.week, meetings=[meeting.pk], now=now)
    if told:
        look_again(meeting.week)
    key = meeting.week.key
    live.bump(f"plan:{key}", f"agenda:{key}", f"notice:{key}", f"liaison:{key}")
    return told
