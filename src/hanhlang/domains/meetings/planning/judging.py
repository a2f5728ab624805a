"""
One tentative placement, judged at once against a plan: what it breaks, what it costs, who would be told.

The independent checker and the scoring judge it, on the calendars it touches alone: everybody else's day is as it was. A :class:`Judge`
is built once per state of a week and a plan, and asked many times.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from hanhlang.engine import plan as found
from hanhlang.engine import problem as engine
from hanhlang.engine.checker import check
from hanhlang.engine.explain import Explainer
from hanhlang.engine.scoring import score


@dataclass(frozen=True, slots=True)
class Broken:
    """
    A hard rule that the move would break, with those it is about: ``person``, ``unit`` and ``other`` (a meeting) are ids, "" for none.

    ``rule`` is the checker's; ``start`` and ``end`` are the other thing's minutes, where there is one.
    """

    rule: str
    person: str = ""
    unit: str = ""
    other: str = ""
    start: int = -1
    end: int = -1


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a move comes to. ``terms`` are differences, only those that are not 0."""

    placement: found.Placement
    before: found.Placement | None
    broken: tuple[Broken, ...]
    terms: tuple[found.Term, ...]
    told: tuple[str, ...]

    @property
    def is_lawful(self) -> bool:
        return not self.broken

    @property
    def cost(self) -> int:
        return sum(term.cost for term in self.terms)

    @property
    def in_the_way(self) -> tuple[str, ...]:
        """The other meetings that would have to go elsewhere."""
        return tuple(dict.fromkeys(each.other for each in self.broken if each.other))


@dataclass
class Judge:
    """A problem and a plan of it, looked up by meeting, person and unit."""

    problem: engine.Problem
    plan: found.Plan
    hidden: frozenset[str] = frozenset()  # meetings that count in no figure shown

    def __post_init__(self) -> None:
        self.meetings = {meeting.id: meeting for meeting in self.problem.meetings}
        # Where two begin at once, the scoring takes them in the problem's order.
        self.order = {meeting.id: n for n, meeting in enumerate(self.problem.meetings)}
        self.people = {person.id: person for person in self.problem.people}
        self.grids = {grid.id: grid for grid in self.problem.grids}
        self.pools = {pool.id: pool for pool in self.problem.pools}
        self.pool_of = {unit.id: pool for pool in self.problem.pools for unit in pool.units}
        self.placed = {placement.meeting: placement for placement in self.plan.placements if placement.meeting in self.meetings}
        self.published = {row.meeting: row for row in self.problem.published}
        self.of_person: dict[str, list[str]] = defaultdict(list)
        self.of_unit: dict[str, list[str]] = defaultdict(list)
        for name, placement in self.placed.items():
            for person in self.meetings[name].people:
                self.of_person[person].append(name)
            for unit in (placement.unit, *placement.teams):
                self.of_unit[unit].append(name)

    @cached_property
    def _related(self) -> dict[str, list[engine.Precedence]]:
        related: dict[str, list[engine.Precedence]] = defaultdict(list)
        for rule in self.problem.precedences:
            related[rule.earlier].append(rule)
            related[rule.later].append(rule)
        return related

    @cached_property
    def _apart(self) -> dict[str, list[engine.Apart]]:
        apart: dict[str, list[engine.Apart]] = defaultdict(list)
        for pair in self.problem.apart:
            apart[pair.first].append(pair)
            apart[pair.second].append(pair)
        return apart

    def starts_of(self, meeting: str) -> tuple[int, ...]:
        """Return the starts the meeting's grid offers."""
        return self.grids[self.meetings[meeting].grid].starts

    def units_for(self, meeting: str) -> list[str]:
        """Return the places the meeting may use, in the order of its pools."""
        return [unit.id for pool in self.meetings[meeting].pools for unit in self.pools[pool].units]

    def verdict(self, meeting: str, start: int, unit: str) -> Verdict:
        """Judge ``meeting`` at ``start`` in ``unit``, all others as they are."""
        placement = self._at(meeting, start, unit)
        known = self.published.get(meeting)
        # Who was told just this has nothing new to read.
        is_news = known is None or (known.start, known.unit) != (start, unit)
        told = tuple(sorted(self.meetings[meeting].people)) if is_news else ()
        broken = tuple(dict.fromkeys(self._broken(placement)))
        terms = tuple(self._terms(placement)) if placement.slot >= 0 and unit in self.pool_of else ()
        return Verdict(placement, self.placed.get(meeting), broken, terms, told)

    def moved(self, placements: Iterable[found.Placement]) -> found.Plan:
        """Return the plan with these placements in place of those of the same meetings; what is then still left out keeps its reason."""
        new = {placement.meeting: placement for placement in placements}
        left = tuple(row for row in self.plan.unplaced if row.meeting in self.meetings and row.meeting not in new)
        kept = [new.pop(name, placement) for name, placement in self.placed.items()]
        return found.Plan((*kept, *new.values()), left)

    def whole(self, plan: found.Plan) -> found.Plan:
        """Return the plan with a reason for every meeting it does not place, asked anew."""
        return Explainer(self.problem).complete(plan.placements)

    def _at(self, name: str, start: int, unit: str) -> found.Placement:
        """Return the placement, with teams: those it has where they are free, else the first that are."""
        meeting = self.meetings[name]
        starts = self.grids[meeting.grid].starts
        slot = starts.index(start) if start in starts else -1
        teams: list[str] = []
        for number, pair in enumerate(meeting.needs):
            team = self._team(name, number, pair, start, unit, teams)
            if team is not None:
                teams.append(team)
        return found.Placement(name, slot, start, unit, tuple(teams))

    def _team(self, name: str, number: int, pair: str, start: int, unit: str, taken: list[str]) -> str | None:
        site = self.pool_of[unit].site if unit in self.pool_of else ""
        there = [each for pool in self.problem.pools if pool.serves == pair and pool.site == site for each in pool.units]
        before = self.placed.get(name)
        own = before.teams[number] if before and number < len(before.teams) else ""
        there.sort(key=lambda each: each.id != own)
        free = [each.id for each in there if each.id not in taken and not self._taken(each, name, start)]
        # None is free: the first that is there stands for all, so that the verdict can say whose it is.
        return next(iter(free), next((each.id for each in there if each.id not in taken), None))

    def _taken(self, unit: engine.Unit, name: str, start: int) -> bool:
        return bool(self._closed(unit, name, start) or self._users(unit.id, name, start))

    def _closed(self, unit: engine.Unit, name: str, start: int) -> list[engine.Interval]:
        cleared = start + self.meetings[name].minutes + self.pool_of[unit.id].turnround
        return [closed for closed in unit.closed if closed.start < cleared and start < closed.end]

    def _users(self, unit: str, name: str, start: int) -> list[str]:
        """Return the other meetings that have the unit then, turn-round included."""
        turnround = self.pool_of[unit].turnround
        cleared = start + self.meetings[name].minutes + turnround
        return [
            other
            for other in self.of_unit[unit]
            if other != name
            and self.placed[other].start < cleared
            and start < self.placed[other].start + self.meetings[other].minutes + turnround
        ]

    def _near(self, placement: found.Placement) -> set[str]:
        """Return every other meeting that a hard rule could set against the placement."""
        name = placement.meeting
        near = {other for person in self.meetings[name].people for other in self.of_person[person]}
        near |= {other for unit in (placement.unit, *placement.teams) for other in self.of_unit[unit]}
        near |= {other for rule in self._related[name] for other in (rule.earlier, rule.later)}
        enemies = {who for person in self.meetings[name].people for pair in self._apart[person] for who in (pair.first, pair.second)}
        near |= {other for person in enemies for other in self.of_person[person]}
        return (near & self.placed.keys()) - {name}

    def _broken(self, placement: found.Placement) -> Iterator[Broken]:
        """Yield what the checker finds in the part of the plan that the placement touches, as far as it is about this meeting."""
        name = placement.meeting
        near = self._near(placement)
        own = set(self.meetings[name].people)
        apart = tuple({pair: None for person in own for pair in self._apart[person]})
        own |= {who for pair in apart for who in (pair.first, pair.second)}
        part = replace(
            self.problem,
            people=tuple(self.people[person] for person in own if person in self.people),
            meetings=tuple(self._among(other, own) for other in sorted({name, *near}, key=self.order.__getitem__)),
            precedences=tuple(rule for rule in self._related[name] if {rule.earlier, rule.later} <= near | {name}),
            apart=apart,
            published=(),
            fairness=None,
            place_all=False,
        )
        plan = found.Plan((placement, *(self.placed[other] for other in near)))
        for violation in check(part, plan):
            if name in violation.meetings:
                other = next((each for each in violation.meetings if each != name), "")
                yield from self._named(violation.rule, placement, other)

    def _named(self, rule: str, placement: found.Placement, other: str) -> Iterator[Broken]:
        """Yield a violation once for each person or unit it is about, with the minutes of what is in the way."""
        name, start = placement.meeting, placement.start
        meeting, end = self.meetings[name], start + self.meetings[name].minutes
        if rule == "nobody_in_two_places":
            shared = [person for person in meeting.people if person in self.meetings[other].people]
            yield from (self._about(rule, other, person=person) for person in shared)
        elif rule == "engagements_kept":
            for person in meeting.people:
                for item in self.people[person].engagements:
                    if self._clashes((start, end, self.pool_of[placement.unit].site), (item.start, item.end, item.site)):
                        yield Broken(rule, person, start=item.start, end=item.end)
        elif rule == "units_once":
            for unit in (placement.unit, *placement.teams):
                yield from (self._about(rule, user, unit=unit) for user in self._users(unit, name, start))
        elif rule == "units_open":
            for key in (placement.unit, *placement.teams):
                room = next(each for each in self.pool_of[key].units if each.id == key)
                yield from (Broken(rule, unit=key, start=closed.start, end=closed.end) for closed in self._closed(room, name, start))
        elif rule == "inside_windows":
            if not _inside(start, end, meeting.windows):
                yield Broken(rule)
            away = (person for person in meeting.people if not _inside(start, end, self.people[person].windows))
            yield from (Broken(rule, person) for person in away)
        elif other:
            yield self._about(rule, other)
        else:
            yield Broken(rule, unit=placement.unit)

    def _about(self, rule: str, other: str, *, person: str = "", unit: str = "") -> Broken:
        start = self.placed[other].start
        return Broken(rule, person, unit, other, start, start + self.meetings[other].minutes)

    @cached_property
    def _roads(self) -> dict[tuple[str, str], tuple[int, ...]]:
        return {(road.origin, road.destination): road.minutes for road in self.problem.roads}

    def _clashes(self, one: tuple[int, int, str | None], other: tuple[int, int, str | None]) -> bool:
        return one[0] < other[1] + self._way(other, one) and other[0] < one[1] + self._way(one, other)

    def _way(self, origin: tuple[int, int, str | None], destination: tuple[int, int, str | None]) -> int:
        here, there = origin[2], destination[2]
        return 0 if here is None or there is None or here == there else self._roads[here, there][origin[1] // 60 % 24]

    def _among(self, name: str, people: set[str]) -> engine.Meeting:
        meeting = self.meetings[name]
        return replace(meeting, people=tuple(person for person in meeting.people if person in people))

    def _terms(self, placement: found.Placement) -> Iterator[found.Term]:
        """Yield the terms that differ, from the agendas of the meeting's people before and after."""
        name = placement.meeting
        own = set(self.meetings[name].people)
        # A meeting nobody may know of counts in no figure: else figures would tell of it.
        names = {name} | ({other for person in own for other in self.of_person[person]} - self.hidden)
        part = replace(
            self.problem,
            people=tuple(self.people[person] for person in self.meetings[name].people),
            meetings=tuple(self._among(other, own) for other in sorted(names, key=self.order.__getitem__)),
            published=(self.published[name],) if name in self.published else (),
            precedences=(),
            apart=(),
        )
        others = tuple(self.placed[other] for other in names if other != name)
        before = self.placed.get(name)
        was = score(part, found.Plan((*others, before) if before else others))
        for old, new in zip(was, score(part, found.Plan((*others, placement))), strict=True):
            if (old.amount, old.cost) != (new.amount, new.cost):
                yield found.Term(new.name, new.amount - old.amount, new.cost - old.cost)


def _inside(start: int, end: int, windows: Iterable[engine.Interval]) -> bool:
    spans = list(windows)
    return not spans or any(window.start <= start and end <= window.end for window in spans)
