"""What a search may move: all meetings, or those of a kind, a day, a city, or only those that have no place yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from hanhlang.domains.events.models import Week
from hanhlang.domains.meetings.errors_planning import ScopeUnusable
from hanhlang.domains.meetings.models import Kind, Meeting, Placement, Plan, to_be_placed


@dataclass(frozen=True, slots=True)
class Scope:
    """
    Limits, all of which hold at once; empty ones hold for everything. ``site`` is a key, ``day`` a date, ``plan`` a plan's number.

    What is outside stays where ``plan`` has it (``None``: the newest that is not past), and unplaced if it has no place there.
    """

    kind: str = ""
    day: str = ""
    site: str = ""
    unplaced: bool = False
    plan: int | None = None

    @property
    def is_all(self) -> bool:
        return not (self.kind or self.day or self.site or self.unplaced)

    def as_json(self) -> dict[str, Any]:
        """Return what a run keeps; nothing for everything."""
        return {} if self.is_all else {name: value for name in self.__slots__ if (value := getattr(self, name))}


def scope_from(kept: Mapping[str, Any]) -> Scope:
    """Return the scope that a run keeps."""
    return Scope(**kept)


def checked(week: Week, scope: Scope) -> Scope:
    """
    Return the scope with its plan named.

    :raises ScopeUnusable: if the week has no such kind, day, city or plan.
    """
    _offered(scope.kind, [kind.value for kind in Kind])
    days = [(week.starts_on + timedelta(days=n)).isoformat() for n in range((week.ends_on - week.starts_on).days + 1)]
    _offered(scope.day, days)
    if scope.site:
        _offered(scope.site, list(week.sites.values_list("key", flat=True)))
    base = base_of(week, scope)
    if scope.plan and base is None:
        raise ScopeUnusable(value=scope.plan, offered=", ".join(map(str, week.plans.order_by("number").values_list("number", flat=True))))
    return Scope(scope.kind, scope.day, scope.site, scope.unplaced, base.number if base else None)


def _offered(value: str, offered: list[str]) -> None:
    if value and value not in offered:
        raise ScopeUnusable(value=value, offered=", ".join(offered))


def base_of(week: Week, scope: Scope) -> Plan | None:
    """Return the plan in which whatever is outside stays."""
    plans = Plan.objects.filter(week=week)
    if scope.plan:
        return plans.filter(number=scope.plan).first()
    return plans.filter(state__in=Plan.CURRENT).order_by("-number").first()


def inside(week: Week, scope: Scope, base: Plan | None) -> set[UUID]:
    """Return the agreed meetings that a search within the limits may place or move."""
    meetings = Meeting.objects.filter(to_be_placed(), week=week)
    if scope.kind:
        meetings = meetings.filter(kind=scope.kind)
    found = set(meetings.values_list("pk", flat=True))
    if not (scope.day or scope.site or scope.unplaced):
        return found
    zone = ZoneInfo(week.timezone)
    placed = Placement.objects.filter(plan=base, meeting__in=found) if base else Placement.objects.none()
    for meeting, starts_at, site in placed.values_list("meeting_id", "starts_at", "place__site__key"):
        away = scope.day and starts_at.astimezone(zone).date() != date.fromisoformat(scope.day)
        if scope.unplaced or away or (scope.site and site != scope.site):
            found.discard(meeting)
    return found
