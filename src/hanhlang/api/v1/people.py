"""Organisations, people, who takes part, and the delegations: the public part to all, the rest with a scope."""

from datetime import tzinfo

from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from hanhlang.api.v1 import schemas
from hanhlang.api.v1.auth import PUBLIC, caller_of, needs
from hanhlang.api.v1.errors import NotFound
from hanhlang.api.v1.paging import Item, Search, answer, in_order, listed, version, words_in
from hanhlang.api.v1.shapes import Key, brief, facts, moment, texts, zone_of
from hanhlang.domains.delegations.models import Delegation, Member
from hanhlang.domains.events.models import Participation, Week
from hanhlang.domains.people.models import Organisation, Person
from hanhlang.domains.programme.models import Session, SessionPart, Speaking

router = Router(tags=["people"], auth=PUBLIC)


@router.get(
    "/weeks/{slug:week}/organisations",
    response=schemas.page_of(schemas.OrganisationOut),
    operation_id="listOrganisations",
    summary="Hosts, delegations, organisers and supporters; with people:read also those of all who take part",
)
def list_organisations(request: HttpRequest, week: Key, chosen: Query[schemas.OrganisationFilter]) -> HttpResponse:
    rows = _organisations(request).filter(words_in("folded", chosen.q)).order_by("sorted_vi", "pk")
    if chosen.kind:
        rows = rows.filter(kind=chosen.kind)
    whole = Organisation.objects.select_related("parent")
    return listed(request, rows, chosen, [], lambda keys: [_organisation(row) for row in in_order(whole, keys)])


@router.get(
    "/weeks/{slug:week}/organisations/{slug:key}",
    response=schemas.OrganisationOut,
    operation_id="getOrganisation",
    summary="One organisation",
)
def get_organisation(request: HttpRequest, week: Key, key: Key) -> HttpResponse:
    row = _organisations(request).filter(key=key).select_related("parent").first()
    if row is None:
        raise NotFound()
    return answer(request, [row.changed_at], lambda: _organisation(row))


@router.get(
    "/weeks/{slug:week}/people",
    response=schemas.page_of(schemas.PersonOut),
    operation_id="listPeople",
    summary="Who is named in the public programme; with people:read all who take part",
)
def list_people(request: HttpRequest, week: Key, paging: Query[Search]) -> HttpResponse:
    asked: Week = request.week  # type: ignore[attr-defined]
    sees_all = caller_of(request).may("people:read", asked)
    rows = _people(asked, sees_all).filter(words_in("folded", paging.q)).order_by("sorted", "pk")
    whole = Person.objects.select_related("organisation")
    return listed(request, rows, paging, [sees_all], lambda keys: [_person(row, sees_all) for row in in_order(whole, keys)])


@router.get(
    "/weeks/{slug:week}/people/{slug:key}",
    response=schemas.PersonOut,
    operation_id="getPerson",
    summary="One person",
)
def get_person(request: HttpRequest, week: Key, key: Key) -> HttpResponse:
    asked: Week = request.week  # type: ignore[attr-defined]
    sees_all = caller_of(request).may("people:read", asked)
    row = _people(asked, sees_all).filter(key=key).select_related("organisation").first()
    if row is None:
        raise NotFound()
    return answer(request, [row.changed_at, sees_all], lambda: _person(row, sees_all))


@router.get(
    "/weeks/{slug:week}/participations",
    auth=needs("people:read"),
    response=schemas.page_of(schemas.ParticipationOut),
    operation_id="listParticipations",
    summary="Who takes part as what, and when they are there",
)
def list_participations(request: HttpRequest, week: Key, chosen: Query[schemas.ParticipationFilter]) -> HttpResponse:
    asked: Week = request.week  # type: ignore[attr-defined]
    rows = Participation.objects.filter(words_in("person__folded", chosen.q), week=asked).order_by("person__sorted", "pk")
    if chosen.category:
        rows = rows.filter(category=chosen.category)
    zone = zone_of(asked)
    whole = rows.select_related("person")
    # A late arrival that is taken in moves the hour; in a demonstration its moment of change lies in the past.
    hours = list(rows.values_list("arrives_at", flat=True)[chosen.offset : chosen.offset + chosen.limit])
    return listed(request, rows, chosen, [hours], lambda keys: [_participation(row, zone) for row in in_order(whole, keys)])


@router.get(
    "/weeks/{slug:week}/delegations",
    response=schemas.page_of(schemas.DelegationOut),
    operation_id="listDelegations",
    summary="The delegations in the host's own order",
)
def list_delegations(request: HttpRequest, week: Key, paging: Query[Search]) -> HttpResponse:
    asked: Week = request.week  # type: ignore[attr-defined]
    sees_all = caller_of(request).may("delegations:read", asked)
    rows = Delegation.objects.filter(words_in("folded", paging.q), week=asked).order_by("precedence", "code")
    parts = [sees_all, *version(Member.objects.filter(delegation__week=asked))]
    return listed(request, rows, paging, parts, lambda keys: [_delegation(row, sees_all) for row in in_order(_whole(sees_all), keys)])


@router.get(
    "/weeks/{slug:week}/delegations/{slug:key}",
    response=schemas.DelegationOut,
    operation_id="getDelegation",
    summary="One delegation",
)
def get_delegation(request: HttpRequest, week: Key, key: Key) -> HttpResponse:
    asked: Week = request.week  # type: ignore[attr-defined]
    sees_all = caller_of(request).may("delegations:read", asked)
    row = _whole(sees_all).filter(week=asked, key=key).first()
    if row is None:
        raise NotFound()
    parts = [row.changed_at, sees_all, *version(Member.objects.filter(delegation=row))]
    return answer(request, parts, lambda: _delegation(row, sees_all))


def _organisations(request: HttpRequest) -> QuerySet[Organisation]:
    week: Week = request.week  # type: ignore[attr-defined]
    shown = Session.objects.filter(week=week, is_public=True)
    seen = (
        Q(pk__in=Delegation.objects.filter(week=week).values("organisation"))
        | Q(pk__in=shown.values("organisers"))
        | Q(pk__in=shown.values("supporters"))
        | Q(pk__in=SessionPart.objects.filter(session__in=shown).values("participants"))
        | Q(pk__in=Speaking.objects.filter(session__in=shown).values("organisation"))
        | Q(pk__in=Speaking.objects.filter(session__in=shown).values("person__organisation"))
        | Q(pk__in=[key for key in (week.host_id, week.co_host_id) if key])
    )
    if caller_of(request).may("people:read", week):
        seen |= Q(pk__in=Participation.objects.filter(week=week).values("person__organisation"))
    return Organisation.objects.filter(seen)


def _people(week: Week, sees_all: bool) -> QuerySet[Person]:
    shown = Session.objects.filter(week=week, is_public=True)
    seen = Q(pk__in=Speaking.objects.filter(session__in=shown).values("person"))
    seen |= Q(pk__in=SessionPart.objects.filter(session__in=shown).values("moderator"))
    if sees_all:
        seen |= Q(pk__in=Participation.objects.filter(week=week).values("person"))
    return Person.objects.filter(seen)


def _whole(sees_all: bool) -> QuerySet[Delegation]:
    rows = Delegation.objects.select_related("organisation", "focal_point")
    members = Member.objects.select_related("person").order_by("-is_head", "order", "pk")
    return rows.prefetch_related(Prefetch("members", members)) if sees_all else rows


def _organisation(row: Organisation) -> Item:
    return {
        "key": row.key,
        "kind": row.kind,
        "name": texts(row.name),
        "short": row.short,
        "country": row.country,
        "parent": row.parent.key if row.parent else None,
        "is_invented": row.is_invented,
        **facts(row),
    }


def _person(row: Person, sees_all: bool) -> Item:
    return {
        "key": row.key,
        "name": row.name,
        "title": texts(row.title),
        "organisation": row.organisation.key if row.organisation else None,
        "standing": row.standing,
        "rank": row.rank if sees_all else None,
        "languages": row.languages if sees_all else None,
    }


def _participation(row: Participation, zone: tzinfo) -> Item:
    return {
        "person": brief(row.person),
        "category": row.category,
        "arrives_at": moment(row.arrives_at, zone),
        "leaves_at": moment(row.leaves_at, zone),
        "standing": row.standing,
    }


def _delegation(row: Delegation, sees_all: bool) -> Item:
    members = [{"person": brief(member.person), "is_head": member.is_head} for member in row.members.all()] if sees_all else None
    return {
        "key": row.key,
        "code": row.code,
        "name": texts(row.name),
        "organisation": row.organisation.key,
        "precedence": row.precedence,
        "is_host": row.is_host,
        "is_invented": row.organisation.is_invented,
        "rank": row.rank if sees_all else None,
        "focal_point": brief(row.focal_point) if sees_all else None,
        "members": members,
        **facts(row),
    }
