"""After a meeting: what became of it, each side's note, everybody's mark, and what is to follow."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from hanhlang.domains.core import audit, live, outbox
from hanhlang.domains.meetings.errors_outcomes import (
    DueInThePast,
    FollowUpDone,
    FollowUpUnclear,
    MarkUnknown,
    NeverPlaced,
    NoteTooLong,
    NotYetBegun,
    NotYourMeeting,
    OutcomeSettled,
    OwnerNotThere,
    WhoWasAbsent,
)
from hanhlang.domains.meetings.models import FollowUp, Meeting, Outcome, OutcomeNote, Participant, Placement, Plan, Satisfaction
from hanhlang.domains.meetings.outcome_rights import Standing, people_of_sides
from hanhlang.domains.people.models import Account, Person

MOST_TEXT, MOST_NOTE = 500, 5000


@transaction.atomic
def record_outcome(
    *,
    meeting: Meeting,
    standing: Standing,
    state: str,
    absent_side: int | None = None,
    why: str = "",
    by: Account | None,
    now: datetime,
) -> Outcome:
    """
    Say what became of a meeting; a later word replaces an earlier one, but nobody's replaces the desk's.

    ``absent_side`` is 1 or 2, or 0 when nobody came.

    :raises NotYourMeeting, NeverPlaced, NotYetBegun, WhoWasAbsent, OutcomeSettled: as their names say.
    """
    if not standing.may_record:
        raise NotYourMeeting()
    meeting = _begun(meeting, now)
    chosen = Outcome.State(state)
    if (absent_side in (0, 1, 2)) != (chosen == Outcome.State.NO_SHOW):
        raise WhoWasAbsent()
    is_desk = not standing.sides
    earlier = Outcome.objects.filter(meeting=meeting).first()
    if earlier and earlier.is_desk and not is_desk:
        raise OutcomeSettled(number=meeting.number)
    outcome = earlier or Outcome(meeting=meeting)
    outcome.state, outcome.absent_side, outcome.why = chosen, absent_side, why.strip()[:300]
    outcome.is_desk, outcome.by, outcome.at = is_desk, by, now
    outcome.save()
    details = {"state": state, "absent_side": absent_side, "by_desk": is_desk}
    audit.record("meeting.outcome", about=meeting, by=by, at=now, details=details)
    outbox.post("meeting.outcome", meeting=meeting.pk, state=state, absent_side=absent_side)
    live.bump(f"plan:{meeting.week.key}", f"agenda:{meeting.week.key}")
    return outcome


@transaction.atomic
def write_note(*, meeting: Meeting, standing: Standing, text: str, by: Account | None, now: datetime) -> OutcomeNote:
    """
    Write one's own side's note of a meeting; the other side and the desk never see it.

    :raises NotYourMeeting: unless one speaks for exactly one side.
    :raises NoteTooLong: as its name says.
    """
    if len(standing.sides) != 1:
        raise NotYourMeeting()
    if len(text) > MOST_NOTE:
        raise NoteTooLong(most=MOST_NOTE)
    (side,) = standing.sides
    note, _ = OutcomeNote.objects.update_or_create(meeting=meeting, side=side, defaults={"text": text.strip(), "by": by})
    audit.record("meeting.note_written", about=meeting, by=by, at=now, details={"side": side})
    outbox.post("meeting.note_written", meeting=meeting.pk, side=side)
    return note


@transaction.atomic
def mark_meeting(*, meeting: Meeting, person: Person, mark: int, by: Account | None, now: datetime) -> Satisfaction:
    """
    Keep how a participant found a meeting; a second mark replaces the first.

    :raises NotYourMeeting: if they were not in it.
    :raises NeverPlaced, NotYetBegun, MarkUnknown: as their names say.
    """
    if not Participant.objects.filter(meeting=meeting, person=person).exists():
        raise NotYourMeeting()
    meeting = _begun(meeting, now)
    if mark not in Satisfaction.Mark.values:
        raise MarkUnknown()
    given, _ = Satisfaction.objects.update_or_create(meeting=meeting, person=person, defaults={"mark": mark, "at": now})
    # Neither the mark nor whose it is: the audit is read by more people than the sums.
    audit.record("meeting.marked", about=meeting, by=None, at=now)
    outbox.post("meeting.marked", meeting=meeting.pk)
    return given


@transaction.atomic
def add_follow_up(
    *, meeting: Meeting, standing: Standing, text: str, owner: Person, due_on: date, by: Account | None, now: datetime
) -> FollowUp:
    """
    Note something to be done, by whom and until when.

    :raises NotYourMeeting, FollowUpUnclear, OwnerNotThere, DueInThePast: as their names say.
    """
    if not standing.may_record:
        raise NotYourMeeting()
    if not text.strip() or len(text) > MOST_TEXT:
        raise FollowUpUnclear()
    if owner.pk not in people_of_sides(meeting.week, meeting):
        raise OwnerNotThere(owner=owner.name)
    if due_on < now.astimezone(ZoneInfo(meeting.week.timezone)).date():
        raise DueInThePast(day=f"{due_on:%Y-%m-%d}")
    row = FollowUp.objects.create(meeting=meeting, text=text.strip(), owner=owner, due_on=due_on, by=by)
    audit.record("follow_up.added", about=row, by=by, at=now, people=[owner.pseudonym], details={"due_on": due_on})
    outbox.post("follow_up.added", follow_up=row.pk)
    live.bump(f"plan:{meeting.week.key}", f"agenda:{meeting.week.key}")
    return row


@transaction.atomic
def finish_follow_up(*, follow_up: FollowUp, standing: Standing, by: Account | None, now: datetime) -> FollowUp:
    """
    Mark a follow-up as done: by its owner, its sides or the desk.

    :raises NotYourMeeting, FollowUpDone: as their names say.
    """
    row = FollowUp.objects.select_for_update(of=("self",)).select_related("meeting__week").get(pk=follow_up.pk)
    is_owner = by is not None and by.person_id == row.owner_id
    if not (standing.may_record or is_owner):
        raise NotYourMeeting()
    if row.done_at:
        raise FollowUpDone()
    row.done_at = now
    row.save(update_fields=["done_at", "changed_at"])
    audit.record("follow_up.done", about=row, by=by, at=now)
    outbox.post("follow_up.done", follow_up=row.pk)
    live.bump(f"plan:{row.meeting.week.key}", f"agenda:{row.meeting.week.key}")
    return row


def _begun(meeting: Meeting, now: datetime) -> Meeting:
    """Return the meeting, locked, if its published hour has come."""
    meeting = Meeting.objects.select_for_update(of=("self",)).select_related("week").get(pk=meeting.pk)
    placement = Placement.objects.filter(meeting=meeting, plan__state=Plan.State.PUBLISHED).first()
    if placement is None or meeting.state == Meeting.State.CANCELLED:
        raise NeverPlaced(number=meeting.number)
    if now < placement.starts_at:
        raise NotYetBegun(number=meeting.number)
    return meeting
