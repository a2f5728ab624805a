"""Wishes for business meetings: one's own, or for the desk all."""

from datetime import tzinfo
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from hanhlang.api.v1 import schemas
from hanhlang.api.v1.auth import Caller, caller_of, needs
from hanhlang.api.v1.errors import NotFound
from hanhlang.api.v1.paging import Item, in_order, listed, written
from hanhlang.api.v1.shapes import Key, brief, moment, zone_of
from hanhlang.domains.core import clock
from hanhlang.domains.events.models import Participation, Week
from hanhlang.domains.meetings import actions, business
from hanhlang.domains.meetings.models import Meeting, Wish
from hanhlang.domains.people.models import Person

router = Router(tags=["wishes"])
READS, WRITES = needs("wishes:read"), needs("wishes:write")


@router.get(
    "/weeks/{slug:week}/wishes",
    auth=READS,
    response=schemas.page_of(schemas.WishOut),
    operation_id="listWishes",
    summary="Your own wishes, made and received; for the desk, all",
)
def list_wishes(request: HttpRequest, week: Key, chosen: Query[schemas.WishFilter]) -> HttpResponse:
    asked: Week = request.week  # type: ignore[attr-defined]
    rows = _seen_by(caller_of(request), asked).order_by("created_at", "pk")
    if chosen.state:
        rows = rows.filter(state=chosen.state)
    if chosen.person:
        rows = rows.filter(Q(asking__key=chosen.person) | Q(asked__key=chosen.person))
    zone = zone_of(asked)
    # Answering many at once does not touch their moment of change.
    answers = list(rows.values_list("state", "answered_at")[chosen.offset : chosen.offset + chosen.limit])
    return listed(request, rows, chosen, [answers], lambda keys: [_told(row, zone) for row in in_order(_whole(), keys)])


@router.post(
    "/weeks/{slug:week}/wishes",
    auth=WRITES,
    response={201: schemas.WishOut},
    operation_id="makeWish",
    summary="Say that somebody would like to meet somebody",
)
def make_wish(request: HttpRequest, week: Key, body: schemas.WishIn) -> HttpResponse:
    """You may wish for yourself; the desk for anybody. Both must take part in the week."""
    asked: Week = request.week  # type: ignore[attr-defined]
    caller = caller_of(request)
    there = Person.objects.filter(pk__in=Participation.objects.filter(week=asked).values("person"), key__in=[body.asking, body.asked])
    people = {person.key: person for person in there}
    asking, other = people.get(body.asking), people.get(body.asked)
    if asking is None or other is None or not (caller.is_desk or asking.pk == caller.person_id):
        raise NotFound()
    wish = actions.make_wish(week=asked, asking=asking, asked=other, message=body.message, by=caller.account, now=clock.now())
    return _written(wish, asked, 201)


@router.post(
    "/weeks/{slug:week}/wishes/{uuid:wish}/accept",
    auth=WRITES,
    response=schemas.WishOut,
    operation_id="acceptWish",
    summary="Say yes to a wish",
)
def accept_wish(request: HttpRequest, week: Key, wish: UUID) -> HttpResponse:
    """It becomes a meeting, not yet placed; its number is in `meeting`."""
    row = _to_answer(request, wish)
    actions.accept_wish(wish=row, by=caller_of(request).account, now=clock.now())
    return _written(row, row.week)


@router.post(
    "/weeks/{slug:week}/wishes/{uuid:wish}/decline",
    auth=WRITES,
    response=schemas.WishOut,
    operation_id="declineWish",
    summary="Say no to a wish",
)
def decline_wish(request: HttpRequest, week: Key, wish: UUID, body: schemas.WishNoIn | None = None) -> HttpResponse:
    row = _to_answer(request, wish)
    actions.decline_wish(wish=row, why=body.why if body else "", by=caller_of(request).account, now=clock.now())
    return _written(row, row.week)


@router.post(
    "/weeks/{slug:week}/wishes/{uuid:wish}/withdraw",
    auth=WRITES,
    response=schemas.WishOut,
    operation_id="withdrawWish",
    summary="Take one's own wish back before it is answered",
)
def withdraw_wish(request: HttpRequest, week: Key, wish: UUID) -> HttpResponse:
    row = _wish(request, wish)
    caller = caller_of(request)
    if not (caller.is_desk or row.asking_id == caller.person_id):
        raise NotFound()
    actions.withdraw_wish(wish=row, by=caller.account, now=clock.now())
    return _written(row, row.week)


def _seen_by(caller: Caller, week: Week) -> QuerySet[Wish]:
    if caller.is_desk:
        return Wish.objects.filter(week=week)
    person = Person.objects.filter(pk=caller.person_id).first() if caller.person_id else None
    return business.wishes_of(week, person) if person else Wish.objects.none()


def _whole() -> QuerySet[Wish]:
    return Wish.objects.select_related("week", "asking", "asked", "meeting")


def _wish(request: HttpRequest, pk: UUID) -> Wish:
    week: Week = request.week  # type: ignore[attr-defined]
    row = _whole().filter(pk__in=_seen_by(caller_of(request), week).filter(pk=pk).values("pk")).first()
    if row is None:
        raise NotFound()
    return row


def _to_answer(request: HttpRequest, pk: UUID) -> Wish:
    row, caller = _wish(request, pk), caller_of(request)
    if not (caller.is_desk or row.asked_id == caller.person_id):
        raise NotFound()
    return row


def _written(row: Wish, week: Week, status: int = 200) -> HttpResponse:
    return written(_told(_whole().get(pk=row.pk), zone_of(week)), status)


def _told(row: Wish, zone: tzinfo) -> Item:
    meeting: Meeting | None = getattr(row, "meeting", None)
    return {
        "id": str(row.pk),
        "state": row.state,
        "asking": brief(row.asking),
        "asked": brief(row.asked),
        "message": row.message,
        "why": row.why,
        "expires_at": moment(row.expires_at, zone),
        "answered_at": moment(row.answered_at, zone),
        "meeting": meeting.number if meeting else None,
    }
