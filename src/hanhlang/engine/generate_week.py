"""A whole synthetic week for benchmarks: days, sites, rooms, people with engagements, then meetings around a hidden plan."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from hanhlang.engine.generate import Drawing, Planted, plant_meetings
from hanhlang.engine.problem import MINUTES_A_DAY, Engagement, Grid, Interval, Person, Pool, Problem, Road, Site, Unit, Weights

DAYS = 3
DESK_MINUTES = 30
BUSINESS_SHARE = 0.5  # of the people; the rest are delegations and audience
PARTY = 4  # people in a delegation
FIRM = 3  # people of one firm
ON_END = 6  # meetings of a business person on end, in the mild edition
TABLE_LOAD = {"mild": 0.78, "tight": 0.93}
HEAD_LOAD = 0.9  # of a head's time, in the tight edition
EDITIONS = tuple(TABLE_LOAD)
IMPOSSIBLE_SHARE = 0.004  # of bilaterals and meetings together
PAIRS = ("ko-vi", "ja-vi", "zh-vi", "fr-vi")
NO_TEAM = "is-vi"
# From when to when a team of interpreters works on a day: half of them early, half late, and the other way round the day after.
TURNS = ((480, 840), (720, 1140))


def generate_week(people: int, meetings: int, bilaterals: int, sites: int, seed: int, edition: str = "mild") -> tuple[Problem, Planted]:
    """
    Draw a week of three days with ``meetings`` business meetings at the first site and ``bilaterals`` at all of them.

    The ``tight`` edition has fewer tables, counts breaks over the whole day instead of half-days, and fills the heads' days with
    other engagements until nine tenths are taken; its hidden plan stays lawful. In it business people set no limit of meetings
    on end, as in the published events: with one they must have breaks, for the slots far from lunch would stay empty.

    :raises CannotDraw: if so many meetings cannot be placed among so few people.
    """
    random = np.random.default_rng([seed, 1])
    names = [f"site{number}" for number in range(sites)]
    tight = edition == "tight"
    pools = _pools(names, meetings, bilaterals, TABLE_LOAD[edition])
    business = [
        Person(f"b{number:06d}", windows=_present(random), group=f"firm{number // FIRM}", in_a_row=0 if tight else ON_END, meals=_lunches())
        for number in range(max(10, int(people * BUSINESS_SHARE)))
    ]
    delegates = [_delegate(number, names, random) for number in range(max(10, people - len(business)))]
    problem = Problem(
        sites=tuple(Site(name) for name in names),
        pools=pools,
        people=tuple(business + delegates),
        grids=(_business_grid(blocks_a_day=1 if tight else 2), _bilateral_grid()),
        meetings=(),
        roads=tuple(Road(one, other, _drive()) for one in names for other in names if one != other),
        weights=Weights(),
        origin="2025-10-27",
        timezone="Asia/Ho_Chi_Minh",
    )
    parties: dict[str, list[str]] = {}
    for person in delegates:
        parties.setdefault(person.group, []).append(person.id)
    keys = sorted(parties)
    drawing = Drawing(
        business=[person.id for person in business],
        business_grid="business",
        business_pools=("tables",),
        parties=parties,
        bilateral_grid="bilateral",
        bilateral_pools=tuple(pool.id for pool in pools if pool.id.startswith("rooms")),
        may_fail=keys,
        pairs={party: PAIRS[index % len(PAIRS)] for index, party in enumerate(keys) if index % 3 == 0},
        no_team=NO_TEAM,
    )
    impossible = round((meetings + bilaterals) * IMPOSSIBLE_SHARE) if bilaterals else 0
    planted = plant_meetings(problem, drawing, business=meetings, bilaterals=bilaterals, impossible=impossible, seed=seed)
    problem = replace(problem, meetings=planted.meetings)
    return (fill_heads(problem, planted, random) if tight else problem), planted


def fill_heads(problem: Problem, planted: Planted, random: np.random.Generator) -> Problem:
    """Give each head with meetings further engagements, beside the hidden plan, until ``HEAD_LOAD`` of the time present is taken."""
    placed = {placement.meeting: placement.start for placement in planted.hidden.placements}
    kept: dict[str, list[Interval]] = {}
    for meeting in problem.meetings:
        if meeting.id in placed:
            for name in meeting.people:
                kept.setdefault(name, []).append(Interval(placed[meeting.id], placed[meeting.id] + meeting.minutes))
    return replace(problem, people=tuple(_filled(person, kept.get(person.id, []), random) for person in problem.people))


def _filled(person: Person, kept: list[Interval], random: np.random.Generator) -> Person:
    """Return a head with half-hours of desk work, which need no travel; anybody else as they are."""
    if person.weight == 1 or not kept:
        return person
    taken = sorted([*kept, *(Interval(engagement.start, engagement.end) for engagement in person.engagements)])
    steps = [
        Interval(start, start + DESK_MINUTES)
        for day in range(DAYS)
        for start in range(day * MINUTES_A_DAY + 480, day * MINUTES_A_DAY + 1080, DESK_MINUTES)
    ]
    free = [step for step in steps if all(step.end <= other.start or other.end <= step.start for other in taken)]
    spare = DAYS * 600 - sum(interval.end - interval.start for interval in taken)
    wanted = max(0, int((spare - (1 - HEAD_LOAD) * DAYS * 600) // DESK_MINUTES))
    chosen = [free[index] for index in sorted(random.permutation(len(free))[:wanted])]
    work = tuple(Engagement(step.start, step.end, None, "desk") for step in chosen)
    return replace(person, engagements=(*person.engagements, *work))


def _pools(names: list[str], meetings: int, bilaterals: int, load: float) -> tuple[Pool, ...]:
    slots = len(_business_grid().starts)
    tables = max(2, int(meetings / slots / load) + 1)
    rooms = max(2, bilaterals // (20 * len(names)) + 2)
    teams = max(2, bilaterals // (60 * len(names)) + 1)
    pools = [Pool("tables", names[0], tuple(Unit(f"t{number:05d}") for number in range(tables)))]
    for name in names:
        pools.append(Pool(f"rooms-{name}", name, tuple(Unit(f"{name}-r{number}") for number in range(rooms)), turnround=15, seats=12))
        for pair in PAIRS:
            units = tuple(Unit(f"{name}-{pair}-{number}", _off_duty(number)) for number in range(teams))
            pools.append(Pool(f"{pair}-{name}", name, units, turnround=10, serves=pair))
    return tuple(pools)


def _off_duty(team: int) -> tuple[Interval, ...]:
    """Return when a team does not work, night and day."""
    edges = [0]
    for day in range(DAYS):
        edges += [day * MINUTES_A_DAY + minute for minute in TURNS[(team + day) % len(TURNS)]]
    edges.append(DAYS * MINUTES_A_DAY)
    return tuple(Interval(start, end) for start, end in zip(edges[::2], edges[1::2], strict=True))


def _business_grid(blocks_a_day: int = 2) -> Grid:
    """Return 36 slots of 20 minutes: two days, mornings from 9 and afternoons from 13:30."""
    starts, blocks = [], []
    for day in range(2):
        for half, first in enumerate((540, 810)):
            for number in range(9):
                starts.append(day * 1440 + first + 20 * number)
                blocks.append(day * blocks_a_day + half * (blocks_a_day - 1))
    return Grid("business", tuple(starts), 20, tuple(blocks))


def _bilateral_grid() -> Grid:
    starts = [(day, day * 1440 + minute) for day in range(DAYS) for minute in range(480, 1080, 5)]
    return Grid("bilateral", tuple(start for _, start in starts), 5, tuple(day for day, _ in starts), count_breaks=False)


def _drive() -> tuple[int, ...]:
    return tuple(150 if hour in (7, 8, 16, 17) else 120 for hour in range(24))


def _lunches() -> tuple[Interval, ...]:
    return tuple(Interval(day * 1440 + 690, day * 1440 + 810) for day in range(DAYS))


def _present(random: np.random.Generator) -> tuple[Interval, ...]:
    """Return when someone is there: one in eight arrives late on the first day, one in eight leaves early on the last."""
    first = 480 + (int(random.integers(1, 4)) * 60 if random.random() < 0.125 else 0)
    last = (DAYS - 1) * 1440 + 1110 - (int(random.integers(1, 5)) * 60 if random.random() < 0.125 else 0)
    return (Interval(first, last),)


def _delegate(number: int, sites: list[str], random: np.random.Generator) -> Person:
    """Return one member of a delegation: the opening on day one, a few forums, some of them in another city."""
    engagements = [Engagement(480, 600, sites[0], "opening")] if number % PARTY < 2 else []
    for day in range(DAYS):
        if random.random() < 0.4:
            start = day * 1440 + int(random.choice((630, 810, 900, 960)))
            site = sites[int(random.integers(0, len(sites)))] if day else sites[0]
            engagements.append(Engagement(start, start + 90, site, "forum"))
    party = number // PARTY
    return Person(
        f"d{number:06d}",
        _present(random),
        tuple(engagements),
        _lunches(),
        weight=3 if number % PARTY == 0 else 1,
        in_a_row=3,
        group=f"party{party:04d}",
    )
