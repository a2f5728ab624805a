"""What a search was limited to, in words."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext

from hanhlang.domains.events.models import Week
from hanhlang.domains.meetings.models import Kind, Run
from hanhlang.web.components.dates import short_day


def limits_in_words(week: Week, run: Run | None) -> str:
    """Return what a search was limited to, in words; nothing for one of everything."""
    if run is None or not run.scope:
        return ""
    scope = run.scope
    said = []
    if scope.get("kind"):
        said.append(gettext("bilaterals only") if scope["kind"] == Kind.BILATERAL else gettext("business meetings only"))
    if scope.get("day"):
        said.append(short_day(date.fromisoformat(scope["day"])))
    if scope.get("site"):
        site = week.sites.filter(key=scope["site"]).first()
        said.append(str(site.name) if site else scope["site"])
    if scope.get("unplaced"):
        said.append(gettext("only what has no place yet"))
    return ", ".join(said)
