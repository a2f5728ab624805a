"""Small problems to break rules on, and random ones that use the whole model."""

from __future__ import annotations

from random import Random

from hanhlang.engine.plan import Placement, Plan, Reason, Unplaced
from hanhlang.engine.problem import (
    Apart,
    Engagement,
    Grid,
    Interval,
    Meeting,
    Person,
    Placed,
    Pool,
    Precedence,
    Problem,
    Road,
    Site,
    Unit,
    Weights,
)

NINE = 540


def grid(slots: int = 6, minutes: int = 20, **fields) -> Grid:
    values = {"id": "g", "starts": tuple(NINE + minutes * n for n in range(slots)), "minutes": minutes, "blocks": (0,) * slots}
    return Grid(**{**values, **fields})


def meeting(id: str = "m", people: tuple[str, ...] = ("ann", "bob"), **fields) -> Meeting:
    return Meeting(**{"id": id, "people": people, "minutes": 20, "grid": "g", "pools": ("hall",), **fields})


def day(*meetings: Meeting, people: tuple[Person, ...] = (), **fields) -> Problem:
    """One day in two cities, an hour apart: a hall of two tables and a hall in the other city."""
    known = {person.id: person for person in people}
    names = dict.fromkeys([*known, *(name for each in meetings for name in each.people)])
    values = {
        "sites": (Site("here"), Site("there")),
        "pools": (Pool("hall", "here", (Unit("t1"), Unit("t2"))), Pool("far", "there", (Unit("f1"),))),
        "people": tuple(known.get(name, Person(name)) for name in names),
        "grids": (grid(),),
        "meetings": meetings,
        "roads": (Road("here", "there", (60,) * 24), Road("there", "here", (60,) * 24)),
    }
    return Problem(**{**values, **fields})


def at(slot: int, id: str = "m", unit: str = "t1", teams: tuple[str, ...] = (), minutes: int = 20) -> Placement:
    return Placement(id, slot, NINE + minutes * slot, unit, teams)


def plan(*placements: Placement, lost: tuple[str, ...] = ()) -> Plan:
    return Plan(placements, tuple(Unplaced(name, Reason.CROWDED_OUT) for name in lost))


def random_problem(seed: int) -> Problem:
    """Draw two days with everything the model knows: travel, turn-round, closures, teams, locks, order, people kept apart."""
    random = Random(seed)
    business = grid(10, id="business", starts=tuple(1440 * (n // 5) + NINE + 20 * (n % 5) for n in range(10)), blocks=(0,) * 5 + (1,) * 5)
    starts = tuple(1440 * d + 480 + 15 * n for d in range(2) for n in range(24))
    fine = Grid("fine", starts, 15, tuple(start // 1440 for start in starts), count_breaks=False)
    people = tuple(_person(random, f"p{n}") for n in range(12))
    meetings = tuple(_meeting(random, n) for n in range(30))
    pools = (
        Pool("tables", "here", tuple(Unit(f"t{n}") for n in range(3))),
        Pool("rooms", "here", (Unit("r0", (Interval(500, 560),)), Unit("r1"), Unit("r2")), turnround=15, seats=3),
        Pool("far", "there", (Unit("f0"), Unit("f1", (Interval(1440, 2000),))), turnround=10),
        Pool("team", "here", (Unit("i0"), Unit("i1", (Interval(0, 600),))), turnround=10, serves="vi-en"),
        Pool("far-team", "there", (Unit("i2"),), turnround=5, serves="vi-en"),
    )
    return Problem(
        sites=(Site("there"), Site("here")),
        pools=pools,
        people=people,
        grids=(fine, business),
        meetings=meetings,
        roads=(Road("here", "there", tuple(30 + 5 * (h % 4) for h in range(24))), Road("there", "here", (45,) * 24)),
        precedences=(Precedence("m1", "m2"), Precedence("m3", "m20"), Precedence("m4", "m5")),
        apart=(Apart("p0", "p11"), Apart("p1", "p11", random.choice((0, 20, 45)))) if random.random() < 0.5 else (),
        weights=Weights(idle=random.choice((0, 1)), meal_minutes=30, moved=0, preferred=2),
        fairness=random.choice((None, None, 1)),
    )


def _person(random: Random, name: str) -> Person:
    site = random.choice(("here", "there", None))
    start = 1440 * random.randint(0, 1) + random.choice((480, 540, 600))
    engagements = (Engagement(start, start + 45, site),) if random.random() < 0.5 else ()
    windows = (Interval(500, 800), Interval(1440, 2300)) if random.random() < 0.2 else ()
    meals = (Interval(600, 660), Interval(2040, 2100))
    return Person(name, windows, engagements, meals, weight=random.randint(1, 3), in_a_row=random.randint(0, 2))


def _meeting(random: Random, number: int) -> Meeting:
    name = f"m{number}"
    if random.random() < 0.6:
        people = tuple(f"p{n}" for n in random.sample(range(11), 2))
        return Meeting(name, people, 20, "business", ("tables",), preferred=(Interval(0, 1440),) if number % 3 == 0 else ())
    people = tuple(f"p{n}" for n in random.sample(range(2, 12), random.randint(2, 4)))
    return Meeting(
        name,
        people,
        random.choice((20, 30, 40)),
        "fine",
        random.choice((("rooms",), ("far",), ("rooms", "far"))),
        value=random.choice((100, 300)),
        needs=random.choice(((), (), ("vi-en",), ("vi-en", "vi-en"))),
        windows=(Interval(480, 1000),) if random.random() < 0.2 else (),
        fixed_start=495 if random.random() < 0.1 else None,
        fixed_unit="r1" if random.random() < 0.05 else None,
    )


def published_from(found: Plan) -> tuple[Placed, ...]:
    return tuple(Placed(placement.meeting, placement.start, placement.unit) for placement in found.placements)
