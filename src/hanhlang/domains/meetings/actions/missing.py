"""At a table where the other side does not come: saying so, and asking somebody else to come now."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q

from hanhlang.domains.core import audit, live, outbox
from hanhlang.domains.meetings import rules_business
from hanhlang.domains.meetings.actions.numbers import lock_week
from hanhlang.domains.meetings.actions.wishes import accept_wish
from hanhlang.domains.meetings.business_day import free_now
from hanhlang.domains.meetings.errors import MeetingIsCancelled
from hanhlang.domains.meetings.errors_business import (
    AlreadyReported,
    MeetingIsOver,
    NotAtThisMeeting,
    NotOffered,
    NotPlacedYet,
    TableIsFree,
    TooSoonToMiss,
)
from hanhlang.domains.meetings.models import Kind, Meeting, MissingReport, NowAsk, Placement, Plan, Wish
from hanhlang.domains.people.models import Account, Person


@transaction.atomic
def report_partner_missing(*, meeting: Meeting, waiting: Person, by: Account | None, now: datetime) -> MissingReport:
    """
    Say, from five minutes after the start, that the other side is not there.

    It is one side's word and counts against nobody by itself: outcomes are recorded afterwards, by both.

    :raises NotAtThisMeeting, MeetingIsCancelled, NotPlacedYet, TooSoonToMiss, MeetingIsOver, AlreadyReported: as their names say.
    """
    lock_week(meeting.week)
    meeting = Meeting.objects.select_for_update(of=("self",)).select_related("week").get(pk=meeting.pk)
    seats = {seat.person_id: seat for seat in meeting.participants.select_related("person")}
    mine = seats.get(waiting.pk)
    if mine is None or meeting.kind != Kind.BUSINESS:
        raise NotAtThisMeeting(person=waiting.name, number=meeting.number)
    if meeting.state == Meeting.State.CANCELLED:
        raise MeetingIsCancelled(number=meeting.number)
    placement = Placement.objects.filter(meeting=meeting, plan__state=Plan.State.PUBLISHED).first()
    if placement is None:
        raise NotPlacedYet(number=meeting.number)
    from_then = placement.starts_at + timedelta(minutes=rules_business.MISSING_AFTER_MINUTES)
    if now < from_then:
        hour = from_then.astimezone(ZoneInfo(meeting.week.timezone))
        raise TooSoonToMiss(hour=f"{hour:%H:%M}", minutes=rules_business.MISSING_AFTER_MINUTES)
    if now >= placement.ends_at:
        raise MeetingIsOver(number=meeting.number)
    if MissingReport.objects.filter(meeting=meeting, waiting=waiting).exists():
        raise AlreadyReported(number=meeting.number)
    report = MissingReport.objects.create(meeting=meeting, waiting=waiting, by=by, at=now, until=placement.ends_at)
    missing = [seat.person for seat in seats.values() if seat.side != mine.side]
    report.missing.set(missing)
    audit.record("meeting.partner_missing", about=meeting, by=by, at=now, people=[person.pseudonym for person in (waiting, *missing)])
    outbox.post(
        "meeting.partner_missing", meeting=meeting.pk, report=report.pk, waiting=waiting.pk, missing=[person.pk for person in missing]
    )
    live.bump(f"business:{meeting.week.key}", f"plan:{meeting.week.key}")
    return report


@transaction.atomic
def ask_to_come_now(*, report: MissingReport, asked: Person, by: Account | None, now: datetime) -> NowAsk:
    """
    Ask one of those who are free now to come to the table where one waits.

    :raises TableIsFree: if the time at the table is over, or somebody else is already coming.
    :raises NotOffered: if that person is not, or no longer, free now. Asking twice is the first ask.
    """
    report = _at_the_table(report, now)
    earlier = NowAsk.objects.filter(report=report, asked=asked).first()
    if earlier:
        return earlier
    if asked.pk not in {one.person.pk for one in free_now(report, now=now)}:
        raise NotOffered(person=asked.name)
    ask = NowAsk.objects.create(report=report, asked=asked, at=now)
    people = [report.waiting.pseudonym, asked.pseudonym]
    audit.record("meeting.now_asked", about=report.meeting, by=by, at=now, people=people)
    outbox.post("meeting.now_asked", ask=ask.pk, meeting=report.meeting_id, waiting=report.waiting_id, asked=asked.pk)
    live.bump(f"business:{report.meeting.week.key}")
    return ask


@transaction.atomic
def answer_now(*, ask: NowAsk, comes: bool, by: Account | None, now: datetime) -> NowAsk:
    """
    Say whether one comes to the table now; a wish that waited between the two is accepted by it.

    :raises TableIsFree: if the time is over or somebody else is already coming.
    """
    report = _at_the_table(ask.report, now)
    ask = NowAsk.objects.select_for_update(of=("self",)).select_related("asked").get(pk=ask.pk)
    if ask.answer == NowAsk.Answer.NONE:
        ask.answer = NowAsk.Answer.COMES if comes else NowAsk.Answer.CANNOT
        ask.answered_at = now
        ask.save(update_fields=["answer", "answered_at", "changed_at"])
        if comes:
            _agree(report, ask.asked, by=by, now=now)
        audit.record("meeting.now_answered", about=report.meeting, by=by, at=now, details={"comes": comes}, people=[ask.asked.pseudonym])
        outbox.post("meeting.now_answered", ask=ask.pk, meeting=report.meeting_id, comes=comes)
        live.bump(f"business:{report.meeting.week.key}", f"plan:{report.meeting.week.key}")
    return ask


def _agree(report: MissingReport, asked: Person, *, by: Account | None, now: datetime) -> None:
    """Both have now said yes: whoever made the wish, the other side's answer is here."""
    between = Q(asking=report.waiting, asked=asked) | Q(asking=asked, asked=report.waiting)
    wish = Wish.objects.filter(between, week=report.meeting.week, state=Wish.State.OPEN, expires_at__gt=now).select_related("week").first()
    if wish:
        accept_wish(wish=wish, by=by, now=now)


def _at_the_table(report: MissingReport, now: datetime) -> MissingReport:
    lock_week(report.meeting.week)
    report = MissingReport.objects.select_related("meeting__week", "waiting").get(pk=report.pk)
    if now >= report.until or report.asks.filter(answer=NowAsk.Answer.COMES).exists():
        raise TableIsFree()
    return report
