"""Why is a meeting not placed? Decided in plain Python, for the meeting alone as far as that proves it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from hanhlang.engine.hours import Hours, Starts
from hanhlang.engine.plan import Placement, Plan, Reason, Unplaced
from hanhlang.engine.problem import Meeting, Pool, Problem


@dataclass(frozen=True, slots=True)
class Option:
    """A pool that may take a meeting, and at which starts of its grid, as bits."""

    pool: Pool
    starts: int


def reasons(problem: Problem, plan: Plan) -> tuple[Unplaced, ...]:
    """Return every meeting that the plan does not place, with its reason, in the order of the problem."""
    return Explainer(problem).complete(plan.placements).unplaced


class Explainer:
    """Finds reasons for one problem; what a meeting can do alone is worked out once."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self._hours = Hours(problem)
        self.people, self.roads = self._hours.people, self._hours.roads
        self.grids = {grid.id: grid for grid in problem.grids}
        self.pools = {pool.id: pool for pool in problem.pools}
        self.meetings = {meeting.id: meeting for meeting in problem.meetings}
        self.units = {unit.id: pool for pool in problem.pools for unit in pool.units}
        self._alone: dict[str, Unplaced | list[Option]] = {}

    @cached_property
    def meetings_of(self) -> dict[str, list[Meeting]]:
        """The meetings of each person."""
        found: dict[str, list[Meeting]] = {person: [] for person in self.people}
        for meeting in self.problem.meetings:
            for person in dict.fromkeys(meeting.people):
                found[person].append(meeting)
        return found

    def complete(self, placements: Iterable[Placement]) -> Plan:
        """Return a plan of these placements in which every other meeting has its reason."""
        placements = tuple(placements)
        agendas = _Agendas(self, placements)
        unplaced = tuple(self._why(meeting, agendas) for meeting in self.problem.meetings if meeting.id not in agendas.placed)
        return Plan(placements, unplaced)

    def _why(self, meeting: Meeting, agendas: _Agendas) -> Unplaced:
        alone = self.alone(meeting)
        return alone if isinstance(alone, Unplaced) else self._crowded(meeting, alone, agendas)

    def alone(self, meeting: Meeting) -> Unplaced | list[Option]:
        """Return where a meeting could be if there were no other, or why nowhere."""
        if meeting.id not in self._alone:
            self._alone[meeting.id] = self._work_out(meeting)
        return self._alone[meeting.id]

    def starts(self, meeting: Meeting) -> Starts:
        """Return the starts of a meeting's grid for its length."""
        return self._hours.of(meeting.grid, meeting.minutes)

    def _work_out(self, meeting: Meeting) -> Unplaced | list[Option]:
        starts = self.starts(meeting)
        own = starts.inside(meeting.windows)
        common = own & starts.attended(meeting.people, None)
        if not common:
            return Unplaced(meeting.id, Reason.NO_COMMON_TIME, people=self._blockers(meeting, own, None))
        pools = [self.pools[pool] for pool in dict.fromkeys(meeting.pools)]
        reachable = {site: own & starts.attended(meeting.people, site) for site in dict.fromkeys(pool.site for pool in pools)}
        if pools and not any(reachable.values()):
            site = pools[0].site
            return Unplaced(meeting.id, Reason.NO_TIME_ON_ROAD, people=self._blockers(meeting, common, site), resource=site)
        seats = max(meeting.seats, len(meeting.people))
        roomy = [pool for pool in pools if pool.seats is None or pool.seats >= seats]
        options = _some(Option(pool, reachable[pool.site] & starts.open_units([pool])) for pool in roomy)
        if not options:
            return Unplaced(meeting.id, Reason.NO_PLACE, resource=pools[0].id if pools else "")
        missing: Counter[str] = Counter()
        interpreted = _some(Option(option.pool, self._interpreted(meeting, starts, option, missing)) for option in options)
        if not interpreted:
            return Unplaced(meeting.id, Reason.NO_INTERPRETER, resource=missing.most_common(1)[0][0])
        kept = _some(Option(option.pool, option.starts & self._lock(meeting, starts, option.pool)) for option in interpreted)
        if not kept:
            return Unplaced(meeting.id, Reason.LOCKED_OUT, resource=meeting.fixed_unit or "")
        return kept

    def fits(self, meeting: Meeting, slot: int, start: int, pool: Pool) -> bool:
        """Tell whether a meeting may be at this hour in this pool if there were no other."""
        alone = self.alone(meeting)
        starts = self.starts(meeting).starts
        if isinstance(alone, Unplaced) or not 0 <= slot < len(starts) or starts[slot] != start:
            return False
        return any(option.pool is pool and option.starts >> slot & 1 for option in alone)

    def _blockers(self, meeting: Meeting, among: int, site: str | None) -> tuple[str, ...]:
        """Return who alone is never free, else everybody who is not always free."""
        starts = self.starts(meeting)
        free = {person: among & starts.attended((person,), site) for person in meeting.people}
        if not among:
            return ()  # the meeting's own windows are too narrow
        never = tuple(person for person, times in free.items() if not times)
        return never or tuple(person for person, times in free.items() if times != among)

    def _interpreted(self, meeting: Meeting, starts: Starts, option: Option, missing: Counter[str]) -> int:
        """Return the starts with teams enough; of the others the first language pair with too few is counted as missing."""
        left = option.starts
        for pair in dict.fromkeys(meeting.needs):
            served = left & starts.served(pair, option.pool.site, meeting.needs.count(pair))
            missing[pair] += (left ^ served).bit_count()
            left = served
        return left

    def _lock(self, meeting: Meeting, starts: Starts, pool: Pool) -> int:
        allowed = starts.all if meeting.fixed_start is None else starts.at(meeting.fixed_start)
        if meeting.fixed_unit is not None:
            named = [unit for unit in pool.units if unit.id == meeting.fixed_unit]
            allowed &= starts.open(pool, named[0].closed) if named else 0
        return allowed

    def _crowded(self, meeting: Meeting, options: list[Option], agendas: _Agendas) -> Unplaced:
        """Say who or what is in the way among the placed meetings."""
        starts = self.starts(meeting)
        busy: Counter[str] = Counter()
        full: Counter[str] = Counter()
        locked = every = 0
        for option in options:
            anybody = by_locked = 0
            for person in meeting.people:
                taken, by_lock = agendas.taken(person, starts, option.pool.site)
                busy[person] += (option.starts & taken).bit_count()
                anybody |= taken
                by_locked |= by_lock
            full[option.pool.id] += (option.starts & ~anybody).bit_count()
            locked += (option.starts & by_locked).bit_count()
            every += option.starts.bit_count()
        if meeting.fixed_start is not None and locked == every:
            return Unplaced(meeting.id, Reason.LOCKED_OUT, people=tuple(sorted(+busy)))
        people = tuple(sorted(person for person, times in busy.items() if times * 2 >= every))
        return Unplaced(meeting.id, Reason.CROWDED_OUT, people=people, resource=full.most_common(1)[0][0] if +full else "")


class _Agendas:
    """The agendas of a plan, asked from which starts they keep a person; each answer is kept, for many may wait for one person."""

    def __init__(self, explainer: Explainer, placements: Iterable[Placement]) -> None:
        self.explainer = explainer
        self.placed = {placement.meeting: placement for placement in placements}
        self._taken: dict[tuple[str, Starts, str], tuple[int, int]] = {}

    def taken(self, person: str, starts: Starts, site: str) -> tuple[int, int]:
        """Return from which starts a person's meetings keep another at a site, and from which the locked ones among them do."""
        key = (person, starts, site)
        if key not in self._taken:
            bits = by_locked = 0
            for meeting in self.explainer.meetings_of[person]:
                placement = self.placed.get(meeting.id)
                if placement is not None:
                    there = self.explainer.units[placement.unit].site
                    away = starts.taken(placement.start, placement.start + meeting.minutes, there, site)
                    bits |= away
                    by_locked |= away if meeting.fixed_start is not None else 0
            self._taken[key] = bits, by_locked
        return self._taken[key]


def _some(options: Iterable[Option]) -> list[Option]:
    return [option for option in options if option.starts]
