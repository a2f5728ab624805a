"""The programme: one day of it drawn to scale, or all days as one list; of all topics and cities or of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from hanhlang.domains.core import clock
from hanhlang.domains.events.models import Week
from hanhlang.domains.programme import queries
from hanhlang.domains.programme.overview import Overview, SessionEntry, SiteEntry, TopicEntry
from hanhlang.web.access import PUBLIC, access
from hanhlang.web.public import cache, presenters
from hanhlang.web.public.answers import shared
from hanhlang.web.public.board import board_of
from hanhlang.web.public.drawing import Pen


@dataclass(frozen=True)
class Choice:
    """One topic or city to choose, or all of them; its address keeps what else is chosen."""

    name: str
    address: str
    is_current: bool
    hatch: str = ""


@dataclass(frozen=True)
class Chosen:
    """What of the programme to show; nothing chosen is all of it."""

    topic: TopicEntry | None
    site: SiteEntry | None

    @property
    def query(self) -> str:
        return _query(self.topic, self.site)

    def of(self, sessions: Sequence[SessionEntry]) -> list[SessionEntry]:
        """Return the sessions chosen; of one closed to the public the topic is not known."""
        return [
            session
            for session in sessions
            if (self.site is None or session.site is self.site)
            and (self.topic is None or (session.is_public and self.topic in session.topics))
        ]


@access(PUBLIC)
@require_GET
def programme(request: HttpRequest, language: str, day: date | None = None) -> HttpResponse:
    """Show a day of the programme: the one asked for, else today, else the nearest of the week."""
    week: Week = request.week  # type: ignore[attr-defined]
    if asked_day := request.GET.get("day"):
        return redirect("programme-day", language, week.key, _day(asked_day))
    if asked := request.GET.get("q", "").strip():
        return redirect(f"{reverse('search', args=[language, week.key])}?{_encoded(q=asked)}")
    now = clock.now()
    day = day or queries.day_at(week, now)
    if not week.starts_on <= day <= week.ends_on:
        raise Http404
    return shared(request, lambda version: render(request, "public/programme.html", _day_page(week, version, day, request.GET, now)))


@access(PUBLIC)
@require_GET
def all_days(request: HttpRequest, language: str) -> HttpResponse:
    """Show every day of the programme as one list, to search in, to print, to read through."""
    week: Week = request.week  # type: ignore[attr-defined]
    return shared(request, lambda version: render(request, "public/all_days.html", _all_days_page(week, version, request.GET, clock.now())))


@access(PUBLIC)
@require_GET
def my_programme(request: HttpRequest, language: str) -> HttpResponse:
    """Show what a visitor starred: the page holds every public session, the same for all; the browser shows its own stars."""
    week: Week = request.week  # type: ignore[attr-defined]
    return shared(request, lambda version: render(request, "public/mine.html", _all_days_page(week, version, QueryDict(), clock.now())))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Http404 from None


def _day_page(week: Week, version: str, day: date, asked: QueryDict, now: datetime) -> dict[str, Any]:
    whole = cache.overview(week, version)
    chosen, pen = _chosen(whole, asked), Pen(week)
    here = chosen.of([session for session in whole.sessions if presenters.day_of(session, week.timezone) == day])
    timed = [session for session in here if session.starts_at]
    board = board_of(week, day, timed, whole.sessions, whole.ways, now)
    return {
        **_frame(week, whole, chosen, day, now),
        "day": day,
        "board": board,
        "items": pen.items(timed, board, now, with_now=day == queries.day_at(week, now)),
        "untimed": pen.rows(session for session in here if not session.starts_at),
        "unannounced": pen.rows(_unannounced(week, chosen.of(whole.sessions))),
        "has_illustrative": any(map(presenters.time_is_illustrative, timed)),
        "has_unannounced_day": any(map(presenters.day_is_illustrative, timed)),
    }


def _all_days_page(week: Week, version: str, asked: QueryDict, now: datetime) -> dict[str, Any]:
    whole = cache.overview(week, version)
    chosen, pen = _chosen(whole, asked), Pen(week)
    there = chosen.of(whole.sessions)
    days = []
    for day in queries.days_of_week(week):
        here = [session for session in there if presenters.day_of(session, week.timezone) == day]
        timed = [session for session in here if session.starts_at]
        untimed = pen.rows(session for session in here if not session.starts_at)
        days.append({"day": day, "items": pen.items(timed, None, now, with_now=day == queries.day_at(week, now)), "untimed": untimed})
    return {**_frame(week, whole, chosen, None, now), "days": days, "unannounced": pen.rows(_unannounced(week, there))}


def _unannounced(week: Week, sessions: Sequence[SessionEntry]) -> list[SessionEntry]:
    return [session for session in sessions if session.is_public and not presenters.day_of(session, week.timezone)]


def _frame(week: Week, whole: Overview, chosen: Chosen, day: date | None, now: datetime) -> dict[str, Any]:
    return {
        "week": week,
        "tabs": presenters.day_tabs(week, whole.sessions, day, chosen.query),
        "moment": presenters.now_and_next(week, whole.sessions, now),
        "chosen": chosen,
        "topics": _choices(whole.topics, chosen.topic, lambda topic: _query(topic, chosen.site)),
        "sites": _choices(whole.sites, chosen.site, lambda site: _query(chosen.topic, site)) if len(whole.sites) > 1 else [],
    }


def _chosen(whole: Overview, asked: QueryDict) -> Chosen:
    # An unknown name chooses nothing: an old link still shows the programme.
    topic = next((topic for topic in whole.topics if topic.key == asked.get("topic")), None)
    site = next((site for site in whole.sites if site.key == asked.get("site")), None)
    return Chosen(topic, site)


def _choices(rows: Sequence[Any], current: Any, query: Any) -> list[Choice]:
    return [Choice(str(row.name), query(None if row is current else row) or "?", row is current, getattr(row, "hatch", "")) for row in rows]


def _query(topic: TopicEntry | None, site: SiteEntry | None) -> str:
    given = {name: row.key for name, row in (("topic", topic), ("site", site)) if row}
    return f"?{_encoded(**given)}" if given else ""


def _encoded(**values: str) -> str:
    query = QueryDict(mutable=True)
    query.update(values)
    return query.urlencode()
