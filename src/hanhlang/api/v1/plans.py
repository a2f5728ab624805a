"""Plans: what they cost, where they place each meeting, what they could not place and why; publishing; and the searches behind them."""

from datetime import datetime, time, timedelta, tzinfo
from typing import Any
from uuid import UUID

from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from hanhlang.api.v1 import schemas
from hanhlang.api.v1.auth import caller_of, needs
from hanhlang.api.v1.errors import NotFound
from hanhlang.api.v1.paging import Item, Paging, answer, in_order, listed, written
from hanhlang.api.v1.shapes import Key, moment, texts, zone_of
from hanhlang.domains.core import clock
from hanhlang.domains.events.models import Week
from hanhlang.domains.meetings import actions
from hanhlang.domains.meetings.enums import Secrecy
from hanhlang.domains.meetings.models import Participant, Placement, Plan, Run, Unplaced
from hanhlang.domains.meetings.scope import Scope
from hanhlang.domains.meetings.visibility import open_to_staff, seen_by

router = Router(tags=["plans"])
READS = needs("plans:read")


@router.get(
    "/weeks/{slug:week}/plans",
    auth=READS,
    response=schemas.page_of(schemas.PlanOut),
    operation_id="listPlans",
    summary="The published plan; with drafts:read also drafts and past ones. The newest first",
)
def list_plans(request: HttpRequest, week: Key, chosen: Query[schemas.PlanFilter]) -> HttpResponse:
    rows = _seen_by(request).order_by("-number")
    if chosen.state:
        rows = rows.filter(state=chosen.state)
    zone = zone_of(request.week)  # type: ignore[attr-defined]
    return listed(request, rows, chosen, [], lambda keys: _plans(in_order(rows, keys), zone))


@router.get("/weeks/{slug:week}/plans/{int:number}", auth=READS, response=schemas.PlanOut, operation_id="getPlan", summary="One plan")
def get_plan(request: HttpRequest, week: Key, number: int) -> HttpResponse:
    row = _plan(request, number)
    return answer(request, [row.changed_at], lambda: _plans([row], zone_of(row.week))[0])


@router.get(
    "/weeks/{slug:week}/plans/{int:number}/placements",
    auth=READS,
    response=schemas.page_of(schemas.PlacementOut),
    operation_id="listPlacements",
    summary="Hour and place of each meeting in a plan",
)
def list_placements(request: HttpRequest, week: Key, number: int, chosen: Query[schemas.PlacementFilter]) -> HttpResponse:
    plan = _plan(request, number)
    zone = zone_of(plan.week)
    rows = Placement.objects.filter(_open(request), plan=plan).order_by("starts_at", "meeting__number")
    if chosen.kind:
        rows = rows.filter(meeting__kind=chosen.kind)
    if chosen.person:
        rows = rows.filter(meeting__participants__person__key=chosen.person)
    if chosen.day:
        start = datetime.combine(chosen.day, time(), tzinfo=zone)
        rows = rows.filter(starts_at__gte=start, starts_at__lt=start + timedelta(days=1))
    seats = Prefetch("meeting__participants", Participant.objects.select_related("person").order_by("side", "person__key"))
    whole = Placement.objects.select_related("meeting", "place__site").prefetch_related(seats, "teams")
    return listed(request, rows, chosen, [plan.changed_at], lambda keys: [_placement(row, zone) for row in in_order(whole, keys)])


@router.get(
    "/weeks/{slug:week}/plans/{int:number}/unplaced",
    auth=READS,
    response=schemas.page_of(schemas.UnplacedOut),
    operation_id="listUnplaced",
    summary="Meetings a plan could not place, each with its reason",
)
def list_unplaced(request: HttpRequest, week: Key, number: int, paging: Query[Paging]) -> HttpResponse:
    plan = _plan(request, number)
    rows = Unplaced.objects.filter(_open(request), plan=plan).order_by("-meeting__value", "meeting__number")
    whole = Unplaced.objects.select_related("meeting").prefetch_related("people")
    return listed(request, rows, paging, [plan.changed_at], lambda keys: [_unplaced(row) for row in in_order(whole, keys)])


@router.post(
    "/weeks/{slug:week}/plans/{int:number}/publish",
    auth=needs("plans:publish"),
    response=schemas.PublishedOut,
    operation_id="publishPlan",
    summary="Make a draft the plan that counts",
)
def publish_plan(request: HttpRequest, week: Key, number: int) -> HttpResponse:
    """The time is taken, agendas are written, and exactly those whose agenda differs are told; all or nothing."""
    asked: Week = request.week  # type: ignore[attr-defined]
    plan = Plan.objects.filter(week=asked, number=number).select_related("week").first()
    if plan is None:
        raise NotFound()
    done = actions.publish_plan(plan=plan, by=caller_of(request).account, now=clock.now())
    [told] = _plans([done.plan], zone_of(asked))
    return written({"plan": told, "meetings_changed": done.meetings_changed, "people_told": len(done.told)})


@router.get(
    "/weeks/{slug:week}/runs",
    auth=needs("runs:read"),
    response=schemas.page_of(schemas.RunOut),
    operation_id="listRuns",
    summary="Searches for a plan, the newest first",
)
def list_runs(request: HttpRequest, week: Key, paging: Query[Paging]) -> HttpResponse:
    asked: Week = request.week  # type: ignore[attr-defined]
    rows = Run.objects.filter(week=asked).order_by("-created_at", "pk")
    zone = zone_of(asked)
    # A search beats without touching its moment of change.
    beats = list(rows.values_list("heartbeat_at", "state")[paging.offset : paging.offset + paging.limit])
    return listed(request, rows, paging, [beats], lambda keys: [_run(row, zone) for row in in_order(_runs(), keys)])


@router.get(
    "/weeks/{slug:week}/runs/{uuid:run}",
    auth=needs("runs:read"),
    response=schemas.RunOut,
    operation_id="getRun",
    summary="One search and how far it is",
)
def get_run(request: HttpRequest, week: Key, run: UUID) -> HttpResponse:
    row = _asked_run(request, run)
    return answer(request, [row.changed_at, row.heartbeat_at, row.state], lambda: _run(row, zone_of(row.week)))


@router.post(
    "/weeks/{slug:week}/runs",
    auth=needs("runs:write"),
    response={201: schemas.RunOut},
    operation_id="startRun",
    summary="Search for a plan; one search at a time",
)
def start_run(request: HttpRequest, week: Key, body: schemas.RunIn) -> HttpResponse:
    """The worker takes it up within seconds. Every plan it keeps has passed the independent checker and stays a draft until published."""
    asked: Week = request.week  # type: ignore[attr-defined]
    row = actions.start_run(week=asked, by=caller_of(request).account, now=clock.now(), **_asked_for(body))
    return written(_run(_asked_run(request, row.pk), zone_of(asked)), 201)


@router.post(
    "/weeks/{slug:week}/runs/{uuid:run}/cancel",
    auth=needs("runs:write"),
    response=schemas.RunOut,
    operation_id="cancelRun",
    summary="Ask a search to stop; the best plan so far is kept as a draft",
)
def cancel_run(request: HttpRequest, week: Key, run: UUID) -> HttpResponse:
    row = _asked_run(request, run)
    actions.stop_run(run=row, by=caller_of(request).account, now=clock.now())
    return written(_run(_asked_run(request, run), zone_of(row.week)))


def _asked_for(body: schemas.RunIn) -> dict[str, Any]:
    limits = body.scope
    day, site = limits.day.isoformat() if limits.day else "", limits.site or ""
    scope = Scope(limits.kind, day, site, limits.unplaced, limits.plan)
    return body.dict() | {"scope": scope, "weights": body.weights.dict()}


def _seen_by(request: HttpRequest) -> QuerySet[Plan]:
    week: Week = request.week  # type: ignore[attr-defined]
    rows = Plan.objects.filter(week=week).select_related("week")
    return rows if caller_of(request).may("drafts:read", week) else rows.filter(state=Plan.State.PUBLISHED)


def _open(request: HttpRequest) -> Q:
    return seen_by(caller_of(request).viewer(request.week), Secrecy.ALL, "meeting__")  # type: ignore[attr-defined]


def _plan(request: HttpRequest, number: int) -> Plan:
    row = _seen_by(request).filter(number=number).first()
    if row is None:
        raise NotFound()
    return row


def _runs() -> QuerySet[Run]:
    return Run.objects.select_related("week").prefetch_related(Prefetch("plans", Plan.objects.order_by("number")))


def _asked_run(request: HttpRequest, pk: UUID) -> Run:
    week: Week = request.week  # type: ignore[attr-defined]
    row = _runs().filter(week=week, pk=pk).first()
    if row is None:
        raise NotFound()
    return row


def _plans(rows: list[Plan], zone: tzinfo) -> list[Item]:
    keys, counted = [row.pk for row in rows], open_to_staff(prefix="meeting__")
    placed, left = (
        dict(model.objects.filter(counted, plan__in=keys).order_by().values_list("plan").annotate(count=Count("pk")))
        for model in (Placement, Unplaced)
    )
    return [
        {
            "number": row.number,
            "state": row.state,
            "objective": row.objective,
            "bound": row.bound,
            "terms": [{name: term[name] for name in ("name", "amount", "cost")} for term in row.terms],
            "placed": placed.get(row.pk, 0),
            "unplaced": left.get(row.pk, 0),
            "found_after_seconds": row.found_after_seconds,
            "published_at": moment(row.published_at, zone),
        }
        for row in rows
    ]


def _placement(row: Placement, zone: tzinfo) -> Item:
    return {
        "meeting": row.meeting.number,
        "kind": row.meeting.kind,
        "starts_at": moment(row.starts_at, zone),
        "ends_at": moment(row.ends_at, zone),
        "place": row.place.key,
        "site": row.place.site.key,
        "teams": sorted(team.key for team in row.teams.all()),
        "people": [seat.person.key for seat in row.meeting.participants.all()],
    }


def _unplaced(row: Unplaced) -> Item:
    return {
        "meeting": row.meeting.number,
        "reason": row.reason,
        "text": texts(row.text),
        "people": sorted(person.key for person in row.people.all()),
    }


def _run(row: Run, zone: tzinfo) -> Item:
    return {
        "id": str(row.pk),
        "state": row.state,
        "seed": row.seed,
        "limit_seconds": row.limit_seconds,
        "workers": row.workers,
        "until_first": row.until_first,
        "stop_asked": row.stop_asked,
        "scope": row.scope,
        "weights": row.weights,
        "started_at": moment(row.started_at, zone),
        "ended_at": moment(row.ended_at, zone),
        "progress": {name: row.progress.get(name) for name in ("elapsed", "iterations", "unplaced", "objective", "bound")},
        "plans": [plan.number for plan in row.plans.all()],
    }
