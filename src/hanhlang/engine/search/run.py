"""Independent searches in threads, by the clock or by a number of moves."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from hanhlang.engine.search import layout as at
from hanhlang.engine.search.moves import anneal, fill, make_fair, price_all, seat_published
from hanhlang.engine.search.naming import Snapshot
from hanhlang.engine.search.prepare import Prepared

BATCH_SECONDS = 0.02
# Of the first cycle, for each meeting; a cycle is so many times as long as the one before.
CYCLE_SECONDS, GROWTH = 6e-5, 4
FIXED_BATCH = 5000
# Start of each cycle in breaks, and its end; a low start settles a mild week at once, a high one opens up a tight week.
HEATS = (0.3, 0.4)
COLD = 0.1


@dataclass(frozen=True)
class Limits:
    """``moves`` of each search, or the reading of ``clock`` at which to stop."""

    deadline: float | None
    moves: int | None
    should_stop: Callable[[], bool]
    clock: Callable[[], float] = time.monotonic


@dataclass
class Search:
    """One search: its board, and the best lawful state seen."""

    prepared: Prepared
    seed: int
    number: int
    limits: Limits
    best: Snapshot | None = None
    moves: int = 0
    bound: int = 0
    first_at: float | None = None
    failure: BaseException | None = None
    _batch: int = 500
    done: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Search until a limit; never raise, keep the failure for the caller."""
        try:
            self._run()
        except BaseException as failure:  # handed to the caller's thread
            self.failure = failure
        finally:
            self.done.set()

    def _run(self) -> None:
        data = self.prepared.data
        self.state = self.prepared.state(self.seed * 1000 + self.number)
        self.bound = self.prepared.bound(int(price_all(data, self.state)))
        # What people were told is where to begin: from elsewhere a short search would end further from it than it need.
        seat_published(data, self.state)
        # To the end, whatever the time is: saying of each meeting why it was left out takes longer than placing it.
        fill(data, self.state, self.prepared.order)
        if self.state.total[at.T_EXCESS]:
            make_fair(data, self.state)
        self._keep()
        cycle = 0
        while not self._over():
            self._cycle(cycle)
            cycle += 1

    def _cycle(self, number: int) -> None:
        """Cool once; each cycle is longer than the one before, and the last ends when the time does."""
        point = max(1, self.prepared.problem.weights.breaks)
        hot, cold = HEATS[(number + self.number) % len(HEATS)] * point, COLD * point
        begun, moves_begun = self.limits.clock(), self.moves
        length = CYCLE_SECONDS * len(self.prepared.problem.meetings) * GROWTH**number + 1e-3
        if self.limits.deadline is not None and self.limits.deadline - begun < 3 * length:
            # The next cycle could not end: a search that is cut off hot has wasted its time.
            length = max(self.limits.deadline - begun, 1e-3)
        share = (self.limits.moves or 0) * 2 ** min(number, 2) // 7 + 1
        while not self._over():
            if self.limits.moves is not None:
                done = (self.moves - moves_begun) / share
                batch = min(FIXED_BATCH, self.limits.moves - self.moves)
            else:
                done = (self.limits.clock() - begun) / length
                batch = self._batch
            if done >= 1:
                return
            heat = hot * (cold / hot) ** done
            before = self.limits.clock()
            anneal(self.prepared.data, self.state, batch, heat)
            spent = self.limits.clock() - before
            self.moves += batch
            self._batch = max(100, min(200_000, int(batch * min(2.0, BATCH_SECONDS / max(spent, 1e-4)))))
            self._keep()

    def _keep(self) -> None:
        total = self.state.total
        if total[at.T_EXCESS] == 0 and (self.best is None or total[at.T_COST] < self.best.objective):
            self.best = Snapshot.of(self.state)
            if self.first_at is None:
                self.first_at = self.limits.clock()

    def _over(self) -> bool:
        limits = self.limits
        if self.best is not None and self.best.objective <= self.bound:
            return True
        if limits.moves is not None and self.moves >= limits.moves:
            return True
        if limits.deadline is not None and limits.clock() >= limits.deadline:
            return True
        return limits.should_stop()
