"""What is over and what has begun, as a question about the rest of the day sees it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property
from uuid import UUID

from hanhlang.domains.meetings.models import Meeting, Plan
from hanhlang.domains.meetings.planning.ground import Ground
from hanhlang.domains.meetings.planning.storing import lent_in
from hanhlang.engine import plan as found
from hanhlang.engine import problem as engine
from hanhlang.engine.checker import check

# Longer than any meeting lasts and any place is cleared: what ended before touches nothing that is still on.
LOOK_BACK = timedelta(hours=12)


class Past:
    """The meetings of a plan that are over at ``now``; their people are free, their places when they are cleared."""

    def __init__(self, base: Plan, now: datetime) -> None:
        self.base, self.now, self.ground = base, now, Ground(base.week, set())
        self.minute = self.ground.minute(now)
        ended = base.placements.filter(ends_at__lte=now).exclude(meeting__state=Meeting.State.CANCELLED)
        self.over: tuple[UUID, ...] = tuple(ended.values_list("meeting_id", flat=True))
        self.lately = ended.filter(ends_at__gt=now - LOOK_BACK)

    @cached_property
    def used(self) -> dict[str, list[engine.Interval]]:
        """When places, teams and things were used by what is over lately, with the time to clear them."""
        lent: dict[str, list[str]] = defaultdict(list)
        for meeting, unit in lent_in(self.base):
            lent[meeting].append(unit)
        used: dict[str, list[engine.Interval]] = defaultdict(list)
        fields = ("meeting_id", "starts_at", "ends_at", "place_id", "place__turnround_minutes")
        for meeting, starts_at, ends_at, place, turnround in self.lately.values_list(*fields):
            start, end = self.ground.minute(starts_at), self.ground.minute(ends_at)
            used[str(place)].append(engine.Interval(start, end + turnround))
            for unit in lent[str(meeting)]:
                used[unit].append(engine.Interval(start, end))
        return used

    def left_out_of(self, problem: engine.Problem) -> engine.Problem:
        """Return the problem without what is over; what that used was taken, so that nothing that is still on gets it in hindsight."""
        rest = without(problem, {str(key) for key in self.over})
        return replace(rest, pools=tuple(self._used_in(pool) for pool in rest.pools)) if self.used else rest

    def _used_in(self, pool: engine.Pool) -> engine.Pool:
        if not any(unit.id in self.used for unit in pool.units):
            return pool
        units = (replace(unit, closed=(*unit.closed, *self.used[unit.id])) if unit.id in self.used else unit for unit in pool.units)
        return replace(pool, units=tuple(units))

    def begun_stays(self, problem: engine.Problem, before: found.Plan) -> engine.Problem:
        """Return the problem with what has begun fixed where it is, as far as that is lawful still: nobody changes rooms meanwhile."""
        begun = {row.meeting: row for row in before.placements if row.start < self.minute}
        part = without(problem, {meeting.id for meeting in problem.meetings} - begun.keys())
        broken = {name for fault in check(part, found.Plan(tuple(begun.values()))) for name in fault.meetings}
        stays = begun.keys() - broken
        if not stays:
            return problem
        meetings = (
            replace(meeting, fixed_start=begun[meeting.id].start, fixed_unit=begun[meeting.id].unit) if meeting.id in stays else meeting
            for meeting in problem.meetings
        )
        return replace(problem, meetings=tuple(meetings))


def without(problem: engine.Problem, gone: Collection[str]) -> engine.Problem:
    """Return the problem without some meetings."""
    return replace(
        problem,
        meetings=tuple(meeting for meeting in problem.meetings if meeting.id not in gone),
        published=tuple(row for row in problem.published if row.meeting not in gone),
        precedences=tuple(rule for rule in problem.precedences if not {rule.earlier, rule.later} & set(gone)),
    )
