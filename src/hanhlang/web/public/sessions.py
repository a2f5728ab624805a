"""A session's page."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from hanhlang.domains.core import clock
from hanhlang.domains.events.models import Week
from hanhlang.domains.programme import queries
from hanhlang.web.access import PUBLIC, access
from hanhlang.web.public import presenters, words
from hanhlang.web.public.answers import shared


@access(PUBLIC)
@require_GET
def session(request: HttpRequest, language: str, key: str) -> HttpResponse:
    """Show one session: when, where, what in which order, who, and who reported it."""
    week: Week = request.week  # type: ignore[attr-defined]
    return shared(request, lambda version: render(request, "public/session.html", _session_page(week, key, clock.now())))


def _session_page(week: Week, key: str, now: datetime) -> dict[str, Any]:
    found = queries.public_session(week, key)
    if found is None:
        raise Http404
    return {
        "week": week,
        "session": found,
        "site": presenters.site_of(found),
        "day": presenters.day_of(found, week.timezone),
        "time_is_illustrative": presenters.time_is_illustrative(found),
        "day_is_illustrative": presenters.day_is_illustrative(found),
        "place_is_illustrative": presenters.place_is_illustrative(found),
        "marks": words.what_is_illustrative(found),
        "proceedings": words.proceedings(found, now),
        "people": words.people(found),
        "sources": presenters.source_links(found),
        "state": words.state(found, now),
        "now": now,
    }
