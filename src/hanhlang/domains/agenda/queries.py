"""Questions about who and what is taken."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from hanhlang.domains.agenda.models import Claim, Equipment, Feed, InterpreterTeam, Resource
from hanhlang.domains.events.models import Participation, Place, Week
from hanhlang.domains.people.models import Person


@dataclass(frozen=True)
class Resources:
    """The resource numbers of a week, by what they stand for. Asking for an unknown one raises ``KeyError``."""

    people: dict[UUID, int]
    places: dict[UUID, int]
    teams: dict[UUID, int]
    equipment: dict[UUID, int]

    def person(self, key: UUID) -> int:
        return self.people[key]

    def place(self, key: UUID) -> int:
        return self.places[key]

    def team(self, key: UUID) -> int:
        return self.teams[key]

    def thing(self, key: UUID) -> int:
        return self.equipment[key]


def resource_ids(week: Week, people: Iterable[UUID] = ()) -> Resources:
    """Return the resource numbers of all who take part, of ``people`` besides, and of all that can be taken; missing ones are made."""
    make_resources(week, people)
    found = Resources({}, {}, {}, {})
    kinds = ("person_id", "place_id", "team_id", "equipment_id")
    for number, person, place, team, equipment in Resource.objects.filter(week=week).values_list("id", *kinds):
        if person:
            found.people[person] = number
        elif place:
            found.places[place] = number
        elif team:
            found.teams[team] = number
        elif equipment:
            found.equipment[equipment] = number
    return found


def make_resources(week: Week, people: Iterable[UUID] = ()) -> None:
    """Make the resources that the week's people, places, teams and equipment do not have yet; two at once make each only once."""
    kind = Resource.Kind
    known = set(Resource.objects.filter(week=week).values_list("person_id", flat=True))
    there = {*Participation.objects.filter(week=week).values_list("person_id", flat=True), *people} - known
    places = Place.objects.filter(week=week, resources=None).values_list("pk", flat=True)
    teams = InterpreterTeam.objects.filter(week=week, resources=None).values_list("pk", flat=True)
    equipment = Equipment.objects.filter(week=week, resources=None).values_list("pk", flat=True)
    made = [Resource(week=week, kind=kind.PERSON, person_id=key) for key in sorted(there)]
    made += [Resource(week=week, kind=kind.PLACE, place_id=key) for key in places]
    made += [Resource(week=week, kind=kind.TEAM, team_id=key) for key in teams]
    made += [Resource(week=week, kind=kind.EQUIPMENT, equipment_id=key) for key in equipment]
    Resource.objects.bulk_create(made, ignore_conflicts=True, batch_size=500)


def claims_of_person(week: Week, person: Person) -> list[Claim]:
    """Return what one person is taken for in the week, in time order."""
    return list(Claim.objects.filter(resource__week=week, resource__person=person).order_by("start", "end"))


def token_hash(token: str) -> str:
    """Return what is kept of a feed's token."""
    return hashlib.sha256(token.encode()).hexdigest()


def feed_owner(token: str, now: datetime) -> Feed | None:
    """Return the living feed of ``token``. The look-up is by hash, so its time tells nothing about the token."""
    feed = Feed.objects.select_related("week", "person").filter(token_hash=token_hash(token), revoked_at=None).first()
    return feed if feed and now < feeds_end(feed.week) else None


def feeds_end(week: Week) -> datetime:
    """Return when the calendar addresses of a week end: at midnight after its last day, by its own clocks."""
    return datetime.combine(week.ends_on + timedelta(days=1), time.min, tzinfo=ZoneInfo(week.timezone))
