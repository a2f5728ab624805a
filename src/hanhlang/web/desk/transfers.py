"""Transfers at the desk: who must be driven when, in which vehicle, and who has no seat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from hanhlang.domains.core import clock
from hanhlang.domains.events.models import Week
from hanhlang.domains.meetings.rules_transfers import Departure, Trip, by_hour
from hanhlang.domains.meetings.transfers import Transfers, transfers_of
from hanhlang.domains.meetings.visibility import viewer_of
from hanhlang.domains.programme.queries import day_at, days_of_week
from hanhlang.web.access import access
from hanhlang.web.desk.plan import DESK
from hanhlang.web.portal.timeline import DayTab

HEIGHT, WIDTH = 120, 26


@dataclass(frozen=True)
class Bar:
    """One hour of the chart: people above, those with a seat filled."""

    hour: str
    people: int
    seated: int
    x: int
    y: float
    high: float
    seated_y: float
    seated_high: float
    label_y: float


@access(*DESK)
@require_safe
@never_cache
def transfers(request: HttpRequest) -> HttpResponse:
    """Show one day's departures."""
    week: Week = request.week  # type: ignore[attr-defined]
    days = days_of_week(week)
    asked = request.GET.get("day", "")
    day = next((one for one in days if one.isoformat() == asked), day_at(week, clock.now()))
    found = transfers_of(week, day, viewer_of(week, request.user))  # type: ignore[arg-type]
    rows = [_row(found, row) for row in found.departures]
    page = {
        "day": day,
        "days": [DayTab(one, "", f"?day={one.isoformat()}", one == day) for one in days],
        "rows": rows,
        "people": sum(len(row.trips) for row in found.departures),
        "without": sum(len(row.without_seat) for row in found.departures),
        "charts": _charts(found),
        "has_vehicles": bool(found.vehicles),
    }
    return render(request, "desk/transfers.html", page)


def _row(found: Transfers, row: Departure) -> dict[str, Any]:
    return {
        "leaves": _clock(row.leaves),
        "arrives": _clock(row.arrives),
        "origin": found.sites[row.origin],
        "destination": found.sites[row.destination],
        "count": len(row.trips),
        "convoys": [
            [(found.vehicles[car.id], [_named(found, trip) for trip in inside]) for car, inside in convoy] for convoy in row.convoys
        ],
        "without": [_named(found, trip) for trip in row.without_seat],
        "late": [_named(found, trip) for trip in row.too_late],
    }


def _named(found: Transfers, trip: Trip) -> dict[str, Any]:
    return {"person": found.people[trip.person], "party": found.parties.get(trip.person), "is_head": trip.is_head}


def _charts(found: Transfers) -> list[dict[str, Any]]:
    charts = []
    for (origin, destination), hours in sorted(by_hour(found.departures).items(), key=lambda item: str(item[0])):
        most = max(people for people, _ in hours.values())
        first, last = min(hours), max(hours)
        bars = []
        for index, hour in enumerate(range(first, last + 1)):
            people, seated = hours.get(hour, (0, 0))
            high, filled = HEIGHT * people / most, HEIGHT * seated / most
            top, filled_top = HEIGHT - high + 16, HEIGHT - filled + 16
            bars.append(Bar(f"{hour % 24:02d}", people, seated, index * WIDTH, top, high, filled_top, filled, top - 4))
        charts.append(
            {"origin": found.sites[origin], "destination": found.sites[destination], "bars": bars, "width": len(bars) * WIDTH + 8}
        )
    return charts


def _clock(minute: int) -> str:
    return f"{minute // 60 % 24:02d}:{minute % 60:02d}"
