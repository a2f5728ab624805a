"""Door signs: what is on in a place now and next, for a screen that anybody who passes can read."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from hanhlang.domains.core import clock
from hanhlang.domains.events.models import Place, Week
from hanhlang.domains.meetings.doors import entries_of, other_language
from hanhlang.web.access import access
from hanhlang.web.components.dates import local, long_day
from hanhlang.web.desk.plan import DESK

SECONDS = 10
ROWS = 4


@access(*DESK, also_for_sites=True)
@require_safe
@never_cache
def doors(request: HttpRequest) -> HttpResponse:
    """Show which signs there are, city by city."""
    return render(request, "desk/doors.html", {"places": list(_places(request))})


@access(*DESK, also_for_sites=True)
@require_safe
@never_cache
def door(request: HttpRequest, key: str) -> HttpResponse:
    """Show one sign; it asks for itself again."""
    place = _places(request).filter(key=key).select_related("week").first()
    if place is None:
        raise Http404
    now = clock.now()
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


def _places(request: HttpRequest):  # type: ignore[no-untyped-def]
    week: Week = request.week  # type: ignore[attr-defined]
    places = Place.objects.filter(week=week).select_related("site")
    sites = request.sites  # type: ignore[attr-defined]
    return places if sites is None else places.filter(site__in=sites)
