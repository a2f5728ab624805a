"""What a notice says: one sentence to read, and one short enough to be tapped into a telephone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo

from django.utils import translation
from django.utils.translation import gettext as _

from hanhlang.domains.events.models import Place
from hanhlang.domains.meetings.models import Notice

LONGEST_SHORT = 160
LONGEST_TEXT = 500


def text_of(
    *,
    kind: str,
    language: str,
    zone: tzinfo,
    other: str,
    coming: str,
    is_protected: bool = False,
    before: tuple[datetime, Place] | None,
    after: tuple[datetime, Place] | None,
) -> tuple[str, str]:
    """
    Return both sentences in ``language``.

    ``other`` is the side one meets, ``coming`` who comes of it; ``before`` and ``after`` are hour and place, told last and now. The
    short one leaves the house by telephone: for a protected person it names neither place nor company.
    """
    with translation.override(language):
        at, was = after or before, before
        if at is None:
            raise ValueError("A notice is about an hour.")
        start, place = at
        values = {
            "other": other or _("another side"),
            "coming": coming,
            "hour": _said(start, zone),
            "place": place.name.shown(language),
            "where": f"{place.name.shown(language)}, {place.site.name.shown(language)}",
            "old_hour": _said(was[0], zone, beside=start) if was else "",
            "old_place": was[1].name.shown(language) if was else "",
        }
        long, short = _SENTENCES[kind]()
        if is_protected:
            short = _("Your agenda has changed: %(hour)s.")
        return _cut(long % values, LONGEST_TEXT), _shortened(short, values)


def _said(moment: datetime, zone: tzinfo, beside: datetime | None = None) -> str:
    """Return the local hour, with its day unless it stands beside an hour of the same day."""
    there = moment.astimezone(zone)
    if beside is not None and beside.astimezone(zone).date() == there.date():
        return f"{there:%H:%M}"
    return f"{there:%d/%m %H:%M}"


def _shortened(sentence: str, values: dict[str, str]) -> str:
    """Fit the sentence into a short message by shortening the other side's name; the hour is never cut."""
    said = sentence % values
    if len(said) > LONGEST_SHORT:
        room = max(3, len(values["other"]) - (len(said) - LONGEST_SHORT))
        said = sentence % (values | {"other": _cut(values["other"], room)})
    return _cut(said, LONGEST_SHORT)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


# Functions, so that the sentences are looked up in the language that is active then.
_SENTENCES: dict[str, Callable[[], tuple[str, str]]] = {
    Notice.Kind.NEW: lambda: (_("Meeting with %(other)s: %(hour)s, %(where)s."), _("%(hour)s %(place)s: meeting with %(other)s.")),
    Notice.Kind.MOVED: lambda: (
        _("Meeting with %(other)s: now %(hour)s instead of %(old_hour)s, %(where)s."),
        _("%(hour)s instead of %(old_hour)s, %(place)s: meeting with %(other)s."),
    ),
    Notice.Kind.OTHER_ROOM: lambda: (
        _("Meeting with %(other)s, %(hour)s: now in %(where)s instead of %(old_place)s."),
        _("%(hour)s: %(place)s instead of %(old_place)s, meeting with %(other)s."),
    ),
    Notice.Kind.CANCELLED: lambda: (
        _("The meeting with %(other)s on %(hour)s, %(place)s, does not take place."),
        _("Cancelled: %(hour)s %(place)s, meeting with %(other)s."),
    ),
    Notice.Kind.STAND_IN: lambda: (
        _("Meeting with %(other)s, %(hour)s, %(where)s: %(coming)s will be there."),
        _("%(hour)s %(place)s: %(coming)s come for %(other)s."),
    ),
}
