"""
The kernel's board: put a meeting on, take it off, price a person, undo.

Nothing unlawful is ever put on, so every state is a lawful plan (fairness apart, which is priced).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from hanhlang.engine.search.cache import inner
from hanhlang.engine.search.layout import (
    C_CAPACITY,
    C_MEMBER,
    C_POOL,
    C_SITE,
    C_TURN,
    C_USE,
    H_ROW,
    K_BLOCK,
    K_COLUMNS,
    K_END,
    K_GRID,
    K_MEETING,
    K_NEXT,
    K_SITE,
    K_SLOT,
    K_START,
    L_BITS,
    L_BLOCK,
    L_COUNTS,
    L_END,
    L_NEXT,
    L_START,
    M_GRID,
    M_LOST,
    M_NEED,
    M_NEED_END,
    M_OPTION,
    M_OPTION_END,
    M_PEOPLE,
    M_PEOPLE_END,
    M_PREC,
    M_PREC_END,
    M_PREFERRED,
    M_PUB_CLASS,
    M_PUB_START,
    M_SHAPE,
    P_APART,
    P_APART_END,
    P_CAL,
    P_MEAL,
    P_MEAL_END,
    P_ROW,
    P_WEIGHT,
    P_WORD,
    T_COST,
    T_COSTLY,
    T_EXCESS,
    T_JOURNAL,
    T_STAMP,
    T_TOUCHED,
    T_UNPLACED,
    W_BREAK,
    W_CITY,
    W_FAIRNESS,
    W_IDLE,
    W_MEAL,
    W_MEAL_MINUTES,
    W_MOVED,
    W_PREFERRED,
    W_ROW,
)
from hanhlang.engine.search.words import ones

# One break beyond the fair number costs as much as this many points: more than any detour, less than a meeting.
UNFAIR = 40
# What a slot outside the longest run of its block costs the search, in breaks; no plan is charged for it. Breaks alone do not tell a
# run of one meeting, which one move dissolves, from a run of seven: without it a tight week ended with twice the breaks.
STRAY = 0.15


@inner
def draw(s: Any, below: int) -> int:
    """Return a random whole number of ``0 .. below - 1``."""
    x = s.rng[0]
    x ^= x << np.uint64(13)
    x ^= x >> np.uint64(7)
    x ^= x << np.uint64(17)
    s.rng[0] = x
    return np.int64((x >> np.uint64(11)) % np.uint64(below))  # type: ignore[return-value]


@inner
def chance(s: Any) -> float:
    """Return a random number of [0, 1)."""
    return draw(s, 1 << 30) / (1 << 30)


@inner
def permitted(d: Any, k: int, slot: int) -> bool:
    """Tell whether a meeting may start at ``slot`` in its permitted class number ``k`` (a row of ``mclass``)."""
    return bool((d.dom[d.mdom[k] + (slot >> 5)] >> (slot & 31)) & 1)


@inner
def clash(d: Any, start: int, end: int, site: int, start2: int, end2: int, site2: int) -> bool:
    """Tell whether two stays overlap, travel included."""
    if site == site2 or site2 < 0:
        return start < end2 and start2 < end
    free = end + d.travel[site, site2, end // 60 % 24]
    free2 = end2 + d.travel[site2, site, end2 // 60 % 24]
    return bool(start < free2 and start2 < free)


@inner
def people_free(d: Any, s: Any, m: int, slot: int, site: int) -> bool:
    """Tell whether no placed meeting of the meeting's people clashes with a stay from ``slot`` on."""
    at = d.shape[d.meet[m, M_SHAPE], H_ROW] + slot
    start, end = d.slot[at, L_START], d.slot[at, L_END]
    for i in range(d.meet[m, M_PEOPLE], d.meet[m, M_PEOPLE_END]):
        p = d.people[i]
        if d.person[p, P_WORD] >= 0:
            if s.mask[p, d.person[p, P_WORD]] & d.slot[at, L_BITS]:
                return False
            continue
        row = d.person[p, P_CAL]
        for r in range(row, row + s.cal_count[p]):
            # Engagements are already out of the permitted starts.
            if s.cal[r, K_MEETING] >= 0 and clash(d, start, end, site, s.cal[r, K_START], s.cal[r, K_END], s.cal[r, K_SITE]):
                return False
    return True


@inner
def relations_kept(d: Any, s: Any, m: int, start: int, end: int, c: int) -> bool:
    """Tell whether precedences and people to keep apart allow this stay."""
    for i in range(d.meet[m, M_PREC], d.meet[m, M_PREC_END]):
        other = d.prec[i] >> 1
        if s.slot[other] >= 0:
            row = d.shape[d.meet[other, M_SHAPE], H_ROW] + s.slot[other]
            if d.prec[i] & 1:
                if d.slot[row, L_START] < end:
                    return False
            elif start < d.slot[row, L_END]:
                return False
    pool, turn = d.cls[c, C_POOL], d.cls[c, C_TURN]
    for i in range(d.meet[m, M_PEOPLE], d.meet[m, M_PEOPLE_END]):
        p = d.people[i]
        for a in range(d.person[p, P_APART], d.person[p, P_APART_END]):
            q, between = d.apart[a], max(turn, d.apart_minutes[a])
            row = d.person[q, P_CAL]
            for r in range(row, row + s.cal_count[q]):
                other = s.cal[r, K_MEETING]
                if other < 0 or d.cls[s.cls[other], C_POOL] != pool:
                    continue
                if start < s.cal[r, K_END] + between and s.cal[r, K_START] < end + between:
                    return False
    return True


@inner
def room_left(d: Any, s: Any, shape: int, slot: int, c: int) -> bool:
    """Tell whether a unit of the class is free for the whole use, turn-round included."""
    row = d.span[shape, c] + slot
    base = d.cls[c, C_USE]
    for i in range(base + d.span_rows[row, 0], base + d.span_rows[row, 1]):  # noqa: SIM110 - numba knows no generators
        if s.use[i] >= d.cls[c, C_CAPACITY]:
            return False
    return True


@inner
def book(d: Any, s: Any, shape: int, slot: int, c: int, by: int) -> None:
    """Add ``by`` to the units in use."""
    row = d.span[shape, c] + slot
    base = d.cls[c, C_USE]
    for i in range(base + d.span_rows[row, 0], base + d.span_rows[row, 1]):
        s.use[i] += by


@inner
def team_open(d: Any, shape: int, slot: int, c: int) -> bool:
    """Tell whether teams of this class work at that slot."""
    row = d.span[shape, c]
    return bool(row >= 0 and d.span_rows[row + slot, 0] < d.span_rows[row + slot, 1])


@inner
def book_teams(d: Any, s: Any, m: int, slot: int, site: int) -> bool:
    """Choose and book a team for each need; book none if one is missing."""
    shape = d.meet[m, M_SHAPE]
    sites = d.travel.shape[0]
    for i in range(d.meet[m, M_NEED], d.meet[m, M_NEED_END]):
        s.team[i] = -1
        key = d.need[i] * sites + site
        for t in range(d.team_row[key], d.team_row[key + 1]):
            c = d.team[t]
            if team_open(d, shape, slot, c) and room_left(d, s, shape, slot, c):
                book(d, s, shape, slot, c, 1)
                s.team[i] = c
                break
        if s.team[i] < 0:
            for j in range(d.meet[m, M_NEED], i):
                book(d, s, shape, slot, s.team[j], -1)
            return False
    return True


@inner
def meeting_cost(d: Any, m: int, slot: int, c: int) -> int:
    """Return the cost of where a meeting is: preferred times and distance from the published plan."""
    cost = 0
    first = d.meet[m, M_PREFERRED]
    if first >= 0 and (d.preferred[first + (slot >> 5)] >> (slot & 31)) & 1 == 0:
        cost += d.weight[W_PREFERRED]
    if d.meet[m, M_PUB_CLASS] >= 0:
        start = d.slot[d.shape[d.meet[m, M_SHAPE], H_ROW] + slot, L_START]
        if start != d.meet[m, M_PUB_START] or c != d.meet[m, M_PUB_CLASS]:
            cost += d.weight[W_MOVED]
    return cost


@inner
def lost_cost(d: Any, m: int) -> int:
    """Return the cost of not placing a meeting."""
    return int(d.meet[m, M_LOST] + (d.weight[W_MOVED] if d.meet[m, M_PUB_CLASS] >= 0 else 0))


@inner
def touch(s: Any, p: int) -> None:
    """Remember that a person must be priced anew."""
    if s.person_mark[p] != s.total[T_STAMP]:
        s.person_mark[p] = s.total[T_STAMP]
        s.touched[s.total[T_TOUCHED]] = p
        s.total[T_TOUCHED] += 1


@inner
def raw_add(d: Any, s: Any, m: int, slot: int, c: int) -> None:
    """Write a meeting into calendars and lists; place and teams are booked by the caller."""
    shape = d.meet[m, M_SHAPE]
    row = d.shape[shape, H_ROW] + slot
    start, site = d.slot[row, L_START], d.cls[c, C_SITE]
    for i in range(d.meet[m, M_PEOPLE], d.meet[m, M_PEOPLE_END]):
        p = d.people[i]
        r = d.person[p, P_CAL] + s.cal_count[p]
        while r > d.person[p, P_CAL] and s.cal[r - 1, K_START] > start:
            for k in range(K_COLUMNS):
                s.cal[r, k] = s.cal[r - 1, k]
            r -= 1
        s.cal_count[p] += 1
        s.cal[r, K_START] = start
        s.cal[r, K_END] = d.slot[row, L_END]
        s.cal[r, K_SITE] = site
        s.cal[r, K_MEETING] = m
        s.cal[r, K_NEXT] = d.slot[row, L_NEXT] if d.slot[row, L_COUNTS] else -1
        s.cal[r, K_BLOCK] = d.slot[row, L_BLOCK]
        s.cal[r, K_SLOT] = slot
        s.cal[r, K_GRID] = d.meet[m, M_GRID]
        s.mask[p, d.meet[m, M_GRID]] ^= d.slot[row, L_BITS]
        if d.person[p, P_WORD] >= 0:
            s.who[p, slot : d.slot[row, L_NEXT]] = m
        touch(s, p)
    s.slot[m], s.cls[m] = slot, c
    s.total[T_COST] += meeting_cost(d, m, slot, c) - lost_cost(d, m)
    end = d.cls[c, C_MEMBER] + s.member_count[c]
    s.member[end] = m
    s.member_place[m] = end
    s.member_count[c] += 1
    if s.waiting_place[m] >= 0:
        s.total[T_UNPLACED] -= 1
        last = s.waiting[s.total[T_UNPLACED]]
        s.waiting[s.waiting_place[m]] = last
        s.waiting_place[last] = s.waiting_place[m]
        s.waiting_place[m] = -1


@inner
def raw_remove(d: Any, s: Any, m: int) -> None:
    """Take a placed meeting out of everything."""
    slot, c, shape = s.slot[m], s.cls[m], d.meet[m, M_SHAPE]
    bits = d.slot[d.shape[shape, H_ROW] + slot, L_BITS]
    for i in range(d.meet[m, M_PEOPLE], d.meet[m, M_PEOPLE_END]):
        p = d.people[i]
        s.mask[p, d.meet[m, M_GRID]] ^= bits
        r = d.person[p, P_CAL]
        while s.cal[r, K_MEETING] != m:
            r += 1
        s.cal_count[p] -= 1
        for q in range(r, d.person[p, P_CAL] + s.cal_count[p]):
            for k in range(K_COLUMNS):
                s.cal[q, k] = s.cal[q + 1, k]
        touch(s, p)
    book(d, s, shape, slot, c, -1)
    for i in range(d.meet[m, M_NEED], d.meet[m, M_NEED_END]):
        book(d, s, shape, slot, s.team[i], -1)
    s.total[T_COST] += lost_cost(d, m) - meeting_cost(d, m, slot, c)
    s.member_count[c] -= 1
    last = s.member[d.cls[c, C_MEMBER] + s.member_count[c]]
    s.member[s.member_place[m]] = last
    s.member_place[last] = s.member_place[m]
    s.slot[m] = -1
    s.cls[m] = -1
    if d.meet[m, M_OPTION_END] > d.meet[m, M_OPTION]:
        s.waiting[s.total[T_UNPLACED]] = m
        s.waiting_place[m] = s.total[T_UNPLACED]
        s.total[T_UNPLACED] += 1


@inner
def note(d: Any, s: Any, m: int) -> None:
    """Write down where a meeting was before this move."""
    if s.mark[m] != s.total[T_STAMP]:
        s.mark[m] = s.total[T_STAMP]
        n = s.total[T_JOURNAL]
        s.journal[n, 0], s.journal[n, 1], s.journal[n, 2] = m, s.slot[m], s.cls[m]
        for i in range(d.meet[m, M_NEED], d.meet[m, M_NEED_END]):
            s.journal_team[i] = s.team[i]
        s.total[T_JOURNAL] += 1


@inner
def take_off(d: Any, s: Any, m: int) -> None:
    """Take a placed meeting off the board, within a move."""
    note(d, s, m)
    raw_remove(d, s, m)


@inner
def put_on(d: Any, s: Any, m: int, slot: int, c: int) -> bool:
    """Put an unplaced meeting on the board if that is lawful, within a move; the start must be permitted."""
    shape = d.meet[m, M_SHAPE]
    row = d.shape[shape, H_ROW] + slot
    start, end, site = d.slot[row, L_START], d.slot[row, L_END], d.cls[c, C_SITE]
    if not room_left(d, s, shape, slot, c) or not people_free(d, s, m, slot, site):
        return False
    if not relations_kept(d, s, m, start, end, c):
        return False
    note(d, s, m)
    if not book_teams(d, s, m, slot, site):
        return False
    book(d, s, shape, slot, c, 1)
    raw_add(d, s, m, slot, c)
    return True


@inner
def meal_cost(d: Any, s: Any, p: int) -> int:
    """Return how many of a person's meals have no long enough free time."""
    spoilt = 0
    row = d.person[p, P_CAL]
    for meal in range(d.person[p, P_MEAL], d.person[p, P_MEAL_END]):
        end = d.meal[meal, 1]
        free_from, longest = d.meal[meal, 0], 0
        for r in range(row, row + s.cal_count[p]):
            longest = max(longest, min(s.cal[r, K_START], end) - free_from)
            free_from = max(free_from, s.cal[r, K_END])
        longest = max(longest, end - free_from)
        spoilt += longest < d.weight[W_MEAL_MINUTES]
    return spoilt


@inner
def person_cost(d: Any, s: Any, p: int) -> tuple[int, int]:
    """Return a person's soft cost and the breaks beyond the fair number."""
    breaks, idle, beyond, changes = 0, 0, 0, 0
    chain, last_end, last_site, last_day = 0, -1000, -1, -1
    limit = d.person[p, P_ROW]
    s.grid_last[:, 0] = -1
    row = d.person[p, P_CAL]
    for r in range(row, row + s.cal_count[p]):
        start, site = s.cal[r, K_START], s.cal[r, K_SITE]
        if site >= 0:
            day = start // 1440
            changes += last_site >= 0 and site != last_site and day == last_day
            last_site, last_day = site, day
        if s.cal[r, K_MEETING] < 0:
            continue
        grid, block = s.cal[r, K_GRID], s.cal[r, K_BLOCK]
        if s.grid_last[grid, 0] == block:
            breaks += s.cal[r, K_NEXT] >= 0 and s.cal[r, K_SLOT] > s.grid_last[grid, 1]
            idle += (start - s.grid_last[grid, 2] + 9) // 10
        s.grid_last[grid, 0], s.grid_last[grid, 1], s.grid_last[grid, 2] = block, s.cal[r, K_NEXT], s.cal[r, K_END]
        chain = chain + 1 if start - last_end < 10 else 1
        beyond += limit > 0 and chain > limit
        last_end = s.cal[r, K_END]
    cost = breaks * d.weight[W_BREAK] + idle * d.weight[W_IDLE] + beyond * d.weight[W_ROW] + changes * d.weight[W_CITY]
    if d.weight[W_MEAL] > 0:
        cost += meal_cost(d, s, p) * d.weight[W_MEAL]
    fair = d.weight[W_FAIRNESS]
    excess = breaks - fair if fair >= 0 and breaks > fair else 0
    return cost * d.person[p, P_WEIGHT], excess


@inner
def strays_in(d: Any, word: int, grid: int) -> int:
    """Count the taken slots of a grid that are outside the longest run of their block."""
    count = 0
    for b in range(d.block_row[grid], d.block_row[grid + 1]):
        run = word & d.block[b]
        count += ones(run)
        while run:
            count -= 1
            run &= run << 1
    return count


@inner
def person_strays(d: Any, s: Any, p: int) -> int:
    """Count a person's slots outside the longest run of their block, on all grids that fit a word."""
    count = 0
    for grid in range(len(d.block_row) - 1):
        if s.mask[p, grid]:
            count += strays_in(d, s.mask[p, grid], grid)
    return count


@inner
def begin(s: Any) -> None:
    """Begin a move."""
    s.total[T_STAMP] += 1
    s.total[T_JOURNAL] = 0
    s.total[T_TOUCHED] = 0


@inner
def undo(d: Any, s: Any) -> None:
    """Put everything back as it was before the move."""
    for n in range(s.total[T_JOURNAL]):
        if s.slot[s.journal[n, 0]] >= 0:
            raw_remove(d, s, s.journal[n, 0])
    for n in range(s.total[T_JOURNAL]):
        m, slot, c = s.journal[n, 0], s.journal[n, 1], s.journal[n, 2]
        if slot >= 0:
            book(d, s, d.meet[m, M_SHAPE], slot, c, 1)
            for i in range(d.meet[m, M_NEED], d.meet[m, M_NEED_END]):
                s.team[i] = s.journal_team[i]
                book(d, s, d.meet[m, M_SHAPE], slot, s.team[i], 1)
            raw_add(d, s, m, slot, c)


@inner
def list_costly(s: Any, p: int) -> None:
    """Enter a person whose meetings cost something into the list of those, or take them out."""
    if (s.cost[p] > s.base[p]) == (s.costly_place[p] >= 0):
        return
    if s.costly_place[p] < 0:
        s.costly[s.total[T_COSTLY]] = p
        s.costly_place[p] = s.total[T_COSTLY]
        s.total[T_COSTLY] += 1
    else:
        s.total[T_COSTLY] -= 1
        last = s.costly[s.total[T_COSTLY]]
        s.costly[s.costly_place[p]] = last
        s.costly_place[last] = s.costly_place[p]
        s.costly_place[p] = -1


@inner
def settle(d: Any, s: Any, before: int, slack: float) -> bool:
    """Keep the move if its price rises by at most ``slack`` over ``before``, else undo it."""
    price = float(s.total[T_COST] - before)
    for n in range(s.total[T_TOUCHED]):
        p = s.touched[n]
        cost, excess = person_cost(d, s, p)
        price += cost - s.cost[p] + UNFAIR * (excess - s.excess[p])
        price += STRAY * d.weight[W_BREAK] * d.person[p, P_WEIGHT] * (person_strays(d, s, p) - s.strays[p])
    if price > slack:
        undo(d, s)
        return False
    for n in range(s.total[T_TOUCHED]):
        p = s.touched[n]
        cost, excess = person_cost(d, s, p)
        s.total[T_COST] += cost - s.cost[p]
        s.total[T_EXCESS] += excess - s.excess[p]
        s.cost[p] = cost
        s.excess[p] = excess
        s.strays[p] = person_strays(d, s, p)
        list_costly(s, p)
    return True
