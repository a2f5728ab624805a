"""What does a plan cost? One small function per soft term, in plain Python, shared with nobody."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from operator import attrgetter
from typing import NamedTuple

from hanhlang.engine.plan import Placement, Plan, Term
from hanhlang.engine.problem import MINUTES_A_DAY, Meeting, Problem

# Two meetings with less than this between them are "on end": nobody can leave the hall in that time.
ON_END_MINUTES = 10
IDLE_STEP_MINUTES = 10


class Stay(NamedTuple):
    """A placed meeting as one person sees it; tuples are made in half the time, and a large week has a hundred thousand."""

    meeting: Meeting
    start: int
    end: int
    slot: int
    site: str
    block: int  # a number for each block of each grid


@dataclass(frozen=True)
class Score:
    """A problem and a lawful plan with the look-ups the terms share."""

    problem: Problem
    plan: Plan

    @cached_property
    def placements(self) -> dict[str, Placement]:
        return {placement.meeting: placement for placement in self.plan.placements}

    @cached_property
    def agendas(self) -> dict[str, list[Stay]]:
        """The stays of each person, by start."""
        sites = {unit.id: pool.site for pool in self.problem.pools for unit in pool.units}
        numbers: dict[tuple[str, int], int] = {}
        blocks = {grid.id: [numbers.setdefault((grid.id, block), len(numbers)) for block in grid.blocks] for grid in self.problem.grids}
        agendas: dict[str, list[Stay]] = {person.id: [] for person in self.problem.people}
        placements = self.placements
        for meeting in self.problem.meetings:
            placed = placements.get(meeting.id)
            if placed is not None:
                slot, start = placed.slot, placed.start
                stay = Stay(meeting, start, start + meeting.minutes, slot, sites[placed.unit], blocks[meeting.grid][slot])
                for person in meeting.people:
                    agendas[person].append(stay)
        for stays in agendas.values():
            stays.sort(key=attrgetter("start"))
        return agendas

    @cached_property
    def waits(self) -> dict[str, list[tuple[int, Stay]]]:
        """For each person every meeting that is not the first of its grid and block, after the end of the one before it there."""
        waits: dict[str, list[tuple[int, Stay]]] = {}
        for person, stays in self.agendas.items():
            ended: dict[int, int] = {}
            found = waits[person] = []
            for stay in stays:
                before = ended.get(stay.block)
                if before is not None:
                    found.append((before, stay))
                ended[stay.block] = stay.end
        return waits


def score(problem: Problem, plan: Plan) -> tuple[Term, ...]:
    """Return every soft term whose weight is not 0, in a fixed order."""
    scored = Score(problem, plan)
    return tuple(term(scored) for name, term in TERMS if getattr(problem.weights, name))


def objective(terms: Iterable[Term]) -> int:
    """Return the sum of the terms' costs."""
    return sum(term.cost for term in terms)


def unplaced(scored: Score) -> Term:
    """Count the value of the meetings that are not placed."""
    lost = sum(meeting.value for meeting in scored.problem.meetings if meeting.id not in scored.placements)
    return Term("unplaced", lost, lost * scored.problem.weights.unplaced)


def breaks(scored: Score) -> Term:
    """Count the runs of empty slots between two of a person's meetings of one grid and block."""
    starts = {grid.id: grid.starts if grid.count_breaks else () for grid in scored.problem.grids}

    amounts = dict.fromkeys(scored.waits, 0)
    for person, waits in scored.waits.items():
        for end, stay in waits:
            # Who goes on at once waits for no slot, whatever the grid is.
            if end < stay.start and (grid := starts[stay.meeting.grid]) and stay.slot > bisect_left(grid, end):
                amounts[person] += 1
    return _per_person(scored, "breaks", amounts)


def idle(scored: Score) -> Term:
    """Count started tens of idle minutes between two of a person's meetings of one grid and block."""

    def count(waits: list[tuple[int, Stay]]) -> int:
        return sum(-((end - stay.start) // IDLE_STEP_MINUTES) for end, stay in waits)

    return _per_person(scored, "idle", {person: count(waits) for person, waits in scored.waits.items()})


def preferred(scored: Score) -> Term:
    """Count the placed meetings that do not lie inside one of their preferred intervals."""
    amount = 0
    for meeting in scored.problem.meetings:
        placed = scored.placements.get(meeting.id) if meeting.preferred else None
        if placed is not None:
            end = placed.start + meeting.minutes
            amount += not any(wish.start <= placed.start and end <= wish.end for wish in meeting.preferred)
    return Term("preferred", amount, amount * scored.problem.weights.preferred)


def meal(scored: Score) -> Term:
    """Count the meals in which a person has no ``meal_minutes`` on end without meeting or engagement."""
    wanted = scored.problem.weights.meal_minutes
    amounts = {}
    for person in scored.problem.people:
        busy = [(stay.start, stay.end) for stay in scored.agendas[person.id]]
        if person.engagements:
            busy = sorted([*busy, *((engagement.start, engagement.end) for engagement in person.engagements)])
        amounts[person.id] = sum(_longest_free(interval.start, interval.end, busy) < wanted for interval in person.meals)
    return _per_person(scored, "meal", amounts)


def _longest_free(start: int, end: int, busy: list[tuple[int, int]]) -> int:
    longest, free_from = 0, start
    for busy_start, busy_end in busy:
        if busy_end <= free_from:
            continue
        if busy_start >= end:
            break
        longest = max(longest, busy_start - free_from)
        free_from = busy_end
    return max(longest, end - free_from)


def in_a_row(scored: Score) -> Term:
    """Count a person's meetings on end beyond ``Person.in_a_row``; 0 there sets no limit."""
    amounts = {}
    for person in scored.problem.people:
        beyond, chain, last_end = 0, 0, None
        stays = scored.agendas[person.id]
        for stay in stays if 0 < person.in_a_row < len(stays) else ():
            chain = chain + 1 if last_end is not None and stay.start - last_end < ON_END_MINUTES else 1
            beyond += chain > person.in_a_row
            last_end = stay.end
        amounts[person.id] = beyond
    return _per_person(scored, "in_a_row", amounts)


def city_changes(scored: Score) -> Term:
    """Count how often a person changes site within a day, engagements included."""
    amounts = {}
    for person in scored.problem.people:
        engaged = [(engagement.start, engagement.site) for engagement in person.engagements if engagement.site is not None]
        changes = 0
        if len({stay.site for stay in scored.agendas[person.id]}.union(site for _, site in engaged)) > 1:
            stays = sorted([*engaged, *((stay.start, stay.site) for stay in scored.agendas[person.id])])
            changes = sum(one[1] != other[1] and one[0] // MINUTES_A_DAY == other[0] // MINUTES_A_DAY for one, other in pairwise(stays))
        amounts[person.id] = changes
    return _per_person(scored, "city_changes", amounts)


def moved(scored: Score) -> Term:
    """Count the published meetings that are not placed where they were published."""
    amount = 0
    for published in scored.problem.published:
        placed = scored.placements.get(published.meeting)
        amount += placed is None or (placed.start, placed.unit) != (published.start, published.unit)
    return Term("moved", amount, amount * scored.problem.weights.moved)


def _per_person(scored: Score, name: str, amounts: dict[str, int]) -> Term:
    weight: int = getattr(scored.problem.weights, name)
    cost = sum(amounts[person.id] * person.weight for person in scored.problem.people) * weight
    return Term(name, sum(amounts.values()), cost)


TERMS: tuple[tuple[str, Callable[[Score], Term]], ...] = (
    ("unplaced", unplaced),
    ("breaks", breaks),
    ("idle", idle),
    ("preferred", preferred),
    ("meal", meal),
    ("in_a_row", in_a_row),
    ("city_changes", city_changes),
    ("moved", moved),
)
