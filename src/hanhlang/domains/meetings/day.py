"""One day of a week as it is taken: who and what is where when, and what of it cannot be. ``read_day`` fills it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from uuid import UUID

from hanhlang.domains.core.multitext import MultiText
from hanhlang.domains.delegations.models import Delegation
from hanhlang.domains.events.models import Place, Site, Topic, Week
from hanhlang.domains.meetings.models import Plan

DAY_MINUTES = 24 * 60
Sides = tuple[tuple[UUID, ...], tuple[UUID, ...]]  # who asked, who was asked

# Minutes from one site to another, by the local hour of leaving.
Roads = dict[tuple[UUID, UUID], tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Guest:
    """A person who takes part; ``arrives`` and ``leaves`` are minutes of the day, ``None`` when they do not fall in it."""

    id: UUID
    name: str
    folded: str
    organisation: str
    organisation_folded: str
    category: str
    is_protected: bool
    arrives: int | None = None
    leaves: int | None = None
    reported_arrival: int | None = None


@dataclass(frozen=True, slots=True)
class Spot:
    """When and where: minutes after the day's local midnight, ``place`` and ``site`` unknown when ``None``."""

    start: int
    end: int
    place: UUID | None
    site: UUID | None


@dataclass(slots=True)
class Taken:
    """
    One thing in the day. ``kind``: bilateral, business, session, hold, closed; ``sides`` are people who asked and who were asked.

    One that ``is_secret`` says no more than that the time is taken.
    ``was`` is where the published plan has it when the plan shown differs; ``is_leaving`` marks one that is only there, no more here.
    ``topics`` are keys; ``clashes`` the codes of what cannot be: person, place, road, away, late.
    """

    key: str
    kind: str
    spot: Spot
    people: tuple[UUID, ...] = ()
    organisations: tuple[UUID, ...] = ()
    sides: Sides = ((), ())
    number: int = 0
    title: str = ""
    session: str = ""
    topics: tuple[str, ...] = ()
    hatch: str = ""
    is_public: bool = True
    is_locked: bool = False
    is_held: bool = False
    is_part: bool = False
    is_secret: bool = False
    is_new: bool = False
    is_leaving: bool = False
    is_illustrative: bool = False
    was: Spot | None = None
    clashes: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Day:
    """Everything a board needs, read once. ``hours`` is when meetings may lie that day, in minutes; ``None`` if no meetings may."""

    week: Week
    day: date
    plan: Plan | None
    published: Plan | None
    sites: tuple[Site, ...]
    places: dict[UUID, Place]
    topics: tuple[Topic, ...]
    people: dict[UUID, Guest]
    delegations: tuple[Delegation, ...]
    members: dict[UUID, tuple[UUID, ...]]
    heads: dict[UUID, UUID]
    taken: tuple[Taken, ...]
    waiting: dict[UUID, int]
    roads: Roads
    hours: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Left:
    """A meeting the plan has no place for: its people by side and why, in the active language."""

    number: int
    sides: Sides
    reason: str
    text: MultiText


def departure(roads: Roads, here: UUID, there: UUID, free: int, due: int) -> tuple[int, bool]:
    """
    Return the last minute to leave ``here``, not before ``free``, so as to be ``there`` when ``due``; and whether that is too late.

    An unknown road takes no time.
    """
    hours = roads.get((here, there), (0,))
    # The road's length depends on the hour of leaving, and out of the rush a later start may arrive sooner: look back hour by hour.
    for hour in range(due // 60, free // 60 - 1, -1):
        leave = min(due - hours[hour % len(hours)], hour * 60 + 59)
        if leave >= max(free, hour * 60):
            return leave, False
    return min(free, due), True


def mark_clashes(day: Day) -> None:
    """
    Write into each thing of the day why it cannot be as it is drawn.

    Judged by itself, not by the plan's checker: sessions, arrivals and closures may have changed since the plan was made.
    """
    by_person: dict[UUID, list[Taken]] = defaultdict(list)
    by_place: dict[UUID, list[Taken]] = defaultdict(list)
    for one in day.taken:
        if one.is_leaving:
            continue
        for person in set(one.people):
            by_person[person].append(one)
        place = day.places.get(one.spot.place) if one.spot.place else None
        if place and place.sharing == Place.Sharing.EXCLUSIVE and not one.is_part:
            by_place[place.pk].append(one)
    for person, things in by_person.items():
        _mark_person(day, day.people.get(person), things)
    for things in by_place.values():
        for first, second in _overlapping(things):
            first.clashes.add("place")
            second.clashes.add("place")


def _mark_person(day: Day, guest: Guest | None, things: list[Taken]) -> None:
    for first, second in _overlapping(things):
        # One session in two roles at once is one thing to do.
        if first.session and first.session == second.session:
            continue
        first.clashes.add("person")
        second.clashes.add("person")
    for first, second in pairwise(things):
        here, there, free, due = first.spot.site, second.spot.site, first.spot.end, second.spot.start
        if here and there and here != there and free <= due and departure(day.roads, here, there, free, due)[1]:
            first.clashes.add("road")
            second.clashes.add("road")
    if guest is None:
        return
    for one in things:
        if (guest.arrives is not None and one.spot.start < guest.arrives) or (guest.leaves is not None and one.spot.end > guest.leaves):
            one.clashes.add("away")
        elif guest.reported_arrival is not None and one.spot.start < guest.reported_arrival:
            one.clashes.add("late")


def _overlapping(things: list[Taken]) -> Iterator[tuple[Taken, Taken]]:
    """Yield each pair that overlaps; ``things`` are in order of start."""
    for index, first in enumerate(things):
        for second in things[index + 1 :]:
            if second.spot.start >= first.spot.end:
                break
            yield first, second
