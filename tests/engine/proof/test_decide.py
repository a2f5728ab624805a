"""The proofs say what trying everything says, on small events of every kind."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hanhlang.engine.formats import csplib046
from hanhlang.engine.problem import Grid, Interval, Meeting, Person, Pool, Precedence, Problem, Site, Unit, Weights
from hanhlang.engine.proof import decide as decide_module
from hanhlang.engine.proof.bounds import Bound
from hanhlang.engine.proof.case import breaks_of_people, most_breaks, tightened
from hanhlang.engine.proof.decide import decide, with_at_most
from hanhlang.engine.proof.journeys import decide_journeys
from hanhlang.engine.proof.shape import event_case, journeys

from .brute import any_journey, is_lawful, least_breaks


class Heard:
    def __init__(self) -> None:
        self.bounds: list[int] = []
        self.placed: list[int] | None = None

    def at_least(self, bound: int) -> None:
        self.bounds.append(bound)

    def plan(self, placed) -> None:
        self.placed = list(placed)


@st.composite
def windows(draw, slots: int) -> tuple[Interval, ...]:
    shut = draw(st.sets(st.integers(0, slots - 1), max_size=2)) if draw(st.integers(0, 3)) == 0 else set()
    return tuple(Interval(slot, slot + 1) for slot in range(slots) if slot not in shut) if shut else ()


@st.composite
def events(draw, everybody_busy: bool = False) -> Problem:
    slots, people = draw(st.integers(2, 6)), draw(st.integers(2, 4 if everybody_busy else 6))
    couples = [(first, second) for first in range(people) for second in range(first + 1, people)]
    chosen = draw(st.lists(st.sampled_from(couples), min_size=1, max_size=6, unique=True))
    if draw(st.integers(0, 5)) == 0:
        chosen[0] = (*chosen[0], (chosen[0][1] + 1) % people) if people > 2 and (chosen[0][1] + 1) % people not in chosen[0] else chosen[0]
    meetings = tuple(
        Meeting(
            str(number),
            tuple(str(person) for person in party),
            1,
            "slots",
            ("tables",),
            windows=draw(windows(slots)),
            fixed_start=draw(st.integers(0, slots - 1)) if draw(st.integers(0, 5)) == 0 else None,
        )
        for number, party in enumerate(chosen)
    )
    order = draw(st.lists(st.tuples(st.integers(0, len(chosen) - 1), st.integers(0, len(chosen) - 1)), max_size=2))
    return Problem(
        sites=(Site("hall"),),
        pools=(
            Pool(
                "tables",
                "hall",
                tuple(
                    Unit(str(unit), closed=(Interval(0, 2),) if draw(st.integers(0, 4)) == 0 else ())
                    for unit in range(draw(st.integers(1, 3)))
                ),
            ),
        ),
        people=tuple(Person(str(person), windows=() if everybody_busy else draw(windows(slots))) for person in range(people)),
        grids=(Grid("slots", tuple(range(slots)), 1, (0,) * slots),),
        meetings=meetings,
        precedences=tuple(Precedence(str(earlier), str(later)) for earlier, later in order if earlier != later),
        weights=Weights(breaks=1),
        fairness=draw(st.sampled_from([None, 0, 1, 2])),
        place_all=True,
    )


def assert_proof_is_true(problem: Problem) -> None:
    case, heard = event_case(problem), Heard()
    assert case is not None

    possible = decide(case, heard, seed=0)

    expected = least_breaks(problem)
    assert possible == (expected is not None)
    assert all(bound <= expected for bound in heard.bounds if expected is not None)
    if possible:
        assert heard.placed is not None
        assert is_lawful(problem, heard.placed)
        assert heard.bounds[-1] == expected


@settings(max_examples=250, deadline=None)
@given(events())
def test_an_event_is_proven_to_its_true_optimum_or_to_be_impossible(problem):
    assert_proof_is_true(problem)


@settings(max_examples=150, deadline=None)
@given(events(everybody_busy=True))
def test_fairness_counts_from_the_least_breaks_and_not_from_none(problem):
    assert_proof_is_true(problem)


@settings(max_examples=300, deadline=None)
@given(events())
def test_questions_about_a_few_who_may_have_breaks_lead_to_the_same_optimum(problem):
    case, expected = event_case(problem), least_breaks(problem)
    domains = tightened(case)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(decide_module, "LEAST", 1)  # small groups are else asked whole
        for breaks in range(5 if expected is None else expected + 1) if domains is not None else ():
            placed = with_at_most(case, domains, most_breaks(case, domains), Bound([0] * case.people, lower=breaks), seed=0)

            assert (placed is None) == (breaks != expected)
            assert placed is None or (is_lawful(problem, placed) and sum(breaks_of_people(case, placed)) == expected)


def test_fairness_may_force_a_break_on_somebody_who_needs_none():
    # 1-2 and 3-4 each have a fixed gap; 5-6 could do without, but fairness 0 gives them one as well.
    couples = [(1, 2), (1, 2), (3, 4), (3, 4), (5, 6), (5, 6)]
    fixed = [0, 2, 0, 2, None, None]
    problem = Problem(
        sites=(Site("hall"),),
        pools=(Pool("tables", "hall", tuple(Unit(str(number)) for number in range(3))),),
        people=tuple(Person(str(number)) for number in range(1, 7)),
        grids=(Grid("slots", (0, 1, 2), 1, (0, 0, 0)),),
        meetings=tuple(
            Meeting(str(number), (str(first), str(second)), 1, "slots", ("tables",), fixed_start=start)
            for number, ((first, second), start) in enumerate(zip(couples, fixed, strict=True))
        ),
        weights=Weights(breaks=1),
        fairness=0,
        place_all=True,
    )

    assert least_breaks(problem) == 6
    assert_proof_is_true(problem)


@st.composite
def travels(draw) -> Problem:
    meetings, people = draw(st.integers(2, 5)), draw(st.integers(1, 3))
    agents = [draw(st.sets(st.integers(0, meetings - 1), min_size=1)) for _ in range(people)]
    far = {(i, j): draw(st.integers(0, 3)) for i in range(meetings) for j in range(i)}
    matrix = [[far.get((max(i, j), min(i, j)), 0) for j in range(meetings)] for i in range(meetings)]
    return csplib046.read(
        f"NumberOfMeetings = {meetings}\nNumberOfAgents = {people}\nDomainSize = {draw(st.integers(2, 8))}\n"
        + "".join(f"Agents ({number}): {' '.join(map(str, sorted(chosen)))}\n" for number, chosen in enumerate(agents))
        + "".join(f"{number}: {' '.join(map(str, row))}\n" for number, row in enumerate(matrix))
    )


@settings(max_examples=120, deadline=None)
@given(travels())
def test_a_journey_is_found_exactly_if_there_is_one(problem):
    travel, heard = journeys(problem), Heard()
    assert travel is not None

    possible = decide_journeys(travel, heard, seed=0)

    assert possible == any_journey(problem)
    if possible:
        assert heard.placed is not None
        assert is_lawful(problem, heard.placed)
