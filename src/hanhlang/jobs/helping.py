"""What would place a meeting: worked out in a process of its own, which is ended at its limit."""

from __future__ import annotations

import multiprocessing
from typing import Any

from hanhlang.domains.automation.actions import run_tool
from hanhlang.domains.core import clock
from hanhlang.domains.meetings.actions.what_ifs import keep_answer
from hanhlang.domains.meetings.models import WhatIf
from hanhlang.domains.meetings.planning import digest_of, secret_meetings
from hanhlang.domains.meetings.planning.helping import Stuck, stuck_of, with_open_costs
from hanhlang.jobs.queue import job
from hanhlang.jobs.searching import Fault, explain

TOOL = "meeting-planner"
LIMIT_SECONDS = 30.0


@job
def work_out(what_if: str) -> None:
    """Answer a what-if, unless that was done before; a fault is kept for the desk to see."""
    row = WhatIf.objects.select_related("plan__week", "plan__run", "meeting").filter(pk=what_if, state=WhatIf.State.WAITING).first()
    if row is None:
        return
    now = clock.now()
    stuck = stuck_of(row, now=now)
    if stuck is None:
        keep_answer(what_if=row, answer=None, fault="The meeting is not waiting in this plan any more.", now=now)
        return
    secret = secret_meetings(row.plan.week)
    try:
        answer = run_tool(
            TOOL,
            subject=f"meeting:{row.meeting_id}",
            given=digest_of(stuck.problem, secret),
            settings_used={"limit_seconds": LIMIT_SECONDS},
            by=row.asked_by,
            now=now,
            work=lambda: asked_aside(stuck),
            summary=lambda found: {"helps": len(found["helps"]), "causes": len(found["causes"])},
        )
    except NotFound as fault:
        keep_answer(what_if=row, answer=None, fault=str(fault), now=clock.now())
        return
    keep_answer(what_if=row, answer=with_open_costs(stuck, answer, secret), now=clock.now())


class NotFound(Exception):
    """The process ended without an answer."""


def asked_aside(stuck: Stuck, limit: float = LIMIT_SECONDS) -> dict[str, Any]:
    """:raises NotFound: if the process faltered, died or did not come to an end."""
    context = multiprocessing.get_context("spawn")
    receiving, sending = context.Pipe(duplex=False)
    child = context.Process(target=explain, args=(sending, stuck.problem, stuck.plan, stuck.unplaced), name="explain", daemon=True)
    child.start()
    sending.close()
    try:
        if not receiving.poll(limit):
            raise NotFound(f"Nothing was found within {limit:.0f} seconds.")
        answer = receiving.recv()
    except EOFError:
        raise NotFound("The process ended without an answer.") from None
    finally:
        child.kill()
        child.join()
        receiving.close()
    if isinstance(answer, Fault):
        raise NotFound(answer.text)
    found: dict[str, Any] = answer
    return found
