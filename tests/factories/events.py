"""The week, its sites, places and topics, and who takes part."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from factories.counting import next_number
from hanhlang.domains.core.multitext import MultiText
from hanhlang.domains.events.models import Participation, Place, Role, Site, Topic, Week
from hanhlang.domains.people.models import Account, Person

NINH_BINH = MultiText({"vi": "Ninh Bình", "en": "Ninh Binh"})


def local(week: Week, day: str | date, hour: str) -> datetime:
    """Return the moment of a local hour (``"09:00"``) on a day (``"2025-10-27"``) of the week."""
    on = date.fromisoformat(day) if isinstance(day, str) else day
    return datetime.combine(on, time.fromisoformat(hour), tzinfo=ZoneInfo(week.timezone))


def make_week(**fields: Any) -> Week:
    """Make a week of three days, 27 to 29 October 2025, in Vietnam."""
    number = next_number()
    defaults = {
        "key": f"week-{number}",
        "name": MultiText({"vi": f"Tuần lễ Số {number}", "en": f"Digital Week {number}"}),
        "short": f"DW {number}",
        "theme": MultiText({"vi": "Quản trị trí tuệ nhân tạo", "en": "AI Governance"}),
        "timezone": "Asia/Ho_Chi_Minh",
        "starts_on": date(2025, 10, 27),
        "ends_on": date(2025, 10, 29),
        "languages": ["vi", "en"],
    }
    return Week.objects.create(**(defaults | fields))


def make_site(week: Week | None = None, **fields: Any) -> Site:
    """Make a site, by default of a new week."""
    number = next_number()
    defaults = {"week": week or make_week(), "key": f"site-{number}", "name": NINH_BINH, "order": number % 30_000}
    return Site.objects.create(**(defaults | fields))


def make_place(site: Site | None = None, **fields: Any) -> Place:
    """Make an exclusive room for 20, by default at a new site."""
    number = next_number()
    site = site or make_site()
    defaults = {
        "week": site.week,
        "site": site,
        "key": f"place-{number}",
        "name": MultiText({"vi": f"Phòng {number}", "en": f"Room {number}"}),
        "kind": Place.Kind.ROOM,
        "sharing": Place.Sharing.EXCLUSIVE,
        "capacity": 20,
        "order": number % 30_000,
    }
    return Place.objects.create(**(defaults | fields))


def make_topic(week: Week, **fields: Any) -> Topic:
    """Make a topic of the week."""
    number = next_number()
    defaults = {
        "week": week,
        "key": f"topic-{number}",
        "name": MultiText({"vi": f"Chủ đề {number}", "en": f"Topic {number}"}),
        "hatch": "lines",
        "order": number % 30_000,
    }
    return Topic.objects.create(**(defaults | fields))


def make_participation(week: Week, person: Person, **fields: Any) -> Participation:
    """Make a person take part, by default as a member of a delegation."""
    defaults = {"week": week, "person": person, "category": Participation.Category.DELEGATION, "standing": Participation.Standing.SYNTHETIC}
    return Participation.objects.create(**(defaults | fields))


def make_role(week: Week, account: Account, kind: str = Role.Kind.SECRETARIAT, **fields: Any) -> Role:
    """Give an account a role in the week, by default of the secretariat."""
    return Role.objects.create(week=week, account=account, kind=kind, **fields)
