"""Between rows and the engine: a week as a :class:`Problem`, a plan found as rows."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cached_property
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from hanhlang.domains.agenda.models import Claim, InterpreterTeam, Travel
from hanhlang.domains.core import live
from hanhlang.domains.core.multitext import MultiText
from hanhlang.domains.delegations.models import Member
from hanhlang.domains.events.models import Participation, Place, Week
from hanhlang.domains.meetings import rules
from hanhlang.domains.meetings.actions.numbers import lock_week, next_number
from hanhlang.domains.meetings.errors import PlanUnlawful
from hanhlang.domains.meetings.models import Grid, Kind, Lock, Meeting, Participant, Placement, Plan, Run, Unplaced
from hanhlang.domains.meetings.wording import sentences
from hanhlang.domains.people.models import Person
from hanhlang.domains.programme.models import Session
from hanhlang.engine import plan as found
from hanhlang.engine import problem as engine
from hanhlang.engine.checker import check
from hanhlang.engine.scoring import objective, score

MEALS = ((time(11, 30), time(13, 30)),)
MOST_IN_A_ROW = 6
MOVED_COST = 1  # half a break: moving a meeting people were told of must save at least one
BATCH = 1000


def problem_of(week: Week, *, now: datetime | None = None) -> engine.Problem:
    """
    Return everything a search for this week's meetings may know; ids are the rows' ids.

    ``now`` decides which holds still count (default: all).
    """
    meetings = list(Meeting.objects.filter(week=week, state=Meeting.State.AGREED).select_related("grid").order_by("number"))
    seats: dict[UUID, list[UUID]] = defaultdict(list)
    for meeting, person in Participant.objects.filter(meeting__in=meetings).order_by("side", "pk").values_list("meeting_id", "person_id"):
        seats[meeting].append(person)
    everybody = {person for people in seats.values() for person in people}
    return _Ground(week, everybody).problem(meetings, seats, now)


def ground_of(week: Week, people: Iterable[Person]) -> engine.Problem:
    """Return the same for the given people, before there is any meeting."""
    return _Ground(week, {person.pk for person in people}).problem([], {}, None)


@dataclass
class _Ground:
    """A week's rows seen as the engine sees them; every property is read once."""

    week: Week
    people: set[UUID]

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.week.timezone)

    @cached_property
    def origin(self) -> datetime:
        return datetime.combine(self.week.starts_on, time.min, tzinfo=self.zone)

    def minute(self, moment: datetime) -> int:
        return round((moment - self.origin).total_seconds()) // 60

    def moment(self, minute: int) -> datetime:
        return self.origin + timedelta(minutes=minute)

    def problem(self, meetings: Sequence[Meeting], seats: dict[UUID, list[UUID]], now: datetime | None) -> engine.Problem:
        published = tuple(self.published({str(meeting.pk) for meeting in meetings}))
        return engine.Problem(
            sites=tuple(engine.Site(str(site)) for site in self.week.sites.values_list("pk", flat=True)),
            pools=(*self.places.values(), *self.teams()),
            people=tuple(self.calendars()),
            grids=tuple(self.grids.values()),
            meetings=tuple(self.meetings(meetings, seats, now)),
            roads=tuple(self.roads()),
            published=published,
            weights=engine.Weights(moved=MOVED_COST if published else 0),
            origin=self.week.starts_on.isoformat(),
            timezone=self.week.timezone,
        )

    @cached_property
    def claims(self) -> list[Claim]:
        # Meetings and holds are what is being planned; only what stands beside them is given.
        kinds = (Claim.Kind.SESSION, Claim.Kind.CLOSED)
        return list(Claim.objects.filter(resource__week=self.week, kind__in=kinds).select_related("resource").order_by("start", "pk"))

    @cached_property
    def epoch(self) -> int:
        return round(self.origin.timestamp()) // 60

    def closed(self) -> dict[UUID | None, list[engine.Interval]]:
        """Return when places and teams are taken by something else, by row id."""
        times: dict[UUID | None, list[engine.Interval]] = defaultdict(list)
        for claim in self.claims:
            if key := claim.resource.place_id or claim.resource.team_id:
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

    def teams(self) -> Iterator[engine.Pool]:
        closed = self.closed()
        alike: dict[tuple[str, UUID], list[InterpreterTeam]] = defaultdict(list)
        for team in InterpreterTeam.objects.filter(week=self.week).order_by("key"):
            alike[team.pair, team.site_id].append(team)
        for number, ((pair, site), rows) in enumerate(alike.items(), start=1):
            units = tuple(engine.Unit(str(row.pk), tuple(closed[row.pk])) for row in rows)
            yield engine.Pool(f"{pair}/team-{number}", str(site), units, serves=pair)

    def roads(self) -> Iterator[engine.Road]:
        for way in Travel.objects.filter(week=self.week).order_by("pk"):
            yield engine.Road(str(way.origin_id), str(way.destination_id), tuple(way.minutes))

    def calendars(self) -> Iterator[engine.Person]:
        engagements = self.engagements()
        stays = {row.person_id: row for row in Participation.objects.filter(week=self.week)}
        heads = set(Member.objects.filter(delegation__week=self.week, is_head=True).values_list("person_id", flat=True))
        parties = dict(Member.objects.filter(delegation__week=self.week).values_list("person_id", "delegation_id"))
        for key, organisation in sorted(Person.objects.filter(pk__in=self.people).values_list("pk", "organisation_id")):
            yield engine.Person(
                str(key),
                windows=self.stay(stays.get(key)),
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
        whole = ((self.week.ends_on - self.week.starts_on).days + 1) * engine.MINUTES_A_DAY
        first = max(0, self.minute(row.arrives_at)) if row.arrives_at else 0
        last = min(whole, self.minute(row.leaves_at)) if row.leaves_at else whole
        # Somebody who never is there has no time at all; an empty tuple would say "always".
        return (engine.Interval(first, max(first, last)),)

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

    def meetings(self, rows: Sequence[Meeting], seats: dict[UUID, list[UUID]], now: datetime | None) -> Iterator[engine.Meeting]:
        locks = {
            lock.meeting_id: lock
            for lock in Lock.objects.filter(meeting__week=self.week)
            if not (now and lock.expires_at and lock.expires_at <= now)
        }
        for row in rows:
            lock = locks.get(row.pk)
            yield engine.Meeting(
                str(row.pk),
                people=tuple(str(person) for person in seats[row.pk]),
                minutes=row.minutes,
                grid=str(row.grid_id),
                pools=tuple(key for name, key in self.places if name in row.pools),
                value=row.value,
                needs=tuple(row.needs),
                windows=self.within_blocks(row),
                preferred=self.intervals(row.preferred),
                fixed_start=self.minute(lock.starts_at) if lock else None,
                fixed_unit=str(lock.place_id) if lock and lock.place_id else None,
                seats=row.seats,
                kind=row.kind,
            )

    def within_blocks(self, row: Meeting) -> tuple[engine.Interval, ...]:
        """Return where a meeting may lie: its own hours, cut to the blocks of a grid whose starts do not fix the length."""
        own = self.intervals(row.windows)
        if row.kind == Kind.BUSINESS:
            return own
        blocks = [engine.Interval(*(self.local(block["day"], block[edge]) for edge in ("from", "to"))) for block in row.grid.blocks]
        if not own:
            return tuple(blocks)
        cut = [engine.Interval(max(a.start, b.start), min(a.end, b.end)) for a in own for b in blocks]
        # Hours outside every block stay as they are: no start of the grid lies there, which is the honest answer.
        return tuple(window for window in cut if window.start < window.end) or own

    def local(self, day: str, hour: str) -> int:
        return self.minute(datetime.fromisoformat(f"{day}T{hour}").replace(tzinfo=self.zone))

    def intervals(self, windows: Iterable[Sequence[str]]) -> tuple[engine.Interval, ...]:
        return tuple(engine.Interval(self.minute(start), self.minute(end)) for start, end in rules.from_json(windows))

    def published(self, asked: set[str]) -> Iterator[engine.Placed]:
        rows = Placement.objects.filter(plan__week=self.week, plan__state=Plan.State.PUBLISHED)
        for meeting, starts_at, place in rows.values_list("meeting_id", "starts_at", "place_id"):
            if str(meeting) in asked:
                yield engine.Placed(str(meeting), self.minute(starts_at), str(place))


def store_plan(*, run: Run, problem: engine.Problem, plan: found.Plan, bound: int | None, seconds: float) -> Plan:
    """
    Keep a plan as the draft of its run, in place of the one before; older drafts of the week go.

    :raises PlanUnlawful: if the checker finds a fault in it; then nothing changes.
    """
    if faults := check(problem, plan):
        raise PlanUnlawful(fault=faults[0].text.rstrip("."))
    terms = score(problem, plan)
    said = sentences(run.week, problem, plan.unplaced)
    with transaction.atomic():
        lock_week(run.week)
        row = Plan.objects.filter(run=run, state=Plan.State.DRAFT).first()
        Plan.objects.filter(week=run.week, state=Plan.State.DRAFT).exclude(run=run).delete()
        if row is None:
            row = Plan(week=run.week, run=run, number=next_number(Plan.objects, run.week))  # type: ignore[arg-type]
        row.objective, row.bound, row.found_after_seconds = objective(terms), bound, seconds
        row.terms = [{"name": term.name, "amount": term.amount, "cost": term.cost} for term in terms]
        row.save()
        row.placements.all().delete()
        row.unplaced.all().delete()
        _store_placements(row, problem, plan)
        _store_unplaced(row, plan.unplaced, said)
        live.bump(f"plan:{run.week.key}")
    return row


def digest_of(problem: engine.Problem) -> bytes:
    """Return what the register of tools keeps a digest of."""
    return hashlib.sha256(repr(problem).encode()).digest()


def nearly_all(problem: engine.Problem, plan: found.Plan, bound: int | None) -> bool:
    """Tell whether a plan loses at most 1 % of the value beyond what is proven lost; ``bound`` is on the whole objective."""
    placed = {row.meeting for row in plan.placements}
    lost = sum(meeting.value for meeting in problem.meetings if meeting.id not in placed)
    return lost * problem.weights.unplaced <= (bound or 0) + sum(meeting.value for meeting in problem.meetings) // 100


def plan_from(row: Plan, problem: engine.Problem) -> found.Plan:
    """Return a stored plan as the engine knows it, to be judged again."""
    ground = _Ground(row.week, set())
    slots = {grid.id: {start: slot for slot, start in enumerate(grid.starts)} for grid in problem.grids}
    grids = {meeting.id: meeting.grid for meeting in problem.meetings}
    needs = {meeting.id: meeting.needs for meeting in problem.meetings}
    placements = []
    for placement in row.placements.prefetch_related("teams").order_by("pk"):
        meeting, start = str(placement.meeting_id), ground.minute(placement.starts_at)
        if meeting in grids:
            pairs = {team.pair: str(team.pk) for team in placement.teams.all()}
            teams = tuple(pairs[pair] for pair in needs[meeting])
            placements.append(found.Placement(meeting, slots[grids[meeting]][start], start, str(placement.place_id), teams))
    left = [
        found.Unplaced(
            str(unplaced.meeting_id),
            found.Reason(unplaced.reason),
            tuple(str(person.pk) for person in unplaced.people.all()),
            unplaced.resource,
        )
        for unplaced in row.unplaced.prefetch_related("people").order_by("pk")
        if str(unplaced.meeting_id) in grids
    ]
    return found.Plan(tuple(placements), tuple(left))


def _store_placements(row: Plan, problem: engine.Problem, plan: found.Plan) -> None:
    ground = _Ground(row.week, set())
    lengths = {meeting.id: meeting.minutes for meeting in problem.meetings}
    rows = [
        Placement(
            plan=row,
            meeting_id=UUID(placed.meeting),
            starts_at=ground.moment(placed.start),
            ends_at=ground.moment(placed.start + lengths[placed.meeting]),
            place_id=UUID(placed.unit),
        )
        for placed in plan.placements
    ]
    Placement.objects.bulk_create(rows, batch_size=BATCH)
    Link = Placement.teams.through
    links = [
        Link(placement_id=made.pk, interpreterteam_id=UUID(team))
        for made, placed in zip(rows, plan.placements, strict=True)
        for team in dict.fromkeys(placed.teams)
    ]
    Link.objects.bulk_create(links, batch_size=BATCH)


def _store_unplaced(row: Plan, unplaced: Sequence[found.Unplaced], said: Sequence[MultiText]) -> None:
    rows = [
        Unplaced(
            plan=row,
            meeting_id=UUID(left.meeting),
            reason=left.reason.value,
            resource=left.resource[:60],
            text=text,
        )
        for left, text in zip(unplaced, said, strict=True)
    ]
    Unplaced.objects.bulk_create(rows, batch_size=BATCH)
    Link = Unplaced.people.through
    links = [
        Link(unplaced_id=made.pk, person_id=UUID(person))
        for made, left in zip(rows, unplaced, strict=True)
        for person in dict.fromkeys(left.people)
    ]
    Link.objects.bulk_create(links, batch_size=BATCH)
