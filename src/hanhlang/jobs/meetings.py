"""Searches for plans, carried out: take up a run, search in a child process, keep the best plan so far."""

from __future__ import annotations

import logging
import multiprocessing
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from multiprocessing.connection import Connection
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from hanhlang.domains.automation.actions import end_tool_run, start_tool_run
from hanhlang.domains.automation.models import ToolRun
from hanhlang.domains.core import live
from hanhlang.domains.core.errors import CodedError
from hanhlang.domains.meetings.actions import expire_holds
from hanhlang.domains.meetings.models import Run
from hanhlang.domains.meetings.planning import (
    Asked,
    digest_of,
    nearly_all,
    open_bound,
    open_figures,
    problem_of,
    secret_meetings,
    store_plan,
    within,
)
from hanhlang.domains.meetings.scope import scope_from
from hanhlang.engine.plan import Outcome, Plan
from hanhlang.jobs.searching import Fault, Report, search

log = logging.getLogger(__name__)
TOOL = "meeting-planner"
LEASE = timedelta(seconds=45)
TRIES = 3
STORE_EVERY_SECONDS = 2.0
BEAT_EVERY_SECONDS = 1.0
# Beyond its limit a search gets this long to hand its plan over; then its process is ended.
GRACE_SECONDS = 20.0
HISTORY = 400

Watch = Callable[[Run], None]


def run_next(now: datetime, watch: Watch | None = None) -> bool:
    """Take up the oldest run that waits and carry it out; return whether there was one. ``watch`` sees each step of progress."""
    give_back_lost_runs()
    run = claim_run(now)
    if run is None:
        return False
    carry_out(run, now=now, watch=watch)
    return True


def give_back_lost_runs() -> int:
    """Queue again what a killed worker left behind; after three tries it has failed, for the desk to see. Return how many."""
    with transaction.atomic():
        lost = list(Run.objects.select_for_update(of=("self",)).filter(state=Run.State.RUNNING, heartbeat_at__lt=timezone.now() - LEASE))
        for run in lost:
            _end_tool(run, ToolRun.State.FAILED, {"fault": "worker lost"}, timezone.now())
            if run.tries >= TRIES:
                run.state, run.ended_at, run.fault = Run.State.FAILED, timezone.now(), f"The worker was lost {run.tries} times."
            else:
                run.state, run.tool_run = Run.State.QUEUED, None
            run.save()
    return len(lost)


def claim_run(now: datetime, pk: UUID | None = None) -> Run | None:
    """Take up the oldest run that waits, or the one named if it still waits; nobody else gets it."""
    with transaction.atomic():
        waiting = Run.objects.select_for_update(of=("self",), skip_locked=True).filter(state=Run.State.QUEUED)
        if pk is not None:
            waiting = waiting.filter(pk=pk)
        run = waiting.select_related("week", "asked_by").order_by("created_at").first()
        if run is not None:
            run.state, run.started_at, run.heartbeat_at = Run.State.RUNNING, now, timezone.now()
            run.tries += 1
            run.save(update_fields=["state", "started_at", "heartbeat_at", "tries", "changed_at"])
            live.bump(f"run:{run.week.key}")
    return run


def carry_out(run: Run, *, now: datetime, watch: Watch | None = None) -> Run:
    """Search for ``run`` until it ends, is stopped or fails; whatever happens, the run says so."""
    began = time.monotonic()

    def moment() -> datetime:
        return now + timedelta(seconds=time.monotonic() - began)

    try:
        expire_holds(week=run.week, now=now)
        problem, secret = problem_of(run.week, now=now, weights=run.weights), secret_meetings(run.week)
        asked = within(problem, run.week, scope_from(run.scope))
        with transaction.atomic():
            run.tool_run = start_tool_run(
                TOOL,
                subject=f"week:{run.week_id}",
                given=digest_of(problem, secret),
                settings_used=_settings(run),
                by=run.asked_by,
                now=now,
            )
            run.save(update_fields=["tool_run", "changed_at"])
        outcome = _Search(run, asked, secret, watch).go()
    except WorkerStops:
        return _wait_again(run, moment())
    except (CodedError, SearchFailed) as refusal:
        return _end(run, Run.State.FAILED, str(refusal), moment())
    except Exception as fault:
        _end(run, Run.State.FAILED, f"{type(fault).__name__}: {fault}", moment())
        raise
    if outcome.plan is None:
        return _end(run, Run.State.FAILED, f"No lawful plan was found: {outcome.status.value}.", moment())
    return _end(run, Run.State.CANCELLED if _was_stopped(run) else Run.State.DONE, "", moment())


class SearchFailed(Exception):
    """The search ended without an answer."""


class WorkerStops(Exception):
    """The worker is asked to stop in mid-search; ``watch`` raises it, and the run waits for the next worker."""


@dataclass
class _Search:
    """The parent's side of one search: what the child said last, and what of it is kept already."""

    run: Run
    asked: Asked
    secret: frozenset[str]
    watch: Watch | None
    newest: Report | None = None
    best: Report | None = None  # the newest with a plan, not yet kept
    kept_at: float = -STORE_EVERY_SECONDS
    beat_at: float = -BEAT_EVERY_SECONDS
    history: list[list[float | int]] = field(default_factory=list)
    shared: tuple[int, int] | None = None

    def go(self) -> Outcome:
        """:raises SearchFailed: if the child faltered, died or did not come to an end."""
        context = multiprocessing.get_context("spawn")
        receiving, sending = context.Pipe(duplex=False)
        wanted, self.wanting = context.Pipe(duplex=False)
        limit = float(self.run.limit_seconds)
        arguments = (sending, wanted, self.asked.searched, limit, self.run.workers, self.run.seed)
        child = context.Process(target=search, args=arguments, name="search", daemon=True)
        child.start()
        sending.close()
        wanted.close()
        try:
            answer = self.listen(receiving, deadline=time.monotonic() + limit + GRACE_SECONDS)
        finally:
            self.wanting.close()
            child.join(timeout=2)
            if child.is_alive():
                child.kill()
                child.join()
            receiving.close()
        if answer is None:
            raise SearchFailed(f"The search's process ended without an answer (exit code {child.exitcode}).")
        if isinstance(answer, Fault):
            raise SearchFailed(answer.text)
        self.keep_last(answer)
        return answer

    def listen(self, pipe: Connection, deadline: float) -> Outcome | Fault | None:
        # Native code loads and compiles before the first word; the deadline counts from that word on.
        spoke = False
        answer = None
        while spoke is False or time.monotonic() < deadline:
            with suppress(EOFError, ConnectionError):
                if pipe.poll(0.2):
                    answer = pipe.recv()
                    if not spoke:
                        spoke, deadline = True, time.monotonic() + self.run.limit_seconds + GRACE_SECONDS
                    if not isinstance(answer, Report):
                        return answer
                    self.hear(answer)
                self.keep_time()
                continue
            return None
        return None

    def hear(self, report: Report) -> None:
        self.newest = self.told(report, report.plan)
        if report.plan is not None:
            self.best = report
            if self.newest.objective is not None:
                self.history.append([round(report.elapsed, 2), self.newest.objective])
            if self.run.until_first and nearly_all(self.asked.searched, report.plan, report.bound):
                self.wanting.close()

    def told(self, report: Report, plan: Plan | None) -> Report:
        """Return the report with the figures of the part that all staff may see; of the last plan, if it brings none."""
        if not self.secret:
            return report
        if plan is not None:
            self.shared = open_figures(self.asked.searched, plan, self.secret)
        objective, unplaced = self.shared or (None, 0)
        return replace(report, objective=objective, unplaced=unplaced, bound=self.open_bound)

    @cached_property
    def open_bound(self) -> int | None:
        return open_bound(self.asked.searched, self.secret, None)

    def keep_time(self) -> None:
        """Beat, look for a stop, and keep a better plan when it is time to."""
        clock = time.monotonic()
        if self.best and clock - self.kept_at >= STORE_EVERY_SECONDS:
            self.keep(self.best)
            self.best, self.kept_at = None, clock
        if clock - self.beat_at >= BEAT_EVERY_SECONDS:
            self.beat_at = clock
            self.beat()

    def keep(self, report: Report) -> None:
        if report.plan is not None:
            self.store(report.plan, report.bound, report.elapsed)

    def store(self, plan: Plan, bound: int | None, seconds: float) -> None:
        whole, asked = self.asked.complete(plan), self.asked
        store_plan(run=self.run, problem=asked.whole, plan=whole, bound=asked.bound(plan, bound), seconds=seconds)

    def keep_last(self, outcome: Outcome) -> None:
        if outcome.plan is not None:
            self.store(outcome.plan, outcome.bound, outcome.seconds)
            left = len(self.asked.searched.meetings) - len(outcome.plan.placements)
            iterations = self.newest.iterations if self.newest else 0
            last = Report(outcome.seconds, iterations, left, outcome.objective, outcome.bound, None)
            self.newest = self.told(last, outcome.plan)
            self.beat()

    def beat(self) -> None:
        self.run.heartbeat_at = timezone.now()
        if self.newest:
            self.run.progress = _progress(self.newest, self.history)
        with transaction.atomic():
            # The stop flag is the desk's to write: it is read, never saved over.
            Run.objects.filter(pk=self.run.pk).update(heartbeat_at=self.run.heartbeat_at, progress=self.run.progress)
            live.bump(f"run:{self.run.week.key}")
        if _was_stopped(self.run):
            self.wanting.close()
        if self.watch:
            self.watch(self.run)


def _settings(run: Run) -> dict[str, Any]:
    """Return what the register of tools is told of a run's settings."""
    settings: dict[str, Any] = {"seed": run.seed, "limit_seconds": run.limit_seconds, "workers": run.workers}
    return settings | ({"scope": run.scope} if run.scope else {}) | ({"weights": run.weights} if run.weights else {})


def _was_stopped(run: Run) -> bool:
    return Run.objects.filter(pk=run.pk, stop_asked=True).exists()


def _wait_again(run: Run, now: datetime) -> Run:
    """Queue a run as if it had not been taken up: being asked to stop is nobody's failed try."""
    with transaction.atomic():
        if not _is_ours(run):
            return Run.objects.get(pk=run.pk)
        _end_tool(run, ToolRun.State.CANCELLED, {"fault": "worker stopped"}, now)
        run.state, run.tool_run, run.tries = Run.State.QUEUED, None, run.tries - 1
        run.save(update_fields=["state", "tool_run", "tries", "changed_at"])
    return run


def _end(run: Run, state: Run.State, fault: str, now: datetime) -> Run:
    if fault:
        log.error("Search %s failed: %s", run.pk, fault)
    ends = {Run.State.DONE: ToolRun.State.DONE, Run.State.CANCELLED: ToolRun.State.CANCELLED}
    with transaction.atomic():
        if not _is_ours(run):
            return Run.objects.get(pk=run.pk)
        run.state, run.fault, run.ended_at = state, fault, now
        run.save(update_fields=["state", "fault", "ended_at", "changed_at"])
        result = {"fault": fault} if fault else {key: run.progress.get(key) for key in ("unplaced", "objective", "bound")}
        _end_tool(run, ends.get(state, ToolRun.State.FAILED), result, now)
        live.bump(f"run:{run.week.key}")
    return run


def _is_ours(run: Run) -> bool:
    """Tell whether a run is still what we took up; thought dead, it is another worker's, or has failed. Call it in the transaction."""
    there = Run.objects.select_for_update(of=("self",)).filter(pk=run.pk, state=Run.State.RUNNING)
    return there.filter(tries=run.tries, started_at=run.started_at).exists()


def _end_tool(run: Run, state: ToolRun.State, result: dict[str, Any], now: datetime) -> None:
    if run.tool_run is not None:
        end_tool_run(run.tool_run, result=result, now=now, state=state)


def _progress(report: Report, history: list[list[float | int]]) -> dict[str, Any]:
    return {
        "elapsed": round(report.elapsed, 2),
        "iterations": report.iterations,
        "unplaced": report.unplaced,
        "objective": report.objective,
        "bound": report.bound,
        "history": history[-HISTORY:],
    }
