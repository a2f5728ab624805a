"""Sessions and who speaks in them: what is public, to everybody alike."""

from datetime import tzinfo

from django.db.models import F, Prefetch, Q
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from hanhlang.api.v1 import schemas
from hanhlang.api.v1.auth import PUBLIC
from hanhlang.api.v1.errors import NotFound
from hanhlang.api.v1.paging import Item, Search, answer, in_order, listed, version, words_in
from hanhlang.api.v1.shapes import Key, brief, facts, moment, texts, zone_of
from hanhlang.domains.events.models import Place, Site, Topic, Week
from hanhlang.domains.people.models import Organisation, Person
from hanhlang.domains.programme import queries
from hanhlang.domains.programme.models import Session, SessionPart, Speaking

router = Router(tags=["programme"], auth=PUBLIC)
# A list has no room for the long columns.
SHOWN = (
    *("key", "kind", "title", "theme", "day", "starts_at", "ends_at", "standing", "source", "assumed_fields"),
    *("site__key", "place__key", "place__site__key"),
)


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
    whole = (
        Session.objects.select_related("site", "place__site")
        .prefetch_related(Prefetch("topics", Topic.objects.only("key", "order")))
        .only(*SHOWN)
    )
    around = version(*(model.objects.filter(week=asked) for model in (Site, Place, Topic)))
    return listed(request, ordered, chosen, around, lambda keys: [_session(row, zone) for row in in_order(whole, keys)])


@router.get(
    "/weeks/{slug:week}/sessions/{slug:key}",
    response=schemas.SessionWhole,
    operation_id="getSession",
    summary="One session with its parts and speakers",
)
def get_session(request: HttpRequest, week: Key, key: Key) -> HttpResponse:
    asked: Week = request.week  # type: ignore[attr-defined]
    session = queries.public_session(asked, key)
    if session is None:
        raise NotFound()
    around = version(*(model.objects.filter(week=asked) for model in (Site, Place, Topic)))
    concerned = version(Person.objects.filter(speakings__session=session), Organisation.objects.filter(organised_sessions=session))
    return answer(request, [session.changed_at, *around, *concerned], lambda: _whole(session, zone_of(asked)))


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
    roles = Prefetch("speakings", named.select_related("session").order_by("session__starts_at", "order", "pk"), to_attr="here")
    whole = Person.objects.select_related("organisation").prefetch_related(roles)
    around = version(Speaking.objects.filter(session__week=asked), Session.objects.filter(week=asked))
    return listed(request, people, paging, around, lambda keys: [_speaker(row) for row in in_order(whole, keys)])


def _session(row: Session, zone: tzinfo) -> Item:
    site = row.site or (row.place.site if row.place else None)
    return {
        "key": row.key,
        "kind": row.kind,
        "title": texts(row.title),
        "theme": texts(row.theme),
        "day": row.day.isoformat() if row.day else None,
        "starts_at": moment(row.starts_at, zone),
        "ends_at": moment(row.ends_at, zone),
        "site": site.key if site else None,
        "place": row.place.key if row.place else None,
        "topics": [topic.key for topic in sorted(row.topics.all(), key=lambda topic: (topic.order, topic.key))],
        **facts(row),
    }


def _whole(row: Session, zone: tzinfo) -> Item:
    return _session(row, zone) | {
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


def _speaker(row: Person) -> Item:
    return {
        "key": row.key,
        "name": row.name,
        "title": texts(row.title),
        "organisation": row.organisation.key if row.organisation else None,
        "roles": [{"session": one.session.key, "role": one.role, "seen": one.seen} for one in row.here],  # type: ignore[attr-defined]
    }
