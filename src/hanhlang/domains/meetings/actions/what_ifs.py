"""Asking what would place a meeting that a plan could not; the worker works it out."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from hanhlang.domains.core import audit, live, outbox
from hanhlang.domains.meetings.errors_planning import HasAPlace
from hanhlang.domains.meetings.models import Meeting, Plan, Unplaced, WhatIf
from hanhlang.domains.people.models import Account

ASKED = "what_if.asked"


@transaction.atomic
def ask_what_if(*, plan: Plan, meeting: Meeting, by: Account | None, now: datetime) -> WhatIf:
    """
    Ask what would help; asked again, the answer there is stays, but for one that failed.

    :raises HasAPlace: if the plan places the meeting.
    """
    if not Unplaced.objects.filter(plan=plan, meeting=meeting).exists():
        raise HasAPlace(number=meeting.number, plan=plan.number)
    row, is_new = WhatIf.objects.select_for_update(of=("self",)).get_or_create(plan=plan, meeting=meeting, defaults={"asked_by": by})
    if is_new or row.state == WhatIf.State.FAILED:
        row.state, row.fault, row.asked_by = WhatIf.State.WAITING, "", by
        row.save()
        audit.record("what_if.asked", about=meeting, by=by, at=now, details={"plan": plan.number})
        outbox.post(ASKED, what_if=row.pk)
        live.bump(f"plan:{plan.week.key}")
    return row


@transaction.atomic
def keep_answer(*, what_if: WhatIf, answer: dict[str, object] | None, fault: str = "", now: datetime) -> None:
    """Keep what was found, or why nothing was; what somebody else has kept meanwhile stays."""
    row = (
        WhatIf.objects.select_for_update(of=("self",))
        .filter(pk=what_if.pk, state=WhatIf.State.WAITING)
        .select_related("plan__week")
        .first()
    )
    if row is None:
        return
    row.state = WhatIf.State.FAILED if answer is None else WhatIf.State.DONE
    row.answer, row.fault, row.ended_at = answer or {}, fault[:300], now
    row.save()
    live.bump(f"plan:{row.plan.week.key}")
