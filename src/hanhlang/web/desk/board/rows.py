"""A day as rows: whose it is, the blocks in it, the way between the cities, and what is free. Pure: no query, no request."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from hanhlang.domains.core.folding import fold
from hanhlang.domains.meetings.day import DAY_MINUTES, Day, Guest, Sides, Taken, departure
from hanhlang.domains.people.models import Organisation
from hanhlang.web.desk.board.words import CLASHES

# Hours meetings may lie in on a day that has none: an office day.
OFFICE_HOURS = (8 * 60, 18 * 60)
NOBODY: Sides = ((), ())
BOTH = 2


@dataclass(frozen=True, slots=True)
class Party:
    """One side of a meeting: the code and name of its delegation, else the person with the firm."""

    code: str
    name: str


@dataclass(slots=True)
class Block:
    """
    One thing in a row. ``sides`` are who asked and who was asked, ``meets`` which of them the row meets: 0, 1, or 2 for both.

    ``states`` are keys of ``words.STATES``. A hidden one says only that the time is taken.
    """

    taken: Taken
    sides: tuple[Party, ...] = ()
    meets: int = BOTH
    lane: int = 0
    is_hidden: bool = False

    @property
    def parties(self) -> tuple[Party, ...]:
        """Whom the row meets; in a place's row, both sides."""
        return self.sides[self.meets : self.meets + 1] if self.meets < len(self.sides) else self.sides

    @property
    def key(self) -> str:
        return f"b-{self.taken.spot.start}" if self.is_hidden else self.taken.key

    @property
    def kind(self) -> str:
        return "busy" if self.is_hidden else self.taken.kind

    @property
    def states(self) -> list[str]:
        one = self.taken
        if self.is_hidden:
            return []
        told = [("locked", one.is_locked), ("held", one.is_held), ("moved", one.was is not None), ("new", one.is_new)]
        told += [("leaving", one.is_leaving), ("illustrative", one.is_illustrative)]
        return [key for key, holds in told if holds] + [key for key in CLASHES if key in one.clashes]


@dataclass(frozen=True, slots=True)
class Way:
    """A stretch of the day at a site or on the road: ``kind`` is stay, road, tight (too short a time) or before (not there yet)."""

    kind: str
    start: int
    end: int
    origin: UUID
    destination: UUID


@dataclass(slots=True)
class Row:
    """One line of the board. ``path`` are the blocks its way follows; ``searched`` is folded text."""

    key: str
    name: str
    second: str = ""
    code: str = ""
    organisation: Organisation | None = None
    group: str = ""
    site: UUID | None = None
    unplaced: int = 0
    searched: str = ""
    blocks: list[Block] = field(default_factory=list)
    ghosts: list[Block] = field(default_factory=list)
    ways: list[Way] = field(default_factory=list)
    gaps: list[tuple[int, int]] = field(default_factory=list)
    lanes: int = 1
    is_changed: bool = False

    @property
    def count(self) -> int:
        """How many meetings it has that day."""
        return sum(block.kind in ("bilateral", "business", "busy") and not block.taken.is_leaving for block in self.blocks)


class Rows:
    """The rows of a day for one reader: ``sees_protected`` tells whether meetings of protected people are named to them."""

    def __init__(self, day: Day, *, sees_protected: bool) -> None:
        self.day = day
        self.protected = set() if sees_protected else {guest.id for guest in day.people.values() if guest.is_protected}
        self.parties = {
            person: Party(delegation.code, str(delegation.name))
            for delegation in day.delegations
            for person in day.members.get(delegation.pk, ())
        }

    def of(self, view: str) -> list[Row]:
        """Return the rows of ``view``: delegations by precedence, people by delegation and firm, places by city."""
        made: dict[str, Callable[[], list[Row]]] = {"delegations": self._delegations, "people": self._people, "places": self._places}
        return made[view]()

    def party(self, side: tuple[UUID, ...]) -> Party:
        for person in side:
            if party := self.parties.get(person):
                return party
        guest = self.day.people.get(side[0]) if side else None
        return Party("", f"{guest.name}, {guest.organisation}" if guest and guest.organisation else guest.name if guest else "")

    def hides(self, people: Iterable[UUID]) -> bool:
        return any(person in self.protected for person in people)

    def is_hidden(self, one: Taken) -> bool:
        return one.is_secret or self.hides(one.people)

    def _delegations(self) -> list[Row]:
        of_person = {person: key for key, people in self.day.members.items() for person in people}
        of_organisation = {delegation.organisation_id: delegation.pk for delegation in self.day.delegations}
        things: dict[UUID, list[Taken]] = defaultdict(list)
        for one in self.day.taken:
            there = {of_person[person] for person in one.people if person in of_person}
            for key in there | {of_organisation[key] for key in one.organisations if key in of_organisation}:
                things[key].append(one)
        rows = []
        for delegation in self.day.delegations:
            people = self.day.members.get(delegation.pk, ())
            row = Row(
                key=f"d-{delegation.code}",
                name=str(delegation.name),
                code=delegation.code,
                organisation=delegation.organisation,
                group=delegation.organisation.kind,
                unplaced=max((self.day.waiting.get(person, 0) for person in people), default=0),
                searched=fold(" ".join([*delegation.name.texts.values(), delegation.code, delegation.organisation.folded])),
            )
            head = self.day.heads.get(delegation.pk)
            rows.append(self._filled(row, things[delegation.pk], frozenset(people), head))
        return rows

    def _people(self) -> list[Row]:
        things: dict[UUID, list[Taken]] = defaultdict(list)
        for one in self.day.taken:
            for person in dict.fromkeys(one.people):
                things[person].append(one)
        order = {
            person: n for n, person in enumerate(person for one in self.day.delegations for person in self.day.members.get(one.pk, ()))
        }
        last = len(order)
        guests = sorted(
            self.day.people.values(), key=lambda guest: (order.get(guest.id, last), guest.organisation_folded, guest.folded, str(guest.id))
        )
        return [self._filled(self._person(guest), things[guest.id], frozenset({guest.id}), guest.id) for guest in guests]

    def _person(self, guest: Guest) -> Row:
        party = self.parties.get(guest.id)
        return Row(
            key=f"p-{guest.id}",
            name=guest.name,
            second=party.name if party else guest.organisation,
            group=guest.category,
            unplaced=self.day.waiting.get(guest.id, 0),
            searched=" ".join([guest.folded, guest.organisation_folded, fold(f"{party.name} {party.code}") if party else ""]),
        )

    def _places(self) -> list[Row]:
        things: dict[UUID, list[Taken]] = defaultdict(list)
        for one in self.day.taken:
            if one.spot.place and not one.is_part:
                things[one.spot.place].append(one)
        was: dict[UUID, list[Taken]] = defaultdict(list)
        for one in self.day.taken:
            if one.was and one.was.place and _is_today(one.was.start):
                was[one.was.place].append(one)
        order = {site.pk: n for n, site in enumerate(self.day.sites)}
        names = {site.pk: str(site.name) for site in self.day.sites}
        rows = []
        for place in sorted(self.day.places.values(), key=lambda place: (order[place.site_id], place.order, place.key)):
            if not (place.is_listed or things[place.pk]):
                continue
            row = Row(
                key=f"r-{place.key}",
                name=str(place.name),
                second=names[place.site_id],
                group=place.kind,
                site=place.site_id,
                searched=fold(" ".join([*place.name.texts.values(), names[place.site_id]])),
            )
            row.blocks = [self._block(one, one.sides != NOBODY and self.is_hidden(one)) for one in things[place.pk]]
            row.ghosts = [self._block(one, hidden=False) for one in was[place.pk] if not self.is_hidden(one)]
            rows.append(_finished(row, bool(row.ghosts)))
        return rows

    def _filled(self, row: Row, things: Sequence[Taken], people: frozenset[UUID], leader: UUID | None) -> Row:
        for one in things:
            here = [person for person in one.people if person in people]
            if one.sides == NOBODY:
                row.blocks.append(self._block(one, bool(here) and all(person in self.protected for person in here)))
                continue
            mine = [bool(people.intersection(side)) for side in one.sides]
            row.blocks.append(self._block(one, self.is_hidden(one), BOTH if mine[0] == mine[1] else mine.index(False)))
        row.ghosts = [block for block in row.blocks if block.taken.was and not block.is_hidden and _is_today(block.taken.was.start)]
        if leader not in self.protected:
            led = [block for block in row.blocks if leader in block.taken.people] or row.blocks
            path = [block.taken for block in led if not block.is_hidden and not block.taken.is_leaving and block.taken.spot.site]
            row.ways = list(ways_of(self.day, path, self.day.people.get(leader) if leader else None))
        return _finished(row, any(block.taken.was or block.taken.is_new or block.taken.is_leaving for block in row.blocks))

    def _block(self, one: Taken, hidden: bool, meets: int = BOTH) -> Block:
        sides = () if hidden or one.sides == NOBODY else tuple(self.party(side) for side in one.sides)
        return Block(one, sides, BOTH if hidden else meets, is_hidden=hidden)


def _is_today(minute: int) -> bool:
    return 0 <= minute < DAY_MINUTES


def _finished(row: Row, is_changed: bool) -> Row:
    row.is_changed = is_changed or any(block.taken.is_new or block.taken.is_leaving for block in row.blocks)
    row.lanes = lay_in_lanes(row.blocks)
    return row


def lay_in_lanes(blocks: Sequence[Block]) -> int:
    """Give each block the first lane that is free; return how many lanes that takes, at least one."""
    ends: list[int] = []
    for block in blocks:
        spot = block.taken.spot
        lane = next((index for index, end in enumerate(ends) if end <= spot.start), len(ends))
        ends[lane : lane + 1] = [spot.end]
        block.lane = lane
    return max(1, len(ends))


def ways_of(day: Day, path: Sequence[Taken], guest: Guest | None) -> Iterator[Way]:
    """
    Yield where one is through the day, from things in order of start that each have a site.

    One leaves as late as still brings one there on time; where even leaving at once is too late, the road is *tight*.
    """
    if not path:
        return
    first = path[0].spot.site
    assert first  # noqa: S101  # the caller keeps only things with a site
    at, here = (guest.arrives if guest and guest.arrives is not None else 0), first
    if at:
        yield Way("before", max(0, at - 60), at, first, first)
    free = at
    for one in path:
        there = one.spot.site or here
        if there != here:
            leave, is_tight = departure(day.roads, here, there, free, one.spot.start)
            yield Way("stay", at, leave, here, here)
            yield Way("tight" if is_tight else "road", leave, max(one.spot.start, leave), here, there)
            at, here = max(one.spot.start, leave), there
        free = max(free, one.spot.end)
    end = guest.leaves if guest and guest.leaves is not None else DAY_MINUTES
    if end > at:
        yield Way("stay", at, end, here, here)


def mark_gaps(day: Day, row: Row, least: int) -> None:
    """Write into ``row`` the spans of at least ``least`` minutes in which it could meet."""
    start, end = day.hours or OFFICE_HOURS
    busy = [(block.taken.spot.start, block.taken.spot.end) for block in row.blocks if not block.taken.is_leaving]
    busy += [(way.start, way.end) for way in row.ways if way.kind in ("road", "tight")]
    stays = [way for way in row.ways if way.kind == "stay"]
    if stays:
        start, end = max(start, stays[0].start), min(end, max(way.end for way in row.ways))
    at = start
    for taken_from, taken_to in [*sorted(busy), (end, end)]:
        if min(taken_from, end) - at >= least:
            row.gaps.append((at, min(taken_from, end)))
        at = max(at, taken_to)
