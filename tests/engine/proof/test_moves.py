"""The fewest moves of an event, against trying everything."""

from __future__ import annotations

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from hanhlang.engine.proof.case import Case, breaks_of_people
from hanhlang.engine.proof.moves import fewest_moves, quick_moves
from hanhlang.engine.proof.relaxation import fewest_by_relaxation


class Heard:
    """What a proof reports."""

    def __init__(self) -> None:
        self.bounds: list[int] = []
        self.plans: list[list[int]] = []

    def at_least(self, bound: int) -> None:
        self.bounds.append(bound)

    def plan(self, placed: list[int]) -> None:
        self.plans.append(list(placed))


@st.composite
def events(draw: st.DrawFn) -> tuple[Case, list[int]]:
    slots, people = draw(st.integers(2, 4)), draw(st.integers(2, 4))
    pairs = [(one, other) for one in range(people) for other in range(one)]
    meetings = draw(st.lists(st.sampled_from(pairs), min_size=1, max_size=5))
    some = st.lists(st.integers(0, slots - 1), unique=True, min_size=1, max_size=slots).map(sorted)
    count = len(meetings)
    order = draw(st.lists(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)), max_size=1))
    case = Case(
        capacity=tuple(draw(st.lists(st.integers(0, 2), min_size=slots, max_size=slots))),
        people=people,
        meetings=tuple(meetings),
        domains=tuple(tuple(draw(some)) for _ in meetings),
        precedences=tuple((one, other) for one, other in order if one != other),
        fairness=draw(st.sampled_from([None, 0, 1])),
    )
    return case, draw(st.lists(st.integers(-1, slots - 1), min_size=count, max_size=count))


def lawful(case: Case, placed: tuple[int, ...]) -> bool:
    if any(placed.count(slot) > case.capacity[slot] for slot in placed):
        return False
    busy = [(person, slot) for people, slot in zip(case.meetings, placed, strict=True) for person in people]
    breaks = breaks_of_people(case, placed)
    fair = case.fairness is None or max(breaks) - min(breaks) <= case.fairness
    return len(set(busy)) == len(busy) and fair and all(placed[one] < placed[other] for one, other in case.precedences)


def moves(before: list[int], placed: list[int] | tuple[int, ...]) -> int:
    return sum(old >= 0 and old != new for old, new in zip(before, placed, strict=True))


@settings(max_examples=150, deadline=None)
@given(events(), st.booleans())
def test_the_proven_number_is_the_smallest_over_all_plans(event: tuple[Case, list[int]], begin_with_a_plan: bool):
    case, before = event
    best = min((moves(before, placed) for placed in product(*case.domains) if lawful(case, placed)), default=None)
    quick, whole, relaxed = Heard(), Heard(), Heard()

    settled, possible = quick_moves(case, before, quick), fewest_moves(case, before, whole, seed=0)

    known = quick.plans[0] if quick.plans and begin_with_a_plan else None
    assert possible == fewest_by_relaxation(case, before, known, relaxed, seed=0) == (best is not None)
    assert settled in (possible, None)
    for heard in (quick, whole, relaxed):
        assert all(lawful(case, tuple(placed)) for placed in heard.plans)
        assert best is None or max(heard.bounds, default=0) <= best
    if possible:
        for heard in (whole, relaxed):
            assert moves(before, heard.plans[-1]) == max(heard.bounds) == best
    if settled:
        assert min(moves(before, placed) for placed in quick.plans) == best
