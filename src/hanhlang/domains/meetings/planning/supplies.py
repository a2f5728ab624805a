"""What meetings need besides rooms, as pools: interpreters' teams with their hours and sizes, equipment, and who is kept apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import product
from uuid import UUID

from hanhlang.domains.agenda.models import Equipment, InterpreterTeam
from hanhlang.domains.agenda.rules import Window, minutes_by_day, outside, within_ceiling
from hanhlang.domains.delegations.models import Member
from hanhlang.domains.meetings import services
from hanhlang.domains.meetings.lent import CLEAR
from hanhlang.domains.meetings.models import KeepApart
from hanhlang.domains.meetings.planning.ground import Ground
from hanhlang.domains.meetings.rules import from_json
from hanhlang.engine import problem as engine


class Supplies:
    """The teams and the equipment of a week."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.teams = list(InterpreterTeam.objects.filter(week=ground.week).order_by("key"))
        self.equipment = list(Equipment.objects.filter(week=ground.week).order_by("key"))
        self.sizes: dict[str, set[int]] = defaultdict(set)
        for team in self.teams:
            self.sizes[team.pair].add(team.size)

    def needs(self, pairs: Iterable[str], things: Iterable[str], minutes: int) -> tuple[str, ...]:
        """Return what a meeting of ``minutes`` needs: a team for each pair, large enough for its length, and one thing of each kind."""
        teams = (services.of_meeting(pair, minutes, self.sizes.get(pair, ())) for pair in pairs)
        return (*teams, *map(services.of_equipment, things))

    def pools(self) -> Iterator[engine.Pool]:
        """Return teams and things that are alike, those of one city together."""
        closed = self.ground.closed()
        alike: dict[tuple[str, str, UUID], list[InterpreterTeam | Equipment]] = defaultdict(list)
        for team in self.teams:
            alike[team.pair, services.of_team(team.pair, team.size, self.sizes[team.pair]), team.site_id].append(team)
        for thing in self.equipment:
            alike[thing.kind, services.of_equipment(thing.kind), thing.site_id].append(thing)
        for number, ((name, service, site), rows) in enumerate(alike.items(), start=1):
            units = tuple(
                engine.Unit(str(row.pk), (*closed[row.pk], *self._away(row, is_odd=bool(index % 2)))) for index, row in enumerate(rows)
            )
            yield engine.Pool(f"{name}/team-{number}", str(site), units, serves=service)

    def _away(self, row: InterpreterTeam | Equipment, *, is_odd: bool) -> list[engine.Interval]:
        """Return when a team or a thing is not there; every other team of its kind keeps the end of a day too long for it."""
        hours = [(start.astimezone(self.ground.zone), end.astimezone(self.ground.zone)) for start, end in from_json(row.hours)]
        if isinstance(row, InterpreterTeam) and hours:
            hours = _within_ceiling(hours, row.daily_minutes, is_odd=is_odd)
        last = self.ground.moment(self.ground.whole)
        return [self._interval(start, end) for start, end in outside(hours, self.ground.origin, last)]

    def _interval(self, start: datetime, end: datetime) -> engine.Interval:
        return engine.Interval(self.ground.minute(start), self.ground.minute(end))


def apart(ground: Ground) -> tuple[engine.Apart, ...]:
    """Return the pairs of people whose delegations are never in one pool of rooms at once, nor soon after each other."""
    members: dict[UUID, list[UUID]] = defaultdict(list)
    for delegation, person in Member.objects.filter(delegation__week=ground.week).order_by("pk").values_list("delegation_id", "person_id"):
        if person in ground.people:
            members[delegation].append(person)
    pairs = KeepApart.objects.filter(week=ground.week).order_by("pk").values_list("first_id", "second_id")
    minutes = int(CLEAR.total_seconds()) // 60
    return tuple(
        engine.Apart(str(one), str(other), minutes) for first, second in pairs for one, other in product(members[first], members[second])
    )


def _within_ceiling(hours: Sequence[Window], most: int, *, is_odd: bool) -> list[Window]:
    if all(minutes <= most for minutes in minutes_by_day(hours).values()):
        return list(hours)
    return within_ceiling(hours, most, from_the_end=is_odd)
