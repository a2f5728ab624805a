"""Sessions, their parts and who speaks."""

from __future__ import annotations

from datetime import date
from typing import Any

from factories.counting import next_number, small_number
from factories.events import local, make_week
from factories.people import make_person
from hanhlang.domains.core.multitext import MultiText
from hanhlang.domains.events.models import Place, Week
from hanhlang.domains.people.models import Person
from hanhlang.domains.programme.models import Session, SessionPart, Speaking


def make_session(
    week: Week | None = None,
    *,
    day: str = "2025-10-27",
    start: str = "09:00",
    end: str = "10:30",
    place: Place | None = None,
    **fields: Any,
) -> Session:
    """
    Make a forum at local hours; ``start=""`` leaves it untimed, ``day=""`` unannounced.

    ``topics``, ``organisers`` and ``supporters`` take lists.
    """
    week = week or (place.week if place else make_week())
    number = next_number()
    many = {name: fields.pop(name, ()) for name in ("topics", "organisers", "supporters")}
    timed = bool(day and start)
    defaults = {
        "week": week,
        "key": f"session-{number}",
        "kind": "forum",
        "title": MultiText({"vi": f"Diễn đàn {number}", "en": f"Forum {number}"}),
        "day": date.fromisoformat(day) if day else None,
        "starts_at": local(week, day, start) if timed else None,
        "ends_at": local(week, day, end) if timed else None,
        "place": place,
        "site": place.site if place else None,
    }
    session = Session.objects.create(**(defaults | fields))
    for name, rows in many.items():
        getattr(session, name).set(rows)
    return session


def make_part(session: Session, **fields: Any) -> SessionPart:
    """Make a part of a session, by default a panel without a moderator."""
    number = next_number()
    defaults = {
        "session": session,
        "key": f"part-{number}",
        "title": MultiText({"vi": f"Phiên {number}", "en": f"Panel {number}"}),
        "order": number % 30_000,
    }
    return SessionPart.objects.create(**(defaults | fields))


def make_speaking(
    session: Session, person: Person | None = None, *, role: str = "remarks", start: str = "", end: str = "", **fields: Any
) -> Speaking:
    """Give a person a role in a session, for the whole of it or between two local hours of its day."""
    hours = {}
    if start:
        assert session.day
        hours = {"starts_at": local(session.week, session.day, start), "ends_at": local(session.week, session.day, end)}
    defaults = {"person": person or make_person(), "order": small_number()} | hours
    return Speaking.objects.create(session=session, role=role, **(defaults | fields))
