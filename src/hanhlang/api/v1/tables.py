"""At the table: a colleague instead, nobody there, and who could come now."""

from datetime import tzinfo
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from hanhlang.api.v1 import schemas_business as schemas
from hanhlang.api.v1.auth import caller_of, needs
from hanhlang.api.v1.business import _me
from hanhlang.api.v1.errors import NotFound
from hanhlang.api.v1.paging import Item, in_order, listed, written
from hanhlang.api.v1.schemas import page_of
from hanhlang.api.v1.shapes import Key, brief, moment, zone_of
from hanhlang.domains.core import clock
from hanhlang.domains.meetings import actions, business, business_day
from hanhlang.domains.meetings.models import Meeting, MissingReport, NowAsk
from hanhlang.domains.meetings.planning import come_now
from hanhlang.domains.people.models import Person

router = Router(tags=["business"])
READS, WRITES = needs("business:read"), needs("business:write")


@router.post(
    "/weeks/{slug:week}/my/meetings/{int:number}/stand-in",
    auth=WRITES,
    response=schemas.SeatOut,
    operation_id="passSeatOn",
    summary="Let a colleague take your seat at a business meeting",
)
def pass_seat_on(request: HttpRequest, week: Key, number: int, body: schemas.StandInIn) -> HttpResponse:
    """The colleague must have agreed to stand in; every rule about hours, places and people holds for them."""
    meeting, person = _meeting(request, number)
    coming = Person.objects.filter(key=body.coming, organisation=person.organisation_id).first() if person.organisation_id else None
    if coming is None:
        raise NotFound()
    seat = actions.stand_in(meeting=meeting, leaving=person, coming=coming, by=caller_of(request).account, now=clock.now())
    return written({"meeting": meeting.number, "person": brief(seat.person)})


@router.post(
    "/weeks/{slug:week}/my/meetings/{int:number}/partner-missing",
    auth=WRITES,
    response={201: schemas.MissingOut},
    operation_id="reportPartnerMissing",
    summary="Say that the other side is not at the table",
)
def report_partner_missing(request: HttpRequest, week: Key, number: int) -> HttpResponse:
    """From five minutes after the start until the end. The answer says who may be asked to come now."""
    meeting, person = _meeting(request, number)
    report = actions.report_partner_missing(meeting=meeting, waiting=person, by=caller_of(request).account, now=clock.now())
    return written(_report(report, zone_of(meeting.week)), 201)


@router.post(
    "/weeks/{slug:week}/my/meetings/{int:number}/ask-now",
    auth=WRITES,
    response={201: schemas.NowAskOut},
    operation_id="askToComeNow",
    summary="Ask somebody who is free to come to your table now",
)
def ask_to_come_now(request: HttpRequest, week: Key, number: int, body: schemas.AskNowIn) -> HttpResponse:
    meeting, person = _meeting(request, number)
    report = MissingReport.objects.filter(meeting=meeting, waiting=person).first()
    asked = Person.objects.filter(key=body.person).first()
    if report is None or asked is None:
        raise NotFound()
    ask = actions.ask_to_come_now(report=report, asked=asked, by=caller_of(request).account, now=clock.now())
    return written(_ask(_asks().get(pk=ask.pk), zone_of(meeting.week)), 201)


@router.get(
    "/weeks/{slug:week}/my/now-asks",
    auth=READS,
    response=page_of(schemas.NowAskOut),
    operation_id="listNowAsks",
    summary="Who waits at a table for you now, and whom you asked",
)
def list_now_asks(request: HttpRequest, week: Key, chosen: Query[schemas.MineFilter]) -> HttpResponse:
    asked, person = _me(request)
    here = NowAsk.objects.filter(report__meeting__week=asked)
    rows = (here.filter(asked=person) | here.filter(report__waiting=person)).order_by("at", "pk")
    zone = zone_of(asked)
    return listed(request, rows, chosen, [], lambda keys: [_ask(row, zone) for row in in_order(_asks(), keys)])


@router.post(
    "/weeks/{slug:week}/my/now-asks/{uuid:ask}/answer",
    auth=WRITES,
    response=schemas.NowAnsweredOut,
    operation_id="answerNowAsk",
    summary="Say whether you come to the table now",
)
def answer_now_ask(request: HttpRequest, week: Key, ask: UUID, body: schemas.AnswerNowIn) -> HttpResponse:
    """A yes also accepts a wish that waited between the two of you, and books the table if the rules allow it."""
    asked, person = _me(request)
    row = _asks().filter(pk=ask, asked=person, report__meeting__week=asked).first()
    if row is None:
        raise NotFound()
    by, now, placed = caller_of(request).account, clock.now(), None
    if body.comes:
        placed = come_now(ask=row, by=by, now=now)
    else:
        actions.answer_now(ask=row, comes=False, by=by, now=now)
    return written(_ask(_asks().get(pk=row.pk), zone_of(asked)) | {"placed": placed is not None})


def _meeting(request: HttpRequest, number: int) -> tuple[Meeting, Person]:
    week, person = _me(request)
    meeting = business.meeting_of(week, person, number)
    if meeting is None:
        raise NotFound()
    return meeting, person


def _asks():  # type: ignore[no-untyped-def]
    return NowAsk.objects.select_related("report__meeting__week", "report__waiting", "asked")


def _report(report: MissingReport, zone: tzinfo) -> Item:
    free = business_day.free_now(report, now=clock.now())
    return {
        "meeting": report.meeting.number,
        "at": moment(report.at, zone),
        "until": moment(report.until, zone),
        "free": [{"person": brief(one.person), "why": one.why} for one in free],
        "asks": [_ask(row, zone) for row in _asks().filter(report=report)],
    }


def _ask(row: NowAsk, zone: tzinfo) -> Item:
    return {
        "id": str(row.pk),
        "meeting": row.report.meeting.number,
        "waiting": brief(row.report.waiting),
        "asked": brief(row.asked),
        "until": moment(row.report.until, zone),
        "answer": row.answer,
    }
