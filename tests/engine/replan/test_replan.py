"""Re-planning keeps its promises: lawful, little moved, honest about what is proven."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from itertools import combinations
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.small import NINE, day, grid, meeting, plan, random_problem
from hanhlang.engine.checker import check
from hanhlang.engine.plan import Placement, Plan, Status
from hanhlang.engine.problem import Apart, Engagement, Interval, Person, Pool, Precedence, Problem, Unit
from hanhlang.engine.replan import Replanned, replan
from hanhlang.engine.replan import changes as happened
from hanhlang.engine.scoring import objective, score
from hanhlang.engine.solve import solve


def spots(problem: Problem, found: Plan) -> dict[str, tuple[int, str]]:
    pool_of = {unit.id: pool.id for pool in problem.pools for unit in pool.units}
    return {placement.meeting: (placement.start, pool_of[placement.unit]) for placement in found.placements}


def moved(problem: Problem, before: Plan, after: Plan) -> int:
    """Count, apart from the engine, the meetings of both problem and plan that are at another hour or pool, or nowhere."""
    there, names = spots(problem, after), {each.id for each in problem.meetings}
    was = {name: spot for name, spot in spots(problem, before).items() if name in names}
    return sum(there.get(name) != spot for name, spot in was.items())


def random_changes(random: Random, problem: Problem, before: Plan) -> list[happened.Change]:
    """Draw one to three things that happen."""
    people, units = [person.id for person in problem.people], [unit.id for pool in problem.pools for unit in pool.units]
    names = [each.id for each in problem.meetings]
    start = random.choice((480, 540, 600, 1980, 2040))
    placed = [placement.meeting for placement in before.placements if placement.meeting != names[-1]]
    draws = [
        lambda: happened.Absent(random.choice(people), start, start + random.choice((45, 90, 240))),
        lambda: happened.Late(random.choice(people), start),
        lambda: happened.Leaves(random.choice(people), start),
        lambda: happened.UnitClosed(random.choice(units), start, start + 120),
        lambda: happened.UnitAdded(random.choice([pool.id for pool in problem.pools]), "fresh"),
        lambda: happened.PoolReduced(problem.pools[0].id, max(0, len(problem.pools[0].units) - 1), start, start + 300),
        lambda: happened.RoadSlower("here", "there", random.choice((90, 120, None)), 8, 12),
        lambda: happened.MeetingAdded(replace(random.choice(problem.meetings), id="fresh", fixed_start=None, fixed_unit=None)),
        lambda: happened.MeetingWithdrawn(names[-1]),
        lambda: happened.MeetingLength(random.choice(names[:-1]), random.choice((10, 35, 60))),
        lambda: happened.SessionMoved(tuple(random.sample(people, 2)), new=Engagement(start, start + 60, "there")),
        lambda: happened.Locked(random.choice(placed)) if placed else happened.Unlocked(names[0]),
    ]
    return [draw() for draw in random.sample(draws, random.randint(1, 3))]


def kept_greedily(problem: Problem, before: Plan, asked: set[str]) -> int:
    """Return the value, of ``asked``, that keeping what can stay and seating the rest for free gives; our own loop and the checker."""
    kept: list[Placement] = []
    known = {each.id for each in problem.meetings}

    def lawful(placements: list[Placement]) -> bool:
        rules = {each.rule for each in check(replace(problem, fairness=None, place_all=False), Plan(tuple(placements)))}
        return rules <= {"once_each"}

    for placement in before.placements:
        if placement.meeting in known and lawful([*kept, placement]):
            kept.append(placement)
    value = {each.id: each.value for each in problem.meetings}
    return sum(value[placement.meeting] for placement in kept if placement.meeting in asked)


def promises_kept(problem: Problem, changed: Problem, before: Plan, found: Replanned) -> None:
    old = {placement.meeting for placement in before.placements}
    known = {each.id for each in problem.meetings}
    asked = {each.id for each in changed.meetings if each.id in old or each.id not in known}
    value = {each.id: each.value for each in changed.meetings}
    assert found.alternatives
    for one in found.alternatives:
        assert check(changed, one.plan) == ()
        assert one.columns.moves == moved(changed, before, one.plan)
        assert one.columns.moves >= found.bound
        assert one.columns.cost == objective(score(changed, one.plan))
        there = {placement.meeting for placement in one.plan.placements}
        assert one.lost_value == sum(value[name] for name in asked - there) >= found.value_bound
        differing = {
            person
            for each in changed.meetings
            for person in each.people
            if {(p.start, p.unit) for p in before.placements if p.meeting == each.id}
            != {(p.start, p.unit) for p in one.plan.placements if p.meeting == each.id}
        }
        assert set(one.told) == differing
        assert one.best_in
    first = found.alternatives[0]
    assert found.proven == (first.columns.moves == found.bound)
    for one, other in combinations(found.alternatives, 2):
        elsewhere = set(spots_with_units(one.plan)) ^ set(spots_with_units(other.plan))
        assert one.told != other.told or len({name for name, _, _ in elsewhere}) >= 3


def spots_with_units(found: Plan) -> list[tuple[str, int, str]]:
    return [(placement.meeting, placement.start, placement.unit) for placement in found.placements]


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_every_alternative_for_a_random_week_is_lawful_and_counted_rightly(seed: int):
    random, problem = Random(seed), random_problem(seed)
    before = solve(problem, iterations=4000, workers=1, seed=seed).plan
    assert before is not None

    changed, found = replan(problem, before, random_changes(random, problem, before), time_limit=1.0)

    promises_kept(problem, changed, before, found)
    if problem.fairness is None:
        asked = {placement.meeting for placement in before.placements}
        value = {each.id: each.value for each in changed.meetings}
        there = {placement.meeting for placement in found.alternatives[0].plan.placements}
        assert sum(value[name] for name in asked & there) >= kept_greedily(changed, before, asked)


def tiny(random: Random) -> Problem:
    """Four meetings of five people in three slots, two tables here, a room there, sometimes all rules at once."""
    meetings = [
        meeting(
            f"m{number}",
            tuple(random.sample(("ann", "bob", "cid", "dan", "eve"), 2)),
            pools=random.choice((("hall",), ("hall", "far"), ("far",))),
            value=random.choice((100, 100, 250)),
            minutes=random.choice((20, 20, 30)),
            needs=("vi-en",) if random.random() < 0.3 else (),
            fixed_unit="t1" if random.random() < 0.15 else None,
        )
        for number in range(4)
    ]
    meetings = [replace(each, pools=("hall",)) if each.fixed_unit else each for each in meetings]
    pools = (
        Pool(
            "hall",
            "here",
            (Unit("t1", (Interval(NINE, NINE + 20),) if random.random() < 0.3 else ()), Unit("t2")),
            turnround=5 * random.randint(0, 1),
        ),
        Pool("far", "there", (Unit("f1"),)),
        Pool("team", "here", (Unit("i1"),), serves="vi-en"),
        Pool("far-team", "there", (Unit("i2"),), serves="vi-en"),
    )
    return day(
        *meetings,
        people=tuple(Person(name) for name in ("ann", "bob", "cid", "dan", "eve")),
        pools=pools,
        grids=(grid(4),),
        precedences=(Precedence("m0", "m1"),) if random.random() < 0.4 else (),
        apart=(Apart("ann", "eve"),) if random.random() < 0.4 and not any({"ann", "eve"} <= set(each.people) for each in meetings) else (),
        fairness=random.choice((None, None, 0)),
    )


def every_plan(problem: Problem) -> list[Plan]:
    """List every lawful plan, units and teams included, by trying everything; the checker prunes."""
    relaxed = replace(problem, fairness=None)
    places = {pool.id: pool for pool in problem.pools}
    found: list[Plan] = []

    def extend(number: int, placements: tuple[Placement, ...]) -> None:
        if number == len(problem.meetings):
            whole = plan(*placements, lost=tuple(each.id for each in problem.meetings if each.id not in {p.meeting for p in placements}))
            if not check(problem, whole):
                found.append(whole)
            return
        each = problem.meetings[number]
        extend(number + 1, placements)
        for pool in (places[name] for name in each.pools):
            teams = tuple(team.units[0].id for team in problem.pools if team.serves and team.site == pool.site and each.needs)
            for unit in pool.units:
                for slot, start in enumerate(problem.grids[0].starts):
                    more = (*placements, Placement(each.id, slot, start, unit.id, teams))
                    if {violation.rule for violation in check(relaxed, Plan(more))} <= {"once_each"}:
                        extend(number + 1, more)

    extend(0, ())
    return found


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 1_000_000))
def test_proven_means_what_trying_every_plan_finds(seed: int):
    random = Random(seed)
    problem = tiny(random)
    before = random.choice(every_plan(problem))
    changes = random_changes(random, problem, before)

    changed, found = replan(problem, before, changes, time_limit=20.0)

    promises_kept(problem, changed, before, found)
    old = {placement.meeting for placement in before.placements}
    known = {each.id for each in problem.meetings}
    asked = [each for each in changed.meetings if each.id in old or each.id not in known]
    by_loss: dict[int, int] = defaultdict(lambda: 99)
    for one in every_plan(changed):
        there = {placement.meeting for placement in one.placements}
        loss = sum(each.value for each in asked if each.id not in there)
        by_loss[loss] = min(by_loss[loss], moved(changed, before, one))
    first = found.alternatives[0]
    assert found.bound <= min(moves for loss, moves in by_loss.items() if loss <= first.lost_value)
    assert found.value_bound <= min(by_loss)
    if found.value_proven:
        assert first.lost_value == min(by_loss)
    if found.status is Status.OPTIMAL:
        assert (first.lost_value, first.columns.moves) == min(by_loss.items())
