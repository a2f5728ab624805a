"""What stands around the meetings: interpreters, equipment, vehicles; what became of a meeting, and what is to follow."""

from datetime import tzinfo
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from hanhlang.api.v1 import schemas
from hanhlang.api.v1 import schemas_around as shapes
from hanhlang.api.v1.auth import caller_of, needs
from hanhlang.api.v1.errors import NotFound
from hanhlang.api.v1.paging import Item, Paging, in_order, listed, written
from hanhlang.api.v1.shapes import Key, brief, texts, windows_told, zone_of
from hanhlang.domains.agenda.models import Equipment, InterpreterTeam, Vehicle
from hanhlang.domains.core import clock
from hanhlang.domains.events.models import Week
from hanhlang.domains.meetings import after
from hanhlang.domains.meetings.actions import outcomes
from hanhlang.domains.meetings.errors_outcomes import OwnerNotThere
from hanhlang.domains.meetings.models import FollowUp, Meeting, Outcome
from hanhlang.domains.meetings.outcome_rights import Standing, standing_of
from hanhlang.domains.meetings.visibility import Viewer, viewer_of
from hanhlang.domains.people.models import Person

router = Router(tags=["meetings"])
READS, WRITES = needs("meetings:read"), needs("meetings:write")


@router.get(
    "/weeks/{slug:week}/teams",
    auth=READS,
    response=schemas.page_of(shapes.TeamOut),
    operation_id="listTeams",
    summary="Interpreters' teams",
)
def list_teams(request: HttpRequest, week: Key, paging: Query[Paging]) -> HttpResponse:
    zone = zone_of(_week(request))
    rows = InterpreterTeam.objects.filter(week=_week(request)).order_by("key")
    whole = InterpreterTeam.objects.select_related("site")
    return listed(request, rows, paging, [], lambda keys: [_team(row, zone) for row in in_order(whole, keys)])


@router.get(
    "/weeks/{slug:week}/equipment",
    auth=READS,
    response=schemas.page_of(shapes.EquipmentOut),
    operation_id="listEquipment",
    summary="Equipment that meetings may need",
)
def list_equipment(request: HttpRequest, week: Key, paging: Query[Paging]) -> HttpResponse:
    zone = zone_of(_week(request))
    rows = Equipment.objects.filter(week=_week(request)).order_by("key")
    whole = Equipment.objects.select_related("site")
    return listed(request, rows, paging, [], lambda keys: [_equipment(row, zone) for row in in_order(whole, keys)])


@router.get(
    "/weeks/{slug:week}/vehicles",
    auth=READS,
    response=schemas.page_of(shapes.VehicleOut),
    operation_id="listVehicles",
    summary="Vehicles for transfers",
)
def list_vehicles(request: HttpRequest, week: Key, paging: Query[Paging]) -> HttpResponse:
    rows = Vehicle.objects.filter(week=_week(request)).order_by("key")
    whole = Vehicle.objects.select_related("site")
    return listed(request, rows, paging, [], lambda keys: [_vehicle(row) for row in in_order(whole, keys)])


@router.get(
    "/weeks/{slug:week}/follow-ups",
    auth=READS,
    response=schemas.page_of(shapes.FollowUpOut),
    operation_id="listFollowUps",
    summary="What is to follow from meetings, by day",
)
def list_follow_ups(request: HttpRequest, week: Key, paging: Query[Paging]) -> HttpResponse:
    """Of the meetings whose secrecy leaves them open to the caller."""
    now = clock.now()
    rows = after.follow_ups_seen(_week(request), _viewer(request))
    whole = FollowUp.objects.select_related("meeting__week", "owner")
    today = after.today(_week(request), now)
    return listed(request, rows, paging, [today], lambda keys: [_follow_up(row, now) for row in in_order(whole, keys)])


@router.post(
    "/weeks/{slug:week}/meetings/{int:number}/outcome",
    auth=WRITES,
    response=shapes.OutcomeOut,
    operation_id="recordOutcome",
    summary="Say what became of a meeting, from its published hour on",
)
def record_outcome(request: HttpRequest, week: Key, number: int, body: shapes.OutcomeIn) -> HttpResponse:
    row, standing = _meeting(request, number)
    kept = outcomes.record_outcome(meeting=row, standing=standing, **body.dict(), by=caller_of(request).account, now=clock.now())
    return written(_outcome(kept))


@router.post(
    "/weeks/{slug:week}/meetings/{int:number}/follow-ups",
    auth=WRITES,
    response={201: shapes.FollowUpOut},
    operation_id="addFollowUp",
    summary="Note something to be done, by whom and until when",
)
def add_follow_up(request: HttpRequest, week: Key, number: int, body: shapes.FollowUpIn) -> HttpResponse:
    """The owner is somebody of the meeting or of its delegations."""
    row, standing = _meeting(request, number)
    now = clock.now()
    owner = Person.objects.filter(key=body.owner, participations__week=_week(request)).first()
    if owner is None:
        raise OwnerNotThere(owner=body.owner)
    made = outcomes.add_follow_up(
        meeting=row, standing=standing, text=body.text, owner=owner, due_on=body.due_on, by=caller_of(request).account, now=now
    )
    return written(_follow_up(made, now), 201)


@router.post(
    "/weeks/{slug:week}/follow-ups/{uuid:follow_up}/done",
    auth=WRITES,
    response=shapes.FollowUpOut,
    operation_id="finishFollowUp",
    summary="Mark something as done",
)
def finish_follow_up(request: HttpRequest, week: Key, follow_up: UUID) -> HttpResponse:
    viewer, now = _viewer(request), clock.now()
    row = after.follow_ups_seen(_week(request), viewer).filter(pk=follow_up).first()
    if row is None:
        raise NotFound()
    standing = standing_of(viewer, row.meeting, may_change=True)
    done = outcomes.finish_follow_up(follow_up=row, standing=standing, by=caller_of(request).account, now=now)
    return written(_follow_up(done, now))


def _week(request: HttpRequest) -> Week:
    return request.week  # type: ignore[attr-defined, no-any-return]


def _viewer(request: HttpRequest) -> Viewer:
    return viewer_of(_week(request), caller_of(request).account)


def _meeting(request: HttpRequest, number: int) -> tuple[Meeting, Standing]:
    row = Meeting.objects.filter(week=_week(request), number=number).select_related("week").first()
    standing = standing_of(_viewer(request), row, may_change=True) if row else None
    if row is None or standing is None or not standing.may_record:
        raise NotFound()
    return row, standing


def _team(row: InterpreterTeam, zone: tzinfo) -> Item:
    facts = {"key": row.key, "name": texts(row.name), "pair": row.pair, "site": row.site.key}
    return {**facts, "size": row.size, "hours": windows_told(row.hours, zone), "daily_minutes": row.daily_minutes}


def _equipment(row: Equipment, zone: tzinfo) -> Item:
    facts = {"key": row.key, "name": texts(row.name), "kind": row.kind, "site": row.site.key}
    return {**facts, "hours": windows_told(row.hours, zone)}


def _vehicle(row: Vehicle) -> Item:
    return {"key": row.key, "name": row.name, "kind": row.kind, "seats": row.seats, "site": row.site.key}


def _outcome(row: Outcome) -> Item:
    facts: dict[str, Any] = {name: getattr(row, name) for name in ("state", "absent_side", "why", "is_desk")}
    return {"meeting": row.meeting.number, **facts}


def _follow_up(row: FollowUp, now: Any) -> Item:
    return {
        "id": str(row.pk),
        "meeting": row.meeting.number,
        "text": row.text,
        "owner": brief(row.owner),
        "due_on": row.due_on.isoformat(),
        "is_done": row.done_at is not None,
        "is_overdue": after.is_overdue(row, now),
    }
