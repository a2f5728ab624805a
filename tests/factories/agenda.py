"""Travel and interpreters; time is claimed by the action itself, never by a factory."""

from __future__ import annotations

from typing import Any

from factories.counting import next_number
from hanhlang.domains.agenda.models import InterpreterTeam, Travel
from hanhlang.domains.core.multitext import MultiText
from hanhlang.domains.events.models import Site


def make_travel(origin: Site, destination: Site, minutes: int = 120, **fields: Any) -> Travel:
    """Make the way from one site to another take the same minutes at every hour."""
    return Travel.objects.create(week=origin.week, origin=origin, destination=destination, minutes=[minutes] * 24, **fields)


def make_team(site: Site, pair: str = "ko-vi", **fields: Any) -> InterpreterTeam:
    """Make an interpreters' team of a language pair at a site."""
    number = next_number()
    defaults = {
        "week": site.week,
        "site": site,
        "pair": pair,
        "key": f"team-{number}",
        "name": MultiText({"vi": f"Tổ phiên dịch {number}", "en": f"Interpreters {number}"}),
    }
    return InterpreterTeam.objects.create(**(defaults | fields))
