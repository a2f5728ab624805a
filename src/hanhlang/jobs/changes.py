"""Ways to answer a change, looked for at once: taken up within a fraction of a second, the first kept as soon as it is found."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from hanhlang.domains.automation.actions import end_lost_runs, run_tool
from hanhlang.domains.automation.errors import ToolRunEnded
from hanhlang.domains.automation.models import ToolRun
from hanhlang.domains.core import clock, live
from hanhlang.domains.core.errors import CodedError
from hanhlang.domains.meetings.actions import expire_holds
from hanhlang.domains.meetings.errors_changes import SearchOvertaken
from hanhlang.domains.meetings.models import Change, Plan
from hanhlang.domains.meetings.planning import Question, digest_of, figures, question_of, secret_meetings, store_alternatives
from hanhlang.engine import plan as found
from hanhlang.engine.replan import Alternative, Replanned, repair

log = logging.getLogger(__name__)
TOOL = "change-replanner"
LEASE = timedelta(seconds=45)
TRIES = 3
ALTERNATIVES = 3
LIMIT_SECONDS = 5.0

Look = Callable[[Change], None]


def answer_next(now: datetime, look: Look | None = None) -> bool:
    """Take up the oldest change that waits for answers and look for them; return whether there was one. ``look`` sees each step."""
    give_back_lost()
    change = claim_change()
    if change is None:
        return False
    answer(change, now=now, look=look)
    return True


def give_back_lost() -> int:
    """Queue again what a killed worker left behind; after three tries it has failed, for the desk to see. Return how many."""
    lost = Change.objects.filter(search=Change.Search.RUNNING, heartbeat_at__lt=timezone.now() - LEASE)
    if not lost.exists():
        return 0
    with transaction.atomic():
        rows = list(lost.select_for_update(of=("self",)).select_related("week"))
        for change in rows:
            if change.tries >= TRIES:
                change.search, change.fault = Change.Search.FAILED, f"The worker was lost {change.tries} times."
            else:
                change.search = Change.Search.QUEUED
            change.save(update_fields=["search", "fault", "changed_at"])
            live.bump(f"change:{change.week.key}")
    return len(rows)


def end_lost_uses() -> int:
    """Note in the register of tools which searches for answers were lost with their worker; return how many."""
    # Not yet after one lease: a slow machine's worker ends its own.
    before = timezone.now() - 2 * LEASE
    open_ones = ToolRun.objects.filter(tool__key=TOOL, state=ToolRun.State.RUNNING, created_at__lt=before)
    subjects = set(open_ones.values_list("subject", flat=True))
    if not subjects:
        return 0
    alive = Change.objects.filter(search=Change.Search.RUNNING, heartbeat_at__gte=before)
    subjects -= {_subject(pk) for pk in alive.values_list("pk", flat=True)}
    return sum(end_lost_runs(subject=subject, now=clock.now()) for subject in subjects)


def claim_change(pk: UUID | None = None) -> Change | None:
    """Take up the oldest change that waits, or the one named if it still waits; nobody else gets it."""
    waiting = Change.objects.filter(state=Change.State.TAKEN_IN, search=Change.Search.QUEUED)
    # Most often nothing waits: then SQLite's only write lock is left to others.
    if not waiting.exists():
        return None
    with transaction.atomic():
        rows = waiting.select_for_update(of=("self",), skip_locked=True)
        if pk is not None:
            rows = rows.filter(pk=pk)
        change = rows.select_related("week").order_by("taken_in_at", "number").first()
        if change is not None:
            change.search, change.heartbeat_at = Change.Search.RUNNING, timezone.now()
            change.tries += 1
            # Whatever looked for answers before is lost, or overtaken.
            end_lost_runs(subject=_subject(change.pk), now=clock.now())
            change.save(update_fields=["search", "heartbeat_at", "tries", "changed_at"])
            live.bump(f"change:{change.week.key}")
    return change


def answer(change: Change, *, now: datetime, look: Look | None = None, limit: float = LIMIT_SECONDS) -> Change:
    """Look for ways to answer ``change`` until there are enough or time is up; whatever happens, the change says so."""
    began = time.monotonic()
    try:
        expire_holds(week=change.week, now=now)
        question = question_of(change.week, now=now)
        search = _Search(change, question, look, limit, began)
        answered = run_tool(
            TOOL,
            subject=_subject(change.pk),
            given=digest_of(question.changed, secret_meetings(change.week)),
            settings_used={"alternatives": ALTERNATIVES, "limit_seconds": limit},
            by=None,
            now=now,
            work=search.go,
            summary=lambda answer: {"alternatives": len(answer.alternatives), "seconds": round(answer.seconds, 3)},
        )
    except (SearchOvertaken, ToolRunEnded):
        # Thought dead or told to look again: the change is another search's now.
        return change
    except CodedError as refusal:
        return _end(change, Change.Search.FAILED, str(refusal))
    except Exception as fault:
        _end(change, Change.Search.FAILED, f"{type(fault).__name__}: {fault}")
        raise
    told = figures(question, answered) | {"kept_first_seconds": search.kept_first, "kept_all_seconds": round(time.monotonic() - began, 3)}
    return _end(change, Change.Search.DONE, "" if answered.alternatives else "No lawful answer was found.", told)


@dataclass
class _Search:
    change: Change
    question: Question
    look: Look | None
    limit: float
    began: float
    kept_first: float | None = None
    first: found.Plan | None = None

    def go(self) -> Replanned:
        asked = self.question
        answered = repair(
            asked.known,
            asked.changed,
            asked.before,
            now=asked.minute,
            alternatives=ALTERNATIVES,
            time_limit=self.limit,
            progress=self.keep_first,
        )
        if [answer.plan for answer in answered.alternatives] == [self.first]:
            # It is kept already; only that no other moves fewer was not known then.
            Plan.objects.filter(change=self.change, state=Plan.State.ALTERNATIVE).update(is_proven=answered.proven)
        else:
            self.keep(answered.alternatives, is_proven=answered.proven, seconds=answered.seconds)
        return answered

    def keep_first(self, best: Alternative) -> None:
        """Keep the first lawful answer at once; better ones wait until all are there."""
        if self.kept_first is None:
            self.keep((best,), is_proven=False, seconds=time.monotonic() - self.began)
            self.first = best.plan
            self.kept_first = round(time.monotonic() - self.began, 3)
        if self.look is not None:
            self.look(self.change)

    def keep(self, answers: tuple[Alternative, ...], *, is_proven: bool, seconds: float) -> None:
        store_alternatives(self.change, self.question, answers, is_proven=is_proven, seconds=seconds)
        Change.objects.filter(pk=self.change.pk).update(heartbeat_at=timezone.now())


def _subject(pk: UUID) -> str:
    return f"change:{pk}"


def _end(change: Change, search: Change.Search, fault: str, found: dict[str, object] | None = None) -> Change:
    if fault:
        log.error("No answer to change %s: %s", change.pk, fault)
    with transaction.atomic():
        # If it was queued again meanwhile, that stands.
        mine = Change.objects.select_for_update(of=("self",)).filter(pk=change.pk, search=Change.Search.RUNNING).first()
        if mine is not None:
            mine.search, mine.fault, mine.found = search, fault, found or mine.found
            mine.save(update_fields=["search", "fault", "found", "changed_at"])
            live.bump(f"change:{change.week.key}")
    return Change.objects.get(pk=change.pk)
