"""
The first answer of an event: the search's own moves, cold, with a price on every meeting that is not where it was.

A fraction of a second of it seats a small change with hardly a meeting more than needed, where the solver's first plan moves half the
event. It gives up soon where it does not: those are changes of another kind, and the solver's.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from hanhlang.engine.plan import Plan
from hanhlang.engine.problem import Placed, Problem

if TYPE_CHECKING:
    from hanhlang.engine.search.naming import Snapshot
    from hanhlang.engine.search.prepare import Prepared

BATCH = 1_000
HOT, COLD = 1.0, 0.15
COLD_BATCHES = 8
# Cold moves seat most small changes; where somebody still waits, cooling from a heat opens things up, and a slower cooling more. Batches,
# and how many may wait: with more waiting it rarely helps, and the solver is sooner.
COOLINGS = ((60, 7), (160, 2))
# One cold search in twenty ends far from the best of a few, which take a hundredth of a second together.
COLD_TRIES = 3
# When everybody is seated, cold batches come nearer, until so many in a row do not.
LINGER = 20


def kernel_loaded() -> bool:
    """Tell whether this process has the compiled search at hand: loading it takes longer than the first answer may."""
    return hasattr(sys.modules.get("hanhlang.engine.search.run"), "Search")


def seated_nearby(problem: Problem, before: Plan) -> list[int] | None:
    """Return the slot of each meeting in a lawful plan near ``before``, ``None`` if a few thousand moves do not find one."""
    from hanhlang.engine.search.prepare import prepare

    (pool,) = problem.pools
    known = {meeting.id for meeting in problem.meetings}
    places = tuple(Placed(placement.meeting, placement.start, pool.units[0].id) for placement in before.placements if pool.units)
    published = tuple(placed for placed in places if placed.meeting in known)
    prepared = prepare(replace(problem, published=published, weights=replace(problem.weights, breaks=0, moved=1)))
    found = [_annealed(prepared, seed, [COLD] * COLD_BATCHES) for seed in range(COLD_TRIES)]
    best = min((state for state, _ in found if state is not None), key=lambda state: state.objective, default=None)
    waiting = min(waiting for _, waiting in found)
    for number, (batches, most) in enumerate(COOLINGS):
        if best is None and waiting <= most:
            heats = [HOT * (COLD / HOT) ** (done / batches) for done in range(batches)]
            best, waiting = _annealed(prepared, COLD_TRIES + number, heats)
    return None if best is None else [int(slot) for slot in best.slot]


def _annealed(prepared: Prepared, seed: int, heats: list[float]) -> tuple[Snapshot | None, int]:
    """Move until everybody is seated, then a little longer and cold; return the nearest lawful state and how many wait at the end."""
    from hanhlang.engine.search import layout as at
    from hanhlang.engine.search.moves import anneal, fill, make_fair, price_all, seat_published
    from hanhlang.engine.search.naming import Snapshot

    data, state = prepared.data, prepared.state(seed)
    price_all(data, state)
    seat_published(data, state)
    fill(data, state, prepared.order)
    if state.total[at.T_EXCESS]:
        make_fair(data, state)
    best: Snapshot | None = None
    left = list(heats)
    while True:
        lawful = state.total[at.T_EXCESS] == 0 and not (state.slot < 0).any()
        if lawful and (best is None or state.total[at.T_COST] < best.objective):
            best, left = Snapshot.of(state), [COLD] * LINGER
        if not left:
            return best, int((state.slot < 0).sum())
        anneal(data, state, BATCH, left.pop(0))
