"""When a session takes whose time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from hanhlang.domains.programme.rules import clashes, merged, role_hours

NINE = datetime(2025, 10, 27, 2, 0, tzinfo=UTC)


def at(minute):
    return NINE + timedelta(minutes=minute)


stretches = st.tuples(st.integers(0, 60), st.integers(1, 20)).map(lambda pair: (at(pair[0]), at(pair[0] + pair[1])))


def minutes(rows):
    return {at(minute) for start, end in rows for minute in range(90) if start <= at(minute) < end}


def test_a_role_takes_its_own_minutes_else_the_whole_session():
    assert role_hours((at(0), at(60)), at(5), at(15)) == (at(5), at(15))
    assert role_hours((at(0), at(60)), None, None) == (at(0), at(60))


@given(st.lists(stretches, max_size=8))
def test_merging_keeps_the_minutes_and_leaves_gaps_between(rows):
    joined = merged(rows)

    assert minutes(joined) == minutes(rows)
    assert all(first[1] < second[0] for first, second in pairwise(joined))


@given(st.lists(stretches, max_size=8))
def test_clashes_are_those_that_share_a_minute(rows):
    taken = [(number, *row) for number, row in enumerate(rows)]

    found = {frozenset((first, second)) for first, second, _start, _end in clashes(taken)}

    pairs = {frozenset((one, two)) for one in range(len(rows)) for two in range(one)}
    assert found == {pair for pair in pairs if len(pair) == 2 and set.intersection(*(minutes([rows[number]]) for number in pair))}
