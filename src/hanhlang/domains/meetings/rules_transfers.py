"""Who must be driven when, and in which vehicle: plain functions over values, no database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

SECURITY = 15  # minutes between arriving and sitting down
TURN = 15  # minutes a driver needs before the next way
TOGETHER = 45  # so much earlier than needed somebody may be made to leave, to share a vehicle
CONVOY = 5  # vehicles at most
ROUND = 5

Travel = Callable[[UUID, UUID, int], int]  # from, to, minute of leaving: minutes on the road
Latest = Callable[[UUID, UUID, int, int], tuple[int, bool]]  # from, to, free, due: last minute to leave, whether that is too late


@dataclass(frozen=True, slots=True)
class Trip:
    """Somebody must get from one site, where they are ``free``, to another, where they are ``due``; minutes of one day."""

    person: UUID
    origin: UUID
    destination: UUID
    free: int
    due: int
    is_head: bool = False
    party: UUID | None = None


@dataclass(frozen=True, slots=True)
class Car:
    """A vehicle, its seats for passengers, and where it stands in the morning."""

    id: UUID
    seats: int
    site: UUID
    is_car: bool = True


@dataclass
class Departure:
    """All who leave one site for another at one minute; ``convoys`` lists the vehicles with who sits in them, the heads' first."""

    origin: UUID
    destination: UUID
    leaves: int
    arrives: int
    trips: list[Trip]
    convoys: list[list[tuple[Car, tuple[Trip, ...]]]] = field(default_factory=list)
    without_seat: list[Trip] = field(default_factory=list)
    too_late: list[Trip] = field(default_factory=list)

    @property
    def seats(self) -> int:
        return sum(car.seats for convoy in self.convoys for car, _ in convoy)


def departures(trips: Iterable[Trip], cars: Sequence[Car], latest: Latest, travel: Travel) -> list[Departure]:
    """
    Return when whom leaves, in time order, and in which vehicle.

    Everybody leaves as late as they can and still be in time; those who may leave a little earlier share. Nobody is left out: who has no
    vehicle is in ``without_seat``, who cannot be in time whatever drives is in ``too_late`` as well and leaves when free.
    """
    found = _departures(trips, latest, travel)
    where = {car.id: (car.site, 0) for car in cars}
    for departure in found:
        _seat(departure, cars, where, travel)
    return found


def _departures(trips: Iterable[Trip], latest: Latest, travel: Travel) -> list[Departure]:
    by_road: dict[tuple[UUID, UUID], list[tuple[int, bool, Trip]]] = defaultdict(list)
    for trip in trips:
        leave, is_late = latest(trip.origin, trip.destination, trip.free, max(trip.free, trip.due - SECURITY))
        # In round minutes, but never before somebody is free.
        by_road[trip.origin, trip.destination].append((max(trip.free, leave // ROUND * ROUND), is_late, trip))
    found = []
    for (origin, destination), waiting in by_road.items():
        left = sorted(waiting, key=lambda entry: (entry[0], entry[2].person))
        while left:
            leaves = left[0][0]
            going = [entry for entry in left if entry[2].free <= leaves and entry[0] - leaves <= TOGETHER]
            left = [entry for entry in left if entry not in going]
            row = Departure(origin, destination, leaves, leaves + travel(origin, destination, leaves), [trip for _, _, trip in going])
            row.too_late = [trip for _, is_late, trip in going if is_late]
            found.append(row)
    return sorted(found, key=lambda row: (row.leaves, row.origin, row.destination))


def _seat(departure: Departure, cars: Sequence[Car], where: dict[UUID, tuple[UUID, int]], travel: Travel) -> None:
    """Give everybody of a departure a seat, as far as vehicles can be there by then; an empty one may come from the other site."""

    def is_away(car: Car) -> bool:
        return where[car.id][0] != departure.origin

    ready = []
    for car in cars:
        site, free = where[car.id]
        way = travel(site, departure.origin, free) + TURN if site != departure.origin else 0
        if free + way <= departure.leaves:
            ready.append(car)
    small = sorted((car for car in ready if car.is_car), key=lambda car: (is_away(car), car.seats, car.id))
    large = sorted((car for car in ready if not car.is_car), key=lambda car: (is_away(car), -car.seats, car.id))
    parties: dict[UUID, list[Trip]] = defaultdict(list)
    for trip in sorted(departure.trips, key=lambda trip: (not trip.is_head, str(trip.party), trip.person)):
        parties[trip.party or trip.person].append(trip)
    heads: list[list[Trip]] = []
    others: list[list[Trip]] = []
    for group in parties.values():
        (heads if group[0].is_head else others).append(group)
    filled: list[tuple[Car, tuple[Trip, ...]]] = []
    left: list[Trip] = []
    for group in heads:
        # A head of delegation has a car of their own, shared with their own people only.
        if small:
            car = small.pop(0)
            filled.append((car, tuple(group[: car.seats])))
            left += group[car.seats :]
        else:
            left = [*group, *left]
    left += [trip for group in others for trip in group]
    for car in (*large, *small):
        if not left:
            break
        filled.append((car, tuple(left[: car.seats])))
        left = left[car.seats :]
    departure.without_seat = left
    departure.convoys = [filled[first : first + CONVOY] for first in range(0, len(filled), CONVOY)]
    for car, _ in filled:
        where[car.id] = (departure.destination, departure.arrives + TURN)


def by_hour(rows: Iterable[Departure]) -> dict[tuple[UUID, UUID], dict[int, tuple[int, int]]]:
    """Return, for each road and hour of leaving, how many people leave and how many of them have a seat."""
    found: dict[tuple[UUID, UUID], dict[int, tuple[int, int]]] = defaultdict(dict)
    for row in rows:
        people, seated = found[row.origin, row.destination].get(row.leaves // 60, (0, 0))
        seated += len(row.trips) - len(row.without_seat)
        found[row.origin, row.destination][row.leaves // 60] = (people + len(row.trips), seated)
    return dict(found)
