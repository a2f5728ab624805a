"""From a published plan and a changed problem to alternatives, the first within a moment."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import replace

from hanhlang.engine.collector import uncollected
from hanhlang.engine.plan import Placement, Plan, Status
from hanhlang.engine.problem import Problem
from hanhlang.engine.replan.answer import Alternative, Replanned
from hanhlang.engine.replan.board import Spot
from hanhlang.engine.replan.chains import Effort
from hanhlang.engine.replan.changes import Change, apply
from hanhlang.engine.replan.events import fewest_in_event
from hanhlang.engine.replan.nearby import kernel_loaded, seated_nearby
from hanhlang.engine.replan.repair import Fewest, Leaf, Repair
from hanhlang.engine.replan.ways import chosen, other_ways, rank
from hanhlang.engine.scoring import score
from hanhlang.engine.validate import require_sound

# Of the time given, this much is for the fewest moves and their proof; the rest is for other ways.
SHARE_FOR_FEWEST = 0.6
# A whole search, where keeping what can stay leads nowhere.
KERNEL_SECONDS = 10.0


def replan(
    problem: Problem,
    before: Plan,
    changes: Iterable[Change],
    *,
    now: int | None = None,
    alternatives: int = 3,
    time_limit: float = 5.0,
    progress: Callable[[Alternative], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> tuple[Problem, Replanned]:
    """
    Return the problem after the changes, and plans for it that disturb ``before`` little.

    Value counts before moves, moves before the soft terms. Value is that of meetings that were placed or are new; others
    are placed where nobody need move for it. ``now`` (minutes): nothing moves to an earlier hour, what has begun stays if it can.

    :raises BadChange: if a change does not fit the problem.
    :raises BadProblem: if the problem, before or after, does not make sense in itself.
    """
    require_sound(problem)
    changed = apply(problem, before, changes)
    found = repair(
        problem, changed, before, now=now, alternatives=alternatives, time_limit=time_limit, progress=progress, should_stop=should_stop
    )
    return changed, found


def repair(
    problem: Problem,
    changed: Problem,
    before: Plan,
    *,
    now: int | None = None,
    alternatives: int = 3,
    time_limit: float = 5.0,
    progress: Callable[[Alternative], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Replanned:
    """
    Do what :func:`replan` does for a changed problem that is at hand.

    :raises BadProblem: if the changed problem does not make sense in itself.
    """
    with uncollected():  # somebody waits for the first answer; a large heap looked through again takes half as long as finding it
        run = _Run(problem, changed, before, now, time_limit, progress, should_stop)
        greedy = run.work.greedy()
        if not changed.place_all or None not in greedy.values():
            run.offer(greedy)
    if not run.found and not changed.place_all:
        run.leave_out(greedy)
    loss = run.work.value_bound
    if not run.event():
        fewest = run.work.fewest(greedy, SHARE_FOR_FEWEST * time_limit, run.offer)
        run.settle(fewest)
        loss = fewest.loss
        if not run.found or run.first().lost_value > loss:
            run.whole_search()
    if alternatives > 1 and run.found and not run.untouched():
        ejections = run.first().columns.moves - len(run.work.broken.lifted)
        for leaf in other_ways(run.work, run.work.leaf_of(run.first().plan), max(0, ejections), loss):
            run.offer(leaf)
            if run.over() or run.enough(alternatives):
                break
    return run.replanned(alternatives)


class _Run:
    """One call: what was found, and when."""

    def __init__(
        self,
        problem: Problem,
        changed: Problem,
        before: Plan,
        now: int | None,
        time_limit: float,
        progress: Callable[[Alternative], None] | None,
        should_stop: Callable[[], bool] | None,
    ) -> None:
        self.begun = time.monotonic()
        require_sound(changed)
        self.problem, self.changed, self.before, self.progress = problem, changed, before, progress
        self.effort = Effort(self.begun + time_limit, should_stop=should_stop)
        known = {meeting.id for meeting in problem.meetings}
        added = [meeting.id for meeting in changed.meetings if meeting.id not in known]
        self.work = Repair(changed, before, added, now=now, effort=self.effort)
        self.found: list[Alternative] = []
        self.seen: set[frozenset[tuple[str, object]]] = set()
        self.bound, self.value_bound, self.value_proven = self.work.broken.bound, self.work.value_bound, False
        self.infeasible = False
        self.first_seconds: float | None = None

    def over(self) -> bool:
        """Tell whether time is up or somebody stopped us."""
        stopped = self.effort.should_stop is not None and self.effort.should_stop()
        return stopped or time.monotonic() >= self.effort.deadline

    def offer(self, leaf: Leaf) -> None:
        """Make a plan of a leaf that was not seen yet."""
        key = frozenset(leaf.items())
        if key not in self.seen:
            self.seen.add(key)
            plan = self.work.plan(leaf)
            if plan is not None:
                self.accept(plan)

    def leave_out(self, leaf: Leaf) -> None:
        """Leave out ever more meetings until the rest is lawful: somebody must be told something at once, and no meetings are lawful."""
        spots = self.work.all_spots(leaf)
        order = sorted(spots, key=lambda name: (self.work.board.meetings[name].value, self.work.weights.get(name, 0), name))
        count = 1
        while not self.found:
            self.offer({**leaf, **dict.fromkeys(order[:count])})
            count *= 2

    def accept(self, plan: Plan) -> None:
        """Take a lawful plan."""
        alternative = self.work.alternative(plan)
        self.found.append(alternative)
        if self.first_seconds is None:
            self.first_seconds = time.monotonic() - self.begun
        if self.progress is not None and alternative is self.first():
            self.progress(alternative)

    def first(self) -> Alternative:
        """Return the best so far."""
        return min(self.found, key=rank)

    def enough(self, wanted: int) -> bool:
        """Tell whether there is nothing more to look for."""
        return self.first().columns.moves <= self.bound and len(chosen(self.found, wanted, self.work)) >= wanted

    def untouched(self) -> bool:
        """Tell whether the plan may stay as it is."""
        return bool(self.found) and not self.work.wanted and self.first().columns.moves == 0

    def settle(self, fewest: Fewest) -> None:
        """Take over what is proven; it is about plans that lose no more than the search was allowed to."""
        if self.found and self.first().lost_value <= fewest.loss:
            self.bound = max(self.bound, fewest.bound)
            self.value_proven = fewest.loss_proven
        self.value_proven |= bool(self.found) and self.first().lost_value == self.value_bound

    def event(self) -> bool:
        """Let the solver answer, if the problem is a brokerage event; before it the search, where it is at hand."""
        spots, effort = self.work.spots, self.effort
        answer = fewest_in_event(self.changed, spots, self.nearby, effort.deadline, effort.should_stop, self.accept_slots)
        if answer is None:
            return False
        self.bound, self.infeasible = max(self.bound, answer.bound), answer.infeasible
        self.value_proven = bool(self.found)
        return True

    def nearby(self) -> list[int] | None:
        """Let the search look for a first answer, where there is none yet and the search is at hand."""
        return seated_nearby(self.changed, self.before) if not self.found and kernel_loaded() else None

    def accept_slots(self, slots: list[int]) -> None:
        """Take a plan of an event, given as the slot of each meeting."""
        (grid,), (pool,) = self.changed.grids, self.changed.pools
        leaf: Leaf = {}
        for meeting, slot in zip(self.changed.meetings, slots, strict=True):
            old = self.work.spots.get(meeting.id)
            if old is None or old.slot != slot or meeting.id in self.work.wanted:
                leaf[meeting.id] = Spot(slot, grid.starts[slot], pool.id)
        self.offer(leaf)

    def whole_search(self) -> None:
        """Search as if from new, from the published plan: for problems whose rules tie everything together."""
        from hanhlang.engine.solve import solve

        weights = replace(self.changed.weights, moved=max(1, self.changed.weights.breaks))
        limit = max(1.0, min(KERNEL_SECONDS, self.effort.deadline - time.monotonic()))
        outcome = solve(replace(self.changed, weights=weights), time_limit=limit, workers=1, should_stop=self.effort.should_stop)
        if outcome.plan is not None:
            self.accept(outcome.plan)
        self.infeasible = outcome.status is Status.INFEASIBLE

    def replanned(self, alternatives: int) -> Replanned:
        """Return everything."""
        shown = chosen(self.found, alternatives, self.work)
        proven = bool(shown) and shown[0].columns.moves <= self.bound
        status = Status.INFEASIBLE if self.infeasible else Status.UNKNOWN
        if shown:
            status = Status.OPTIMAL if proven and self.value_proven else Status.FEASIBLE
        return Replanned(
            status=status,
            alternatives=shown,
            bound=self.bound,
            proven=proven,
            value_bound=shown[0].lost_value if shown and self.value_proven else self.value_bound,
            value_proven=self.value_proven,
            terms_before=score(self.problem, self._still(self.problem)),
            seconds=time.monotonic() - self.begun,
            first_seconds=self.first_seconds,
        )

    def _still(self, problem: Problem) -> Plan:
        """Return the plan before, as far as the problem knows its meetings and units."""
        units = {unit.id for pool in problem.pools for unit in pool.units}
        meetings = {meeting.id for meeting in problem.meetings}
        kept: list[Placement] = [p for p in self.before.placements if p.unit in units and p.meeting in meetings]
        return Plan(tuple(kept))
