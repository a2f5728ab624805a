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
from hanhlang.domains.meetings.models import Change
from hanhlang.domains.meetings.models import Plan as Row
from hanhlang.domains.meetings.planning import Question, digest_of, figures, question_of, secret_meetings, store_alternatives
from hanhlang.engine.plan import Plan
from hanhlang.engine.replan import Alternative, Replanned, repair

log = logging.getLogger(__name__)
TOOL = "change-replanner"
LEASE = timedelta(seconds=45)
TRIES = 3
ALTERNATIVES = 3
LIMIT_SECONDS = 5.0
# So often a search looks whether its answers are still waited for.
ASK_SECONDS = 0.25

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
    return _end(change, Change.Search.DONE, "" if answered.alternatives else "No lawful answer was found.", search.told(answered))


@dataclass
class _Search:
    """First one lawful way and the proof that none moves fewer; then, unless the desk has chosen by then, others beside it."""

    change: Change
    question: Question
    look: Look | None
    limit: float
    began: float
    kept_first: float | None = None
    kept: tuple[Plan, Row] | None = None
    asked_at: float = 0.0
    is_wanted: bool = True

    def go(self) -> Replanned:
        best = self.ask(1, self.limit)
        try:
            return self.with_others(best)
        except SearchOvertaken:
            if Change.objects.filter(pk=self.change.pk, state=Change.State.TAKEN_IN).exists():
                raise
            # The desk has chosen; nobody waits for the other ways.
            return best

    def with_others(self, best: Replanned) -> Replanned:
        """Keep the best way with its proof, then look for others beside it. Where nothing falls there is nothing to choose."""
        if not best.alternatives:
            return best
        self.keep(best.alternatives, is_proven=best.proven, seconds=best.seconds)
        with transaction.atomic():
            Change.objects.filter(pk=self.change.pk, search=Change.Search.RUNNING).update(found=self.told(best))
            live.bump(f"change:{self.change.week.key}")
        if not best.alternatives[0].moves:
            return best
        more = self.ask(ALTERNATIVES, max(1.0, self.limit - best.seconds))
        self.keep(more.alternatives or best.alternatives, is_proven=more.proven, seconds=more.seconds)
        return more if more.alternatives else best

    def ask(self, alternatives: int, limit: float) -> Replanned:
        asked = self.question
        return repair(
            asked.known,
            asked.changed,
            asked.before,
            now=asked.minute,
            alternatives=alternatives,
            time_limit=limit,
            progress=self.keep_first,
            should_stop=lambda: not self.still_wanted(),
        )

    def keep_first(self, best: Alternative) -> None:
        """Keep the first lawful answer at once; better ones wait until all are there."""
        if self.kept_first is None:
            self.keep((best,), is_proven=False, seconds=time.monotonic() - self.began)
            self.kept_first = round(time.monotonic() - self.began, 3)
        if self.look is not None:
            self.look(self.change)

    def keep(self, answers: tuple[Alternative, ...], *, is_proven: bool, seconds: float) -> None:
        rows = store_alternatives(self.change, self.question, answers, is_proven=is_proven, seconds=seconds, kept=self.kept)
        self.kept = answers[0].plan, rows[0]
        Change.objects.filter(pk=self.change.pk).update(heartbeat_at=timezone.now())

    def still_wanted(self) -> bool:
        """Tell, looked up now and then, whether the change still waits for what this search finds."""
        clock = time.monotonic()
        if self.is_wanted and clock - self.asked_at >= ASK_SECONDS:
            self.asked_at = clock
            mine = Change.objects.filter(pk=self.change.pk, state=Change.State.TAKEN_IN, search=Change.Search.RUNNING)
            self.is_wanted = mine.exists()
        return self.is_wanted

    def told(self, answered: Replanned) -> dict[str, object]:
        seconds = {"kept_first_seconds": self.kept_first, "kept_all_seconds": round(time.monotonic() - self.began, 3)}
        return figures(self.question, answered) | seconds


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
