"""Agreed meetings and what may not move; for the desk, and for an auditor to read."""

from collections import defaultdict
from datetime import tzinfo
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from hanhlang.api.v1 import schemas
from hanhlang.api.v1.auth import caller_of, needs
from hanhlang.api.v1.errors import NotFound
from hanhlang.api.v1.paging import Item, Paging, answer, in_order, listed, version, written
from hanhlang.api.v1.shapes import Key, moment, windows_told, zone_of
from hanhlang.domains.core import clock
from hanhlang.domains.events.models import Place, Week
from hanhlang.domains.meetings import actions
from hanhlang.domains.meetings.enums import Secrecy
from hanhlang.domains.meetings.errors import PlaceNotOffered
from hanhlang.domains.meetings.models import Lock, Meeting, Participant
from hanhlang.domains.meetings.visibility import seen_by

router = Router(tags=["meetings"])
READS = needs("meetings:read")
PLAIN = ("number", "kind", "state", "minutes", "value", "pools", "needs", "seats")


@router.get(
    "/weeks/{slug:week}/meetings",
    auth=READS,
    response=schemas.page_of(schemas.MeetingOut),
    operation_id="listMeetings",
    summary="Every meeting both sides agreed to, placed or not",
)
def list_meetings(request: HttpRequest, week: Key, chosen: Query[schemas.MeetingFilter]) -> HttpResponse:
    asked: Week = request.week  # type: ignore[attr-defined]
    rows = Meeting.objects.filter(_seen(request), week=asked).order_by("number")
    if chosen.kind:
        rows = rows.filter(kind=chosen.kind)
    if chosen.state:
        rows = rows.filter(state=chosen.state)
    if chosen.person:
        rows = rows.filter(participants__person__key=chosen.person)
    zone = zone_of(asked)
    parts = version(Lock.objects.filter(_seen(request, "meeting__"), meeting__week=asked))
    return listed(request, rows, chosen, parts, lambda keys: _meetings(keys, zone))


@router.get(
    "/weeks/{slug:week}/meetings/{int:number}", auth=READS, response=schemas.MeetingOut, operation_id="getMeeting", summary="One meeting"
)
def get_meeting(request: HttpRequest, week: Key, number: int) -> HttpResponse:
    row = _meeting(request, number)
    if account := caller_of(request).account:
        actions.log_look(at=row, by=account, now=clock.now())
    lock: Lock | None = getattr(row, "lock", None)
    return answer(request, [row.changed_at, lock and lock.changed_at], lambda: _meetings([row.pk], zone_of(row.week))[0])


@router.post(
    "/weeks/{slug:week}/meetings/{int:number}/cancel",
    auth=needs("meetings:write"),
    response=schemas.MeetingOut,
    operation_id="cancelMeeting",
    summary="Call an agreed meeting off",
)
def cancel_meeting(request: HttpRequest, week: Key, number: int) -> HttpResponse:
    """Its time is given back when the next plan is published."""
    row = _meeting(request, number)
    actions.cancel_meeting(meeting=row, by=caller_of(request).account, now=clock.now())
    return _written(request, number)


@router.get(
    "/weeks/{slug:week}/locks",
    auth=READS,
    response=schemas.page_of(schemas.LockOut),
    operation_id="listLocks",
    summary="Locks and holds: placements that may not move",
)
def list_locks(request: HttpRequest, week: Key, paging: Query[Paging]) -> HttpResponse:
    asked: Week = request.week  # type: ignore[attr-defined]
    rows = Lock.objects.filter(_seen(request, "meeting__"), meeting__week=asked).order_by("meeting__number")
    whole = Lock.objects.select_related("meeting", "place")
    zone = zone_of(asked)
    return listed(request, rows, paging, [], lambda keys: [_lock(row, zone) for row in in_order(whole, keys)])


@router.put(
    "/weeks/{slug:week}/meetings/{int:number}/lock",
    auth=needs("locks:write"),
    response=schemas.MeetingOut,
    operation_id="lockMeeting",
    summary="Keep a meeting where it is to stay, for good or until an hour",
)
def lock_meeting(request: HttpRequest, week: Key, number: int, body: schemas.LockIn) -> HttpResponse:
    """A meeting that is locked already is locked anew. Nobody is told."""
    row = _meeting(request, number)
    place = Place.objects.filter(week=row.week, key=body.place).first() if body.place else None
    if body.place and place is None:
        raise PlaceNotOffered(number=number, place=body.place)
    actions.lock_meeting(
        meeting=row,
        starts_at=body.starts_at,
        place=place,
        reason=body.reason,
        expires_at=body.expires_at,
        by=caller_of(request).account,
        now=clock.now(),
    )
    return _written(request, number)


@router.delete(
    "/weeks/{slug:week}/meetings/{int:number}/lock",
    auth=needs("locks:write"),
    response=schemas.MeetingOut,
    operation_id="unlockMeeting",
    summary="Let a meeting move again",
)
def unlock_meeting(request: HttpRequest, week: Key, number: int) -> HttpResponse:
    actions.unlock_meeting(meeting=_meeting(request, number), by=caller_of(request).account, now=clock.now())
    return _written(request, number)


def _seen(request: HttpRequest, prefix: str = "") -> Q:
    return seen_by(caller_of(request).viewer(request.week), Secrecy.ALL, prefix)  # type: ignore[attr-defined]


def _meeting(request: HttpRequest, number: int) -> Meeting:
    week: Week = request.week  # type: ignore[attr-defined]
    row = Meeting.objects.select_related("week", "lock").filter(_seen(request), week=week, number=number).first()
    if row is None:
        raise NotFound()
    return row


def _written(request: HttpRequest, number: int) -> HttpResponse:
    row = _meeting(request, number)
    return written(_meetings([row.pk], zone_of(row.week))[0])


def _meetings(keys: list[UUID], zone: tzinfo) -> list[Item]:
    people: dict[UUID, list[Item]] = defaultdict(list)
    seats = Participant.objects.filter(meeting__in=keys).order_by("side", "person__key")
    for meeting, side, key, name in seats.values_list("meeting_id", "side", "person__key", "person__name"):
        people[meeting].append({"person": {"key": key, "name": name}, "side": side})
    locks = {lock.meeting_id: lock for lock in Lock.objects.filter(meeting__in=keys).select_related("meeting", "place")}
    found = {}
    rows = Meeting.objects.filter(pk__in=keys)
    for pk, *plain, windows, preferred, request in rows.values_list("pk", *PLAIN, "windows", "preferred", "request__number"):
        lock = locks.get(pk)
        found[pk] = {
            **dict(zip(PLAIN, plain, strict=True)),
            "request": request,
            "windows": windows_told(windows, zone),
            "preferred": windows_told(preferred, zone),
            "people": people[pk],
            "lock": _lock(lock, zone) if lock else None,
        }
    return [found[pk] for pk in keys if pk in found]


def _lock(row: Lock, zone: tzinfo) -> Item:
    return {
        "meeting": row.meeting.number,
        "starts_at": moment(row.starts_at, zone),
        "place": row.place.key if row.place else None,
        "reason": row.reason,
        "expires_at": moment(row.expires_at, zone),
    }
