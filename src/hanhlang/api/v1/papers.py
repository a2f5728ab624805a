"""Paper for programs: agenda packs and cards as PDF, and what a sign at a door says."""

from __future__ import annotations

from dataclasses import replace
from datetime import tzinfo
from typing import Any, Literal

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import get_language
from ninja import Query, Router

from hanhlang.api.v1 import schemas_around as shapes
from hanhlang.api.v1.auth import caller_of, needs
from hanhlang.api.v1.errors import NotFound
from hanhlang.api.v1.paging import Item, answer, file_answer, version
from hanhlang.api.v1.shapes import Key, moment, texts, zone_of
from hanhlang.domains.core import clock, live
from hanhlang.domains.delegations.models import Delegation, Member
from hanhlang.domains.events.models import Place, Week
from hanhlang.domains.meetings.actions.looks import of_delegation, record_looks
from hanhlang.domains.meetings.doors import LANGUAGES, Entry, entries_of
from hanhlang.domains.meetings.enums import Secrecy
from hanhlang.domains.meetings.models import Brief, Placement, Plan
from hanhlang.domains.meetings.paper import CardNotSeen, card_of, pack_of
from hanhlang.domains.meetings.visibility import Viewer, levels_of

router = Router(tags=["paper"])
READS = needs("papers:read")
Language = Literal["vi", "en"]
ASKED = Query(None, description="In which language it is printed; it goes before `Accept-Language`.", examples=["en"])


def _pdf(address: str) -> dict[str, Any]:
    """Return what the document says of a PDF, with an address of the example week that answers one."""
    example = {"example week": {"summary": f"/api/v1/weeks/vidw-2025/{address}", "value": "%PDF-1.7 …"}}
    content = {"application/pdf": {"schema": {"type": "string", "format": "binary"}, "examples": example}}
    return {"responses": {200: {"description": "A tagged PDF.", "content": content}}}


@router.get(
    "/weeks/{slug:week}/delegations/{slug:key}/pack.pdf",
    auth=READS,
    operation_id="getPack",
    summary="A delegation's agenda with a card for each of its meetings, as PDF",
    openapi_extra=_pdf("delegations/lamduan/pack.pdf?language=en"),
)
def get_pack(request: HttpRequest, week: Key, key: Key, language: Language | None = ASKED) -> HttpResponse:
    """For the desk, of every delegation, without briefs; for a focal point, of the own, with its side's briefs."""
    found = Delegation.objects.filter(week=_week(request), key=key).select_related("organisation", "week").first()
    caller = caller_of(request)
    if found is None or not (caller.is_desk or found.pk in caller.delegations()):
        raise NotFound()
    told = language or get_language() or "vi"

    def build() -> bytes:
        record_looks(of_delegation(key), **_who(request))
        return pack_of(delegation=found, viewer=_viewer(request), language=told, now=clock.now())

    return file_answer(request, _parts(request, told), build, f"{_week(request).key}-{key}-{told}.pdf")


@router.get(
    "/weeks/{slug:week}/meetings/{int:number}/card.pdf",
    auth=READS,
    operation_id="getCard",
    summary="The card of a published meeting, as PDF",
    openapi_extra=_pdf("meetings/12/card.pdf?language=en"),
)
def get_card(request: HttpRequest, week: Key, number: int, language: Language | None = ASKED) -> HttpResponse:
    """For the desk, of every meeting that is open to it; for others, of their own, with their side's brief."""
    told = language or get_language() or "vi"
    row = Placement.objects.filter(plan__week=_week(request), plan__state=Plan.State.PUBLISHED, meeting__number=number)
    placed = row.select_related("meeting").first()
    viewer = _viewer(request)
    if placed is None or levels_of(viewer, [placed.meeting])[placed.meeting_id] != Secrecy.ALL:
        raise NotFound()

    def build() -> bytes:
        try:
            made = card_of(week=_week(request), number=number, viewer=viewer, language=told, now=clock.now())
        except CardNotSeen as refusal:
            raise NotFound() from refusal
        record_looks(Q(number=number), **_who(request))
        return made

    return file_answer(request, _parts(request, told), build, f"{_week(request).key}-meeting-{number}-{told}.pdf")


@router.get(
    "/weeks/{slug:week}/places/{slug:key}/door",
    auth=READS,
    response=shapes.DoorOut,
    operation_id="getDoor",
    summary="What is on at a place now and still to come today, for a sign at its door",
)
def get_door(request: HttpRequest, week: Key, key: Key) -> HttpResponse:
    """A meeting is named only if it is open to all; of one that is kept from all there is nothing, as if the place were free."""
    place = Place.objects.filter(week=_week(request), key=key).select_related("week").first()
    if place is None or not caller_of(request).is_desk:
        raise NotFound()
    now = clock.now()
    return answer(request, [f"{now:%Y-%m-%d %H:%M}", *_parts(request, "")], lambda: _door(place, zone_of(_week(request))))


def _door(place: Place, zone: tzinfo) -> Item:
    now = clock.now()
    told: dict[str, list[Entry]] = {}
    for language in LANGUAGES:
        with translation.override(language):
            told[language] = entries_of(place, now)
    rows = [dict(zip(LANGUAGES, both, strict=True)) for both in zip(*told.values(), strict=True)]
    return {"place": place.key, "name": texts(place.name), "at": moment(now, zone), "entries": [_entry(row, zone) for row in rows]}


def _entry(row: dict[str, Entry], zone: tzinfo) -> Item:
    one = row[LANGUAGES[0]]
    return {
        "starts_at": moment(one.starts_at, zone),
        "ends_at": moment(one.ends_at, zone),
        "title": {language: entry.title for language, entry in row.items()},
        "is_taken": one.is_taken,
    }


def _parts(request: HttpRequest, language: str) -> list[object]:
    """Return what a paper is made of, so that the same is not made again."""
    week = _week(request)
    heard = live.versions([f"plan:{week.key}", f"agenda:{week.key}"])
    members, briefs = Member.objects.filter(delegation__week=week), Brief.objects.filter(request__week=week)
    rows = version(week.meetings.all(), week.delegations.all(), members, week.sessions.all(), week.places.all(), briefs)
    return [language, sorted(heard.items()), *rows]


def _week(request: HttpRequest) -> Week:
    return request.week  # type: ignore[attr-defined, no-any-return]


def _viewer(request: HttpRequest) -> Viewer:
    caller = caller_of(request)
    viewer = caller.viewer(_week(request))
    # What is not the desk's token sees what is its own, as in the portal.
    return viewer if caller.is_desk else replace(viewer, is_staff=False)


def _who(request: HttpRequest) -> dict[str, Any]:
    return {"week": _week(request), "viewer": _viewer(request), "by": caller_of(request).account, "now": clock.now()}
