"""The generator draws what can be placed, and plants what cannot."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hanhlang.engine.checker import check
from hanhlang.engine.generate import CannotDraw
from hanhlang.engine.generate_week import EDITIONS, generate_week
from hanhlang.engine.plan import Reason
from hanhlang.engine.problem import Interval
from hanhlang.engine.validate import problem_faults


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), sites=st.integers(1, 3), bilaterals=st.integers(0, 30), edition=st.sampled_from(EDITIONS))
def test_all_but_the_planted_meetings_stand_in_a_lawful_hidden_plan(seed: int, sites: int, bilaterals: int, edition: str):
    problem, planted = generate_week(120, 300, bilaterals, sites, seed, edition)

    placeable = tuple(meeting for meeting in problem.meetings if meeting.id not in planted.impossible)
    assert problem_faults(problem) == ()
    assert len(placeable) == 300 + bilaterals
    assert check(replace(problem, meetings=placeable), planted.hidden) == ()


def test_the_tight_edition_has_scarce_tables_whole_days_and_heads_without_time():
    problem, planted = generate_week(400, 1500, 200, 2, 1, "tight")
    minutes = {meeting.id: meeting.minutes for meeting in problem.meetings}
    people = {meeting.id: meeting.people for meeting in problem.meetings}
    met = Counter()
    for placement in planted.hidden.placements:
        for person in people[placement.meeting]:
            met[person] += minutes[placement.meeting]
    heads = [person for person in problem.people if person.weight > 1 and met[person.id]]
    taken = [sum(item.end - item.start for item in head.engagements) + met[head.id] for head in heads]
    (tables,) = [pool for pool in problem.pools if pool.id == "tables"]
    grid = next(grid for grid in problem.grids if grid.id == "business")

    assert len(heads) > 40
    assert sum(taken) / len(taken) > 0.85 * 3 * 600
    assert 0.9 < 1500 / (len(tables.units) * len(grid.starts)) < 0.94
    assert len(set(grid.blocks)) == 2
    assert {person.in_a_row for person in problem.people if person.id.startswith("b")} == {0}


def test_equal_seeds_draw_equal_weeks_and_others_do_not():
    assert generate_week(80, 150, 10, 2, 5) == generate_week(80, 150, 10, 2, 5)
    assert generate_week(80, 150, 10, 2, 5) != generate_week(80, 150, 10, 2, 6)


def test_nobody_meets_their_own_firm_or_one_partner_twice_or_more_than_twenty():
    problem, _ = generate_week(160, 600, 20, 2, 3)
    groups = {person.id: person.group for person in problem.people}
    pairs = [meeting.people for meeting in problem.meetings if meeting.kind == "business"]

    assert len(pairs) == 600
    assert all(groups[one] != groups[other] for one, other in pairs)
    assert len({frozenset(pair) for pair in pairs}) == len(pairs)
    assert max(Counter(person for pair in pairs for person in pair).values()) <= 20


def test_numbers_do_not_give_the_hidden_hours_away():
    problem, planted = generate_week(160, 600, 0, 1, 3)
    slots = {placement.meeting: placement.slot for placement in planted.hidden.placements}
    in_order = [slots[meeting.id] for meeting in problem.meetings]

    # Meetings drawn slot by slot would leave long runs of one slot; dealt anew, neighbours differ nearly always.
    assert sum(one == other for one, other in pairwise(in_order)) < len(in_order) / 10


def test_every_way_of_being_impossible_is_planted():
    _, planted = generate_week(400, 1500, 200, 2, 9)

    alone = {Reason.NO_COMMON_TIME, Reason.NO_TIME_ON_ROAD, Reason.NO_PLACE, Reason.NO_INTERPRETER}
    assert set(planted.impossible.values()) == alone


def test_too_many_meetings_are_refused_with_the_number_that_fits():
    with pytest.raises(CannotDraw, match=r"\d+ of 5000 business meetings fit"):
        generate_week(40, 5000, 0, 1, 1)


def test_interpreters_work_in_turns_and_every_pair_has_a_team_at_any_hour_of_the_day():
    problem, _ = generate_week(400, 1500, 200, 2, 9)
    pools = [pool for pool in problem.pools if pool.serves]
    assert pools
    for pool in pools:
        for day in range(3):
            for minute in range(day * 1440 + 480, day * 1440 + 1080, 30):
                assert any(all(not closed.start <= minute < closed.end for closed in unit.closed) for unit in pool.units)
            for unit in pool.units:
                off = sum(min(closed.end, (day + 1) * 1440) - max(closed.start, day * 1440) for closed in unit.closed if _on(closed, day))
                assert 1440 - off <= 7 * 60
    assert len({unit.closed for pool in pools for unit in pool.units}) == 2


def _on(closed: Interval, day: int) -> bool:
    return closed.start < (day + 1) * 1440 and day * 1440 < closed.end
