"""
What a move would cost at least, before anything is moved.

Nine moves in ten are refused. Breaks are counted on words of bits, one bit a slot, so that most of them are refused without
touching a calendar. The floor is sound: a move that it refuses would have been refused by its true price.
"""

from __future__ import annotations

from typing import Any

from hanhlang.engine.search.board import STRAY, UNFAIR, meeting_cost, strays_in
from hanhlang.engine.search.cache import inner
from hanhlang.engine.search.layout import (
    H_ROW,
    L_BITS,
    M_GRID,
    M_PEOPLE,
    M_PEOPLE_END,
    M_SHAPE,
    P_WEIGHT,
    T_LOOK,
    T_QUEUE,
    W_BREAK,
    W_FAIRNESS,
)
from hanhlang.engine.search.words import ones


@inner
def breaks_in(d: Any, word: int, grid: int) -> int:
    """Count the breaks of somebody whose taken slots on a grid are these bits."""
    count = 0
    for b in range(d.block_row[grid], d.block_row[grid + 1]):
        taken = word & d.block[b]
        if taken:
            count += ones(taken & ~(taken << 1)) - 1
    return count


@inner
def look_at(d: Any, s: Any, m: int, slot: int, count: int) -> int:
    """Flip the bits of the meeting's people as if it moved to ``slot``; return how many people are looked at now."""
    first = d.shape[d.meet[m, M_SHAPE], H_ROW]
    bits = d.slot[first + slot, L_BITS] ^ d.slot[first + s.slot[m], L_BITS]
    for i in range(d.meet[m, M_PEOPLE], d.meet[m, M_PEOPLE_END]):
        p = d.people[i]
        if s.look_mark[p] != s.total[T_LOOK]:
            s.look_mark[p] = s.total[T_LOOK]
            s.look[p] = s.mask[p, d.meet[m, M_GRID]]
            s.looked[count] = p
            count += 1
        s.look[p] ^= bits
    return count


@inner
def floor_of(d: Any, s: Any, grid: int, count: int) -> float:
    """Return the least that the people looked at can cost more after the move; of the rest what meetings cause may vanish."""
    floor = 0.0
    for n in range(count):
        p = s.looked[n]
        before = breaks_in(d, s.mask[p, grid], grid)
        more = breaks_in(d, s.look[p], grid) - before
        price = d.weight[W_BREAK] * d.person[p, P_WEIGHT]
        floor += more * price - (s.cost[p] - s.base[p] - before * price)
        floor += STRAY * price * (strays_in(d, s.look[p], grid) - strays_in(d, s.mask[p, grid], grid))
        if d.weight[W_FAIRNESS] >= 0 and more < 0:
            floor += UNFAIR * max(more, -s.excess[p])
    return floor


@inner
def floor_alone(d: Any, s: Any, m: int, slot: int, c: int) -> float:
    """Return the least that moving one placed meeting alone can cost."""
    s.total[T_LOOK] += 1
    count = look_at(d, s, m, slot, 0)
    return floor_of(d, s, d.meet[m, M_GRID], count) + meeting_cost(d, m, slot, c) - meeting_cost(d, m, s.slot[m], s.cls[m])


@inner
def floor_chain(d: Any, s: Any) -> float:
    """Return the least that the queued meetings, all of one grid, can cost more where the queue moves them."""
    s.total[T_LOOK] += 1
    count, floor = 0, 0
    for q in range(s.total[T_QUEUE]):
        x = s.queue[q, 0]
        count = look_at(d, s, x, s.queue[q, 1], count)
        floor += meeting_cost(d, x, s.queue[q, 1], s.cls[x]) - meeting_cost(d, x, s.slot[x], s.cls[x])
    return floor + floor_of(d, s, d.meet[s.queue[0, 0], M_GRID], count)
