"""What would help: the cheapest ways to give up something so that a meeting can be placed, each tried before it is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from hanhlang.engine.checker import check
from hanhlang.engine.explain.obstacles import Kind, Obstacle, Obstacles
from hanhlang.engine.plan import Plan
from hanhlang.engine.problem import Interval, Meeting, Person, Pool, Problem, Unit
from hanhlang.engine.replan.board import Spot
from hanhlang.engine.replan.units import name_units

WANTED = 3
# How many ways are tried until three have held.
MOST_TRIED = 60
SHORTER_STEP = 5
# By no more than half, and by no more than an hour: beyond that it is another meeting.
MOST_SHORTER = 60

# What giving up each thing costs, in points of our own: a desk moves a meeting before it opens a room, and asks a
# minister to skip a session last. People's prices are times their rank.
PRICES: dict[Kind, int] = {
    Kind.PERMITTED: 10,
    Kind.MEETING: 12,
    Kind.LOCK: 15,
    Kind.FULL: 20,
    Kind.CLOSED: 20,
    Kind.OWN_WINDOW: 20,
    Kind.TEAM: 25,
    Kind.ORDER: 25,
    Kind.WINDOW: 40,
    Kind.ENGAGEMENT: 50,
    Kind.SEATS: 60,
}
SHORTER_PRICE = 8


@dataclass(frozen=True, slots=True)
class Relaxation:
    """
    ``gives_up`` these obstacles, or ``shorter`` by minutes, and the meeting is at ``spot``.

    ``problem`` and ``plan`` are the proof: the plan is lawful for the problem and places the meeting and all that was placed before.
    """

    gives_up: tuple[Obstacle, ...]
    shorter: int
    spot: Spot
    price: int
    problem: Problem
    plan: Plan


def relaxations(problem: Problem, plan: Plan, meeting: Meeting, obstacles: Obstacles, wanted: int = WANTED) -> tuple[Relaxation, ...]:
    """Return the cheapest ways, cheapest first; none asks for all that a cheaper one asks for."""
    found: list[Relaxation] = []
    told: set[tuple[tuple[Obstacle, ...], int]] = set()
    tried = 0
    for price, gives_up, shorter, spot in _ways(obstacles, meeting):
        if len(found) >= wanted or tried >= MOST_TRIED:
            break
        if any(set(less) <= set(gives_up) and fewer <= shorter for less, fewer in told):
            continue  # asks for more than what was found already
        tried += 1
        held = _held(problem, plan, meeting, gives_up, shorter, spot, obstacles)
        if held is not None:
            told.add((gives_up, shorter))
            found.append(Relaxation(gives_up, shorter, spot, price, *held))
    return tuple(found)


def _ways(obstacles: Obstacles, meeting: Meeting) -> Iterator[tuple[int, tuple[Obstacle, ...], int, Spot]]:
    """Yield price, what is given up, minutes less, and where, cheapest first."""
    ways = []
    for shorter in range(0, min(meeting.minutes // 2, MOST_SHORTER) + 1, SHORTER_STEP):
        if shorter and meeting.minutes - shorter <= 0:
            break
        forbidden = obstacles.of(replace(meeting, minutes=meeting.minutes - shorter))
        for spot, obstacles_there in forbidden.items():
            blocking = tuple(sorted(obstacles_there))
            if shorter and blocking:
                continue  # shorter and something else: two favours, where one of them is often enough
            price = sum(_price(obstacles, obstacle) for obstacle in blocking) + (SHORTER_PRICE + shorter if shorter else 0)
            if all(obstacle.kind in PRICES for obstacle in blocking):
                ways.append((price, blocking, shorter, spot.start, spot.pool, spot))
    seen: dict[tuple[tuple[Obstacle, ...], int], int] = {}
    for price, blocking, shorter, _, _, spot in sorted(ways, key=lambda way: way[:5]):
        # The same favour at another hour is tried a few times, as what must move aside may find a place for one only.
        seen[blocking, shorter] = seen.get((blocking, shorter), 0) + 1
        if seen[blocking, shorter] <= 3:
            yield price, blocking, shorter, spot


def _price(obstacles: Obstacles, obstacle: Obstacle) -> int:
    people = obstacles.explainer.people
    if obstacle.kind in (Kind.WINDOW, Kind.ENGAGEMENT):
        return PRICES[obstacle.kind] * max(1, people[obstacle.who].weight)
    if obstacle.kind is Kind.MEETING:
        other = obstacles.explainer.meetings[obstacle.who]
        locked = PRICES[Kind.LOCK] if other.fixed_start is not None or other.fixed_unit is not None else 0
        return PRICES[obstacle.kind] * max(max(1, people[person].weight) for person in other.people) + locked
    return PRICES.get(obstacle.kind, 0)


def _held(
    problem: Problem, plan: Plan, meeting: Meeting, gives_up: tuple[Obstacle, ...], shorter: int, spot: Spot, obstacles: Obstacles
) -> tuple[Problem, Plan] | None:
    """Return problem and plan with the relaxation, if a plan that places the meeting and all that were placed comes of it."""
    minutes = meeting.minutes - shorter
    changed = _with_meeting(problem, meeting.id, lambda each: replace(each, minutes=minutes))
    for obstacle in gives_up:
        changed = _GIVE_UP[obstacle.kind](changed, obstacle, meeting.id, spot, minutes) if obstacle.kind in _GIVE_UP else changed
    aside = [obstacle.who for obstacle in gives_up if obstacle.kind is Kind.MEETING]
    placed = {placement.meeting: placement for placement in plan.placements}
    now = Obstacles(changed, Plan(tuple(placement for name, placement in placed.items() if name not in aside)))
    if spot.pool not in now.explainer.pools:
        return None
    now.board.put(meeting.id, spot)
    for name in aside:
        free = now.board.free_spots(name)
        if not free:
            return None
        old = obstacles.board.spots[name]
        now.board.put(name, min(free, key=lambda each: (each.pool != old.pool, abs(each.start - old.start), each.start)))
    naming = name_units(changed, now.explainer, now.board.spots, placed)
    if naming.placements is None:
        return None
    whole = now.explainer.complete(naming.placements)
    return None if check(replace(changed, place_all=False), whole) else (changed, whole)


def _with_meeting(problem: Problem, name: str, change: Callable[[Meeting], Meeting]) -> Problem:
    return replace(problem, meetings=tuple(change(each) if each.id == name else each for each in problem.meetings))


def _with_person(problem: Problem, name: str, change: Callable[[Person], Person]) -> Problem:
    return replace(problem, people=tuple(change(each) if each.id == name else each for each in problem.people))


def _with_pool(problem: Problem, fits: Callable[[Pool], bool], change: Callable[[Pool], Pool]) -> Problem:
    chosen = next((pool.id for pool in problem.pools if fits(pool)), None)
    return replace(problem, pools=tuple(change(each) if each.id == chosen else each for each in problem.pools))


def _permit(problem: Problem, obstacle: Obstacle, meeting: str, spot: Spot, minutes: int) -> Problem:
    return _with_meeting(problem, meeting, lambda each: replace(each, pools=(*each.pools, obstacle.who)))


def _unlock(problem: Problem, obstacle: Obstacle, meeting: str, spot: Spot, minutes: int) -> Problem:
    return _with_meeting(problem, obstacle.who, lambda each: replace(each, fixed_start=None, fixed_unit=None))


def _one_more(problem: Problem, obstacle: Obstacle, meeting: str, spot: Spot, minutes: int) -> Problem:
    more = Unit(_fresh(problem, f"{obstacle.who}+1"))
    unlocked = _with_meeting(problem, meeting, lambda each: replace(each, fixed_unit=None))
    return _with_pool(unlocked, lambda pool: pool.id == obstacle.who, lambda pool: replace(pool, units=(*pool.units, more)))


def _one_more_team(problem: Problem, obstacle: Obstacle, meeting: str, spot: Spot, minutes: int) -> Problem:
    site = next(pool.site for pool in problem.pools if pool.id == spot.pool)
    wanted = next(each for each in problem.meetings if each.id == meeting).needs.count(obstacle.who)
    more = tuple(Unit(_fresh(problem, f"{obstacle.who}+{number}")) for number in range(1, wanted + 1))
    if not any((pool.serves, pool.site) == (obstacle.who, site) for pool in problem.pools):
        fresh = Pool(_fresh(problem, f"{obstacle.who}@{site}"), site, more, serves=obstacle.who)
        return replace(problem, pools=(*problem.pools, fresh))
    return _with_pool(
        problem, lambda pool: (pool.serves, pool.site) == (obstacle.who, site), lambda pool: replace(pool, units=(*pool.units, *more))
    )


def _own_window(problem: Problem, obstacle: Obstacle, meeting: str, spot: Spot, minutes: int) -> Problem:
    return _with_meeting(problem, meeting, lambda each: replace(each, windows=(*each.windows, Interval(spot.start, spot.start + minutes))))


def _no_order(problem: Problem, obstacle: Obstacle, meeting: str, spot: Spot, minutes: int) -> Problem:
    kept = tuple(rule for rule in problem.precedences if {rule.earlier, rule.later} != {obstacle.who, meeting})
    return replace(problem, precedences=kept)


def _be_there(problem: Problem, obstacle: Obstacle, meeting: str, spot: Spot, minutes: int) -> Problem:
    hour = Interval(spot.start, spot.start + minutes)
    return _with_person(problem, obstacle.who, lambda each: replace(each, windows=(*each.windows, hour)))


def _skip(problem: Problem, obstacle: Obstacle, meeting: str, spot: Spot, minutes: int) -> Problem:
    def without(person: Person) -> Person:
        kept = tuple(item for item in person.engagements if (item.start, item.end) != (obstacle.start, obstacle.end))
        return replace(person, engagements=kept)

    return _with_person(problem, obstacle.who, without)


def _more_seats(problem: Problem, obstacle: Obstacle, meeting: str, spot: Spot, minutes: int) -> Problem:
    needed = next(max(each.seats, len(each.people)) for each in problem.meetings if each.id == meeting)
    return _with_pool(problem, lambda pool: pool.id == obstacle.who, lambda pool: replace(pool, seats=needed))


def _fresh(problem: Problem, name: str) -> str:
    known = {unit.id for pool in problem.pools for unit in pool.units} | {pool.id for pool in problem.pools}
    while name in known:
        name += "+"
    return name


_GIVE_UP: Mapping[Kind, Callable[[Problem, Obstacle, str, Spot, int], Problem]] = {
    Kind.PERMITTED: _permit,
    Kind.MEETING: _unlock,
    Kind.LOCK: _unlock,
    Kind.FULL: _one_more,
    Kind.CLOSED: _one_more,
    Kind.OWN_WINDOW: _own_window,
    Kind.TEAM: _one_more_team,
    Kind.ORDER: _no_order,
    Kind.WINDOW: _be_there,
    Kind.ENGAGEMENT: _skip,
    Kind.SEATS: _more_seats,
}
