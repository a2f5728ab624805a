"""A week as a :class:`Problem`: everything a search for its meetings may know; ids are the rows' ids."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from uuid import UUID

from hanhlang.domains.events.models import Week
from hanhlang.domains.meetings.models import Placement, Plan
from hanhlang.domains.meetings.planning.asking import Row, meetings_of, rows_of, seats_of
from hanhlang.domains.meetings.planning.ground import Ground
from hanhlang.domains.meetings.planning.supplies import Supplies, apart
from hanhlang.domains.meetings.reading import as_text, key_of
from hanhlang.domains.meetings.weights import WEIGHTS
from hanhlang.domains.people.models import Person
from hanhlang.engine import problem as engine


def problem_of(week: Week, *, now: datetime | None = None, weights: Mapping[str, int] | None = None) -> engine.Problem:
    """
    Return everything a search for this week's meetings may know; ids are the rows' ids.

    ``now`` decides which holds still count (default: all), ``weights`` are those that differ from the defaults.
    """
    rows, seats = rows_of(week), seats_of(week)
    everybody = {person for row in rows for person in seats.get(row.key, ())}
    return _problem(Ground(week, {UUID(person) for person in everybody}), rows, seats, now, weights or {})


def ground_of(week: Week, people: Iterable[Person]) -> engine.Problem:
    """Return the same for the given people, before there is any meeting."""
    return _problem(Ground(week, {person.pk for person in people}), [], {}, None, {})


def _problem(
    ground: Ground, rows: list[Row], seats: dict[str, list[str]], now: datetime | None, weights: Mapping[str, int]
) -> engine.Problem:
    supplies = Supplies(ground)
    published = tuple(_published(ground, {row.key for row in rows}))
    return engine.Problem(
        sites=tuple(engine.Site(str(site)) for site in ground.week.sites.values_list("pk", flat=True)),
        pools=(*ground.places.values(), *supplies.pools()),
        people=tuple(ground.calendars()),
        grids=tuple(ground.grids.values()),
        meetings=tuple(meetings_of(ground, supplies, rows, seats, now)),
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


def _published(ground: Ground, asked: Collection[str]) -> Iterator[engine.Placed]:
    placed = Placement.objects.filter(plan__week=ground.week, plan__state=Plan.State.PUBLISHED)
    minute = ground.minutes_in()
    for meeting, starts_at, place in placed.values_list(*as_text("meeting_id", "starts_at", "place_id")):
        if (key := key_of(meeting)) in asked:
            yield engine.Placed(key, minute(starts_at), key_of(place))
