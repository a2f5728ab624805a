"""The two sides answer what the desk proposes so that their meeting gets a place."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from hanhlang.domains.delegations.models import Delegation
from hanhlang.domains.meetings.actions.daily_cap import check_days
from hanhlang.domains.meetings.actions.request_steps import Who, locked, tell, write_step
from hanhlang.domains.meetings.errors import NotAParty, RequestMoved
from hanhlang.domains.meetings.errors_planning import NothingProposed, PlacedMeanwhile
from hanhlang.domains.meetings.models import Meeting, Placement, Plan, Request
from hanhlang.domains.meetings.proposals import ACCEPTED, DECLINED, EVENTS, SIDES, Proposal, open_proposal
from hanhlang.domains.meetings.rules import STEP_MINUTES
from hanhlang.domains.people.models import Account


@transaction.atomic
def answer_proposal(
    *,
    request: Request,
    side: Delegation,
    accept: bool,
    why: str = "",
    seen: int | None = None,
    on_behalf: bool = False,
    by: Account | None,
    now: datetime,
) -> Request:
    """
    Say yes or no for one side; once both have said yes the meeting has the new length or the further hours, and the next search uses them.

    :raises NotAParty, RequestMoved: if it is another's, or no longer what was read.
    :raises NothingProposed: if nothing waits for an answer of this side.
    :raises PlacedMeanwhile: if the meeting has a place by now.
    :raises TooManyADay: if the hours proposed are on a day that is full for one of the sides; it may still say no.
    """
    request = locked(request)
    if side.pk not in (request.asking_id, request.asked_id):
        raise NotAParty()
    if seen is not None and seen != request.steps.count():
        raise RequestMoved(number=request.number)
    meeting = Meeting.objects.select_for_update().filter(request=request, state=Meeting.State.AGREED).first()
    proposal = open_proposal(request.steps.filter(event__in=EVENTS))
    if meeting is None or proposal is None or side.pk in proposal.agreed:
        raise NothingProposed(number=request.number)
    if accept and Placement.objects.filter(meeting=meeting, plan__state=Plan.State.PUBLISHED).exists():
        raise PlacedMeanwhile(number=request.number)
    if accept:
        # In its own hours it found no place, so that it will be where it is proposed.
        check_days(request, meeting, proposal.windows)
    is_agreed = accept and len(proposal.agreed | {side.pk}) == SIDES
    if is_agreed:
        _apply(request, meeting, proposal)
    write_step(ACCEPTED if accept else DECLINED, request, Who(by, now, side, on_behalf), why=why)
    tell(request, plan=is_agreed)
    return request


def _apply(request: Request, meeting: Meeting, proposal: Proposal) -> None:
    if proposal.minutes < meeting.minutes:
        if meeting.talk_minutes:
            # Where interpreting books more than the talk, the talk gets shorter in the same measure.
            meeting.talk_minutes = meeting.talk_minutes * proposal.minutes // meeting.minutes // STEP_MINUTES * STEP_MINUTES
        meeting.minutes = proposal.minutes
        request.minutes = meeting.talk_minutes or meeting.minutes
    for row in (meeting, request):
        # No hours at all means any.
        if row.windows and proposal.windows:
            row.windows = sorted([*row.windows, *proposal.windows])
    meeting.save(update_fields=["minutes", "talk_minutes", "windows", "changed_at"])
    request.save(update_fields=["minutes", "windows", "changed_at"])
