"""The engine's sentences about unplaced meetings, with the names people know in place of ids."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from babel import Locale
from django.db.models import Q

from hanhlang.domains.agenda.models import Equipment
from hanhlang.domains.core.multitext import MultiText
from hanhlang.domains.events.models import Place, Site, Week
from hanhlang.domains.meetings import services
from hanhlang.domains.meetings.models import Meeting
from hanhlang.domains.meetings.reading import BATCH
from hanhlang.domains.meetings.visibility import open_to_staff
from hanhlang.domains.people.models import Person
from hanhlang.engine import explain
from hanhlang.engine.plan import Unplaced
from hanhlang.engine.problem import Problem

# Ids of rows are UUIDs; those of pools end in a number after a stroke; language pairs are two codes.
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
IDS = re.compile(UUID.pattern + r"|[\w-]+/(?:team-)?\d+|\b[a-z]{2}-[a-z]{2}\b")
ROOMS_NAMED = 3
NOT_NAMED = MultiText({"vi": "khác", "en": "of others"})


def sentences(week: Week, problem: Problem, unplaced: Sequence[Unplaced]) -> list[MultiText]:
    """Return why each meeting is not placed, in Vietnamese and English."""
    if not unplaced:
        return []
    texts = explain.texts(unplaced, problem)
    names = _names(week, problem, {name for text in texts for said in text.values() for name in IDS.findall(said)})
    return [MultiText({language: _named(text, names, language) for language, text in said.items()}, source="vi") for said in texts]


def _named(text: str, names: dict[str, MultiText], language: str) -> str:
    return IDS.sub(lambda found: names[found[0]].shown(language) if found[0] in names else found[0], text)


def pair_name(pair: str) -> MultiText:
    """Return the names of two languages, ``ko-vi`` as Korean–Vietnamese; codes nobody knows stay as they are."""
    both = pair.split("-", 1)
    english, vietnamese = (Locale(code).languages for code in ("en", "vi"))
    # In Vietnamese a language's name begins with a small letter inside a sentence.
    return MultiText(
        {
            "en": "–".join(english.get(code, code) for code in both),
            "vi": "–".join(_small(vietnamese.get(code, code)) for code in both),
        }
    )


def language_name(code: str) -> MultiText:
    """Return the name of one language; a code nobody knows stays as it is."""
    english, vietnamese = (Locale(each).languages for each in ("en", "vi"))
    return MultiText({"en": english.get(code, code), "vi": _small(vietnamese.get(code, code))})


def _service_name(service: str, things: dict[str, MultiText]) -> MultiText:
    what, size = services.parts(service)
    if size == 0:
        return things.get(what) or MultiText({"vi": what, "en": what})
    pair = pair_name(what)
    if size is None:
        return pair
    return MultiText({"en": f"{pair.shown('en')}, {size} interpreters", "vi": f"{pair.shown('vi')}, {size} phiên dịch viên"})


def _small(name: str) -> str:
    return name[:1].lower() + name[1:]


def _names(week: Week, problem: Problem, said: Collection[str]) -> dict[str, MultiText]:
    """Return the names of the ids that are said: of thousands of people and meetings a few."""
    keys = [key for key in said if UUID.fullmatch(key)]
    among = Q(pk__in=keys) if len(keys) <= BATCH else Q()
    names = {str(site.pk): site.name for site in Site.objects.filter(week=week)}
    meetings = Meeting.objects.filter(among, week=week)
    numbers = meetings.filter(open_to_staff()).values_list("pk", "number")
    names |= {str(key): MultiText({"vi": f"số {number}", "en": f"no. {number}"}) for key, number in numbers}
    # Why another meeting is not placed is told to all staff: a secret one in its way must not get a name by it.
    names |= dict.fromkeys(map(str, meetings.exclude(open_to_staff()).values_list("pk", flat=True)), NOT_NAMED)
    people = Person.objects.filter(among, participations__week=week).values_list("pk", "name")
    names |= {str(key): MultiText({"vi": name, "en": name}) for key, name in people}
    places = {str(key): name for key, name in Place.objects.filter(week=week).values_list("pk", "name")}
    things = {row.kind: row.name for row in Equipment.objects.filter(week=week).order_by("-key")}
    pairs = {pool.serves for pool in problem.pools if pool.serves} | {pair for meeting in problem.meetings for pair in meeting.needs}
    names |= {pair: _service_name(pair, things) for pair in pairs}
    for pool in problem.pools:
        if pool.serves:
            names[pool.id] = names[pool.serves]
        else:
            rooms = [places[unit.id] for unit in pool.units[:ROOMS_NAMED]]
            more = ", …" if len(pool.units) > ROOMS_NAMED else ""
            names[pool.id] = MultiText({lang: ", ".join(room.shown(lang) for room in rooms) + more for lang in ("vi", "en")})
    return names | places
