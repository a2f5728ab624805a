"""A change in words: what happened, to whom, and what is asked of whoever reports one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from hanhlang.domains.events.models import Site
from hanhlang.domains.meetings.models import Change
from hanhlang.web.components.dates import length, local, short_day

# What a measure is called, in the order the page compares alternatives; less is better but for the first new hour.
MEASURES = {
    "moves": _("Meetings moved or lost"),
    "rooms": _("Only another room"),
    "told": _("People to tell"),
    "disturbance": _("Disturbance: rank times nearness"),
    "shift": _("Minutes by which hours change"),
    "first_minute": _("First new hour"),
    "last_minute": _("Last new hour"),
    "cost": _("Plan cost"),
}
BEST = {
    "moves": pgettext_lazy("way to answer a change", "Fewest moves"),
    "rooms": pgettext_lazy("way to answer a change", "Fewest rooms"),
    "told": pgettext_lazy("way to answer a change", "Fewest told"),
    "disturbance": pgettext_lazy("way to answer a change", "Least disturbed"),
    "shift": pgettext_lazy("way to answer a change", "Nearest hours"),
    "first_minute": pgettext_lazy("way to answer a change", "Most time to tell"),
    "last_minute": pgettext_lazy("way to answer a change", "Soonest done"),
    "cost": pgettext_lazy("way to answer a change", "Best day"),
}
FIRST = pgettext_lazy("way to answer a change", "Least moved")


@dataclass(frozen=True)
class Said:
    """A change for a page: a title, whom or what it concerns, and the hours."""

    title: str
    about: str
    hours: str


def said(change: Change) -> Said:
    """Return a change in words; its people, place, team, session and meeting are at hand."""
    return Said(_title(change), _about(change), _hours(change))


def _title(change: Change) -> str:
    was = [hours.get("arrives_at") for hours in change.data.get("was", {}).values() if isinstance(hours, dict)] if _is_late(change) else []
    if change.starts_at and was and was[0]:
        late = change.starts_at - datetime.fromisoformat(was[0])
        if late.total_seconds() > 0:
            return gettext("Late by %(time)s") % {"time": length(late)}
    title = str(change.get_kind_display())
    return title[:1].upper() + title[1:]


def _is_late(change: Change) -> bool:
    return change.kind == Change.Kind.LATE and isinstance(change.data.get("was"), dict)


def _about(change: Change) -> str:
    if change.kind == Change.Kind.ROAD:
        sites = {str(site.pk): str(site.name) for site in Site.objects.filter(week=change.week_id)}
        ends = sites.get(change.data.get("origin", ""), ""), sites.get(change.data.get("destination", ""), "")
        minutes = gettext("%(minutes)d min") % {"minutes": change.minutes} if change.minutes is not None else gettext("closed")
        return f"{ends[0]} – {ends[1]}: {minutes}"
    for thing in (change.place, change.team):
        if thing is not None:
            return str(thing.name)
    if change.session is not None:
        return str(change.session.title)
    people = sorted(change.people.all(), key=lambda person: person.sorted)
    named = ", ".join(f"{one.name} ({one.organisation.name})" if one.organisation else one.name for one in people[:4])
    if len(people) > 4:
        return gettext("%(names)s and %(count)d more") % {"names": named, "count": len(people) - 4}
    return named


def _hours(change: Change) -> str:
    zone = change.week.timezone
    start = local(change.starts_at, zone) if change.starts_at else None
    end = local(change.ends_at, zone) if change.ends_at else None
    if start and end:
        until = f"{end:%H:%M}" if end.date() == start.date() else f"{short_day(end.date())}, {end:%H:%M}"
        return f"{short_day(start.date())}, {start:%H:%M}–{until}"
    if start:
        return f"{short_day(start.date())}, {start:%H:%M}"
    if end:
        return gettext("until %(hour)s") % {"hour": f"{short_day(end.date())}, {end:%H:%M}"}
    return ""
