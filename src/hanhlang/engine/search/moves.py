"""The kernel's moves: shift with a chain of swaps, eject and place again, tighten a person's day."""

from __future__ import annotations

import math
from typing import Any

from numba import float64, int64

from hanhlang.engine.search.board import begin, chance, clash, draw, permitted, person_cost, put_on, settle, take_off, undo
from hanhlang.engine.search.cache import inner, outer
from hanhlang.engine.search.layout import (
    C_MEMBER,
    C_SITE,
    C_TURN,
    DATA_TYPE,
    H_ROW,
    H_SLOTS,
    K_END,
    K_MEETING,
    K_NEXT,
    K_SITE,
    K_SLOT,
    K_START,
    L_BITS,
    L_BLOCK,
    L_END,
    L_START,
    M_CLASS,
    M_CLASS_END,
    M_FIXED,
    M_GRID,
    M_OPTION,
    M_OPTION_END,
    M_PEOPLE,
    M_PEOPLE_END,
    M_PUB_CLASS,
    M_PUB_START,
    M_SHAPE,
    P_CAL,
    P_WORD,
    STATE_TYPE,
    T_COST,
    T_COSTLY,
    T_EXCESS,
    T_JOURNAL,
    T_MOVES,
    T_QUEUE,
    T_QUEUED,
    T_UNPLACED,
)
from hanhlang.engine.search.lookahead import floor_alone, floor_chain
from hanhlang.engine.search.words import lowest, nth, ones

CHAIN_LIMIT = 400
EJECT_LIMIT, RESCUE_LIMIT = 4, 10
PLACE_TRIES = 24
# Of a hundred moves, up to which one is of which kind.
RESCUE, TIGHTEN, RELOCATE = 20, 50, 75
DONE, REFUSED, DEAR = range(3)


@inner
def class_row(d: Any, m: int, c: int) -> int:
    """Return the row of ``mclass`` in which a meeting permits a class, -1 if it does not."""
    for k in range(d.meet[m, M_CLASS], d.meet[m, M_CLASS_END]):
        if d.mclass[k] == c:
            return k
    return -1


@inner
def place_anywhere(d: Any, s: Any, m: int, tries: int) -> bool:
    """Put an unplaced meeting on at the first lawful option from a random one on."""
    first = d.meet[m, M_OPTION]
    count = d.meet[m, M_OPTION_END] - first
    if count == 0:
        return False
    at = draw(s, count)
    # A step that shares no factor with the count visits every option once, far apart first.
    step = 1 + draw(s, count)
    while math.gcd(step, count) != 1:
        step += 1
    for _ in range(min(tries, count)):
        option = d.option[first + at]
        if put_on(d, s, m, option & 0xFFFF, d.mclass[d.meet[m, M_CLASS] + (option >> 16)]):
            return True
        at = (at + step) % count
    return False


@inner
def empty_queue(s: Any) -> None:
    """Begin a queue."""
    s.total[T_QUEUED] += 1
    s.total[T_QUEUE] = 0


@inner
def enter(d: Any, s: Any, m: int, limit: int) -> bool:
    """Queue a meeting unless it is there; refuse a fixed one and one too many."""
    if s.queue_mark[m] == s.total[T_QUEUED]:
        return True
    if d.meet[m, M_FIXED] or s.total[T_QUEUE] >= limit:
        return False
    s.queue_mark[m] = s.total[T_QUEUED]
    s.queue[s.total[T_QUEUE], 0] = m
    s.total[T_QUEUE] += 1
    return True


@inner
def queue_clashes(d: Any, s: Any, m: int, slot: int, c: int, limit: int) -> bool:
    """Queue the placed meetings of the meeting's people that clash with this stay; refuse fixed ones and too many."""
    row = d.shape[d.meet[m, M_SHAPE], H_ROW] + slot
    start, end, site = d.slot[row, L_START], d.slot[row, L_END], d.cls[c, C_SITE]
    for i in range(d.meet[m, M_PEOPLE], d.meet[m, M_PEOPLE_END]):
        p = d.people[i]
        if d.person[p, P_WORD] >= 0:
            taken = s.mask[p, d.person[p, P_WORD]] & d.slot[row, L_BITS]
            while taken:
                other = s.who[p, lowest(taken)]
                if other != m and not enter(d, s, other, limit):
                    return False
                taken &= taken - 1
            continue
        first = d.person[p, P_CAL]
        for r in range(first, first + s.cal_count[p]):
            other = s.cal[r, K_MEETING]
            if other < 0 or other == m or not clash(d, start, end, site, s.cal[r, K_START], s.cal[r, K_END], s.cal[r, K_SITE]):
                continue
            if not enter(d, s, other, limit):
                return False
    return True


@inner
def chain(d: Any, s: Any, m: int, slot: int, slack: float) -> int:
    """
    Swap two slots along everybody concerned, so that no clash arises; leave the board for ``settle``.

    Return ``DONE``, ``REFUSED`` where nothing of the kind is lawful, or ``DEAR`` where it surely costs more than ``slack``.
    """
    grid, here = d.meet[m, M_GRID], s.slot[m]
    empty_queue(s)
    enter(d, s, m, 1)
    s.queue[0, 1] = slot
    n = 0
    while n < s.total[T_QUEUE]:
        x, to, c = s.queue[n, 0], s.queue[n, 1], s.cls[s.queue[n, 0]]
        k = class_row(d, x, c)
        if k < 0 or not permitted(d, k, to):
            return REFUSED
        known = s.total[T_QUEUE]
        if not queue_clashes(d, s, x, to, c, CHAIN_LIMIT):
            return REFUSED
        for q in range(known, s.total[T_QUEUE]):
            other = s.queue[q, 0]
            if d.meet[other, M_GRID] != grid or s.slot[other] != to:
                return REFUSED
            s.queue[q, 1] = here if to == slot else slot
        n += 1
    if floor_chain(d, s) > slack:
        return DEAR
    # Classes stay as they are; where each was is in the journal, in the order of the queue.
    for q in range(s.total[T_QUEUE]):
        take_off(d, s, s.queue[q, 0])
    for q in range(s.total[T_QUEUE]):
        if not put_on(d, s, s.queue[q, 0], s.queue[q, 1], s.journal[q, 2]):
            return REFUSED
    return DONE


@inner
def make_room(d: Any, s: Any, m: int, slot: int, c: int) -> None:
    """Take one meeting off the class at that time, chosen from a random one on."""
    count = s.member_count[c]
    if count == 0:
        return
    row = d.shape[d.meet[m, M_SHAPE], H_ROW] + slot
    start, end = d.slot[row, L_START], d.slot[row, L_END]
    base, turn = d.cls[c, C_MEMBER], d.cls[c, C_TURN]
    at = draw(s, count)
    for n in range(count):
        other = s.member[base + (at + n) % count]
        its = d.shape[d.meet[other, M_SHAPE], H_ROW] + s.slot[other]
        # Whoever was queued has its place by now; it is not taken off again.
        if s.queue_mark[other] == s.total[T_QUEUED] or d.slot[its, L_START] >= end + turn or start >= d.slot[its, L_END] + turn:
            continue
        if enter(d, s, other, CHAIN_LIMIT):
            take_off(d, s, other)
            return


@inner
def force_in(d: Any, s: Any, m: int, slot: int, c: int, limit: int) -> bool:
    """Put a meeting that is not on the board there and take off what is in the way, which is queued."""
    known = s.total[T_QUEUE]
    if not queue_clashes(d, s, m, slot, c, limit):
        return False
    for q in range(known, s.total[T_QUEUE]):
        take_off(d, s, s.queue[q, 0])
    placed = put_on(d, s, m, slot, c)
    if not placed:
        for _ in range(2):
            make_room(d, s, m, slot, c)
            placed = put_on(d, s, m, slot, c)
            if placed:
                break
    return placed


@inner
def eject(d: Any, s: Any, m: int, slot: int, c: int, limit: int) -> bool:
    """
    Put a meeting there, take off what is in the way and place that elsewhere; leave the board for ``settle``.

    What finds no free place takes off others in turn, until ``limit`` meetings are concerned; nobody is taken off twice.
    """
    empty_queue(s)
    if s.slot[m] >= 0:
        take_off(d, s, m)
    s.queue_mark[m] = s.total[T_QUEUED]
    if not force_in(d, s, m, slot, c, EJECT_LIMIT):
        return False
    n = 0
    while n < s.total[T_QUEUE]:
        x = s.queue[n, 0]
        n += 1
        if not place_anywhere(d, s, x, PLACE_TRIES) and s.total[T_QUEUE] < limit:
            first = d.meet[x, M_OPTION]
            option = d.option[first + draw(s, d.meet[x, M_OPTION_END] - first)]
            if not force_in(d, s, x, option & 0xFFFF, d.mclass[d.meet[x, M_CLASS] + (option >> 16)], limit):
                return False
    return True


@inner
def shift(d: Any, s: Any, m: int, slot: int, c: int, slack: float) -> bool:
    """Move a placed meeting: alone if that is free, else by a chain, else by ejection."""
    before = s.total[T_COST]
    empty_queue(s)
    if queue_clashes(d, s, m, slot, c, 1) and s.total[T_QUEUE] == 0:
        if floor_alone(d, s, m, slot, c) > slack:
            return False
        begin(s)
        take_off(d, s, m)
        if put_on(d, s, m, slot, c):
            return settle(d, s, before, slack)
        undo(d, s)
    elif s.cls[m] == c:
        begin(s)
        ending = chain(d, s, m, slot, slack)
        if ending == DONE:
            return settle(d, s, before, slack)
        undo(d, s)
        if ending == DEAR:
            return False
    if draw(s, 4):
        return False
    begin(s)
    done = eject(d, s, m, slot, c, EJECT_LIMIT)
    if not done:
        undo(d, s)
        return False
    return settle(d, s, before, slack)


@inner
def rescue(d: Any, s: Any, slack: float) -> bool:
    """Try to place one waiting meeting, taking others off if need be."""
    m = s.waiting[draw(s, s.total[T_UNPLACED])]
    before = s.total[T_COST]
    begin(s)
    if place_anywhere(d, s, m, PLACE_TRIES):
        return settle(d, s, before, slack)
    undo(d, s)
    begin(s)
    first = d.meet[m, M_OPTION]
    option = d.option[first + draw(s, d.meet[m, M_OPTION_END] - first)]
    done = eject(d, s, m, option & 0xFFFF, d.mclass[d.meet[m, M_CLASS] + (option >> 16)], RESCUE_LIMIT)
    if not done:
        undo(d, s)
        return False
    return settle(d, s, before, slack)


@inner
def costly(s: Any) -> int:
    """Return somebody with several stays whose meetings cost something, or -1."""
    if s.total[T_COSTLY] == 0:
        return -1
    p = s.costly[draw(s, s.total[T_COSTLY])]
    return p if s.cal_count[p] > 1 else -1


@inner
def edges(d: Any, word: int, grid: int) -> tuple[int, int]:
    """Return the slots at either end of a run, in blocks with a break, and the free ones next to a run, in any block."""
    ends, beside = 0, 0
    for b in range(d.block_row[grid], d.block_row[grid + 1]):
        taken = word & d.block[b]
        begun = taken & ~(taken << 1)
        if begun & (begun - 1):
            ends |= begun | (taken & ~(taken >> 1))
        beside |= ((taken << 1) | (taken >> 1)) & ~taken & d.block[b]
    return ends, beside


@inner
def close_gap(d: Any, s: Any, p: int, slack: float) -> bool:
    """Move a meeting from the end of a run to the end of another, of somebody with a word and a break."""
    grid = d.person[p, P_WORD]
    ends, beside = edges(d, s.mask[p, grid], grid)
    if ends == 0 or beside == 0:
        return False
    m = s.who[p, nth(ends, draw(s, ones(ends)))]
    slot = nth(beside, draw(s, ones(beside)))
    c = s.cls[m]
    if d.meet[m, M_FIXED] or slot >= d.shape[d.meet[m, M_SHAPE], H_SLOTS] or not permitted(d, class_row(d, m, c), slot):
        return False
    return shift(d, s, m, slot, c, slack)


@inner
def tighten(d: Any, s: Any, slack: float) -> bool:
    """Move a meeting of somebody whose day costs something next to another of that day."""
    p = costly(s)
    if p < 0:
        return False
    if d.person[p, P_WORD] >= 0 and draw(s, 4):
        return close_gap(d, s, p, slack)
    first = d.person[p, P_CAL]
    one = first + draw(s, s.cal_count[p])
    other = first + draw(s, s.cal_count[p])
    m, anchor = s.cal[one, K_MEETING], s.cal[other, K_MEETING]
    if one == other or m < 0 or anchor < 0 or d.meet[m, M_FIXED] or d.meet[m, M_GRID] != d.meet[anchor, M_GRID]:
        return False
    slot = s.cal[other, K_SLOT] - 1
    if draw(s, 2):
        slot = s.cal[other, K_NEXT] if s.cal[other, K_NEXT] >= 0 else slot + 2
    row = d.shape[d.meet[m, M_SHAPE], H_ROW]
    k = class_row(d, m, s.cls[m])
    if slot < 0 or slot >= d.shape[d.meet[m, M_SHAPE], H_SLOTS] or slot == s.slot[m] or not permitted(d, k, slot):
        return False
    if d.slot[row + slot, L_BLOCK] != d.slot[row + s.cal[other, K_SLOT], L_BLOCK]:
        return False
    return shift(d, s, m, slot, s.cls[m], slack)


@inner
def relocate(d: Any, s: Any, slack: float) -> bool:
    """Move a meeting of somebody whose day costs something to any of its options."""
    p = costly(s)
    if p < 0:
        return False
    m = s.cal[d.person[p, P_CAL] + draw(s, s.cal_count[p]), K_MEETING]
    return m >= 0 and wander(d, s, m, slack)


@inner
def wander(d: Any, s: Any, m: int, slack: float) -> bool:
    """Move a meeting to any of its options."""
    first = d.meet[m, M_OPTION]
    count = d.meet[m, M_OPTION_END] - first
    if s.slot[m] < 0 or count < 2 or d.meet[m, M_FIXED]:
        return False
    option = d.option[first + draw(s, count)]
    slot, c = option & 0xFFFF, d.mclass[d.meet[m, M_CLASS] + (option >> 16)]
    if slot == s.slot[m] and c == s.cls[m]:
        return False
    return shift(d, s, m, slot, c, slack)


@outer(int64(DATA_TYPE, STATE_TYPE, int64, float64))
def anneal(d: Any, s: Any, moves: int, heat: float) -> int:
    """Try ``moves`` moves at one temperature, in points of cost; return how many were kept."""
    kept = 0
    for _ in range(moves):
        slack = -heat * math.log(chance(s) + 1e-9)
        pick = draw(s, 100)
        # A rescue is dear and mostly in vain: few waiting, few tries.
        if pick < min(RESCUE, s.total[T_UNPLACED]):
            kept += rescue(d, s, slack)
        elif pick < TIGHTEN:
            kept += tighten(d, s, slack)
        elif pick < RELOCATE:
            kept += relocate(d, s, slack)
        else:
            kept += wander(d, s, draw(s, len(d.meet)), slack)
    s.total[T_MOVES] += moves
    return kept


@outer(int64(DATA_TYPE, STATE_TYPE, int64[::1]))
def fill(d: Any, s: Any, order: Any) -> int:
    """Put meetings on in this order where they are lawful; return how many were placed."""
    placed = 0
    for n in range(len(order)):
        before = s.total[T_COST]
        begin(s)
        if s.slot[order[n]] < 0:
            placed += place_anywhere(d, s, order[n], 1 << 20)
        # Two meetings far apart may cost a break now; the search closes the gap.
        settle(d, s, before, 1e18)
    return placed


@outer(int64(DATA_TYPE, STATE_TYPE))
def seat_published(d: Any, s: Any) -> int:
    """Put meetings where the published plan has them, as far as that is still lawful; return how many were placed."""
    placed = 0
    for m in range(len(d.meet)):
        c = d.meet[m, M_PUB_CLASS]
        k = class_row(d, m, c) if c >= 0 else -1
        if k < 0:
            continue
        row = d.shape[d.meet[m, M_SHAPE], H_ROW]
        for slot in range(d.shape[d.meet[m, M_SHAPE], H_SLOTS]):
            if d.slot[row + slot, L_START] == d.meet[m, M_PUB_START] and permitted(d, k, slot):
                before = s.total[T_COST]
                begin(s)
                placed += put_on(d, s, m, slot, c)
                settle(d, s, before, 1e18)
    return placed


@outer(int64(DATA_TYPE, STATE_TYPE))
def make_fair(d: Any, s: Any) -> int:
    """Take meetings off people with unfairly many breaks until nobody has; return how many were taken."""
    taken = 0
    while s.total[T_EXCESS] > 0:
        for p in range(len(d.person)):
            while s.excess[p] > 0:
                r = d.person[p, P_CAL]
                while s.cal[r, K_MEETING] < 0:
                    r += 1
                before = s.total[T_COST]
                begin(s)
                take_off(d, s, s.cal[r, K_MEETING])
                settle(d, s, before, 1e18)
                taken += 1
    return taken


@outer(int64(DATA_TYPE, STATE_TYPE))
def price_all(d: Any, s: Any) -> int:
    """Price an empty board; return its cost."""
    for p in range(len(d.person)):
        cost, excess = person_cost(d, s, p)
        s.cost[p] = cost
        s.base[p] = cost
        s.excess[p] = excess
        s.total[T_COST] += cost
        s.total[T_EXCESS] += excess
    s.total[T_JOURNAL] = 0
    return int(s.total[T_COST])
