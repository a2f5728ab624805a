"""A week as a :class:`Problem`: everything a search for its meetings may know; ids are the rows' ids."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from hanhlang.domains.events.models import Week
from hanhlang.domains.meetings.models import Grid, Kind, Lock, Meeting, Participant, Placement, Plan, to_be_placed
from hanhlang.domains.meetings.planning.ground import Ground
from hanhlang.domains.meetings.planning.supplies import Supplies, apart
from hanhlang.domains.meetings.weights import WEIGHTS
from hanhlang.domains.people.models import Person
from hanhlang.engine import problem as engine


def problem_of(week: Week, *, now: datetime | None = None, weights: Mapping[str, int] | None = None) -> engine.Problem:
    """
    Return everything a search for this week's meetings may know; ids are the rows' ids.

    ``now`` decides which holds still count (default: all), ``weights`` are those that differ from the defaults.
    """
    meetings = list(Meeting.objects.filter(to_be_placed(), week=week).order_by("number"))
    # A handful of grids for thousands of meetings: each is read once.
    grids = Grid.objects.in_bulk()
    for row in meetings:
        row.grid = grids[row.grid_id]
    seats: dict[UUID, list[UUID]] = defaultdict(list)
    for meeting, person in Participant.objects.filter(meeting__in=meetings).order_by("side", "pk").values_list("meeting_id", "person_id"):
        seats[meeting].append(person)
    everybody = {person for people in seats.values() for person in people}
    return _problem(Ground(week, everybody), meetings, seats, now, weights or {})


def ground_of(week: Week, people: Iterable[Person]) -> engine.Problem:
    """Return the same for the given people, before there is any meeting."""
    return _problem(Ground(week, {person.pk for person in people}), [], {}, None, {})


def _problem(
    ground: Ground, meetings: Sequence[Meeting], seats: dict[UUID, list[UUID]], now: datetime | None, weights: Mapping[str, int]
) -> engine.Problem:
    supplies = Supplies(ground)
    published = tuple(_published(ground, {str(meeting.pk) for meeting in meetings}))
    return engine.Problem(
        sites=tuple(engine.Site(str(site)) for site in ground.week.sites.values_list("pk", flat=True)),
        pools=(*ground.places.values(), *supplies.pools()),
        people=tuple(ground.calendars()),
        grids=tuple(ground.grids.values()),
        meetings=tuple(_meetings(ground, supplies, meetings, seats, now)),
        roads=tuple(ground.roads()),
        apart=apart(ground),
        published=published,
        weights=weights_of(weights, has_published=bool(published)),
        origin=ground.week.starts_on.isoformat(),
        timezone=ground.week.timezone,
    )


def weights_of(changed: Mapping[str, int], *, has_published: bool) -> engine.Weights:
    """Return the defaults but for ``changed``; where nothing is published nothing can move away from it."""
    values = {name: weight.default for name, weight in WEIGHTS.items()} | dict(changed)
    return engine.Weights(**values if has_published else values | {"moved": 0})


def _meetings(
    ground: Ground, supplies: Supplies, rows: Sequence[Meeting], seats: dict[UUID, list[UUID]], now: datetime | None
) -> Iterator[engine.Meeting]:
    locks = {
        lock.meeting_id: lock
        for lock in Lock.objects.filter(meeting__week=ground.week)
        if not (now and lock.expires_at and lock.expires_at <= now)
    }
    for row in rows:
        lock = locks.get(row.pk)
        yield engine.Meeting(
            str(row.pk),
            people=tuple(str(person) for person in seats[row.pk]),
            minutes=row.minutes,
            grid=str(row.grid_id),
            pools=tuple(key for (name, key), pool in ground.places.items() if name in row.pools and _is_there(pool, row)),
            value=row.value,
            needs=supplies.needs(row),
            windows=_within_blocks(ground, row),
            preferred=ground.intervals(row.preferred),
            fixed_start=ground.minute(lock.starts_at) if lock else None,
            fixed_unit=str(lock.place_id) if lock and lock.place_id else None,
            seats=row.seats,
            kind=row.kind,
        )


def _is_there(pool: engine.Pool, row: Meeting) -> bool:
    return row.site_id is None or pool.site == str(row.site_id)


def _within_blocks(ground: Ground, row: Meeting) -> tuple[engine.Interval, ...]:
    """Return where a meeting may lie: its own hours, cut to the blocks of a grid whose starts do not fix the length."""
    own = ground.intervals(row.windows)
    if row.kind == Kind.BUSINESS:
        return own
    blocks = [engine.Interval(*(ground.local(block["day"], block[edge]) for edge in ("from", "to"))) for block in row.grid.blocks]
    if not own:
        return tuple(blocks)
    cut = [engine.Interval(max(a.start, b.start), min(a.end, b.end)) for a in own for b in blocks]
    # Hours outside every block stay as they are: no start of the grid lies there, which is the honest answer.
    return tuple(window for window in cut if window.start < window.end) or own


def _published(ground: Ground, asked: set[str]) -> Iterator[engine.Placed]:
    rows = Placement.objects.filter(plan__week=ground.week, plan__state=Plan.State.PUBLISHED)
    for meeting, starts_at, place in rows.values_list("meeting_id", "starts_at", "place_id"):
        if str(meeting) in asked:
            yield engine.Placed(str(meeting), ground.minute(starts_at), str(place))
