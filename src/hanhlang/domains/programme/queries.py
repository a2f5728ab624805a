"""What others ask about the programme. Each function costs the same number of queries for one session and for a thousand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import F, Prefetch

from hanhlang.domains.core.folding import fold
from hanhlang.domains.events.models import Week
from hanhlang.domains.programme.models import Session, SessionPart, Speaking
from hanhlang.domains.programme.overview import SessionEntry


@dataclass(frozen=True)
class Moment:
    """What is on at ``now``, and what begins next, if anything does."""

    now: datetime
    running: tuple[SessionEntry, ...]
    next_at: datetime | None
    coming: tuple[SessionEntry, ...]


# A list of sessions says where and when; these columns are long and belong to a session's own page.
LONG = ("note", "source", "also")


def sessions_of_week(week: Week) -> list[Session]:
    """Return the sessions of a week in the order of the day: timed, then untimed, then not announced. Two queries."""
    sessions = list(
        Session.objects.filter(week=week)
        .select_related("site", "place")
        .prefetch_related("topics")
        .defer("description", *LONG, *(f"{row}__{name}" for row in ("site", "place") for name in LONG))
        .order_by(F("day").asc(nulls_last=True), F("starts_at").asc(nulls_last=True), "ends_at", "key")
    )
    sites = {session.site_id: session.site for session in sessions if session.site}
    for session in sessions:
        if session.site is None and session.place:
            session.site = sites.get(session.place.site_id) or session.place.site
    return sessions


def moment_of(sessions: Iterable[SessionEntry], now: datetime) -> Moment:
    """Return what is on at ``now`` and what begins next among the public ``sessions``."""
    timed = [session for session in sessions if session.is_public and session.starts_at and session.ends_at]
    running = tuple(session for session in timed if session.starts_at and session.ends_at and session.starts_at <= now < session.ends_at)
    later = [session.starts_at for session in timed if session.starts_at and session.starts_at > now]
    next_at = min(later, default=None)
    coming = tuple(session for session in timed if session.starts_at == next_at) if next_at else ()
    return Moment(now=now, running=running, next_at=next_at, coming=coming)


def found(sessions: Iterable[SessionEntry], asked: str) -> list[SessionEntry]:
    """Return the public sessions whose text holds every word asked for, however it is marked (``bàn tròn`` is found by ``ban tron``)."""
    words = fold(asked).split()
    return [session for session in sessions if session.is_public and words and all(word in session.folded for word in words)]


def public_session(week: Week, key: str) -> Session | None:
    """Return a public session with its topics, organisers, parts and speakers, or nothing."""
    people = Speaking.objects.select_related("person", "person__organisation", "organisation").order_by(
        F("starts_at").asc(nulls_last=True), "order"
    )
    parts = SessionPart.objects.select_related("moderator").prefetch_related("participants")
    return (
        Session.objects.filter(week=week, key=key, is_public=True)
        .select_related("site", "place", "place__site")
        .prefetch_related("topics", "organisers", "supporters", Prefetch("parts", parts), Prefetch("speakings", people))
        .first()
    )


def days_of_week(week: Week) -> list[date]:
    """Return the days of a week."""
    return [date.fromordinal(number) for number in range(week.starts_on.toordinal(), week.ends_on.toordinal() + 1)]


def day_at(week: Week, now: datetime) -> date:
    """Return the day of the week that ``now`` falls on, else the nearest one."""
    today = now.astimezone(ZoneInfo(week.timezone)).date()
    return min(max(today, week.starts_on), week.ends_on)
