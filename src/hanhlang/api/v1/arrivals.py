"""Late arrivals, and the agenda of one person."""

from datetime import tzinfo
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from hanhlang.api.v1 import schemas
from hanhlang.api.v1.auth import caller_of, needs
from hanhlang.api.v1.errors import NotFound
from hanhlang.api.v1.paging import Item, Paging, answer, in_order, listed, version, written
from hanhlang.api.v1.shapes import Key, brief, moment, zone_of
from hanhlang.domains.core import clock
from hanhlang.domains.delegations.models import Member
from hanhlang.domains.events.models import Participation, Place, Week
from hanhlang.domains.meetings import actions, queries
from hanhlang.domains.meetings.models import LateArrival, Promise
from hanhlang.domains.people.models import Person
from hanhlang.domains.programme.models import Speaking

router = Router(tags=["arrivals and agendas"])
WRITES = needs("arrivals:write")


@router.get(
    "/weeks/{slug:week}/late-arrivals",
    auth=needs("arrivals:read"),
    response=schemas.page_of(schemas.ArrivalOut),
    operation_id="listLateArrivals",
    summary="Who is reported to arrive late, in the order of the reports",
)
def list_late_arrivals(request: HttpRequest, week: Key, paging: Query[Paging]) -> HttpResponse:
    asked: Week = request.week  # type: ignore[attr-defined]
    rows = LateArrival.objects.filter(week=asked).order_by("reported_at", "pk")
    whole = LateArrival.objects.select_related("person")
    zone = zone_of(asked)
    return listed(request, rows, paging, [], lambda keys: [_arrival(row, zone) for row in in_order(whole, keys)])


@router.post(
    "/weeks/{slug:week}/late-arrivals",
    auth=WRITES,
    response={201: schemas.ArrivalOut},
    operation_id="reportLateArrival",
    summary="Report that somebody will arrive late",
)
def report_late_arrival(request: HttpRequest, week: Key, body: schemas.ArrivalIn) -> HttpResponse:
    """Nothing changes until the desk takes it in."""
    asked: Week = request.week  # type: ignore[attr-defined]
    person = Person.objects.filter(pk__in=Participation.objects.filter(week=asked).values("person"), key=body.person).first()
    if person is None:
        raise NotFound()
    arrival = actions.report_late_arrival(
        week=asked, person=person, arrives_at=body.arrives_at, note=body.note, by=caller_of(request).account, now=clock.now()
    )
    return written(_arrival(arrival, zone_of(asked)), 201)


@router.post(
    "/weeks/{slug:week}/late-arrivals/{uuid:arrival}/take-in",
    auth=WRITES,
    response=schemas.ArrivalOut,
    operation_id="takeInLateArrival",
    summary="Make a late arrival count for the next search",
)
def take_in_late_arrival(request: HttpRequest, week: Key, arrival: UUID) -> HttpResponse:
    asked: Week = request.week  # type: ignore[attr-defined]
    row = LateArrival.objects.filter(week=asked, pk=arrival).select_related("week", "person").first()
    if row is None:
        raise NotFound()
    taken = actions.take_in_late_arrival(arrival=row, by=caller_of(request).account, now=clock.now())
    return written(_arrival(taken, zone_of(asked)))


@router.get(
    "/weeks/{slug:week}/people/{slug:key}/agenda",
    auth=needs("agendas:read"),
    response=schemas.AgendaOut,
    operation_id="getAgenda",
    summary="What one person does when: published meetings and sessions with a role",
)
def get_agenda(request: HttpRequest, week: Key, key: Key) -> HttpResponse:
    """Your own; that of a member of a delegation you speak for; for the desk, everybody's."""
    asked: Week = request.week  # type: ignore[attr-defined]
    person = Person.objects.filter(key=key).first()
    if person is None or not _may_see(request, asked, person):
        raise NotFound()
    promises = Promise.objects.filter(person=person, meeting__week=asked)
    told = list(promises.order_by("pk").values_list("meeting", "sequence", "is_cancelled", "starts_at", "place"))
    places = version(Speaking.objects.filter(person=person, session__week=asked), Place.objects.filter(week=asked))
    sessions = version(asked.sessions.filter(speakings__person=person), asked.meetings.filter(participants__person=person))
    return answer(request, [told, *places, *sessions], lambda: _agenda(asked, person))


def _may_see(request: HttpRequest, week: Week, person: Person) -> bool:
    caller = caller_of(request)
    if person.pk == caller.person_id:
        return True
    if caller.is_desk:
        takes_part = Participation.objects.filter(week=week, person=person).exists()
        return takes_part or Speaking.objects.filter(session__week=week, person=person).exists()
    return Member.objects.filter(delegation__in=caller.delegations(), delegation__week=week, person=person).exists()


def _agenda(week: Week, person: Person) -> Item:
    zone = zone_of(week)
    return {"person": brief(person), "items": [_item(item, zone) for item in queries.agenda_of(week, person)]}


def _item(item: queries.AgendaItem, zone: tzinfo) -> Item:
    return {
        "kind": item.kind,
        "starts_at": moment(item.starts_at, zone),
        "ends_at": moment(item.ends_at, zone),
        "place": item.place.key if item.place else None,
        "session": item.session.key if item.session else None,
        "role": item.role,
        "meeting": item.meeting.number if item.meeting else None,
        "others": [brief(person) for person in item.others],
        "is_changed": item.is_changed,
        "is_illustrative": item.is_illustrative,
    }


def _arrival(row: LateArrival, zone: tzinfo) -> Item:
    return {
        "id": str(row.pk),
        "person": brief(row.person),
        "arrives_at": moment(row.arrives_at, zone),
        "note": row.note,
        "state": row.state,
        "reported_at": moment(row.reported_at, zone),
    }
