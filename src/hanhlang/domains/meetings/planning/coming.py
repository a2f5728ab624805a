"""Somebody says "yes, I come now" to one who was left alone at a table: they meet there at once, where the rules allow it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from hanhlang.domains.core.errors import CodedError
from hanhlang.domains.meetings.actions.freeing import free_cancelled
from hanhlang.domains.meetings.actions.missing import answer_now
from hanhlang.domains.meetings.actions.publishing import publish_plan
from hanhlang.domains.meetings.actions.requests import cancel_meeting
from hanhlang.domains.meetings.errors_planning import MoveBreaks
from hanhlang.domains.meetings.models import Kind, Meeting, NowAsk, Placement, Plan, to_be_placed
from hanhlang.domains.meetings.planning.ground import Ground
from hanhlang.domains.meetings.planning.judging import Judge
from hanhlang.domains.meetings.planning.problem import problem_of
from hanhlang.domains.meetings.planning.storing import keep_draft, plan_from
from hanhlang.domains.people.models import Account


@transaction.atomic
def come_now(*, ask: NowAsk, by: Account | None, now: datetime) -> Placement | None:
    """
    Say yes to an ask, and publish the meeting of the two at the table that is free, in place of the one to which nobody came.

    Return where they meet. ``None``: it is agreed but could not be placed there; then all else stays as it was, for the desk to decide.

    :raises TableIsFree: if the time is over or somebody else is already coming.
    """
    ask = answer_now(ask=ask, comes=True, by=by, now=now)
    report = ask.report
    published = Plan.objects.filter(week=report.meeting.week, state=Plan.State.PUBLISHED).select_related("week").first()
    meeting = _between(ask, published)
    if meeting is None or published is None:
        return None
    table = published.placements.get(meeting=report.meeting)
    try:
        with transaction.atomic():
            return _placed(meeting, table, by=by, now=now)
    except CodedError:
        return None


def _between(ask: NowAsk, published: Plan | None) -> Meeting | None:
    """Return the meeting that the two agreed on and that has no hour yet."""
    report = ask.report
    agreed = Meeting.objects.filter(to_be_placed(), week=report.meeting.week, kind=Kind.BUSINESS).select_related("week")
    both = agreed.filter(participants__person=report.waiting).filter(participants__person=ask.asked)
    return both.exclude(placements__plan=published).order_by("number").first()


def _placed(meeting: Meeting, table: Placement, *, by: Account | None, now: datetime) -> Placement:
    """:raises CodedError: if a rule stands against it, or the plan as a whole does not hold just now; then nothing changes."""
    week, base = meeting.week, table.plan
    cancel_meeting(meeting=table.meeting, by=by, now=now)
    free_cancelled(meeting=table.meeting, by=by, now=now)
    problem = problem_of(week, now=now)
    judge = Judge(problem, plan_from(base, problem))
    # The grid's start, though a few minutes of it are gone: at any other no later plan would know the meeting.
    verdict = judge.verdict(str(meeting.pk), Ground(week, set()).minute(table.starts_at), str(table.place_id))
    if verdict.broken:
        raise MoveBreaks(number=meeting.number, count=len(verdict.broken))
    made = judge.whole(judge.moved([verdict.placement]))
    row = keep_draft(base=base, origin=Plan.Origin.MOVED, problem=problem, plan=made, by=by)
    plan = publish_plan(plan=row, by=by, now=now).plan
    return plan.placements.select_related("place__site").get(meeting=meeting)
