"""From the door to a week's home: language, weeks, home."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET

from hanhlang.domains.core import clock
from hanhlang.domains.events import queries as events
from hanhlang.domains.events.models import Week
from hanhlang.domains.people.actions import choose_language as choose_for_account
from hanhlang.domains.programme import queries
from hanhlang.web.access import PUBLIC, access
from hanhlang.web.public import cache, presenters
from hanhlang.web.public.answers import shared
from hanhlang.web.public.drawing import Pen

YEAR = 365 * 24 * 3600


@access(PUBLIC)
@require_GET
def choose(request: HttpRequest) -> HttpResponse:
    """Offer the languages, the reader's first; whoever has chosen before goes on at once."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    if chosen in dict(settings.LANGUAGES):
        return redirect("weeks", chosen)
    preferred = translation.get_language_from_request(request)
    languages = sorted(settings.LANGUAGES, key=lambda language: language[0] != preferred)
    return render(request, "public/choose.html", {"languages": languages})


@access(PUBLIC)
@require_GET
def choose_language(request: HttpRequest, code: str) -> HttpResponse:
    """Keep the language chosen, for good if on a page of ours by somebody signed in, and go on to the page it was chosen on."""
    target = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = f"/{code}/"
    response = HttpResponseRedirect(target)
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, code, max_age=YEAR, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)
    if request.user.is_authenticated:
        # A link on somebody else's page may change what is shown, never what is kept.
        if request.headers.get("Sec-Fetch-Site") == "same-origin":
            choose_for_account(account=request.user, language=code, by=request.user, now=clock.now())
        request.session["language"] = code
    return response


@access(PUBLIC)
@require_GET
def weeks(request: HttpRequest, language: str) -> HttpResponse:
    """List the weeks; if there is only one, go on to it."""
    rows = list(events.weeks())
    if len(rows) == 1:
        return redirect("week-home", language, rows[0].key)
    return render(request, "public/weeks.html", {"weeks": rows})


@access(PUBLIC)
@require_GET
def home(request: HttpRequest, language: str) -> HttpResponse:
    """Show a week: now and next, its days, the facts about it."""
    week: Week = request.week  # type: ignore[attr-defined]

    def build(version: str) -> HttpResponse:
        now = clock.now()
        whole, pen = cache.overview(week, version), Pen(week)
        days = [
            (tab, pen.glances(s for s in whole.sessions if s.is_public and presenters.day_of(s, week.timezone) == tab.day))
            for tab in presenters.day_tabs(week, whole.sessions, queries.day_at(week, now))
        ]
        context: dict[str, Any] = {
            "week": week,
            "moment": presenters.now_and_next(week, whole.sessions, now),
            "days": days,
            "sites": presenters.sites_of(whole.sessions),
        }
        return render(request, "public/home.html", context)

    return shared(request, build)
