"""Rules that collide are named, all of them needed, and none are named where there is a plan."""

from __future__ import annotations

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.small import day, grid, meeting
from hanhlang.engine.problem import Interval, Person, Pool, Precedence, Problem, Site, Unit, Weights
from hanhlang.engine.proof.case import breaks_of_people
from hanhlang.engine.proof.collide import Loose, Rule, colliding
from hanhlang.engine.proof.rules import collision


@st.composite
def events(draw: st.DrawFn) -> Loose:
    slots, people = draw(st.integers(2, 3)), 4
    pairs = [(one, other) for one in range(people) for other in range(one)]
    meetings = draw(st.lists(st.sampled_from(pairs), unique=True, min_size=1, max_size=4))
    closed = st.lists(st.integers(0, slots - 1), unique=True, max_size=slots - 1).map(tuple)
    rarely = st.one_of(st.just(()), closed)
    count = len(meetings)
    order = draw(st.lists(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)), max_size=2, unique=True))
    return Loose(
        capacity=tuple(draw(st.lists(st.integers(0, 2), min_size=slots, max_size=slots))),
        people=people,
        meetings=tuple(meetings),
        windows=tuple(draw(rarely) for _ in range(people)),
        sessions=tuple(draw(rarely) for _ in meetings),
        locks=tuple(draw(rarely) for _ in meetings),
        precedences=tuple((one, other) for one, other in order if one != other),
        fairness=draw(st.sampled_from([None, 0])),
    )


def possible(loose: Loose, rules: set[Rule]) -> bool:
    """Tell by trying every plan whether these rules can all hold."""
    return any(_holds(loose, rules, placed) for placed in product(range(len(loose.capacity)), repeat=len(loose.meetings)))


def _holds(loose: Loose, rules: set[Rule], placed: tuple[int, ...]) -> bool:
    for kind, one, other in rules:
        if kind == "busy":
            own = [slot for people, slot in zip(loose.meetings, placed, strict=True) if one in people]
            held = len(set(own)) == len(own)
        elif kind == "window":
            held = not any(one in people and slot in loose.windows[one] for people, slot in zip(loose.meetings, placed, strict=True))
        elif kind == "session":
            held = placed[one] not in loose.sessions[one]
        elif kind == "lock":
            held = placed[one] not in loose.locks[one]
        elif kind == "order":
            held = placed[one] < placed[other]
        elif kind == "tables":
            held = all(placed.count(slot) <= capacity for slot, capacity in enumerate(loose.capacity))
        else:
            breaks = breaks_of_people(loose.case([("busy", person, -1) for person in range(loose.people)]), placed)
            held = max(breaks) - min(breaks) <= (loose.fairness or 0)
        if not held:
            return False
    return True


@settings(max_examples=150, deadline=None)
@given(events())
def test_named_rules_collide_and_without_any_one_of_them_there_is_a_plan(loose: Loose):
    everything = {*loose.rules(), *([("fairness", -1, -1)] if loose.fairness is not None else [])}

    found = colliding(loose)

    assert (found is None) == possible(loose, everything)
    if found is not None:
        rules, minimal = found
        # With fairness in the game, that nobody is in two meetings at once is taken for granted and not named.
        granted = {rule for rule in loose.rules() if rule[0] == "busy"} if ("fairness", -1, -1) in rules else set()
        assert not possible(loose, {*rules, *granted})
        if minimal:
            for rule in rules:
                assert possible(loose, {*rules, *granted} - {rule})


def event(*meetings, **fields) -> Problem:
    values = {
        "grids": (grid(2),),
        "sites": (Site("here"),),
        "roads": (),
        "pools": (Pool("hall", "here", (Unit("t1"),)),),
        "weights": Weights(preferred=0, meal=0, in_a_row=0, city_changes=0),
        "place_all": True,
    }
    return day(*meetings, **{**values, **fields})


def test_the_rules_are_named_by_the_problems_ids_in_both_languages():
    late = Person("ann", windows=(Interval(560, 900),))
    problem = event(meeting("m"), meeting("n", ("ann", "cid")), people=(late,), pools=(Pool("hall", "here", (Unit("t1"), Unit("t2"))),))

    found = collision(problem, time_limit=60.0)

    assert found is not None
    assert {(rule.kind, rule.who) for rule in found.rules} == {("busy", ("ann",)), ("window", ("ann",))}
    assert found.rules[0].text() == {"vi": "ann chỉ dự được một cuộc gặp mỗi lúc", "en": "ann can be in one meeting at a time"}


def test_locks_and_order_are_named():
    locked = event(meeting("m", fixed_start=560), meeting("n", ("cid", "dan")), precedences=(Precedence("m", "n"),))

    found = collision(locked, time_limit=60.0)

    assert found is not None
    assert {(rule.kind, rule.who) for rule in found.rules} == {("lock", ("m",)), ("order", ("m", "n"))}


def test_an_event_with_a_plan_has_no_collision():
    assert collision(event(meeting("m")), time_limit=60.0) is None
