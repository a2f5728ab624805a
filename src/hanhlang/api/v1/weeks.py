"""Weeks, and what each is made of: sites, places, roads, topics; and its figures."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from hanhlang.api.v1 import schemas
from hanhlang.api.v1.auth import PUBLIC
from hanhlang.api.v1.paging import Item, Paging, answer, in_order, listed, version
from hanhlang.api.v1.shapes import Key, facts, texts
from hanhlang.domains.agenda.models import Claim, Travel
from hanhlang.domains.events import queries
from hanhlang.domains.events.models import Participation, Place, Site, Topic, Week
from hanhlang.domains.meetings.actions.publishing import meeting_source
from hanhlang.domains.meetings.models import Meeting, Placement, Plan
from hanhlang.domains.meetings.visibility import open_to_staff
from hanhlang.domains.programme.models import Session

router = Router(tags=["weeks"], auth=PUBLIC)


@router.get("/weeks", response=schemas.page_of(schemas.WeekOut), operation_id="listWeeks", summary="Every week, the latest first")
def list_weeks(request: HttpRequest, paging: Query[Paging]) -> HttpResponse:
    rows = queries.weeks()
    return listed(request, rows, paging, [], lambda keys: [_week(row) for row in in_order(rows.select_related("host", "co_host"), keys)])


@router.get("/weeks/{slug:week}", response=schemas.WeekOut, operation_id="getWeek", summary="One week")
def get_week(request: HttpRequest, week: Key) -> HttpResponse:
    row = _asked(request)
    return answer(request, [row.changed_at], lambda: _week(row))


@router.get("/weeks/{slug:week}/figures", response=schemas.FiguresOut, operation_id="getFigures", summary="How much there is of everything")
def get_figures(request: HttpRequest, week: Key) -> HttpResponse:
    figures = figures_of(_asked(request))
    return answer(request, [figures], lambda: figures)


@router.get("/weeks/{slug:week}/sites", response=schemas.page_of(schemas.SiteOut), operation_id="listSites", summary="The sites of a week")
def list_sites(request: HttpRequest, week: Key, paging: Query[Paging]) -> HttpResponse:
    rows = Site.objects.filter(week=_asked(request)).order_by("order", "key")
    return listed(request, rows, paging, [], lambda keys: [_site(row) for row in in_order(rows, keys)])


@router.get(
    "/weeks/{slug:week}/places",
    response=schemas.page_of(schemas.PlaceOut),
    operation_id="listPlaces",
    summary="The halls, rooms, tables and yards of a week",
)
def list_places(request: HttpRequest, week: Key, chosen: Query[schemas.PlaceFilter]) -> HttpResponse:
    rows = Place.objects.filter(week=_asked(request), is_listed=True).order_by("site__order", "order", "key")
    if chosen.site:
        rows = rows.filter(site__key=chosen.site)
    if chosen.kind:
        rows = rows.filter(kind=chosen.kind)
    sites = version(Site.objects.filter(week=_asked(request)))
    return listed(request, rows, chosen, sites, lambda keys: [_place(row) for row in in_order(rows.select_related("site"), keys)])


@router.get(
    "/weeks/{slug:week}/travel",
    response=schemas.page_of(schemas.TravelOut),
    operation_id="listTravel",
    summary="How long the road between two sites takes at each hour",
)
def list_travel(request: HttpRequest, week: Key, paging: Query[Paging]) -> HttpResponse:
    rows = Travel.objects.filter(week=_asked(request)).order_by("origin__order", "destination__order", "pk")
    whole = rows.select_related("origin", "destination")
    return listed(request, rows, paging, [], lambda keys: [_travel(row) for row in in_order(whole, keys)])


@router.get(
    "/weeks/{slug:week}/topics", response=schemas.page_of(schemas.TopicOut), operation_id="listTopics", summary="The topics of a week"
)
def list_topics(request: HttpRequest, week: Key, paging: Query[Paging]) -> HttpResponse:
    rows = Topic.objects.filter(week=_asked(request)).order_by("order", "key")
    return listed(request, rows, paging, [], lambda keys: [_topic(row) for row in in_order(rows, keys)])


def figures_of(week: Week) -> dict[str, int]:
    """Return the counts of a week. The same number of queries for any size."""
    return {
        "people": Participation.objects.filter(week=week).count(),
        "places": Place.objects.filter(week=week, is_listed=True).count(),
        "sessions": Session.objects.filter(week=week).count(),
        "delegations": week.delegations.count(),
        "meetings": Meeting.objects.filter(open_to_staff(), week=week, state=Meeting.State.AGREED).count(),
        "published_placements": Placement.objects.filter(
            open_to_staff(prefix="meeting__"), plan__week=week, plan__state=Plan.State.PUBLISHED
        ).count(),
        "claims": Claim.objects.filter(resource__week=week).exclude(source__in=_sources_kept_back(week)).count(),
    }


def _sources_kept_back(week: Week) -> list[str]:
    """Return the sources of claims of meetings that do not count for everybody."""
    secret = Meeting.objects.filter(week=week).exclude(open_to_staff()).values_list("pk", flat=True)
    return [source for key in secret for source in (meeting_source(key), f"hold:{key}")]


def _asked(request: HttpRequest) -> Week:
    week: Week = request.week  # type: ignore[attr-defined]
    return week


def _week(row: Week) -> Item:
    return {
        "key": row.key,
        "name": texts(row.name),
        "short": row.short,
        "theme": texts(row.theme),
        "timezone": row.timezone,
        "starts_on": row.starts_on.isoformat(),
        "ends_on": row.ends_on.isoformat(),
        "languages": row.languages,
        "host": row.host.key if row.host else None,
        "co_host": row.co_host.key if row.co_host else None,
        **facts(row),
    }


def _site(row: Site) -> Item:
    return {"key": row.key, "name": texts(row.name), "order": row.order, **facts(row)}


def _place(row: Place) -> Item:
    return {
        "key": row.key,
        "name": texts(row.name),
        "site": row.site.key,
        "kind": row.kind,
        "sharing": row.sharing,
        "capacity": row.capacity,
        "turnround_minutes": row.turnround_minutes,
        "pool": row.pool or None,
        "address": row.address,
        **facts(row),
    }


def _travel(row: Travel) -> Item:
    minutes: Any = row.minutes
    return {"origin": row.origin.key, "destination": row.destination.key, "minutes": list(minutes), **facts(row)}


def _topic(row: Topic) -> Item:
    return {"key": row.key, "name": texts(row.name), "order": row.order}
