"""Search for a plan: anytime, stoppable, the same answer for the same seed and number of moves."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hanhlang.engine.explain import Explainer
from hanhlang.engine.plan import Outcome, Plan, Status
from hanhlang.engine.problem import Problem
from hanhlang.engine.scoring import objective, score
from hanhlang.engine.validate import require_sound

if TYPE_CHECKING:
    from hanhlang.engine.search.naming import Snapshot
    from hanhlang.engine.search.run import Search

PROGRESS_SECONDS = 0.1
STOP_SECONDS = 0.01
PLAN_SECONDS = 1.0
# Of each tenth of a second; when more wait most of them are about to be placed.
LOOK_AHEAD_SECONDS = 0.02
FEW_WAITING = 500
# Naming units, finding reasons, scoring and writing after the search, of what preparing it took: both are plain Python, on any machine.
READ_BACK = 1.3
READ_BACK_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a search is; ``plan`` is the best so far when it is better than the last one told, else ``None``."""

    elapsed: float
    iterations: int
    unplaced: int
    objective: int
    bound: int | None
    plan: Plan | None


def default_workers() -> int:
    """Return the number of cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def solve(
    problem: Problem,
    *,
    time_limit: float | None = 60.0,
    iterations: int | None = None,
    workers: int | None = None,
    seed: int = 0,
    progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Outcome:
    """
    Search for a cheap lawful plan for at most ``time_limit`` seconds, or ``iterations`` moves of each worker.

    With ``iterations`` equal seeds and workers give equal plans, whatever the clock does. Seconds are those of ``clock``:
    with :func:`time.process_time` they are of the processor, so that a measurement on a busy machine means something.

    :raises BadProblem: if the problem does not make sense in itself.
    """
    begun = clock()
    require_sound(problem)
    # Compiling is slow and many callers never search.
    from hanhlang.engine.search.prepare import prepare
    from hanhlang.engine.search.run import Limits, Search

    loaded = clock()
    prepared = prepare(problem)
    stopped = threading.Event()
    deadline = None
    if iterations is None and time_limit is not None:
        deadline = begun + time_limit - min(READ_BACK_SHARE * time_limit, READ_BACK * (clock() - loaded))
    limits = Limits(
        deadline=deadline,
        moves=iterations,
        should_stop=stopped.is_set,
        clock=clock,
    )
    searches = [Search(prepared, seed, number, limits) for number in range(workers or default_workers())]
    threads = [threading.Thread(target=search.run, name=f"search-{search.number}", daemon=True) for search in searches]
    explainer = Explainer(problem)
    watch = _Watch(searches, explainer, progress, begun, clock)
    for thread in threads:
        thread.start()
    try:
        while not all(search.done.is_set() for search in searches):
            next(search for search in searches if not search.done.is_set()).done.wait(STOP_SECONDS)
            proven = iterations is None and any(search.best and search.best.objective <= search.bound for search in searches)
            if proven or (should_stop is not None and should_stop()):
                stopped.set()
            if not stopped.is_set():
                watch.look()
    finally:
        stopped.set()
        for thread in threads:
            thread.join()
    for search in searches:
        if search.failure is not None:
            raise search.failure
    return watch.outcome()


def compile_kernel() -> None:
    """Compile the kernel, or load it from the cache; print nothing."""
    from hanhlang.engine.search import run as run  # the import compiles: signatures are explicit


class _Watch:
    """Tells progress and picks the best of the searches."""

    def __init__(
        self,
        searches: list[Search],
        explainer: Explainer,
        progress: Callable[[Progress], None] | None,
        begun: float,
        clock: Callable[[], float],
    ) -> None:
        self.searches, self.explainer, self.progress, self.begun, self.clock = searches, explainer, progress, begun, clock
        self.due = begun
        self.told: int | None = None
        self.plan_due = 0.0

    def best(self) -> tuple[Snapshot, Search] | None:
        found = [(search.best, search) for search in self.searches if search.best is not None]
        return min(found, key=lambda pair: (pair[0].objective, pair[1].number), default=None)

    def plan(self, kept: Snapshot, search: Search) -> Plan:
        from hanhlang.engine.search.naming import placements

        return self.explainer.complete(placements(search.prepared, kept))

    def look(self) -> None:
        """Tell progress and look ahead, every tenth of a second."""
        if self.clock() >= self.due:
            self.due = self.clock() + PROGRESS_SECONDS
            self.tell()
            self.look_ahead()

    def tell(self) -> None:
        best = self.best()
        if self.progress is None or best is None:
            return
        now, (kept, search) = self.clock(), best
        plan = None
        if self.told is None or (kept.objective < self.told and now >= self.plan_due):
            plan = self.plan(kept, search)
            told_at = self.clock()
            # A large plan takes a while to read back; the search shares the cores with it.
            self.told, self.plan_due = kept.objective, told_at + max(PLAN_SECONDS, 5 * (told_at - now))
        moves = sum(each.moves for each in self.searches)
        unplaced = int((kept.slot < 0).sum())
        self.progress(Progress(now - self.begun, moves, unplaced, kept.objective, search.bound, plan))

    def look_ahead(self) -> None:
        """Work out what keeps those who still wait, a little at a time: whoever stops the search does not wait for it then."""
        best = self.best()
        waiting = (best[0].slot < 0).nonzero()[0].tolist() if best else []
        if len(waiting) > FEW_WAITING:
            return
        until = self.clock() + LOOK_AHEAD_SECONDS
        for number in waiting:
            if self.clock() >= until:
                return
            self.explainer.alone(self.explainer.problem.meetings[number])

    def outcome(self) -> Outcome:
        best = self.best()
        if best is None:
            return Outcome(Status.UNKNOWN, None, None, None, self.clock() - self.begun, None)
        kept, search = best
        problem = self.explainer.problem
        plan = self.plan(kept, search)
        if problem.place_all and plan.unplaced:
            proven = any(unplaced.reason.proves for unplaced in plan.unplaced)
            status = Status.INFEASIBLE if proven else Status.UNKNOWN
            return Outcome(status, None, None, None, self.clock() - self.begun, None)
        terms = score(problem, plan)
        cost = objective(terms)
        status = Status.OPTIMAL if cost <= search.bound else Status.FEASIBLE
        first = None if search.first_at is None else search.first_at - self.begun
        return Outcome(status, plan, cost, search.bound, self.clock() - self.begun, first, terms)
