"""A week's rows seen as the engine sees them: hours as minutes, places and teams as pools, people as calendars."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import cache, cached_property
from uuid import UUID
from zoneinfo import ZoneInfo

from hanhlang.domains.agenda.models import Claim, Travel
from hanhlang.domains.delegations.models import Member
from hanhlang.domains.events.models import Participation, Place, Week
from hanhlang.domains.meetings import rules
from hanhlang.domains.meetings.models import BusinessSettings, Grid, Kind
from hanhlang.domains.people.models import Person
from hanhlang.domains.programme.models import Session
from hanhlang.engine import problem as engine

MEALS = ((time(11, 30), time(13, 30)),)
MOST_IN_A_ROW = 6


@dataclass
class Ground:
    """A week's rows seen as the engine sees them; every property is read once."""

    week: Week
    people: set[UUID]

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.week.timezone)

    @cached_property
    def origin(self) -> datetime:
        return datetime.combine(self.week.starts_on, time.min, tzinfo=self.zone)

    @cached_property
    def whole(self) -> int:
        """The minute at which the week is over."""
        return ((self.week.ends_on - self.week.starts_on).days + 1) * engine.MINUTES_A_DAY

    def minute(self, moment: datetime) -> int:
        return round((moment - self.origin).total_seconds()) // 60

    def minutes_in(self) -> Callable[[str], int]:
        """Return what turns an hour read as text into a minute of the week; of thousands of hours few differ."""

        @cache
        def minute(text: str) -> int:
            moment = datetime.fromisoformat(text)
            return self.minute(moment if moment.tzinfo else moment.replace(tzinfo=UTC))

        return minute

    def moment(self, minute: int) -> datetime:
        return self.origin + timedelta(minutes=minute)

    @cached_property
    def claims(self) -> list[Claim]:
        # Meetings and holds are what is being planned; only what stands beside them is given.
        kinds = (Claim.Kind.SESSION, Claim.Kind.CLOSED)
        return list(Claim.objects.filter(resource__week=self.week, kind__in=kinds).select_related("resource").order_by("start", "pk"))

    @cached_property
    def epoch(self) -> int:
        return round(self.origin.timestamp()) // 60

    def closed(self) -> dict[UUID | None, list[engine.Interval]]:
        """Return when places, teams and equipment are taken by something else, by row id."""
        times: dict[UUID | None, list[engine.Interval]] = defaultdict(list)
        for claim in self.claims:
            if key := claim.resource.place_id or claim.resource.team_id or claim.resource.equipment_id:
                times[key].append(engine.Interval(claim.start - self.epoch, claim.end - self.epoch))
        return times

    @cached_property
    def places(self) -> dict[tuple[str, str], engine.Pool]:
        """Return the pools of places by (name, id): rooms of one name that differ in site, seats or turn-round are pools apart."""
        closed = self.closed()
        alike: dict[tuple[str, UUID, int, int | None], list[Place]] = defaultdict(list)
        for place in Place.objects.filter(week=self.week, sharing=Place.Sharing.EXCLUSIVE).exclude(pool="").order_by("order", "key"):
            alike[place.pool, place.site_id, place.turnround_minutes, place.capacity].append(place)
        pools = {}
        for number, ((name, site, turnround, seats), rooms) in enumerate(alike.items(), start=1):
            units = tuple(engine.Unit(str(room.pk), tuple(closed[room.pk])) for room in rooms)
            pools[name, f"{name}/{number}"] = engine.Pool(f"{name}/{number}", str(site), units, turnround=turnround, seats=seats)
        return pools

    def roads(self) -> Iterator[engine.Road]:
        for way in Travel.objects.filter(week=self.week).order_by("pk"):
            yield engine.Road(str(way.origin_id), str(way.destination_id), tuple(way.minutes))

    def calendars(self) -> Iterator[engine.Person]:
        engagements = self.engagements()
        stays = {row.person_id: row for row in Participation.objects.filter(week=self.week)}
        hours = dict(BusinessSettings.objects.filter(week=self.week).exclude(hours=[]).values_list("person_id", "hours"))
        heads = set(Member.objects.filter(delegation__week=self.week, is_head=True).values_list("person_id", flat=True))
        parties = dict(Member.objects.filter(delegation__week=self.week).values_list("person_id", "delegation_id"))
        for key, organisation in sorted(Person.objects.filter(pk__in=self.people).values_list("pk", "organisation_id")):
            yield engine.Person(
                str(key),
                windows=self.available(self.stay(stays.get(key)), hours.get(key, [])),
                engagements=tuple(engagements[key]),
                meals=self.meals,
                weight=3 if key in heads else 1,
                in_a_row=MOST_IN_A_ROW,
                group=str(parties.get(key) or organisation or key),
            )

    @cached_property
    def meals(self) -> tuple[engine.Interval, ...]:
        days = (self.week.ends_on - self.week.starts_on).days + 1
        return tuple(
            engine.Interval(
                day * engine.MINUTES_A_DAY + start.hour * 60 + start.minute, day * engine.MINUTES_A_DAY + end.hour * 60 + end.minute
            )
            for day in range(days)
            for start, end in MEALS
        )

    def stay(self, row: Participation | None) -> tuple[engine.Interval, ...]:
        if row is None or not (row.arrives_at or row.leaves_at):
            return ()
        first = max(0, self.minute(row.arrives_at)) if row.arrives_at else 0
        last = min(self.whole, self.minute(row.leaves_at)) if row.leaves_at else self.whole
        # Somebody who never is there has no time at all; an empty tuple would say "always".
        return (engine.Interval(first, max(first, last)),)

    def available(self, stay: tuple[engine.Interval, ...], hours: list[list[str]]) -> tuple[engine.Interval, ...]:
        """Return when somebody is there and at the hours they gave, if they gave any."""
        own = self.intervals(hours)
        if not own or not stay:
            return own or stay
        both = [engine.Interval(max(a.start, b.start), min(a.end, b.end)) for a in stay for b in own]
        # No common hour is no time at all, as for somebody who never is there.
        return tuple(sorted((one for one in both if one.start < one.end), key=lambda one: one.start)) or (
            engine.Interval(stay[0].start, stay[0].start),
        )

    def engagements(self) -> dict[UUID | None, list[engine.Engagement]]:
        """Return what people already do, and where."""
        sites = {
            str(session): str(place_site or site) if place_site or site else None
            for session, site, place_site in Session.objects.filter(week=self.week).values_list("pk", "site_id", "place__site_id")
        }
        busy: dict[UUID | None, list[engine.Engagement]] = defaultdict(list)
        for claim in self.claims:
            if claim.resource.person_id in self.people:
                kind, _, rest = claim.source.partition(":")
                site = sites.get(rest.partition(":")[0]) if kind == "session" else None
                start, end = claim.start - self.epoch, claim.end - self.epoch
                busy[claim.resource.person_id].append(engine.Engagement(start, end, site, claim.source))
        return busy

    @cached_property
    def grids(self) -> dict[UUID, engine.Grid]:
        made = {}
        for grid in Grid.objects.filter(week=self.week).order_by("key"):
            # A grid's shortest use decides its starts; the checker sees to it that longer meetings fit elsewhere.
            length = grid.minutes if grid.kind == Kind.BUSINESS else rules.LEAST_MINUTES
            starts = rules.starts_of(grid.blocks, minutes=grid.minutes, length=length, timezone=self.week.timezone)
            made[grid.pk] = engine.Grid(
                str(grid.pk),
                starts=tuple(self.minute(at) for at, _ in starts),
                minutes=grid.minutes,
                blocks=tuple(block for _, block in starts),
                # On a five-minute grid a pause between two bilaterals is no break, it is a corridor.
                count_breaks=grid.kind == Kind.BUSINESS,
            )
        return made

    def local(self, day: str, hour: str) -> int:
        return self.minute(datetime.fromisoformat(f"{day}T{hour}").replace(tzinfo=self.zone))

    def intervals(self, windows: Iterable[Sequence[str]]) -> tuple[engine.Interval, ...]:
        return tuple(engine.Interval(self.minute(start), self.minute(end)) for start, end in rules.from_json(windows))
