"""What the search reads from words of bits and lists instead of from calendars is what the calendars say."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from hanhlang.engine.generate_week import generate_week
from hanhlang.engine.search.board import strays_in
from hanhlang.engine.search.layout import K_MEETING, P_CAL, P_WORD, T_COSTLY
from hanhlang.engine.search.moves import anneal, edges, fill, price_all
from hanhlang.engine.search.prepare import prepare
from hanhlang.engine.search.words import nth


@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 1000), edition=st.sampled_from(["mild", "tight"]))
def test_words_and_lists_follow_the_calendars(seed: int, edition: str):
    problem, _ = generate_week(60, 160, 6, 2, seed, edition)  # twenty do not fit in every drawing
    prepared = prepare(problem)
    data, state = prepared.data, prepared.state(seed)
    price_all(data, state)
    fill(data, state, prepared.order)
    anneal(data, state, 20_000, 2.0)

    with_word = np.flatnonzero(data.person[:, P_WORD] >= 0)
    assert len(with_word) >= 20
    for p in with_word:
        first = data.person[p, P_CAL]
        met = {int(row[K_MEETING]) for row in state.cal[first : first + state.cal_count[p]]} - {-1}
        taken = int(state.mask[p, data.person[p, P_WORD]])
        assert {int(state.who[p, slot]) for slot in range(61) if taken >> slot & 1} == met
        assert taken.bit_count() == len(met)  # twenty minutes on a grid of twenty
    assert [strays_in(data, int(state.mask[p, 0]), 0) for p in range(len(data.person))] == state.strays.tolist()
    costly = {int(p) for p in state.costly[: state.total[T_COSTLY]]}
    assert costly == {int(p) for p in np.flatnonzero(state.cost > state.base)}


@settings(max_examples=50, deadline=None)
@given(word=st.integers(0, 2**36 - 1), edition=st.sampled_from(["mild", "tight"]))
def test_strays_are_the_slots_outside_the_longest_run_of_their_block(word: int, edition: str):
    data = prepare(generate_week(20, 10, 0, 1, 1, edition)[0]).data
    bits = f"{word:036b}"
    blocks = [bits[:18], bits[18:]] if edition == "tight" else [bits[first : first + 9] for first in range(0, 36, 9)]

    assert strays_in(data, word, 0) == sum(block.count("1") - max(map(len, block.split("0"))) for block in blocks)


@settings(max_examples=50, deadline=None)
@given(word=st.integers(1, 2**36 - 1))
def test_edges_are_the_ends_of_runs_with_a_break_between_and_what_is_free_beside_them(word: int):
    data = prepare(generate_week(20, 10, 0, 1, 1, "tight")[0]).data
    days = [range(18), range(18, 36)]
    taken = {slot for slot in range(36) if word >> slot & 1}
    ends, beside = set(), set()
    for day in days:
        its = taken & set(day)
        begun = {slot for slot in its if slot - 1 not in its}
        beside |= {slot + step for slot in its for step in (-1, 1) if slot + step in set(day) - its}
        if len(begun) > 1:
            ends |= begun | {slot for slot in its if slot + 1 not in its}

    found = edges(data, word, 0)

    assert [{slot for slot in range(36) if each >> slot & 1} for each in found] == [ends, beside]


def test_the_nth_bit_is_counted_from_the_lowest():
    assert [nth(0b1011000, n) for n in range(3)] == [3, 4, 6]
