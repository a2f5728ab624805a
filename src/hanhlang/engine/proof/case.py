"""
The event as the encoding sees it: numbers only, and what follows from it before any solver is asked.

Slots, people and meetings are indices. A case is plain data, so that it travels to a child process.
"""

from __future__ import annotations

from itertools import pairwise

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any


class Case:
    """
    ``capacity[t]`` tables in slot ``t``; ``domains[m]`` the slots meeting ``m`` may take, ascending; ``precedences`` earlier, later.

    Neither a dataclass nor a named tuple, here and in the modules that a proof of breaks begins with: to load what makes those takes
    a new process longer than many an event to prove.
    """

    __slots__ = ("capacity", "domains", "fairness", "meetings", "people", "precedences")

    def __init__(
        self,
        capacity: tuple[int, ...],
        people: int,
        meetings: tuple[tuple[int, ...], ...],
        domains: tuple[tuple[int, ...], ...],
        precedences: tuple[tuple[int, int], ...],
        fairness: int | None,
    ) -> None:
        self.capacity, self.people, self.meetings = capacity, people, meetings
        self.domains, self.precedences, self.fairness = domains, precedences, fairness

    def fields(self) -> dict[str, Any]:
        """Return what the constructor takes."""
        return {name: getattr(self, name) for name in self.__slots__}

    @property
    def slots(self) -> int:
        """Return the number of slots."""
        return len(self.capacity)

    def meetings_of(self) -> list[list[int]]:
        """Return each person's meetings."""
        own: list[list[int]] = [[] for _ in range(self.people)]
        for meeting, people in enumerate(self.meetings):
            for person in people:
                own[person].append(meeting)
        return own


def followers(precedences: Sequence[tuple[int, int]]) -> dict[int, set[int]]:
    """Return, for every meeting with an order, all that must come after it, directly or by way of others."""
    after: dict[int, set[int]] = {meeting: set() for pair in precedences for meeting in pair}
    for earlier, later in precedences:
        after[earlier].add(later)
    changed = True
    while changed:
        changed = False
        for reached in after.values():
            further = {last for meeting in reached for last in after[meeting]} - reached
            reached |= further
            changed = changed or bool(further)
    return after


def tightened(case: Case) -> tuple[tuple[int, ...], ...] | None:
    """Return the domains after precedences, settled meetings and full calendars are taken in, ``None`` if nothing is left."""
    domains = [set(domain) for domain in case.domains]
    own = case.meetings_of()
    settled: set[int] = set()
    changed = True
    while changed:
        if not all(domains):
            return None
        changed = _order(domains, case.precedences)
        if not all(domains):
            return None
        for meeting, people in enumerate(case.meetings):
            if len(domains[meeting]) == 1 and meeting not in settled:
                settled.add(meeting)
                slot = min(domains[meeting])
                for other in {other for person in people for other in own[person]} - {meeting}:
                    if slot in domains[other]:
                        domains[other].discard(slot)
                        changed = True
    for meetings in own:
        if len(set().union(*(domains[meeting] for meeting in meetings))) < len(meetings):
            return None
    if sum(case.capacity) < len(case.meetings):
        return None
    return tuple(tuple(sorted(domain)) for domain in domains)


def _order(domains: list[set[int]], precedences: Sequence[tuple[int, int]]) -> bool:
    """Cut both ends of each precedence once; tell whether anything went."""
    changed = False
    for earlier, later in precedences:
        if not domains[earlier] or not domains[later]:
            return changed
        first, last = min(domains[earlier]), max(domains[later])
        keep_later = {slot for slot in domains[later] if slot > first}
        keep_earlier = {slot for slot in domains[earlier] if slot < last}
        changed = changed or len(keep_later) < len(domains[later]) or len(keep_earlier) < len(domains[earlier])
        domains[later], domains[earlier] = keep_later, keep_earlier
    return changed


def breaks(slots: Sequence[int]) -> int:
    """Return the number of maximal idle runs between the given slots."""
    ordered = sorted(slots)
    return sum(after - before > 1 for before, after in pairwise(ordered))


def breaks_of_people(case: Case, placed: Sequence[int]) -> list[int]:
    """Return each person's breaks when meeting ``m`` takes slot ``placed[m]``."""
    return [breaks([placed[meeting] for meeting in meetings]) for meetings in case.meetings_of()]


def most_breaks(case: Case, domains: Sequence[Sequence[int]]) -> list[int]:
    """Return an upper bound on each person's breaks that follows from degrees, open slots and fairness."""
    most = []
    for meetings in case.meetings_of():
        open_slots = sorted({slot for meeting in meetings for slot in domains[meeting]})
        idle = open_slots[-1] - open_slots[0] + 1 - len(meetings) if open_slots else 0
        most.append(max(0, min(len(meetings) - 1, idle)))
    return fair_caps(case, most)


def fair_caps(case: Case, caps: Sequence[int]) -> list[int]:
    """Return the caps lowered to what fairness leaves beside the smallest of them."""
    highest = min(caps, default=0) + case.fairness if case.fairness is not None else max(caps, default=0)
    return [min(cap, highest) for cap in caps]


def needs_levels(case: Case, caps: Sequence[int]) -> bool:
    """Fairness is more than a cap only if everybody can have a break."""
    return case.fairness is not None and bool(caps) and min(caps) > 0 and max(caps) > case.fairness
