"""A search within limits: what is outside is fixed where it is, what has no place outside is not asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from uuid import UUID

from hanhlang.domains.events.models import Week
from hanhlang.domains.meetings.models import Placement, Plan
from hanhlang.domains.meetings.planning.ground import Ground
from hanhlang.domains.meetings.scope import Scope, base_of, inside
from hanhlang.engine import plan as found
from hanhlang.engine import problem as engine
from hanhlang.engine.explain import Explainer
from hanhlang.engine.scoring import objective, score


@dataclass
class Asked:
    """The whole problem, and the part of it that is searched; both are the same where nothing limits the search."""

    whole: engine.Problem
    searched: engine.Problem

    @cached_property
    def _explainer(self) -> Explainer:
        return Explainer(self.whole)

    def complete(self, plan: found.Plan) -> found.Plan:
        """Return a plan of the part as one of the whole: why something has no place is asked of the whole."""
        return plan if self.searched is self.whole else self._explainer.complete(plan.placements)

    def bound(self, plan: found.Plan, bound: int | None) -> int | None:
        """Return a bound on the part as one on the whole, within the limits: what was left out costs the same in every plan."""
        if bound is None or self.searched is self.whole:
            return bound
        part = found.Plan(plan.placements)
        return bound + objective(score(self.whole, part)) - objective(score(self.searched, part))


def within(whole: engine.Problem, week: Week, scope: Scope) -> Asked:
    """Return what a search within ``scope`` is asked."""
    if scope.is_all:
        return Asked(whole, whole)
    base = base_of(week, scope)
    meetings = tuple(_Cut(whole, week, scope, base).meetings())
    kept = {meeting.id for meeting in meetings}
    searched = replace(
        whole,
        meetings=meetings,
        published=tuple(row for row in whole.published if row.meeting in kept),
        precedences=tuple(rule for rule in whole.precedences if {rule.earlier, rule.later} <= kept),
    )
    return Asked(whole, searched)


class _Cut:
    """The meetings of a problem as a limited search sees them."""

    def __init__(self, problem: engine.Problem, week: Week, scope: Scope, base: Plan | None) -> None:
        self.problem = problem
        self.inside = {str(key) for key in inside(week, scope, base)}
        self.pools = {pool.id: pool for pool in problem.pools}
        self.starts = {grid.id: set(grid.starts) for grid in problem.grids}
        self.day = self._day(week, scope)
        sites = dict(week.sites.values_list("key", "pk"))
        self.site = str(sites[scope.site]) if scope.site else ""
        ground = Ground(week, set())
        rows = Placement.objects.filter(plan=base) if base else Placement.objects.none()
        placed: Iterator[tuple[UUID, int, str]] = (
            (meeting, ground.minute(starts_at), str(place))
            for meeting, starts_at, place in rows.values_list("meeting_id", "starts_at", "place_id")
        )
        self.placed = {str(meeting): (start, unit) for meeting, start, unit in placed}

    @staticmethod
    def _day(week: Week, scope: Scope) -> engine.Interval | None:
        if not scope.day:
            return None
        start = (date.fromisoformat(scope.day) - week.starts_on).days * engine.MINUTES_A_DAY
        return engine.Interval(start, start + engine.MINUTES_A_DAY)

    def meetings(self) -> Iterator[engine.Meeting]:
        for meeting in self.problem.meetings:
            asked = self._limited(meeting) if meeting.id in self.inside else self._fixed(meeting)
            if asked is not None:
                yield asked

    def _fixed(self, meeting: engine.Meeting) -> engine.Meeting | None:
        """Return a meeting kept where it is; none that has no place, or one that may not be there any more."""
        start, unit = self.placed.get(meeting.id, (-1, ""))
        if start not in self.starts[meeting.grid] or not self._permits(meeting, unit):
            return None
        if meeting.fixed_start not in (None, start) or meeting.fixed_unit not in (None, unit):
            return None
        return replace(meeting, fixed_start=start, fixed_unit=unit)

    def _permits(self, meeting: engine.Meeting, unit: str) -> bool:
        return any(unit == each.id for pool in meeting.pools for each in self.pools[pool].units)

    def _limited(self, meeting: engine.Meeting) -> engine.Meeting | None:
        """Return a meeting cut to the day and the city asked for; none that cannot be then or there at all."""
        windows, pools = meeting.windows, meeting.pools
        if self.day:
            windows = tuple(self._cut(self.day, meeting.windows or (self.day,)))
            if not windows or (meeting.fixed_start is not None and not self.day.start <= meeting.fixed_start < self.day.end):
                return None
        if self.site:
            pools = tuple(pool for pool in meeting.pools if self.pools[pool].site == self.site)
            cut = replace(meeting, pools=pools)
            if not pools or (meeting.fixed_unit is not None and not self._permits(cut, meeting.fixed_unit)):
                return None
        return replace(meeting, windows=windows, pools=pools)

    @staticmethod
    def _cut(day: engine.Interval, windows: tuple[engine.Interval, ...]) -> Iterator[engine.Interval]:
        for window in windows:
            start, end = max(window.start, day.start), min(window.end, day.end)
            if start < end:
                yield engine.Interval(start, end)
