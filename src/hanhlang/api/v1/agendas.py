"""The agenda of one person."""

from datetime import tzinfo

from django.http import HttpRequest, HttpResponse
from ninja import Router

from hanhlang.api.v1 import schemas
from hanhlang.api.v1.auth import caller_of, needs
from hanhlang.api.v1.errors import NotFound
from hanhlang.api.v1.paging import Item, answer, version
from hanhlang.api.v1.shapes import Key, brief, moment, zone_of
from hanhlang.domains.delegations.models import Member
from hanhlang.domains.events.models import Participation, Place, Week
from hanhlang.domains.meetings import queries
from hanhlang.domains.meetings.models import Promise
from hanhlang.domains.people.models import Person
from hanhlang.domains.programme.models import Speaking

router = Router(tags=["agendas"])


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
