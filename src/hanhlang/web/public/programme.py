"""The programme by day, and what is found in it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from hanhlang.domains.core import clock
from hanhlang.domains.events.models import Week
from hanhlang.domains.programme import queries
from hanhlang.domains.programme.models import Session
from hanhlang.web.access import PUBLIC, access
from hanhlang.web.public import presenters, words
from hanhlang.web.public.answers import answer_unless_known, minute
from hanhlang.web.public.board import Board, board_of


@access(PUBLIC)
@require_GET
def programme(request: HttpRequest, language: str, day: date | None = None) -> HttpResponse:
    """Show a day of the programme: the one asked for, else today, else the nearest of the week."""
    week: Week = request.week  # type: ignore[attr-defined]
    if asked_day := request.GET.get("day"):
        return redirect("programme-day", language, week.key, _day(asked_day))
    now = clock.now()
    sessions = queries.sessions_of_week(week)
    if asked := request.GET.get("q", "").strip():
        return render(request, "public/found.html", _found(week, sessions, asked))
    day = day or queries.day_at(week, now)
    if not week.starts_on <= day <= week.ends_on:
        raise Http404
    ways = queries.ways_of_week(week)
    parts = [minute(now), week.changed_at, *(session.changed_at for session in sessions), *ways]

    def build() -> HttpResponse:
        return render(request, "public/programme.html", _day_page(week, day, sessions, ways, now))

    return answer_unless_known(request, parts, build)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Http404 from None


def _found(week: Week, sessions: list[Session], asked: str) -> dict[str, Any]:
    rows = queries.found(sessions, asked)
    return {"week": week, "asked": asked, "items": [_item(week, session, None, None) for session in rows]}


def _day_page(week: Week, day: date, sessions: list[Session], ways: list[queries.Way], now: datetime) -> dict[str, Any]:
    here = [session for session in sessions if presenters.day_of(session, week.timezone) == day]
    timed = [session for session in here if session.starts_at]
    board = board_of(week, day, timed, sessions, ways, now)
    items = [_item(week, session, board, now) for session in timed]
    return {
        "week": week,
        "day": day,
        "tabs": presenters.day_tabs(week, sessions, day),
        "moment": presenters.now_and_next(week, sessions, now),
        "board": board,
        "items": _with_now(items, day == queries.day_at(week, now), now),
        "untimed": [_item(week, session, None, None) for session in here if not session.starts_at],
        "unannounced": [
            _item(week, session, None, None) for session in sessions if session.is_public and not presenters.day_of(session, week.timezone)
        ],
        "topics": _topics(here),
        "has_illustrative": any(map(presenters.time_is_illustrative, timed)),
        "has_unannounced_day": any(map(presenters.day_is_illustrative, timed)),
    }


def _topics(sessions: list[Session]) -> list[Any]:
    topics = {topic.pk: topic for session in sessions for topic in session.topics.all()}
    return sorted(topics.values(), key=lambda topic: topic.order)


def _item(week: Week, session: Session, board: Board | None, now: datetime | None) -> dict[str, Any]:
    state = words.state(session, now) if now else ""
    topics = list(session.topics.all()) if session.is_public else []
    return {
        "session": session,
        "title": words.public_title(session),
        "address": presenters.address_of(week, session) if session.is_public else "",
        "where": presenters.where(session),
        "site": presenters.site_of(session),
        "place_is_illustrative": presenters.place_is_illustrative(session),
        "time_is_illustrative": presenters.time_is_illustrative(session),
        "day_is_illustrative": presenters.day_is_illustrative(session),
        "day": presenters.day_of(session, week.timezone),
        "topics": topics,
        "hatch": topics[0].hatch if topics else "plain",
        "state": state,
        "placing": board.placed.get(session.pk, "") if board else "",
    }


def _with_now(items: list[dict[str, Any]], is_today: bool, now: datetime) -> list[dict[str, Any]]:
    """Put the line of the present moment between what has begun and what has not."""
    if not is_today or not items:
        return items
    begun = sum(1 for item in items if item["session"].starts_at <= now)
    return [*items[:begun], {"is_now": True, "now": now}, *items[begun:]] if begun > 0 else items
