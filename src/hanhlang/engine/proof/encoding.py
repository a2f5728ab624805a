"""
The event as clauses.

``x[m][t]`` meeting ``m`` in slot ``t``; ``u[p][t]`` person ``p`` busy in slot ``t``; ``c[t][k]`` at least ``k`` of a
person's meetings before slot ``t``; ``more[p][j]`` person ``p`` has more than ``j`` breaks.
"""

from __future__ import annotations

from itertools import pairwise

from hanhlang.engine.proof.case import Case, fair_caps, followers, needs_levels
from hanhlang.engine.proof.cnf import FALSE, TRUE, Clauses

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Encoding:
    """``more[p][j]`` is implied by more than ``j`` breaks, for ``j`` below the person's cap."""

    def __init__(self, clauses: Clauses, x: list[dict[int, int]]) -> None:
        self.clauses, self.x = clauses, x
        self.u: list[list[int]] = []
        self.more: list[list[int]] = []

    def placed(self, model: Sequence[int]) -> list[int]:
        """Return the slot of each meeting in a model."""
        return [next(slot for slot, literal in row.items() if model[literal - 1] > 0) for row in self.x]


def encode(case: Case, domains: Sequence[Sequence[int]], caps: Sequence[int]) -> Encoding:
    """Encode all hard rules, with at most ``caps[p]`` breaks of person ``p``."""
    caps = fair_caps(case, caps)
    clauses = Clauses()
    encoding = Encoding(clauses, [{slot: clauses.new() for slot in domain} for domain in domains])
    for row in encoding.x:
        clauses.all.append(list(row.values()))
        clauses.at_most_one(list(row.values()))
    own = case.meetings_of()
    for meetings in own:
        encoding.u.append([_busy(encoding, meetings, slot) for slot in range(case.slots)])
    after = followers(case.precedences)
    for person, meetings in enumerate(own):
        busy, degree = encoding.u[person], len(meetings)
        if degree > 1 and caps[person] == 0:
            encoding.more.append([])
        else:
            exact = needs_levels(case, caps)
            encoding.more.append(_count_breaks(clauses, busy, degree, caps[person], exact))
        if degree > 1:
            unless = encoding.more[person][0] if encoding.more[person] else FALSE
            started = _one_run(clauses, busy, degree, unless)
            _in_order(encoding, meetings, after, started, unless)
    if needs_levels(case, caps):
        _fair(clauses, encoding.more, caps, case.fairness or 0)
    _precede(encoding, case)
    _seat(encoding, case, own)
    return encoding


def _busy(encoding: Encoding, meetings: Sequence[int], slot: int) -> int:
    literals = [encoding.x[meeting][slot] for meeting in meetings if slot in encoding.x[meeting]]
    encoding.clauses.at_most_one(literals)
    return encoding.clauses.either(literals)


def _used(clauses: Clauses, busy: Sequence[int], degree: int) -> list[list[int]]:
    """Return ``c[t][k]``, both directions; entries that the number of open slots decides are constants."""
    slots = len(busy)
    open_after = [sum(literal != FALSE for literal in busy[slot:]) for slot in range(slots + 1)]
    count: list[list[int]] = []
    for slot in range(slots + 1):
        before, row = open_after[0] - open_after[slot], [TRUE]
        for k in range(1, degree + 1):
            if k > before:
                row.append(FALSE)
            elif k <= degree - open_after[slot]:
                row.append(TRUE)
            else:
                row.append(clauses.new())
        count.append([*row, FALSE])
    for slot, now in enumerate(busy):
        here, after = count[slot], count[slot + 1]
        for (fewer, as_many), then in zip(pairwise(here), after[1:], strict=True):
            rows: tuple[Sequence[int], ...] = (-as_many, then), (-fewer, -now, then), (as_many, now, -then), (fewer, -then)
            if 1 in (abs(fewer), abs(as_many), abs(then), abs(now)):
                for clause in rows:
                    clauses.add(*clause)
            else:
                clauses.all += rows  # no constants, and they are most
    return count


def _count_breaks(clauses: Clauses, busy: Sequence[int], degree: int, cap: int, exact: bool) -> list[int]:
    """
    Return the literals "more than j breaks", j < cap, and forbid more than cap.

    ``exact`` adds the other direction, needed where a rule asks for breaks and not only against them.
    """
    if degree == 0:
        return []
    used = _used(clauses, busy, degree)
    if degree == 1:
        return []
    levels = [FALSE] * cap
    for slot in range(len(busy) - 1):
        done = used[slot + 1][degree]
        if busy[slot] == FALSE or busy[slot + 1] == TRUE or done == TRUE:
            continue
        begins = clauses.new()
        clauses.add(-busy[slot], busy[slot + 1], done, begins)
        if exact:
            for needed in (busy[slot], -busy[slot + 1], -done):
                clauses.add(-begins, needed)
        before = [TRUE, *levels]
        if before[cap] != FALSE:
            clauses.add(-begins, -before[cap])
        for j in range(cap):
            if before[j] == FALSE:
                break
            level = clauses.new()
            clauses.add(-before[j + 1], level)
            clauses.add(-begins, -before[j], level)
            if exact:
                clauses.add(before[j + 1], begins, -level)
                clauses.add(before[j + 1], before[j], -level)
            levels[j] = level
    return levels


def _one_run(clauses: Clauses, busy: Sequence[int], degree: int, unless: int) -> list[int]:
    """
    No break and at least two meetings: the busy slots are one run, so only its start is open. ``unless`` lifts it all.

    Return the literals "the run has begun by slot t", none if there is no room for a run.
    """
    starts = [start for start in range(len(busy) - degree + 1) if FALSE not in busy[start : start + degree]]
    started, now = [], FALSE
    for slot in range(len(busy)):
        if starts and slot >= starts[-1]:
            now = TRUE
        elif slot in starts:
            later = clauses.new()
            clauses.add(-now, later)
            now = later
        started.append(now)
    if not starts:
        clauses.add(unless)
        return []
    for slot, literal in enumerate(busy):
        over = started[slot - degree] if slot >= degree else FALSE
        clauses.add(unless, -literal, started[slot])
        clauses.add(unless, -literal, -over)
        clauses.add(unless, literal, -started[slot], over)
    return started


def _in_order(encoding: Encoding, meetings: Sequence[int], after: Mapping[int, set[int]], started: Sequence[int], unless: int) -> None:
    """A meeting that comes after ``q`` of the person's others is not among the first ``q`` of a run; before ``r``, not among the last."""
    ordered = [meeting for meeting in meetings if meeting in after] if started else []
    for meeting in ordered:
        q = sum(meeting in after[other] for other in ordered)
        r = sum(other in after[meeting] for other in ordered)
        for slot, literal in encoding.x[meeting].items():
            if q:
                encoding.clauses.add(unless, -literal, started[slot - q] if slot >= q else FALSE)
            if r and slot >= len(meetings) - r:
                encoding.clauses.add(unless, -literal, -started[slot - len(meetings) + r])


def _fair(clauses: Clauses, more: Sequence[Sequence[int]], caps: Sequence[int], fairness: int) -> None:
    """If anybody has more than ``fairness + j`` breaks then everybody has more than ``j``."""
    for j in range(max(caps) - fairness):
        everybody = clauses.new()
        for levels in more:
            clauses.add(-everybody, levels[j] if j < len(levels) else FALSE)
            if fairness + j < len(levels):
                clauses.add(-levels[fairness + j], everybody)


def _precede(encoding: Encoding, case: Case) -> None:
    """Pairwise, which two hard instances preferred to order encoding."""
    for earlier, later in case.precedences:
        for slot, literal in encoding.x[earlier].items():
            encoding.clauses.all.extend([-literal, -other] for at, other in encoding.x[later].items() if at <= slot)


def _seat(encoding: Encoding, case: Case, own: Sequence[Sequence[int]]) -> None:
    """
    Count meetings per slot against the tables.

    Meetings of one person exclude each other, so one literal per person of a vertex cover counts them all.
    """
    clauses = encoding.clauses
    given = _cover(case, own)
    rows = []
    for slot in range(case.slots):
        row = []
        for person, meetings in given.items():
            here = [encoding.x[meeting][slot] for meeting in meetings if slot in encoding.x[meeting]]
            whole = len(meetings) == len(own[person])
            row.append(encoding.u[person][slot] if whole else clauses.either(here))
        rows.append([literal for literal in row if literal != FALSE])
    room = [min(tables, len(row)) for tables, row in zip(case.capacity, rows, strict=True)]
    pairs = all(len(people) == 2 for people in case.meetings)
    for slot, row in enumerate(rows):
        if len(row) <= case.capacity[slot]:
            continue
        tables = case.capacity[slot]
        count = clauses.totalizer(row, tables + 1)
        clauses.add(-count[tables])
        # What the other slots cannot hold has to be here.
        for k in range(min(len(case.meetings) - sum(room) + room[slot], tables)):
            clauses.add(count[k])
        if pairs:
            _link_people(clauses, [busy[slot] for busy in encoding.u if busy[slot] != FALSE], count, tables)


def _link_people(clauses: Clauses, busy: Sequence[int], count: Sequence[int], tables: int) -> None:
    """Busy people are twice the meetings: an implied count that lets each counter prune the other."""
    people = clauses.totalizer(busy, 2 * tables + 1)
    if len(people) > 2 * tables:
        clauses.add(-people[2 * tables])
    for k in range(tables):
        two = people[2 * k + 1] if 2 * k + 1 < len(people) else FALSE
        one = people[2 * k] if 2 * k < len(people) else FALSE
        clauses.add(-one, two)
        clauses.add(-two, one)
        clauses.add(-two, count[k])
        clauses.add(two, -count[k])


def _cover(case: Case, own: Sequence[Sequence[int]]) -> dict[int, list[int]]:
    """Return people who together have all meetings, greedily few, and the meetings given to each."""
    open_meetings = [set(meetings) for meetings in own]
    given: dict[int, list[int]] = {}
    left = {meeting for meeting, people in enumerate(case.meetings) if people}
    while left:
        person = max(range(case.people), key=lambda candidate: len(open_meetings[candidate]))
        given[person] = sorted(open_meetings[person])
        for meeting in given[person]:
            left.discard(meeting)
            for other in case.meetings[meeting]:
                open_meetings[other].discard(meeting)
    return given
