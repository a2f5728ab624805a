"""The words of the business pages: why two firms might meet, how to walk to a table, languages and countries by name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from babel import Locale
from django.utils.translation import get_language, gettext

from hanhlang.domains.events.models import Topic, Week
from hanhlang.domains.meetings.business_day import Walk
from hanhlang.domains.meetings.models import Profile
from hanhlang.web.components import dates

REASONS_SHOWN = 3
# The languages that can be chosen for a table; a week's own come first.
LANGUAGES = ("vi", "en", "ko", "ja", "zh", "fr", "de", "es", "ru", "th", "lo", "km", "id")


def _locale() -> Locale:
    language = get_language()
    return Locale(language if language in ("vi", "en") else "en")


def language_name(code: str) -> str:
    """Return a language by name: in Vietnamese with the word for language, which its speakers never leave out."""
    name: str = _locale().languages.get(code, code)
    return name


def country_name(code: str) -> str:
    """Return a country by name, nothing for none."""
    name: str = _locale().territories.get(code, code)
    return name


def countries(codes: Iterable[str]) -> list[tuple[str, str]]:
    """Return codes with names, by name."""
    return sorted(((code, country_name(code)) for code in set(codes) if code), key=lambda one: one[1])


def every_country() -> list[tuple[str, str]]:
    """Return every territory ISO 3166 gives a two-letter code, by name."""
    codes = [code for code in Locale("en").territories if len(code) == 2 and code.isalpha() and code not in ("ZZ", "EU", "EZ", "UN", "QO")]
    return countries(codes)


def stage_name(key: str) -> str:
    return str(Profile.Stage(key).label) if key in Profile.Stage.values else key


def lines(text: Any) -> list[str]:
    """Return the entries of an offer or a need in the reader's language."""
    return [line for line in str(text).splitlines() if line.strip()]


def topic_names(week: Week) -> dict[str, str]:
    return {topic.key: str(topic.name) for topic in Topic.objects.filter(week=week)}


def reasons(kept: list[dict[str, Any]], topics: dict[str, str]) -> list[str]:
    """Return a suggestion's weightiest reasons as sentences; codes and entries are as the tool kept them."""
    said = [text for reason in kept if (text := _reason(reason, topics))]
    return said[:REASONS_SHOWN]


def _reason(reason: dict[str, Any], topics: dict[str, str]) -> str:
    theirs, yours = _shown(reason["theirs"]), _shown(reason["yours"])
    values = {"theirs": theirs, "yours": yours}
    match reason["code"]:
        case "they_offer":
            same = gettext("They offer what you need: %(theirs)s")
            return (same if theirs == yours else gettext("They offer “%(theirs)s”, you need “%(yours)s”")) % values
        case "they_need":
            same = gettext("They need what you offer: %(yours)s")
            return (same if theirs == yours else gettext("They need “%(theirs)s”, you offer “%(yours)s”")) % values
        case "topic":
            return gettext("Both work on %(topic)s") % {"topic": topics[theirs]} if theirs in topics else ""
        case "language":
            return gettext("You can speak %(language)s together") % {"language": language_name(theirs)}
        case "stage":
            return gettext("At the same stage: %(stage)s") % {"stage": stage_name(theirs)}
        case "country":
            return gettext("From the same country: %(country)s") % {"country": country_name(theirs)}
    return ""


def _shown(texts: dict[str, str]) -> str:
    return texts.get(get_language() or "", "") or texts.get("vi", "") or next(iter(texts.values()), "")


def walk_words(walk: Walk, timezone: str) -> str:
    """Return when to leave and for what way, in one sentence."""
    values = {
        "minutes": walk.minutes,
        "hour": f"{dates.local(walk.leave_at, timezone):%H:%M}",
        "place": walk.origin.name if walk.origin else "",
    }
    if walk.by_road:
        return gettext("Leave at %(hour)s: %(minutes)d minutes by road from %(place)s.") % values
    if walk.origin is None:
        return gettext("Leave at %(hour)s: allow %(minutes)d minutes on foot.") % values
    if not walk.minutes:
        return gettext("It is the table where you are: %(place)s.") % values
    return gettext("Leave at %(hour)s: allow %(minutes)d minutes on foot from %(place)s.") % values
