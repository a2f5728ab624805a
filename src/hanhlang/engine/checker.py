"""
Is a plan lawful? One small function per hard rule, in plain Python.

Nothing here is shared with the search: a fault there must not hide itself here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, pairwise

from hanhlang.engine.plan import Placement, Plan, Violation
from hanhlang.engine.problem import Engagement, Grid, Interval, Meeting, Person, Pool, Problem, Unit


@dataclass(frozen=True)
class Seat:
    """A placement with everything it names looked up; ``end`` excludes turn-round."""

    meeting: Meeting
    placement: Placement
    pool: Pool
    unit: Unit

    @property
    def start(self) -> int:
        return self.placement.start

    @property
    def end(self) -> int:
        return self.placement.start + self.meeting.minutes

    @property
    def cleared(self) -> int:
        return self.end + self.pool.turnround


@dataclass(frozen=True)
class Case:
    """A problem and a plan with the look-ups the rules share."""

    problem: Problem
    plan: Plan

    @cached_property
    def meetings(self) -> dict[str, Meeting]:
        return {meeting.id: meeting for meeting in self.problem.meetings}

    @cached_property
    def people(self) -> dict[str, Person]:
        return {person.id: person for person in self.problem.people}

    @cached_property
    def grids(self) -> dict[str, Grid]:
        return {grid.id: grid for grid in self.problem.grids}

    @cached_property
    def units(self) -> dict[str, tuple[Pool, Unit]]:
        return {unit.id: (pool, unit) for pool in self.problem.pools for unit in pool.units}

    @cached_property
    def roads(self) -> dict[tuple[str, str], tuple[int, ...]]:
        return {(road.origin, road.destination): road.minutes for road in self.problem.roads}

    @cached_property
    def seats(self) -> dict[str, Seat]:
        """The placements whose meeting and unit exist, the first of each meeting."""
        found: dict[str, Seat] = {}
        for placement in self.plan.placements:
            if placement.meeting in self.meetings and placement.unit in self.units and placement.meeting not in found:
                pool, unit = self.units[placement.unit]
                found[placement.meeting] = Seat(self.meetings[placement.meeting], placement, pool, unit)
        return found

    def travel(self, origin: str | None, destination: str | None, leaving: int) -> int:
        """Return the minutes from one site to another when leaving at ``leaving``."""
        if origin is None or destination is None or origin == destination:
            return 0
        return self.roads[origin, destination][leaving // 60 % 24]


Rule = Callable[[Case], Iterator[Violation]]


def check(problem: Problem, plan: Plan) -> tuple[Violation, ...]:
    """Return every hard rule the plan breaks, in the order of the rules."""
    case = Case(problem, plan)
    return tuple(violation for rule in RULES for violation in rule(case))


def known_ids(case: Case) -> Iterator[Violation]:
    """Refuse a placement that names a meeting, a unit or a team the problem does not have."""
    for placement in case.plan.placements:
        if placement.meeting not in case.meetings:
            yield Violation("known_ids", (placement.meeting,), f"Meeting {placement.meeting} is not in the problem.")
        for unit in (placement.unit, *placement.teams):
            if unit not in case.units:
                yield Violation("known_ids", (placement.meeting,), f"Meeting {placement.meeting}: unit {unit} is not in the problem.")
    for unplaced in case.plan.unplaced:
        if unplaced.meeting not in case.meetings:
            yield Violation("known_ids", (unplaced.meeting,), f"Unplaced meeting {unplaced.meeting} is not in the problem.")


def once_each(case: Case) -> Iterator[Violation]:
    """Refuse a meeting that stands in the plan twice, or not at all."""
    named: dict[str, int] = defaultdict(int)
    for placement in case.plan.placements:
        named[placement.meeting] += 1
    for unplaced in case.plan.unplaced:
        named[unplaced.meeting] += 1
    for meeting in case.problem.meetings:
        if named[meeting.id] != 1:
            yield Violation("once_each", (meeting.id,), f"Meeting {meeting.id} stands in the plan {named[meeting.id]} times, not once.")


def starts_on_grid(case: Case) -> Iterator[Violation]:
    """Refuse a start that is not the start of the slot the placement names."""
    for seat in case.seats.values():
        starts = case.grids[seat.meeting.grid].starts
        slot = seat.placement.slot
        if not 0 <= slot < len(starts) or starts[slot] != seat.start:
            text = f"Meeting {seat.meeting.id}: slot {slot} of grid {seat.meeting.grid} does not start at minute {seat.start}."
            yield Violation("starts_on_grid", (seat.meeting.id,), text)


def inside_windows(case: Case) -> Iterator[Violation]:
    """Refuse a meeting outside its own windows or those of one of its people."""
    for seat in case.seats.values():
        if not _inside(seat, seat.meeting.windows):
            yield Violation("inside_windows", (seat.meeting.id,), f"Meeting {seat.meeting.id} lies outside its windows.")
        for person in seat.meeting.people:
            if not _inside(seat, case.people[person].windows):
                text = f"Meeting {seat.meeting.id} lies outside the windows of person {person}."
                yield Violation("inside_windows", (seat.meeting.id,), text)


def _inside(seat: Seat, windows: tuple[Interval, ...]) -> bool:
    return not windows or any(window.start <= seat.start and seat.end <= window.end for window in windows)


def nobody_in_two_places(case: Case) -> Iterator[Violation]:
    """Refuse two meetings of one person that overlap, or leave too little time to travel between them."""
    agendas: dict[str, list[Seat]] = defaultdict(list)
    for seat in case.seats.values():
        for person in seat.meeting.people:
            agendas[person].append(seat)
    for person, seats in sorted(agendas.items()):
        for one, other in combinations(sorted(seats, key=lambda seat: (seat.start, seat.meeting.id)), 2):
            if _clash(case, (one.start, one.end, one.pool.site), (other.start, other.end, other.pool.site)):
                pair = (one.meeting.id, other.meeting.id)
                text = f"Person {person} cannot be in meetings {pair[0]} and {pair[1]}: they overlap, travel included."
                yield Violation("nobody_in_two_places", pair, text)


def engagements_kept(case: Case) -> Iterator[Violation]:
    """Refuse a meeting over an engagement of one of its people, travel included."""
    for seat in case.seats.values():
        for person in seat.meeting.people:
            for engagement in case.people[person].engagements:
                if _clash(case, (seat.start, seat.end, seat.pool.site), _span(engagement)):
                    text = f"Person {person} is engaged from minute {engagement.start} during meeting {seat.meeting.id}, travel included."
                    yield Violation("engagements_kept", (seat.meeting.id,), text)


def _span(engagement: Engagement) -> tuple[int, int, str | None]:
    return engagement.start, engagement.end, engagement.site


def _clash(case: Case, one: tuple[int, int, str | None], other: tuple[int, int, str | None]) -> bool:
    """Tell whether two stays clash: each lengthened by the way to the other when leaving at its end."""
    one_free = one[1] + case.travel(one[2], other[2], one[1])
    other_free = other[1] + case.travel(other[2], one[2], other[1])
    return one[0] < other_free and other[0] < one_free


def units_once(case: Case) -> Iterator[Violation]:
    """Refuse a place or team used twice at a time, turn-round included."""
    uses: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    for seat in case.seats.values():
        for unit in (seat.placement.unit, *seat.placement.teams):
            if unit in case.units:
                cleared = seat.end + case.units[unit][0].turnround
                uses[unit].append((seat.start, cleared, seat.meeting.id))
    for unit, spans in sorted(uses.items()):
        spans.sort()
        for one, other in pairwise(spans):
            if other[0] < one[1]:
                text = f"Unit {unit} is taken by meetings {one[2]} and {other[2]} at once, turn-round included."
                yield Violation("units_once", (one[2], other[2]), text)


def units_open(case: Case) -> Iterator[Violation]:
    """Refuse a place or team that is closed during the meeting or its turn-round."""
    for seat in case.seats.values():
        for name in (seat.placement.unit, *seat.placement.teams):
            if name not in case.units:
                continue
            pool, unit = case.units[name]
            cleared = seat.end + pool.turnround
            if any(closed.start < cleared and seat.start < closed.end for closed in unit.closed):
                text = f"Unit {name} is closed during meeting {seat.meeting.id}, turn-round included."
                yield Violation("units_open", (seat.meeting.id,), text)


def permitted_pools(case: Case) -> Iterator[Violation]:
    """Refuse a place whose pool the meeting does not permit."""
    for seat in case.seats.values():
        if seat.pool.id not in seat.meeting.pools or seat.pool.serves:
            text = f"Meeting {seat.meeting.id} may not use pool {seat.pool.id}."
            yield Violation("permitted_pools", (seat.meeting.id,), text)


def enough_seats(case: Case) -> Iterator[Violation]:
    """Refuse a place with fewer seats than the meeting needs."""
    for seat in case.seats.values():
        needed = max(seat.meeting.seats, len(seat.meeting.people))
        if seat.pool.seats is not None and seat.pool.seats < needed:
            text = f"Meeting {seat.meeting.id} needs {needed} seats; pool {seat.pool.id} has {seat.pool.seats}."
            yield Violation("enough_seats", (seat.meeting.id,), text)


def interpreters_there(case: Case) -> Iterator[Violation]:
    """Refuse a meeting whose teams are not, in order, of the language pairs it needs, at the place's site."""
    for seat in case.seats.values():
        teams = [case.units[team][0] for team in seat.placement.teams if team in case.units]
        if len(teams) < len(seat.placement.teams):
            continue  # known_ids has said so
        if tuple(pool.serves for pool in teams) != seat.meeting.needs:
            text = f"Meeting {seat.meeting.id} needs interpreters {list(seat.meeting.needs)}, in this order."
            yield Violation("interpreters_there", (seat.meeting.id,), text)
        elif any(pool.site != seat.pool.site for pool in teams):
            text = f"Meeting {seat.meeting.id}: a team of interpreters is at another site than {seat.pool.site}."
            yield Violation("interpreters_there", (seat.meeting.id,), text)


def locks_kept(case: Case) -> Iterator[Violation]:
    """Refuse a placement away from the meeting's fixed start or fixed unit."""
    for seat in case.seats.values():
        fixed_start, fixed_unit = seat.meeting.fixed_start, seat.meeting.fixed_unit
        if fixed_start is not None and seat.start != fixed_start:
            yield Violation("locks_kept", (seat.meeting.id,), f"Meeting {seat.meeting.id} is locked to minute {fixed_start}.")
        if fixed_unit is not None and seat.unit.id != fixed_unit:
            yield Violation("locks_kept", (seat.meeting.id,), f"Meeting {seat.meeting.id} is locked to unit {fixed_unit}.")


def precedences_kept(case: Case) -> Iterator[Violation]:
    """Refuse a meeting that starts before one that must come earlier has ended."""
    for precedence in case.problem.precedences:
        earlier, later = case.seats.get(precedence.earlier), case.seats.get(precedence.later)
        if earlier and later and later.start < earlier.end:
            text = f"Meeting {precedence.later} starts before meeting {precedence.earlier} has ended."
            yield Violation("precedences_kept", (precedence.earlier, precedence.later), text)


def kept_apart(case: Case) -> Iterator[Violation]:
    """Refuse two people who must be kept apart in one pool at overlapping times or too soon after each other, turn-round included."""
    agendas: dict[str, list[Seat]] = defaultdict(list)
    for seat in case.seats.values():
        for person in seat.meeting.people:
            agendas[person].append(seat)
    for apart in case.problem.apart:
        for one in agendas[apart.first]:
            for other in agendas[apart.second]:
                near = one.start < max(other.cleared, other.end + apart.minutes) and other.start < max(one.cleared, one.end + apart.minutes)
                if one.pool.id == other.pool.id and near:
                    text = (
                        f"{apart.first} and {apart.second} are both in pool {one.pool.id} (meetings {one.meeting.id}, {other.meeting.id})."
                    )
                    yield Violation("kept_apart", (one.meeting.id, other.meeting.id), text)


def fair_breaks(case: Case) -> Iterator[Violation]:
    """Refuse a plan in which one person has more breaks than another plus ``Problem.fairness``."""
    if case.problem.fairness is None or not case.problem.people:
        return
    slots: dict[str, dict[tuple[str, int], set[int]]] = {person.id: defaultdict(set) for person in case.problem.people}
    for seat in case.seats.values():
        grid = case.grids[seat.meeting.grid]
        if grid.count_breaks:
            taken = {slot for slot, start in enumerate(grid.starts) if seat.start <= start < seat.end}
            for person in seat.meeting.people:
                slots[person][grid.id, grid.blocks[seat.placement.slot]] |= taken
    breaks = {person: sum(_runs(used) - 1 for used in blocks.values()) for person, blocks in slots.items()}
    least, most = min(breaks, key=lambda person: breaks[person]), max(breaks, key=lambda person: breaks[person])
    if breaks[most] - breaks[least] > case.problem.fairness:
        text = f"Person {most} has {breaks[most]} breaks and person {least} {breaks[least]}; at most {case.problem.fairness} between them."
        yield Violation("fair_breaks", (), text)


def _runs(slots: set[int]) -> int:
    return sum(1 for slot in slots if slot - 1 not in slots)


def all_placed(case: Case) -> Iterator[Violation]:
    """Refuse an unplaced meeting where the problem says that all must be placed."""
    if case.problem.place_all:
        for meeting in case.problem.meetings:
            if meeting.id not in case.seats:
                yield Violation("all_placed", (meeting.id,), f"Meeting {meeting.id} is not placed and every meeting must be.")


RULES: tuple[Rule, ...] = (
    known_ids,
    once_each,
    starts_on_grid,
    inside_windows,
    nobody_in_two_places,
    engagements_kept,
    permitted_pools,
    enough_seats,
    units_open,
    units_once,
    interpreters_there,
    locks_kept,
    precedences_kept,
    kept_apart,
    fair_breaks,
    all_placed,
)
