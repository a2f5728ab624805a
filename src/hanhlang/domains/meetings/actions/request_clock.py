"""What the clock does to requests: an hour to think ends, an answer that never came is no longer waited for."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from hanhlang.domains.meetings import bilaterals
from hanhlang.domains.meetings.actions.request_steps import UNANSWERED, Who, locked, tell, write_step
from hanhlang.domains.meetings.models import Request


def expire_requests(*, now: datetime) -> int:
    """End what was not answered in time, and the hours to think that are over; return how many requests ended."""
    waiting = Request.objects.filter(state__in=UNANSWERED).select_related("week")
    due = [*waiting.filter(expires_at__lte=now), *waiting.filter(held_until__lte=now)]
    return sum(_end_one(request, now) for request in {request.pk: request for request in due}.values())


@transaction.atomic
def _end_one(request: Request, now: datetime) -> bool:
    request = locked(request)
    if request.state not in UNANSWERED:
        # It was answered while we looked.
        return False
    ends_at = bilaterals.ends_at(request.expires_at, request.held_until)
    is_over = ends_at is not None and ends_at <= now
    is_held = request.held_until is not None and request.held_until <= now
    if is_over:
        request.state, request.answered_at, request.held_until = Request.State.EXPIRED, now, None
    elif is_held:
        request.held_until = None
    else:
        return False
    request.save()
    write_step("expired" if is_over else "hold_ended", request, Who(None, now))
    tell(request)
    return is_over
