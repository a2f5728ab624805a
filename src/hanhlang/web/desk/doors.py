"""Door signs: what is on in a place now and next, for a screen that anybody who passes can read, and a day of it on paper."""

from __future__ import annotations

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from hanhlang.domains.core import clock
from hanhlang.domains.events.models import Place, Week
from hanhlang.domains.meetings.doors import entries_of, other_language
from hanhlang.domains.meetings.paper import sign_of
from hanhlang.domains.programme.queries import day_at, days_of_week
from hanhlang.web.access import access
from hanhlang.web.components.dates import local, long_day
from hanhlang.web.desk.plan import DESK
from hanhlang.web.papers import PDF, file_answer, language_of
from hanhlang.web.portal.timeline import DayTab

SECONDS = 10
ROWS = 4


@access(*DESK, also_for_sites=True)
@require_safe
@never_cache
def doors(request: HttpRequest) -> HttpResponse:
    """Show which signs there are, city by city, and one day's to print."""
    day = _day(request)
    days = [DayTab(one, "", f"?day={one.isoformat()}", one == day) for one in days_of_week(_week(request))]
    return render(request, "desk/doors.html", {"places": list(_places(request)), "day": day, "days": days})


@access(*DESK, also_for_sites=True)
@require_safe
@never_cache
def door(request: HttpRequest, key: str) -> HttpResponse:
    """Show one sign; it asks for itself again."""
    place, now = _place(request, key), clock.now()
    entries = entries_of(place, now)
    mode = "light" if request.GET.get("mode") == "light" else "dark"
    day = local(now, place.week.timezone).date()
    other = other_language()
    with translation.override(other):
        second = {
            "language": other,
            "now": gettext("Now"),
            "next": gettext("Next"),
            "free": gettext("Free"),
            "day": long_day(day),
        }
        second_name = place.name.shown()
    context = {
        "week": place.week,
        "place": place,
        "second_name": second_name if second_name != place.name.shown() else "",
        "now": now,
        "day": day,
        "on": [entry for entry in entries if entry.starts_at <= now],
        "coming": [entry for entry in entries if entry.starts_at > now][:ROWS],
        "second": second,
        "mode": mode,
        "seconds": SECONDS,
        "following": f"?mode={mode}",
    }
    return render(request, "desk/door.html", context)


@access(*DESK, also_for_sites=True)
@require_safe
def sign(request: HttpRequest, key: str) -> HttpResponse:
    """Give one day's sign on paper."""
    place, day, language = _place(request, key), _day(request), language_of(request)
    made = sign_of(place=place, day=day, language=language, now=clock.now())
    return file_answer(made, PDF, f"{place.week.key}-door-{key}-{day.isoformat()}-{language}.pdf")


def _week(request: HttpRequest) -> Week:
    return request.week  # type: ignore[attr-defined, no-any-return]


def _day(request: HttpRequest) -> date:
    """Return the day asked for, else today, or the week's nearest day."""
    week, asked = _week(request), request.GET.get("day", "")
    return next((one for one in days_of_week(week) if one.isoformat() == asked), day_at(week, clock.now()))


def _place(request: HttpRequest, key: str) -> Place:
    place: Place | None = _places(request).filter(key=key).select_related("week", "site").first()
    if place is None:
        raise Http404
    return place


def _places(request: HttpRequest):  # type: ignore[no-untyped-def]
    places = Place.objects.filter(week=_week(request)).select_related("site")
    sites = request.sites  # type: ignore[attr-defined]
    return places if sites is None else places.filter(site__in=sites)
