"""Sessions and who speaks in them: what is public, to everybody alike."""

from collections import defaultdict
from datetime import tzinfo
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from hanhlang.api.v1 import schemas
from hanhlang.api.v1.auth import PUBLIC
from hanhlang.api.v1.errors import NotFound
from hanhlang.api.v1.paging import Item, Search, answer, listed, version, words_in
from hanhlang.api.v1.shapes import Key, brief, moment, texts, zone_of
from hanhlang.domains.events.models import Place, Site, Topic, Week
from hanhlang.domains.people.models import Organisation, Person
from hanhlang.domains.programme import queries
from hanhlang.domains.programme.models import Session, SessionPart, Speaking

router = Router(tags=["programme"], auth=PUBLIC)
# Plain columns: whole rows of models cost more than everything else a list does.
SHOWN = ("pk", "key", "kind", "title", "theme", "day", "starts_at", "ends_at", "standing", "source", "assumed_fields")


@router.get(
    "/weeks/{slug:week}/sessions",
    response=schemas.page_of(schemas.SessionOut),
    operation_id="listSessions",
    summary="The public programme, in the order of the day",
)
def list_sessions(request: HttpRequest, week: Key, chosen: Query[schemas.SessionFilter]) -> HttpResponse:
    asked: Week = request.week  # type: ignore[attr-defined]
    found = Session.objects.filter(words_in("folded", chosen.q), week=asked, is_public=True)
    if chosen.day:
        found = found.filter(day=chosen.day)
    if chosen.kind:
        found = found.filter(kind=chosen.kind)
    if chosen.site:
        found = found.filter(Q(site__key=chosen.site) | Q(site=None, place__site__key=chosen.site))
    if chosen.topic:
        found = found.filter(topics__key=chosen.topic)
    ordered = found.order_by(F("day").asc(nulls_last=True), F("starts_at").asc(nulls_last=True), "ends_at", "key")
    zone = zone_of(asked)
    around = version(*(model.objects.filter(week=asked) for model in (Site, Place, Topic)))
    return listed(request, ordered, chosen, around, lambda keys: _sessions(keys, zone))


@router.get(
    "/weeks/{slug:week}/sessions/{slug:key}",
    response=schemas.SessionWhole,
    operation_id="getSession",
    summary="One session with its parts and speakers",
)
def get_session(request: HttpRequest, week: Key, key: Key) -> HttpResponse:
    asked: Week = request.week  # type: ignore[attr-defined]
    mark = Session.objects.filter(week=asked, key=key, is_public=True).values_list("pk", "changed_at").first()
    if mark is None:
        raise NotFound()
    around = version(*(model.objects.filter(week=asked) for model in (Site, Place, Topic)))
    concerned = version(Person.objects.filter(speakings__session=mark[0]), Organisation.objects.filter(organised_sessions=mark[0]))
    return answer(request, [mark, *around, *concerned], lambda: _whole(asked, key))


@router.get(
    "/weeks/{slug:week}/speakers",
    response=schemas.page_of(schemas.SpeakerOut),
    operation_id="listSpeakers",
    summary="Who is named in public sessions, in Vietnamese order of names",
)
def list_speakers(request: HttpRequest, week: Key, paging: Query[Search]) -> HttpResponse:
    asked: Week = request.week  # type: ignore[attr-defined]
    named = Speaking.objects.filter(session__week=asked, session__is_public=True)
    people = Person.objects.filter(words_in("folded", paging.q), pk__in=named.values("person")).order_by("sorted", "pk")
    around = version(Speaking.objects.filter(session__week=asked), Session.objects.filter(week=asked))
    return listed(request, people, paging, around, lambda keys: _speakers(keys, named))


def _sessions(keys: list[UUID], zone: tzinfo) -> list[Item]:
    topics: dict[UUID, list[str]] = defaultdict(list)
    links = Session.topics.through.objects.filter(session__in=keys).order_by("topic__order", "topic__key")
    for session, topic in links.values_list("session_id", "topic__key"):
        topics[session].append(topic)
    places = ("site__key", "place__key", "place__site__key")
    found = {}
    for row in Session.objects.filter(pk__in=keys).values_list(*SHOWN, *places):
        pk, key, kind, title, theme, day, starts_at, ends_at, standing, source, assumed, site, place, place_site = row
        found[pk] = {
            "key": key,
            "kind": kind,
            "title": texts(title),
            "theme": texts(theme),
            "day": day.isoformat() if day else None,
            "starts_at": moment(starts_at, zone),
            "ends_at": moment(ends_at, zone),
            "site": site or place_site,
            "place": place,
            "topics": topics[pk],
            "standing": standing,
            "source": source,
            "illustrative": assumed,
        }
    return [found[pk] for pk in keys if pk in found]


def _whole(week: Week, key: str) -> Item:
    zone, row = zone_of(week), queries.public_session(week, key)
    if row is None:
        # Withdrawn between the look at its mark and now.
        raise NotFound()
    [brief_row] = _sessions([row.pk], zone)
    return brief_row | {
        "description": texts(row.description),
        "organisers": sorted(one.key for one in row.organisers.all()),
        "supporters": sorted(one.key for one in row.supporters.all()),
        "parts": [_part(part, zone) for part in row.parts.all()],
        "speakers": [_speaking(one, zone) for one in row.speakings.all()],
    }


def _part(part: SessionPart, zone: tzinfo) -> Item:
    return {
        "key": part.key,
        "title": texts(part.title),
        "starts_at": moment(part.starts_at, zone),
        "ends_at": moment(part.ends_at, zone),
        "moderator": brief(part.moderator),
        "participants": sorted(one.key for one in part.participants.all()),
    }


def _speaking(row: Speaking, zone: tzinfo) -> Item:
    return {
        "person": brief(row.person),
        "organisation": row.organisation.key if row.organisation else None,
        "role": row.role,
        "seen": row.seen,
        "starts_at": moment(row.starts_at, zone),
        "ends_at": moment(row.ends_at, zone),
    }


def _speakers(keys: list[UUID], named: QuerySet[Speaking]) -> list[Item]:
    roles: dict[UUID, list[Item]] = defaultdict(list)
    rows = named.filter(person__in=keys).order_by("session__starts_at", "order", "pk")
    for person, session, role, seen in rows.values_list("person_id", "session__key", "role", "seen"):
        roles[person].append({"session": session, "role": role, "seen": seen})
    found = {
        pk: {"key": key, "name": name, "title": texts(title), "organisation": organisation, "roles": roles[pk]}
        for pk, key, name, title, organisation in Person.objects.filter(pk__in=keys).values_list(
            "pk", "key", "name", "title", "organisation__key"
        )
    }
    return [found[pk] for pk in keys if pk in found]
