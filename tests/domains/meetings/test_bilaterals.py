"""The rules of bilaterals that need no database."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanhlang.domains.meetings import bilaterals, errors
from hanhlang.domains.meetings.enums import Format

DAY = datetime.fromisoformat("2025-10-27T00:00:00+07:00")
WEEK = (DAY, DAY + timedelta(days=3))


def hours(*pairs: tuple[float, float]) -> list[tuple[datetime, datetime]]:
    return [(DAY + timedelta(hours=start), DAY + timedelta(hours=end)) for start, end in pairs]


@pytest.mark.parametrize(
    ("format", "minutes", "allowed"),
    [
        ("formal", 15, True),
        ("formal", 90, True),
        ("formal", 95, False),
        ("courtesy", 45, True),
        ("courtesy", 50, False),
        ("pull_aside", 5, True),
        ("pull_aside", 15, False),
        ("tete_a_tete", 60, True),
        ("tete_a_tete", 65, False),
        ("one_plus_n", 22, False),
    ],
)
def test_each_format_has_its_lengths(format: str, minutes: int, allowed: bool) -> None:
    if allowed:
        bilaterals.check_length(minutes, format)
    else:
        with pytest.raises(errors.LengthNotOffered):
            bilaterals.check_length(minutes, format)


@pytest.mark.parametrize(
    ("minutes", "interpreting", "booked"),
    [
        (30, "none", 30),
        (30, "consecutive", 50),
        (25, "consecutive", 40),
        (20, "consecutive", 35),
        (15, "consecutive", 25),
        (30, "whispered", 30),
    ],
)
def test_consecutive_interpreting_takes_1_6_times_as_long_rounded_up_to_five(minutes: int, interpreting: str, booked: int) -> None:
    # 30 x 1.6 = 48, 25 x 1.6 = 40 exactly, 20 x 1.6 = 32, 15 x 1.6 = 24
    assert bilaterals.booked_minutes(minutes, interpreting) == booked


def test_impossible_hours_are_cut_out_of_the_permitted_ones() -> None:
    left = bilaterals.permitted(hours((9, 12), (14, 16)), hours((10, 11), (13, 14.5)), minutes=30, week=WEEK)

    assert left == hours((9, 10), (11, 12), (14.5, 16))


def test_what_is_left_too_short_is_no_hour_and_nothing_left_is_refused() -> None:
    assert bilaterals.permitted(hours((9, 10)), hours((9.25, 9.5)), minutes=30, week=WEEK) == hours((9.5, 10))
    with pytest.raises(errors.NoHoursLeft):
        bilaterals.permitted(hours((9, 10)), hours((9.25, 9.75)), minutes=30, week=WEEK)


def test_without_permitted_hours_the_whole_week_is_cut_and_without_impossible_ones_nothing_is_said() -> None:
    assert bilaterals.permitted([], hours((0, 71)), minutes=30, week=WEEK) == hours((71, 72))
    assert bilaterals.permitted([], [], minutes=30, week=WEEK) == []


stretches = st.lists(st.tuples(st.integers(0, 70), st.integers(1, 20)).map(lambda pair: (pair[0], min(72, sum(pair)))), max_size=5)


@given(stretches, stretches.filter(bool))
def test_no_minute_is_both_permitted_and_impossible_and_none_is_lost(
    windows: list[tuple[int, int]], impossible: list[tuple[int, int]]
) -> None:
    def covered(pairs: list[tuple[datetime, datetime]]) -> set[int]:
        return {hour for hour in range(72) for start, end in pairs if start <= DAY + timedelta(hours=hour) < end}

    wanted = covered(hours(*windows) or [WEEK]) - covered(hours(*impossible))
    try:
        left = bilaterals.permitted(hours(*windows), hours(*impossible), minutes=1, week=WEEK)
    except errors.NoHoursLeft:
        left = []

    assert covered(left) == wanted


@pytest.mark.parametrize(
    ("one", "other", "gap"),
    [
        (["minister"], ["minister"], 0),
        (["minister", "director"], ["under_secretary_general"], 0),
        (["minister"], ["deputy_minister"], 1),
        (["director"], ["head_of_state"], 5),
        (["minister"], [""], 0),
        (["minister"], ["of the week's own"], 0),
    ],
)
def test_the_highest_of_each_side_are_compared_and_nothing_is_guessed(one: list[str], other: list[str], gap: int) -> None:
    assert bilaterals.rank_gap(one, other) == bilaterals.rank_gap(other, one) == gap


def test_a_one_plus_n_has_its_n_and_no_other_format_has() -> None:
    bilaterals.check_companions(Format.ONE_PLUS_N, 2)
    bilaterals.check_companions(Format.FORMAL, 0)
    for format, companions in ((Format.ONE_PLUS_N, 0), (Format.ONE_PLUS_N, 11), (Format.FORMAL, 2), (Format.FORMAL, 11)):
        with pytest.raises(errors.CompanionsMissing):
            bilaterals.check_companions(format, companions)


def test_meetings_are_spread_over_their_days_by_moving_others_out_of_the_way() -> None:
    first, second = date(2025, 10, 27), date(2025, 10, 28)

    assert bilaterals.spread_over_days([{first, second}, {first, second}, {first}], most=2)
    assert bilaterals.spread_over_days([{first, second}, {first}, {first}], most=2)
    assert not bilaterals.spread_over_days([{first}, {first}, {first}, {second}], most=2)


def test_an_answer_is_waited_for_some_days_but_not_beyond_the_last_possible_hour() -> None:
    assert bilaterals.deadline(DAY - timedelta(days=20), WEEK[1]) == DAY - timedelta(days=13)
    assert bilaterals.deadline(DAY, WEEK[1]) == WEEK[1]
    assert bilaterals.deadline(WEEK[1], WEEK[1]) == WEEK[1] + bilaterals.ANSWER_WITHIN
