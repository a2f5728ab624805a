"""What happens on the day: reported, taken in, answered."""

from datetime import datetime, timedelta, tzinfo
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from hanhlang.api.v1 import schemas
from hanhlang.api.v1 import schemas_changes as shapes
from hanhlang.api.v1.auth import caller_of, needs
from hanhlang.api.v1.errors import NotFound
from hanhlang.api.v1.paging import Item, Paging, answer, in_order, listed, written
from hanhlang.api.v1.shapes import Key, brief, moment, zone_of
from hanhlang.domains.agenda.models import InterpreterTeam
from hanhlang.domains.core import clock
from hanhlang.domains.events.models import Participation, Place, Site, Week
from hanhlang.domains.meetings import actions
from hanhlang.domains.meetings.models import Change, Plan
from hanhlang.domains.people.models import Person
from hanhlang.domains.programme.models import Session

router = Router(tags=["changes"])
READS, WRITES = needs("changes:read"), needs("changes:write")


@router.get(
    "/weeks/{slug:week}/changes",
    auth=READS,
    response=schemas.page_of(shapes.ChangeOut),
    operation_id="listChanges",
    summary="What happened on the day, in the order of the reports",
)
def list_changes(request: HttpRequest, week: Key, chosen: Query[shapes.ChangeFilter]) -> HttpResponse:
    rows = Change.objects.filter(week=request.week).order_by("reported_at", "number")  # type: ignore[attr-defined]
    if chosen.state:
        rows = rows.filter(state=chosen.state)
    # A search gets further without touching its moment of change.
    searches = list(rows.values_list("search", flat=True)[chosen.offset : chosen.offset + chosen.limit])
    return listed(request, rows, chosen, [searches], lambda keys: _changes(request, in_order(_whole(), keys)))


@router.get(
    "/weeks/{slug:week}/changes/{int:number}", auth=READS, response=shapes.ChangeOut, operation_id="getChange", summary="One change"
)
def get_change(request: HttpRequest, week: Key, number: int) -> HttpResponse:
    row = _change(request, number)
    return answer(request, [row.changed_at, row.search], lambda: _changes(request, [row])[0])


@router.post(
    "/weeks/{slug:week}/changes",
    auth=WRITES,
    response={201: shapes.ChangeOut},
    operation_id="reportChange",
    summary="Report that something happened",
)
def report_change(request: HttpRequest, week: Key, body: shapes.ChangeIn) -> HttpResponse:
    """Nothing is true of it until the desk takes it in. A pull-aside is only logged."""
    asked: Week = request.week  # type: ignore[attr-defined]
    there = Participation.objects.filter(week=asked).values("person")
    people = {person.key: person for person in Person.objects.filter(pk__in=there, key__in=body.people)}
    sites = dict(Site.objects.filter(week=asked).values_list("key", "pk"))
    ends = {name: sites.get(getattr(body, name)) for name in ("origin", "destination") if getattr(body, name)}
    if len(people) < len(set(body.people)) or None in ends.values():
        raise NotFound()
    row = actions.report_change(
        week=asked,
        kind=body.kind,
        people=[people[key] for key in dict.fromkeys(body.people)],
        place=_named(Place.objects.filter(week=asked), body.place),
        team=_named(InterpreterTeam.objects.filter(week=asked), body.team),
        session=_named(Session.objects.filter(week=asked), body.session),
        starts_at=body.starts_at,
        ends_at=body.ends_at,
        minutes=body.minutes,
        data={name: str(site) for name, site in ends.items()} | ({"both_ways": True} if body.both_ways else {}),
        note=body.note,
        by=caller_of(request).account,
        now=clock.now(),
    )
    return written(_changes(request, [_change(request, row.number)])[0], 201)


@router.post(
    "/weeks/{slug:week}/changes/{int:number}/take-in",
    auth=WRITES,
    response=shapes.ChangeOut,
    operation_id="takeInChange",
    summary="Make a change true and have ways to answer it looked for",
)
def take_in_change(request: HttpRequest, week: Key, number: int) -> HttpResponse:
    """Nobody is told anything until an alternative is published."""
    actions.take_in_change(change=_change(request, number), by=caller_of(request).account, now=clock.now())
    return _written(request, number)


@router.post(
    "/weeks/{slug:week}/changes/{int:number}/dismiss",
    auth=WRITES,
    response=shapes.ChangeOut,
    operation_id="dismissChange",
    summary="Put a report aside",
)
def dismiss_change(request: HttpRequest, week: Key, number: int) -> HttpResponse:
    actions.dismiss_change(change=_change(request, number), by=caller_of(request).account, now=clock.now())
    return _written(request, number)


@router.post(
    "/weeks/{slug:week}/changes/{int:number}/leave",
    auth=WRITES,
    response=shapes.ChangeOut,
    operation_id="leaveAsItIs",
    summary="Answer a change by moving nothing",
)
def leave_as_it_is(request: HttpRequest, week: Key, number: int) -> HttpResponse:
    actions.leave_as_it_is(change=_change(request, number), by=caller_of(request).account, now=clock.now())
    return _written(request, number)


@router.get(
    "/weeks/{slug:week}/changes/{int:number}/alternatives",
    auth=READS,
    response=schemas.page_of(shapes.AlternativeOut),
    operation_id="listAlternatives",
    summary="Ways to answer a change, the one that disturbs least first; each is a plan to be published",
)
def list_alternatives(request: HttpRequest, week: Key, number: int, paging: Query[Paging]) -> HttpResponse:
    change = _change(request, number)
    rows = Plan.objects.filter(change=change, state=Plan.State.ALTERNATIVE).order_by("number")
    zone = zone_of(change.week)
    whole = Plan.objects.select_related("week")
    return listed(request, rows, paging, [change.search], lambda keys: [_alternative(row, zone) for row in in_order(whole, keys)])


def _whole() -> QuerySet[Change]:
    return Change.objects.select_related("week", "place", "team", "session", "meeting").prefetch_related("people")


def _change(request: HttpRequest, number: int) -> Change:
    row = _whole().filter(week=request.week, number=number).first()  # type: ignore[attr-defined]
    if row is None:
        raise NotFound()
    return row


def _named(rows: QuerySet[Any], key: str | None) -> Any:
    if key is None:
        return None
    row = rows.filter(key=key).first()
    if row is None:
        raise NotFound()
    return row


def _written(request: HttpRequest, number: int) -> HttpResponse:
    return written(_changes(request, [_change(request, number)])[0])


def _changes(request: HttpRequest, rows: list[Change]) -> list[Item]:
    week: Week = request.week  # type: ignore[attr-defined]
    zone = zone_of(week)
    sites = {str(pk): key for pk, key in Site.objects.filter(week=week).values_list("pk", "key")}
    return [
        {
            "number": row.number,
            "kind": row.kind,
            "state": row.state,
            "people": [brief(person) for person in sorted(row.people.all(), key=lambda person: person.key)],
            "place": row.place.key if row.place else None,
            "team": row.team.key if row.team else None,
            "session": row.session.key if row.session else None,
            "meeting": row.meeting.number if row.meeting else None,
            "starts_at": moment(row.starts_at, zone),
            "ends_at": moment(row.ends_at, zone),
            "minutes": row.minutes,
            "origin": sites.get(row.data.get("origin", "")),
            "destination": sites.get(row.data.get("destination", "")),
            "note": row.note,
            "reported_at": moment(row.reported_at, zone),
            "taken_in_at": moment(row.taken_in_at, zone),
            "answered_at": moment(row.answered_at, zone),
            "search": row.search,
        }
        for row in rows
    ]


def _alternative(row: Plan, zone: tzinfo) -> Item:
    midnight = datetime.combine(row.week.starts_on, datetime.min.time(), tzinfo=zone)
    hours = {
        name: moment(midnight + timedelta(minutes=row.columns[minute]), zone) if row.columns.get(minute) is not None else None
        for name, minute in (("first_at", "first_minute"), ("last_at", "last_minute"))
    }
    counted = {name: row.columns.get(name, 0) for name in ("moves", "rooms", "told", "disturbance", "cost", "shift")}
    return {"plan": row.number, "columns": counted | hours, "best_in": row.best_in, "is_proven": row.is_proven}
