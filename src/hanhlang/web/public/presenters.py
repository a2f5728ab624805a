"""What public pages say about sessions: addresses, places, what is on and what comes next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import get_language, gettext, ngettext

from hanhlang.domains.events.models import Site, Week
from hanhlang.domains.programme import queries
from hanhlang.domains.programme.models import Session
from hanhlang.domains.programme.overview import SessionEntry, SiteEntry
from hanhlang.web.components import dates

# A session's own page has the row itself; what lists sessions has plain entries of the same words.
Shown = Session | SessionEntry
MOST_RUNNING = 4
MOST_COMING = 3


@dataclass(frozen=True)
class Line:
    """A session as one line of now and next."""

    title: str
    address: str
    where: str
    done: float = 0.0
    left: timedelta = timedelta()
    until: timedelta = timedelta()


@dataclass(frozen=True)
class NowAndNext:
    now: datetime
    running: list[Line]
    more: str
    quiet: str
    next_at: datetime | None
    next_is_illustrative: bool
    coming: list[Line]


@dataclass(frozen=True)
class DayTab:
    day: date
    about: str
    address: str
    is_current: bool


def address_of(week: Week, session: Shown) -> str:
    """Return the address of a session's page."""
    return reverse("session", args=[get_language(), week.key, session.key])


def site_of(session: Shown) -> Site | SiteEntry | None:
    """Return where a session is: its own site, else its place's."""
    return session.site or (session.place.site if session.place else None)


def where(session: Shown) -> str:
    """Return city and room in one line, or that they are not announced."""
    names = [str(row.name) for row in (site_of(session), session.place) if row]
    return ", ".join(names) or gettext("Place not announced")


def when_and_where(week: Week, session: Shown) -> str:
    """Return day, hour, city and room in one line."""
    day = day_of(session, week.timezone)
    hour = f", {dates.local(session.starts_at, week.timezone):%H:%M}" if session.starts_at else ""
    return f"{dates.short_day(day) if day else gettext('Day not announced')}{hour} · {where(session)}"


def hours(session: Shown) -> tuple[datetime, datetime]:
    """
    Return when a session begins and ends.

    :raises ValueError: if its hours are not announced.
    """
    if session.starts_at is None or session.ends_at is None:
        raise ValueError(f"Session {session.key} has no hours.")
    return session.starts_at, session.ends_at


def time_is_illustrative(session: Shown) -> bool:
    return session.is_illustrative("starts_at") or session.is_illustrative("ends_at")


def day_is_illustrative(session: Shown) -> bool:
    return session.is_illustrative("day")


def place_is_illustrative(session: Shown) -> bool:
    return session.is_illustrative("place")


def day_of(session: Shown, timezone: str) -> date | None:
    """Return the local day of a session."""
    return session.day or (session.starts_at.astimezone(ZoneInfo(timezone)).date() if session.starts_at else None)


def now_and_next(week: Week, sessions: Iterable[SessionEntry], now: datetime) -> NowAndNext:
    """Return what stands above everything on public pages."""
    moment = queries.moment_of(sessions, now)
    # What has a topic is why people came; what is soon over is more pressing than what runs all day.
    first = sorted(moment.running, key=lambda session: (not session.topics, session.ends_at))
    running = [_running(week, session, now) for session in first[:MOST_RUNNING]]
    left_out = len(moment.running) - len(running)
    today = now.astimezone(ZoneInfo(week.timezone)).date()
    return NowAndNext(
        now=now,
        running=running,
        more=ngettext("and %(count)d more item", "and %(count)d more items", left_out) % {"count": left_out} if left_out else "",
        quiet=_quiet(week, today),
        next_at=moment.next_at,
        next_is_illustrative=any(map(time_is_illustrative, moment.coming)),
        coming=[_coming(week, session, now, today) for session in moment.coming[:MOST_COMING]],
    )


def _running(week: Week, session: Shown, now: datetime) -> Line:
    start, end = hours(session)
    done = (now - start) / (end - start)
    return Line(str(session.title), address_of(week, session), where(session), done=done, left=end - now)


def _coming(week: Week, session: Shown, now: datetime, today: date) -> Line:
    start, _ = hours(session)
    day = day_of(session, week.timezone)
    place = where(session) if day == today or day is None else f"{dates.short_day(day)}, {where(session)}"
    return Line(str(session.title), address_of(week, session), place, until=start - now)


def _quiet(week: Week, today: date) -> str:
    if today < week.starts_on:
        return gettext("The week begins on %(day)s.") % {"day": dates.short_day(week.starts_on)}
    if today > week.ends_on:
        return gettext("The week is over.")
    return gettext("Nothing is on at this moment.")


def sites_of(sessions: Iterable[SessionEntry]) -> list[SiteEntry]:
    """Return the sites of sessions in the week's order."""
    sites = {session.site.pk: session.site for session in sessions if session.site}
    return sorted(sites.values(), key=lambda site: (site.order, site.key))


def day_tabs(week: Week, sessions: Sequence[SessionEntry], chosen: date | None, query: str = "") -> list[DayTab]:
    """Return one tab for each day of the week, with the city it happens in; ``query`` goes on to every day."""
    tabs = []
    for day in queries.days_of_week(week):
        names = [str(site.name) for site in sites_of(s for s in sessions if s.is_public and day_of(s, week.timezone) == day)]
        about = (
            names[0]
            if len(names) == 1
            else gettext("both cities")
            if len(names) == 2
            else gettext("%(count)d cities") % {"count": len(names)}
        )
        address = reverse("programme-day", args=[get_language(), week.key, day]) + query
        tabs.append(DayTab(day, about if names else "", address, day == chosen))
    return tabs


def source_links(row: Any) -> list[dict[str, str]]:
    """Return the pages that report a fact, each by the name of its site."""
    addresses = [address for address in (row.source, *row.also) if address]
    links: list[dict[str, str]] = []
    for address in addresses:
        site = urlsplit(address).netloc.removeprefix("www.")
        # Two reports of one paper are two links: they need two names.
        again = sum(1 for link in links if link["site"] == site)
        links.append({"address": address, "site": site, "name": f"{site}, {again + 1}" if again else site})
    return links
