"""The wall screen: what is on and what comes next, a city at a time, without anybody touching it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import get_language, gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from hanhlang.domains.core import clock
from hanhlang.domains.events.models import Site, Week
from hanhlang.domains.programme.models import Session
from hanhlang.domains.programme.queries import day_at, sessions_of_week
from hanhlang.web.access import access
from hanhlang.web.components.dates import local, long_day
from hanhlang.web.desk.plan import DESK

# Five rows are what can be read from ten metres at 1080 lines; in heights of a row without a wrapped line, this is the room for both lists.
ROWS, ROWS_NOW = 5, 3
ROOM, ROOM_NOW, ROOM_ELSEWHERE = 5.85, 3.85, 0.45
# Letters on a line: of a title, of its other language, of a place.
TITLE, SECOND, PLACE = 36, 56, 22
SECONDS_A_PAGE = 20
LANGUAGES = ("vi", "en")


@dataclass(frozen=True)
class Row:
    """One session, in the reader's language and in the other."""

    hour: str
    title: str
    second_title: str
    place: str
    second_place: str
    is_illustrative: bool

    @property
    def height(self) -> float:
        """How high it stands, in rows without a wrapped line."""
        words = 1 + 0.5 * (len(self.title) > TITLE) + 0.35 * (len(self.second_title) > SECOND)
        return max(words, 1.3 if max(len(self.place), len(self.second_place)) > PLACE else 1)


@dataclass(frozen=True)
class Page:
    """One city's turn. ``elsewhere`` says in a line what another city does meanwhile."""

    site: Site
    now: list[Row]
    coming: list[Row]
    elsewhere: list[tuple[str, str, str]]
    is_illustrative: bool


def pages_of(week: Week, sessions: Sequence[Session], now: datetime) -> list[Page]:
    """Return the turns of the cities that have anything left today; when none has, the first city's, which says so."""
    today = local(now, week.timezone).date()
    public = [one for one in sessions if one.is_public and one.starts_at and one.ends_at and one.site]
    left = [one for one in public if one.ends_at > now and local(one.starts_at, week.timezone).date() == today]  # type: ignore[operator, arg-type]
    sites = sorted({one.site for one in public if one.site}, key=lambda site: (site.order, site.key))
    busy = [site for site in sites if any(one.site == site for one in left)]
    pages = []
    for site in busy or sites[:1]:
        there = [one for one in left if one.site == site]
        # What has a topic is why people came; what is soon over is more pressing than what runs all day.
        running = sorted((one for one in there if one.starts_at <= now), key=lambda one: (not one.topics.all(), one.ends_at, one.key))  # type: ignore[operator]
        coming = [one for one in there if one.starts_at > now]  # type: ignore[operator]
        elsewhere = [line for other in sites if other != site and (line := _line(week, other, left, now))]
        room = ROOM - (ROOM_ELSEWHERE if elsewhere else 0)
        for shown in _turns([_row(week, one) for one in running]):
            high = sum(row.height for row in shown)
            following = _fitting([_row(week, one) for one in coming], ROWS - len(shown), room - high)
            illustrative = any(row.is_illustrative for row in (*shown, *following))
            pages.append(Page(site, shown, following, elsewhere, illustrative))
    return pages


def _turns(rows: list[Row]) -> list[list[Row]]:
    """Return the rows in turns that a screen has room for; one empty turn for no rows."""
    turns: list[list[Row]] = [[]]
    while rows:
        turn = _fitting(rows, ROWS_NOW, ROOM_NOW) or rows[:1]
        turns.append(turn)
        rows = rows[len(turn) :]
    return turns[1:] or turns


def _fitting(rows: list[Row], most: int, room: float) -> list[Row]:
    """Return the first rows that there is room for."""
    count, high = 0, 0.0
    while count < min(most, len(rows)) and high + rows[count].height <= room:
        high += rows[count].height
        count += 1
    return rows[:count]


def _row(week: Week, session: Session) -> Row:
    hour = local(session.starts_at, week.timezone).strftime("%H:%M") if session.starts_at else ""
    title, second_title = _both(session.title)
    place, second_place = _both(session.place.name) if session.place else ("", "")
    return Row(hour, title, second_title, place, second_place, _is_illustrative(session))


def _is_illustrative(session: Session) -> bool:
    return session.is_illustrative("starts_at") or session.is_illustrative("place")


def _both(text: object) -> tuple[str, str]:
    """Return a text in the reader's language and, if it differs, in the other."""
    first = text.shown()  # type: ignore[attr-defined]
    second = text.shown(_other())  # type: ignore[attr-defined]
    return first, second if second != first else ""


def _other() -> str:
    return next(language for language in LANGUAGES if language != get_language())


def _line(week: Week, site: Site, left: Sequence[Session], now: datetime) -> tuple[str, str, str] | None:
    there = sorted((one for one in left if one.site == site), key=lambda one: (one.starts_at > now, not one.topics.all(), one.starts_at))  # type: ignore[operator]
    if not there or there[0].starts_at is None or there[0].ends_at is None:
        return None
    first = there[0]
    if there[0].starts_at <= now:
        return (
            str(site.name),
            str(first.title),
            gettext("until %(hour)s") % {"hour": local(there[0].ends_at, week.timezone).strftime("%H:%M")},
        )
    return str(site.name), str(first.title), gettext("from %(hour)s") % {"hour": local(there[0].starts_at, week.timezone).strftime("%H:%M")}


def _done(week: Week, sessions: Sequence[Session], now: datetime) -> float:
    today = local(now, week.timezone).date()
    spans = [
        (one.starts_at, one.ends_at)
        for one in sessions
        if one.starts_at and one.ends_at and local(one.starts_at, week.timezone).date() == today
    ]
    if not spans:
        return 0.0
    first, last = min(start for start, _ in spans), max(end for _, end in spans)
    return min(1.0, max(0.0, (now - first) / (last - first)))


@access(*DESK)
@require_safe
@never_cache
def wall(request: HttpRequest) -> HttpResponse:
    """Show one page; which one comes next stands on it."""
    week: Week = request.week  # type: ignore[attr-defined]
    now = clock.now()
    sessions = sessions_of_week(week)
    pages = pages_of(week, sessions, now)
    asked = request.GET.get("page", "0")
    number = int(asked) % len(pages) if pages and asked.isdecimal() and len(asked) < 9 else 0
    mode = "light" if request.GET.get("mode") == "light" else "dark"
    day = day_at(week, now)
    other = _other()
    with translation.override(other):
        second = {"language": other, "day": long_day(day), "now": gettext("Now"), "next": gettext("Next")}
    context = {
        "week": week,
        "page": pages[number] if pages else None,
        "now": now,
        "day": day,
        "second": second,
        "done": _done(week, sessions, now),
        "mode": mode,
        "seconds": SECONDS_A_PAGE,
        "following": f"?mode={mode}&page={(number + 1) % max(1, len(pages))}",
    }
    return render(request, "desk/board/wall.html", context)
