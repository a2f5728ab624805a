"""Why is a meeting not placed? Decided in plain Python, for the meeting alone as far as that proves it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from hanhlang.engine.plan import Placement, Plan, Reason, Unplaced
from hanhlang.engine.problem import Interval, Meeting, Person, Pool, Problem, Unit


@dataclass(frozen=True, slots=True)
class Option:
    """One start of a meeting with a pool that may take it."""

    slot: int
    start: int
    pool: Pool


def reasons(problem: Problem, plan: Plan) -> tuple[Unplaced, ...]:
    """Return every meeting that the plan does not place, with its reason, in the order of the problem."""
    return Explainer(problem).complete(plan.placements).unplaced


class Explainer:
    """Finds reasons for one problem; what a meeting can do alone is worked out once."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.people = {person.id: person for person in problem.people}
        self.grids = {grid.id: grid for grid in problem.grids}
        self.pools = {pool.id: pool for pool in problem.pools}
        self.meetings = {meeting.id: meeting for meeting in problem.meetings}
        self.units = {unit.id: pool for pool in problem.pools for unit in pool.units}
        self.roads = {(road.origin, road.destination): road.minutes for road in problem.roads}
        self._alone: dict[str, Unplaced | list[Option]] = {}

    @cached_property
    def _meetings_of(self) -> dict[str, list[Meeting]]:
        """The meetings of each person."""
        found: dict[str, list[Meeting]] = {person: [] for person in self.people}
        for meeting in self.problem.meetings:
            for person in dict.fromkeys(meeting.people):
                found[person].append(meeting)
        return found

    def complete(self, placements: Iterable[Placement]) -> Plan:
        """Return a plan of these placements in which every other meeting has its reason."""
        placements = tuple(placements)
        placed = {placement.meeting: placement for placement in placements}
        unplaced = tuple(self.why(meeting, placed) for meeting in self.problem.meetings if meeting.id not in placed)
        return Plan(placements, unplaced)

    def why(self, meeting: Meeting, placed: dict[str, Placement]) -> Unplaced:
        """Return why a meeting is not among these placements."""
        alone = self.alone(meeting)
        if isinstance(alone, Unplaced):
            return alone
        return self._crowded(meeting, alone, placed)

    def alone(self, meeting: Meeting) -> Unplaced | list[Option]:
        """Return where a meeting could be if there were no other, or why nowhere."""
        if meeting.id not in self._alone:
            self._alone[meeting.id] = self._work_out(meeting)
        return self._alone[meeting.id]

    def _work_out(self, meeting: Meeting) -> Unplaced | list[Option]:
        people = [self.people[person] for person in meeting.people]
        slots = [
            (slot, start)
            for slot, start in enumerate(self.grids[meeting.grid].starts)
            if _inside(start, start + meeting.minutes, meeting.windows)
        ]
        common = [pair for pair in slots if all(self._free(person, pair[1], meeting, None) for person in people)]
        if not common:
            return Unplaced(meeting.id, Reason.NO_COMMON_TIME, people=self._blockers(meeting, people, slots, None))
        pools = [self.pools[pool] for pool in meeting.pools]
        reachable = {
            site: [pair for pair in common if all(self._free(person, pair[1], meeting, site) for person in people)]
            for site in dict.fromkeys(pool.site for pool in pools)
        }
        if pools and not any(reachable.values()):
            site = pools[0].site
            return Unplaced(meeting.id, Reason.NO_TIME_ON_ROAD, people=self._blockers(meeting, people, common, site), resource=site)
        options = [
            Option(slot, start, pool)
            for pool in pools
            if pool.seats is None or pool.seats >= max(meeting.seats, len(meeting.people))
            for slot, start in reachable[pool.site]
            if any(_open(unit, start, start + meeting.minutes + pool.turnround) for unit in pool.units)
        ]
        if not options:
            return Unplaced(meeting.id, Reason.NO_PLACE, resource=pools[0].id if pools else "")
        interpreted = [option for option in options if not self._missing(meeting, option)]
        if not interpreted:
            missing = Counter(self._missing(meeting, option) for option in options)
            return Unplaced(meeting.id, Reason.NO_INTERPRETER, resource=missing.most_common(1)[0][0])
        kept = [option for option in interpreted if self._lock_allows(meeting, option)]
        if not kept:
            return Unplaced(meeting.id, Reason.LOCKED_OUT, resource=meeting.fixed_unit or "")
        return kept

    def fits(self, meeting: Meeting, slot: int, start: int, pool: Pool) -> bool:
        """Tell whether a meeting may be at this hour in this pool if there were no other, without working out all the rest."""
        starts = self.grids[meeting.grid].starts
        option = Option(slot, start, pool)
        return (
            0 <= slot < len(starts)
            and starts[slot] == start
            and _inside(start, start + meeting.minutes, meeting.windows)
            and pool.id in meeting.pools
            and (pool.seats is None or pool.seats >= max(meeting.seats, len(meeting.people)))
            and all(self._free(self.people[person], start, meeting, pool.site) for person in meeting.people)
            and any(_open(unit, start, start + meeting.minutes + pool.turnround) for unit in pool.units)
            and not self._missing(meeting, option)
            and self._lock_allows(meeting, option)
        )

    def _free(self, person: Person, start: int, meeting: Meeting, site: str | None) -> bool:
        """Tell whether windows and engagements leave a person free, with the way to ``site`` if one is given."""
        end = start + meeting.minutes
        if not _inside(start, end, person.windows):
            return False
        for item in person.engagements:
            item_free, free = item.end, end
            if site is not None and item.site is not None and item.site != site:
                item_free += self.roads[item.site, site][item.end // 60 % 24]
                free += self.roads[site, item.site][end // 60 % 24]
            if start < item_free and item.start < free:
                return False
        return True

    def _blockers(self, meeting: Meeting, people: list[Person], slots: list[tuple[int, int]], site: str | None) -> tuple[str, ...]:
        """Return who alone is never free, else everybody who is not always free."""
        if not slots:
            return ()  # the meeting's own windows are too narrow
        free = {person.id: sum(self._free(person, start, meeting, site) for _, start in slots) for person in people}
        never = tuple(person for person, times in free.items() if not times)
        return never or tuple(person for person, times in free.items() if times < len(slots))

    def _missing(self, meeting: Meeting, option: Option) -> str:
        """Return the first language pair with too few open teams there and then, or an empty string."""
        for pair, wanted in Counter(meeting.needs).items():
            teams = 0
            for pool in self.problem.pools:
                if pool.serves == pair and pool.site == option.pool.site:
                    cleared = option.start + meeting.minutes + pool.turnround
                    teams += sum(_open(unit, option.start, cleared) for unit in pool.units)
            if teams < wanted:
                return pair
        return ""

    def _lock_allows(self, meeting: Meeting, option: Option) -> bool:
        if meeting.fixed_start is not None and option.start != meeting.fixed_start:
            return False
        if meeting.fixed_unit is None:
            return True
        cleared = option.start + meeting.minutes + option.pool.turnround
        return any(unit.id == meeting.fixed_unit and _open(unit, option.start, cleared) for unit in option.pool.units)

    def _crowded(self, meeting: Meeting, options: list[Option], placed: dict[str, Placement]) -> Unplaced:
        """Say who or what is in the way among the placed meetings."""
        agendas = {
            person: [(other, placed[other.id]) for other in self._meetings_of[person] if other.id in placed] for person in meeting.people
        }
        busy: Counter[str] = Counter()
        full: Counter[str] = Counter()
        locked = 0
        for option in options:
            clashes = [(person, *stay) for person, stays in agendas.items() for stay in stays if self._clash(meeting, option, *stay)]
            busy.update({person for person, _, _ in clashes})
            if not clashes:
                full[option.pool.id] += 1
            locked += any(other.fixed_start is not None for _, other, _ in clashes)
        if meeting.fixed_start is not None and locked == len(options):
            return Unplaced(meeting.id, Reason.LOCKED_OUT, people=tuple(sorted(busy)))
        people = tuple(sorted(person for person, times in busy.items() if times * 2 >= len(options)))
        return Unplaced(meeting.id, Reason.CROWDED_OUT, people=people, resource=full.most_common(1)[0][0] if full else "")

    def _clash(self, meeting: Meeting, option: Option, other: Meeting, placement: Placement) -> bool:
        site, other_site = option.pool.site, self.units[placement.unit].site
        end, other_end = option.start + meeting.minutes, placement.start + other.minutes
        free, other_free = end, other_end
        if site != other_site:
            free += self.roads[site, other_site][end // 60 % 24]
            other_free += self.roads[other_site, site][other_end // 60 % 24]
        return option.start < other_free and placement.start < free


def _inside(start: int, end: int, windows: tuple[Interval, ...]) -> bool:
    return not windows or any(window.start <= start and end <= window.end for window in windows)


def _open(unit: Unit, start: int, cleared: int) -> bool:
    return not any(closed.start < cleared and start < closed.end for closed in unit.closed)
