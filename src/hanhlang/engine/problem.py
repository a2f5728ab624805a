"""
The meeting problem: frozen data, ids only.

Times are whole minutes since :attr:`Problem.origin` (local midnight before the first day);
intervals are half-open, ``[start, end)``.
"""

from __future__ import annotations

from dataclasses import dataclass, field

MINUTES_A_DAY = 1440


class Strict:
    """A record whose reader refuses unknown fields: a misspelt one must not be silently ignored."""

    __slots__ = ()
    __pydantic_config__ = {"extra": "forbid"}


@dataclass(frozen=True, slots=True, order=True)
class Interval(Strict):
    """Minutes ``start <= m < end``."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Site(Strict):
    """A city with its places."""

    id: str


@dataclass(frozen=True, slots=True)
class Road(Strict):
    """Travel from one site to another; ``minutes[h]`` when leaving in local hour ``h`` (24 values)."""

    origin: str
    destination: str
    minutes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Unit(Strict):
    """One room, table or interpreters' team of a pool; ``closed`` when it cannot be used."""

    id: str
    closed: tuple[Interval, ...] = ()


@dataclass(frozen=True, slots=True)
class Pool(Strict):
    """
    Interchangeable units at one site: places for meetings, or interpreters of one language pair.

    ``turnround`` minutes are kept free after each use of a unit. ``seats`` bounds the people of a
    meeting (``None``: no bound). ``serves`` is empty for places, else the language pair that
    meetings name in ``needs``. With ``serves`` a unit is a team that stays at this site.
    """

    id: str
    site: str
    units: tuple[Unit, ...]
    turnround: int = 0
    seats: int | None = None
    serves: str = ""


@dataclass(frozen=True, slots=True)
class Engagement(Strict):
    """Something a person already does; ``site`` is ``None`` where the place does not matter."""

    start: int
    end: int
    site: str | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class Person(Strict):
    """
    A calendar that meetings need. ``windows``: when the person may meet at all (empty: always).
    ``meals``: intervals in which at least ``Weights.meal_minutes`` should stay free.
    ``weight`` scales this person's soft terms (rank), ``in_a_row`` is the most meetings on end.
    """

    id: str
    windows: tuple[Interval, ...] = ()
    engagements: tuple[Engagement, ...] = ()
    meals: tuple[Interval, ...] = ()
    weight: int = 1
    in_a_row: int = 0
    group: str = ""


@dataclass(frozen=True, slots=True)
class Grid(Strict):
    """
    Permitted starts, ascending; slot ``n`` starts at ``starts[n]`` and is ``minutes`` long for break counting.

    ``blocks[n]`` is the block (day, half-day) of slot ``n``; a break is a maximal run of slots of
    one block without a meeting of the person between two slots of that block with one. Meetings on
    a grid with ``count_breaks`` false cause none.
    """

    id: str
    starts: tuple[int, ...]
    minutes: int
    blocks: tuple[int, ...]
    count_breaks: bool = True


@dataclass(frozen=True, slots=True)
class Meeting(Strict):
    """
    An encounter to place: all of ``people``, for ``minutes``, starting on ``grid``, in a unit of one of ``pools``
    and, for each language pair in ``needs``, a unit of an interpreters' pool at that place's site.

    ``windows``: the meeting lies inside one of them (empty: anywhere). ``preferred``: soft.
    ``fixed_start`` / ``fixed_unit``: a lock or hold. ``value`` is lost when it is not placed.
    """

    id: str
    people: tuple[str, ...]
    minutes: int
    grid: str
    pools: tuple[str, ...]
    value: int = 100
    needs: tuple[str, ...] = ()
    windows: tuple[Interval, ...] = ()
    preferred: tuple[Interval, ...] = ()
    fixed_start: int | None = None
    fixed_unit: str | None = None
    seats: int = 0
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Precedence(Strict):
    """``earlier`` ends before ``later`` starts, when both are placed."""

    earlier: str
    later: str


@dataclass(frozen=True, slots=True)
class Apart(Strict):
    """
    Two people who never are in the same pool at overlapping times, nor one soon after the other.

    ``minutes`` are the fewest between two such meetings; the pool's turn-round counts in any case.
    """

    first: str
    second: str
    minutes: int = 0


@dataclass(frozen=True, slots=True)
class Weights(Strict):
    """Price of one unit of each soft term; 0 switches the term off."""

    unplaced: int = 1  # per point of value not placed
    breaks: int = 2  # per break on a grid
    idle: int = 0  # per started 10 idle minutes between two meetings of one block
    preferred: int = 1  # per meeting outside its preferred times
    meal: int = 5  # per meal without meal_minutes on end
    in_a_row: int = 3  # per meeting beyond Person.in_a_row on end
    city_changes: int = 4  # per change of site of a person within a day
    moved: int = 0  # per meeting not where Problem.published has it
    meal_minutes: int = 40


@dataclass(frozen=True, slots=True)
class Placed(Strict):
    """Where a published plan has a meeting."""

    meeting: str
    start: int
    unit: str


@dataclass(frozen=True, slots=True)
class Problem(Strict):
    """Everything a search may know. ``fairness`` bounds max - min breaks between people (hard)."""

    sites: tuple[Site, ...]
    pools: tuple[Pool, ...]
    people: tuple[Person, ...]
    grids: tuple[Grid, ...]
    meetings: tuple[Meeting, ...]
    roads: tuple[Road, ...] = ()
    precedences: tuple[Precedence, ...] = ()
    apart: tuple[Apart, ...] = ()
    published: tuple[Placed, ...] = ()
    weights: Weights = field(default_factory=Weights)
    fairness: int | None = None
    place_all: bool = False  # every meeting must be placed: benchmark formats
    origin: str | None = None  # ISO date of minute 0
    timezone: str | None = None
    format: str = "hanhlang"
