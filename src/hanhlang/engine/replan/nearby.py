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

BATCH = 1_000
MOST_BATCHES = 16
# Of the moves so far, so many more once everybody is seated, to come nearer.
LINGER = 1
# Who still waits after the first batches is not seated by the next ones.
LOOK_BATCH, MOST_WAITING = 6, 4
HEAT = 0.15


def kernel_loaded() -> bool:
    """Tell whether this process has the compiled search at hand: loading it takes longer than the first answer may."""
    return hasattr(sys.modules.get("hanhlang.engine.search.run"), "Search")


def seated_nearby(problem: Problem, before: Plan) -> list[int] | None:
    """Return the slot of each meeting in a lawful plan near ``before``, ``None`` if a few thousand moves do not find one."""
    from hanhlang.engine.search import layout as at
    from hanhlang.engine.search.moves import anneal, fill, make_fair, price_all, seat_published
    from hanhlang.engine.search.naming import Snapshot
    from hanhlang.engine.search.prepare import prepare

    (pool,) = problem.pools
    known = {meeting.id for meeting in problem.meetings}
    places = tuple(Placed(placement.meeting, placement.start, pool.units[0].id) for placement in before.placements)
    published = tuple(placed for placed in places if placed.meeting in known) if pool.units else ()
    prepared = prepare(replace(problem, published=published, weights=replace(problem.weights, breaks=0, moved=1)))
    data, state = prepared.data, prepared.state(0)
    price_all(data, state)
    seat_published(data, state)
    fill(data, state, prepared.order)
    if state.total[at.T_EXCESS]:
        make_fair(data, state)
    best: Snapshot | None = None
    last = MOST_BATCHES
    batch = 0
    while batch <= last:
        lawful = state.total[at.T_EXCESS] == 0 and not (state.slot < 0).any()
        if lawful and (best is None or state.total[at.T_COST] < best.objective):
            if best is None:
                last = min(last, (1 + LINGER) * batch)
            best = Snapshot.of(state)
        if batch >= LOOK_BATCH and state.total[at.T_UNPLACED] > MOST_WAITING:
            break
        anneal(data, state, BATCH, HEAT)
        batch += 1
    return None if best is None else [int(slot) for slot in best.slot]
