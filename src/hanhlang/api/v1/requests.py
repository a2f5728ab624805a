"""Requests for bilaterals: listed, filed and answered by the delegations concerned, or by the desk for them."""

from datetime import tzinfo

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from hanhlang.api.v1 import schemas
from hanhlang.api.v1.auth import Caller, caller_of, needs
from hanhlang.api.v1.errors import NotFound
from hanhlang.api.v1.paging import Item, answer, in_order, listed, version, written
from hanhlang.api.v1.shapes import Key, Window, moment, windows_told, zone_of
from hanhlang.domains.core import clock
from hanhlang.domains.delegations.models import Delegation
from hanhlang.domains.events.models import Week
from hanhlang.domains.meetings import actions
from hanhlang.domains.meetings.errors import NotAMember
from hanhlang.domains.meetings.models import Meeting, Request
from hanhlang.domains.meetings.rules import Window as Stretch
from hanhlang.domains.people.models import Person

router = Router(tags=["requests"])
READS, WRITES = needs("requests:read"), needs("requests:write")


@router.get(
    "/weeks/{slug:week}/requests",
    auth=READS,
    response=schemas.page_of(schemas.RequestOut),
    operation_id="listRequests",
    summary="The requests of the delegations you speak for; for the desk, all",
)
def list_requests(request: HttpRequest, week: Key, chosen: Query[schemas.RequestFilter]) -> HttpResponse:
    asked: Week = request.week  # type: ignore[attr-defined]
    caller = caller_of(request)
    rows = _seen_by(caller, asked).order_by("number")
    if chosen.state:
        rows = rows.filter(state=chosen.state)
    if chosen.delegation:
        rows = rows.filter(Q(asking__key=chosen.delegation) | Q(asked__key=chosen.delegation))
    zone = zone_of(asked)
    parts = version(Delegation.objects.filter(week=asked))
    return listed(request, rows, chosen, parts, lambda keys: [told(row, zone) for row in in_order(_whole(), keys)])


@router.get(
    "/weeks/{slug:week}/requests/{int:number}", auth=READS, response=schemas.RequestOut, operation_id="getRequest", summary="One request"
)
def get_request(request: HttpRequest, week: Key, number: int) -> HttpResponse:
    row = _request(request, number)
    return answer(request, [row.changed_at], lambda: told(row, zone_of(row.week)))


@router.post(
    "/weeks/{slug:week}/requests",
    auth=WRITES,
    response={201: schemas.RequestOut},
    operation_id="fileRequest",
    summary="Ask another delegation for a bilateral",
)
def file_request(request: HttpRequest, week: Key, body: schemas.RequestIn) -> HttpResponse:
    """No time is taken. The asking side must be a delegation you speak for; the desk may file for any."""
    asked: Week = request.week  # type: ignore[attr-defined]
    caller = caller_of(request)
    parties = {row.key: row for row in Delegation.objects.filter(week=asked, key__in=[body.asking, body.asked]).select_related("week")}
    asking, other = parties.get(body.asking), parties.get(body.asked)
    if asking is None or other is None or not (caller.is_desk or asking.pk in caller.delegations()):
        raise NotFound()
    filed = actions.file_request(
        asking=asking,
        asked=other,
        minutes=body.minutes,
        subjects=body.subjects,
        needs=body.needs,
        windows=stretches(body.windows),
        preferred=stretches(body.preferred),
        pools=body.pools,
        people=_people(asking, body.people),
        seats=body.seats,
        by=caller.account,
        now=clock.now(),
    )
    return _written(filed, 201)


@router.post(
    "/weeks/{slug:week}/requests/{int:number}/accept",
    auth=WRITES,
    response=schemas.RequestOut,
    operation_id="acceptRequest",
    summary="Say yes to a request, or to the counter-offer to it",
)
def accept_request(request: HttpRequest, week: Key, number: int, body: schemas.AcceptIn) -> HttpResponse:
    """
    It becomes a meeting, not yet placed; its number is in `meeting`.

    A request is accepted by the asked side, a counter-offer by the asking side.
    """
    row = _to_answer(request, number)
    people = _people(row.asked, body.people)
    actions.accept_request(request=row, people=people, by=caller_of(request).account, now=clock.now())
    return _written(row)


@router.post(
    "/weeks/{slug:week}/requests/{int:number}/decline",
    auth=WRITES,
    response=schemas.RequestOut,
    operation_id="declineRequest",
    summary="Say no to a request, or to the counter-offer to it",
)
def decline_request(request: HttpRequest, week: Key, number: int) -> HttpResponse:
    row = _to_answer(request, number)
    actions.decline_request(request=row, by=caller_of(request).account, now=clock.now())
    return _written(row)


@router.post(
    "/weeks/{slug:week}/requests/{int:number}/counter",
    auth=WRITES,
    response=schemas.RequestOut,
    operation_id="counterRequest",
    summary="Offer another length or other hours instead",
)
def counter_request(request: HttpRequest, week: Key, number: int, body: schemas.OfferIn) -> HttpResponse:
    row = _to_answer(request, number)
    windows = stretches(body.windows)
    actions.counter_request(request=row, minutes=body.minutes, windows=windows, by=caller_of(request).account, now=clock.now())
    return _written(row)


@router.post(
    "/weeks/{slug:week}/requests/{int:number}/withdraw",
    auth=WRITES,
    response=schemas.RequestOut,
    operation_id="withdrawRequest",
    summary="Take one's own request back before it is answered",
)
def withdraw_request(request: HttpRequest, week: Key, number: int) -> HttpResponse:
    row = _request(request, number)
    caller = caller_of(request)
    if not (caller.is_desk or row.asking_id in caller.delegations()):
        raise NotFound()
    actions.withdraw_request(request=row, by=caller.account, now=clock.now())
    return _written(row)


def stretches(windows: list[Window]) -> list[Stretch]:
    return [(window.starts_at, window.ends_at) for window in windows]


def _seen_by(caller: Caller, week: Week) -> QuerySet[Request]:
    rows = Request.objects.filter(week=week)
    if caller.is_desk:
        return rows
    mine = caller.delegations()
    return rows.filter(Q(asking__in=mine) | Q(asked__in=mine))


def _whole() -> QuerySet[Request]:
    return Request.objects.select_related("week", "asking", "asked", "meeting").prefetch_related("people")


def _request(request: HttpRequest, number: int) -> Request:
    week: Week = request.week  # type: ignore[attr-defined]
    row = _seen_by(caller_of(request), week).filter(number=number).values_list("pk", flat=True).first()
    if row is None:
        raise NotFound()
    return _whole().get(pk=row)


def _to_answer(request: HttpRequest, number: int) -> Request:
    """Return the request if it is the caller's turn: the asked side's, or the asking side's once there is a counter-offer."""
    row = _request(request, number)
    caller = caller_of(request)
    turn = row.asking_id if row.state == Request.State.COUNTERED else row.asked_id
    if not (caller.is_desk or turn in caller.delegations()):
        raise NotFound()
    return row


def _people(side: Delegation, keys: list[str]) -> list[Person]:
    """
    Return the members with these keys.

    :raises NotAMember: for the first key that is nobody's of this delegation, whether or not it is somebody's elsewhere.
    """
    known = {person.key: person for person in Person.objects.filter(memberships__delegation=side, key__in=keys)}
    for key in keys:
        if key not in known:
            raise NotAMember(person=key, delegation=side.name)
    return [known[key] for key in dict.fromkeys(keys)]


def _written(row: Request, status: int = 200) -> HttpResponse:
    fresh = _whole().get(pk=row.pk)
    return written(told(fresh, zone_of(fresh.week)), status)


def told(row: Request, zone: tzinfo) -> Item:
    """Return a request as answers write it."""
    meeting: Meeting | None = getattr(row, "meeting", None)
    offer = {"minutes": row.counter["minutes"], "windows": windows_told(row.counter["windows"], zone)} if row.counter else None
    return {
        "number": row.number,
        "state": row.state,
        "asking": row.asking.key,
        "asked": row.asked.key,
        "minutes": row.minutes,
        "subjects": row.subjects,
        "needs": row.needs,
        "windows": windows_told(row.windows, zone),
        "preferred": windows_told(row.preferred, zone),
        "pools": row.pools,
        "seats": row.seats,
        "people": sorted(person.key for person in row.people.all()),
        "counter": offer,
        "answered_at": moment(row.answered_at, zone),
        "meeting": meeting.number if meeting else None,
    }
