"""A day's transfers, read from the agendas: who is where when, and who must be driven."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from uuid import UUID
from zoneinfo import ZoneInfo

from hanhlang.domains.agenda.models import Travel, Vehicle
from hanhlang.domains.delegations.models import Delegation, Member
from hanhlang.domains.events.models import Site, Week
from hanhlang.domains.meetings.day import Roads, departure
from hanhlang.domains.meetings.enums import Secrecy
from hanhlang.domains.meetings.models import Meeting, Participant, Placement, Plan
from hanhlang.domains.meetings.rules_transfers import Car, Departure, Trip, departures
from hanhlang.domains.meetings.visibility import Viewer, seen_by
from hanhlang.domains.people.models import Person
from hanhlang.domains.programme.models import Speaking


@dataclass(frozen=True, slots=True)
class Transfers:
    """A day's departures with the names of all in them."""

    day: date
    departures: list[Departure]
    sites: dict[UUID, Site]
    people: dict[UUID, Person]
    parties: dict[UUID, Delegation]
    vehicles: dict[UUID, Vehicle]


def transfers_of(week: Week, day: date, viewer: Viewer) -> Transfers:
    """
    Return the transfers of a local ``day``, from the published meetings whose place ``viewer`` may know and from roles in sessions.

    Somebody is driven between two things of one day at different sites. Where people sleep is not known, so the first and the last way of
    a day are not among them.
    """
    zone = ZoneInfo(week.timezone)
    start = datetime.combine(day, time.min, tzinfo=zone)
    places = _whereabouts(week, start, viewer)
    members = {row.person_id: row for row in Member.objects.filter(delegation__week=week).select_related("delegation__organisation")}
    trips = []
    for person, stops in places.items():
        row = members.get(person)
        for (_, end, here), (due, _, there) in pairwise(sorted(stops)):
            if here != there:
                party = row.delegation_id if row else None
                trips.append(Trip(person, here, there, min(end, due), due, bool(row and row.is_head), party))
    vehicles = {row.pk: row for row in Vehicle.objects.filter(week=week).order_by("key")}
    cars = [Car(row.pk, row.seats, row.site_id, row.kind == Vehicle.Kind.CAR) for row in vehicles.values()]
    roads: Roads = {(row.origin_id, row.destination_id): tuple(row.minutes) for row in Travel.objects.filter(week=week)}

    def latest(here: UUID, there: UUID, free: int, due: int) -> tuple[int, bool]:
        return departure(roads, here, there, free, due)

    def on_the_road(here: UUID, there: UUID, leaves: int) -> int:
        hours = roads.get((here, there), (0,))
        return hours[leaves // 60 % len(hours)]

    found = departures(trips, cars, latest, on_the_road)
    concerned = {trip.person for row in found for trip in row.trips}
    return Transfers(
        day,
        found,
        {site.pk: site for site in Site.objects.filter(week=week)},
        {person.pk: person for person in Person.objects.filter(pk__in=concerned).select_related("organisation")},
        {person: members[person].delegation for person in concerned if person in members},
        vehicles,
    )


def _whereabouts(week: Week, start: datetime, viewer: Viewer) -> dict[UUID, set[tuple[int, int, UUID]]]:
    """Return from when to when, in minutes of the day, each person is at which site."""
    end = start + timedelta(days=1)
    found: dict[UUID, set[tuple[int, int, UUID]]] = defaultdict(set)

    def minute(moment: datetime) -> int:
        return int((moment - start).total_seconds()) // 60

    placed = Placement.objects.filter(
        seen_by(viewer, Secrecy.PLACE, "meeting__"),
        plan__week=week,
        plan__state=Plan.State.PUBLISHED,
        meeting__state=Meeting.State.AGREED,
        starts_at__gte=start,
        starts_at__lt=end,
    )
    hours = {row[0]: row[1:] for row in placed.values_list("meeting_id", "starts_at", "ends_at", "place__site_id")}
    for meeting, person in Participant.objects.filter(meeting__in=hours).values_list("meeting_id", "person_id"):
        begins, ends, site = hours[meeting]
        found[person].add((minute(begins), minute(ends), site))
    roles = Speaking.objects.filter(session__week=week, person__isnull=False, session__starts_at__gte=start, session__starts_at__lt=end)
    for role in roles.select_related("session__place"):
        session = role.session
        where = session.place.site_id if session.place else session.site_id
        first, last = role.starts_at or session.starts_at, role.ends_at or session.ends_at
        if where and first and last and role.person_id:
            found[role.person_id].add((minute(first), minute(last), where))
    return found
