"""Days, hours and lengths of time in the words of the page's language."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date
from django.utils.translation import get_language, gettext

SHORT = {"vi": "EEEE d/M", "en": "EEE d MMM"}
LONG = {"vi": "EEEE, 'ngày' d 'tháng' M", "en": "EEEE d MMMM"}


def _language() -> str:
    language = get_language() or "vi"
    return language if language in SHORT else "en"


def _formatted(day: date, pattern: str) -> str:
    language = _language()
    # "en" alone is American to babel; names of days and months are the same, so no other part differs.
    return format_date(day, pattern, locale=language)


def short_day(day: date) -> str:
    """Return a day as "Thứ Ba 28/10" or "Tue 28 Oct"."""
    return _formatted(day, SHORT[_language()])


def long_day(day: date) -> str:
    """Return a day as "Thứ Ba, ngày 28 tháng 10" or "Tuesday 28 October"."""
    return _formatted(day, LONG[_language()])


def weekday(day: date) -> str:
    """Return the name of the day of the week."""
    return _formatted(day, "EEEE")


def local(moment: datetime, timezone: str) -> datetime:
    """Return ``moment`` on the clocks of ``timezone``."""
    return moment.astimezone(ZoneInfo(timezone))


def length(span: timedelta) -> str:
    """Return a length of time as "48 min", "2 h" or "2 h 40", rounded up to the minute."""
    minutes = max(0, -(-int(span.total_seconds()) // 60))
    hours, rest = divmod(minutes, 60)
    if not hours:
        return gettext("%(minutes)d min") % {"minutes": rest}
    if not rest:
        return gettext("%(hours)d h") % {"hours": hours}
    return gettext("%(hours)d h %(minutes)02d") % {"hours": hours, "minutes": rest}
