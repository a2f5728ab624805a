"""A day's sign for a door, on paper: what its screen says, cut to what anybody who passes may read."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from django.utils import translation
from django.utils.translation import get_language, gettext

from hanhlang.domains.core.paper import set_pages
from hanhlang.domains.events.models import Place
from hanhlang.domains.meetings.doors import Entry, entries_of, other_language
from hanhlang.domains.meetings.paper.cards import Reading, day_name, foot_of

TEMPLATE = Path(__file__).parent / "sign.typ"


def sign_of(*, place: Place, day: date, language: str, now: datetime) -> bytes:
    """Return what is on at a place on a day, today what is not over yet, in ``language`` and under it in the other."""
    reading = Reading(place.week, now)
    at = now if reading.day(now) == day else datetime.combine(day, time.min, tzinfo=reading.zone)
    with translation.override(language):
        with translation.override(other_language()):
            second = {"lang": get_language(), "name": str(place.name), "day": day_name(day), "free": gettext("Free")}
        name = str(place.name)
        data = {
            "lang": language,
            "title": f"{gettext('Door sign: %(place)s') % {'place': name}} · {day_name(day)} · {place.week.name}",
            "author": "Hanhlang",
            "week": str(place.week.name),
            "name": name,
            "site": str(place.site.name),
            "day": day_name(day),
            "second": second | {"name": second["name"] if second["name"] != name else ""},
            "columns": [gettext("Hour"), gettext("What")],
            "items": [_item(entry, reading) for entry in entries_of(place, at)],
            "free": gettext("Free"),
            "foot": [*foot_of(reading), gettext("What changes after that is not on this sheet.")],
        }
        return set_pages(TEMPLATE, data)


def _item(entry: Entry, reading: Reading) -> dict[str, Any]:
    hours = reading.span(entry.starts_at, entry.ends_at)
    return {"hours": hours, "title": entry.title, "second": entry.second_title, "is_taken": entry.is_taken}
