"""Each reason alone: when it is given and when it no longer is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.small import NINE, at, day, grid, meeting, plan
from hanhlang.engine.explain import TEXTS, reasons, texts
from hanhlang.engine.plan import Reason, Unplaced
from hanhlang.engine.problem import Engagement, Interval, Person, Pool, Unit

ALL_DAY = Engagement(0, 1440)
HALL = Pool("hall", "here", (Unit("t1"),))
TEAM = Pool("vi", "here", (Unit("i1"),), serves="vi-en")
AWAY = Person("ann", engagements=(Engagement(NINE - 60, NINE, "there"),))
NEEDY = meeting(needs=("vi-en",))
SHORT = (grid(3),)

CASES = {
    "engaged all day": (day(meeting(), people=(Person("ann", engagements=(ALL_DAY,)),)), Reason.NO_COMMON_TIME, ("ann",), ""),
    "windows that do not meet": (
        day(meeting(), people=(Person("ann", (Interval(0, 570),)), Person("bob", (Interval(570, 900),)))),
        Reason.NO_COMMON_TIME,
        ("ann", "bob"),
        "",
    ),
    "a window shorter than the meeting": (day(meeting(windows=(Interval(NINE, NINE + 19),))), Reason.NO_COMMON_TIME, (), ""),
    "an hour away": (day(meeting(), people=(AWAY,), grids=SHORT), Reason.NO_TIME_ON_ROAD, ("ann",), "here"),
    "too few seats": (day(meeting(seats=9), pools=(replace(HALL, seats=8),)), Reason.NO_PLACE, (), "hall"),
    "closed all day": (day(meeting(), pools=(replace(HALL, units=(Unit("t1", (Interval(0, 1440),)),)),)), Reason.NO_PLACE, (), "hall"),
    "no pool permitted": (day(meeting(pools=())), Reason.NO_PLACE, (), ""),
    "no team": (day(NEEDY, pools=(HALL,)), Reason.NO_INTERPRETER, (), "vi-en"),
    "a team in the other city": (day(NEEDY, pools=(HALL, replace(TEAM, site="there"))), Reason.NO_INTERPRETER, (), "vi-en"),
    "two teams needed": (day(replace(NEEDY, needs=("vi-en", "vi-en")), pools=(HALL, TEAM)), Reason.NO_INTERPRETER, (), "vi-en"),
    "locked into a closed hour": (
        day(meeting(fixed_start=NINE), pools=(replace(HALL, units=(Unit("t1", (Interval(NINE, NINE + 5),)),)),)),
        Reason.LOCKED_OUT,
        (),
        "",
    ),
}

POSSIBLE = {
    "free for one slot": day(meeting(), people=(Person("ann", engagements=(Engagement(0, NINE + 100),)),)),
    "windows that meet": day(meeting(), people=(Person("ann", (Interval(0, 580),)), Person("bob", (Interval(560, 900),)))),
    "an hour away and one to travel": day(meeting(), people=(AWAY,), grids=(grid(4),)),
    "as many seats as asked": day(meeting(seats=8), pools=(replace(HALL, seats=8),)),
    "another unit open": day(meeting(), pools=(replace(HALL, units=(Unit("t1", (Interval(0, 1440),)), Unit("t2"))),)),
    "a team": day(NEEDY, pools=(HALL, TEAM)),
    "locked into an open hour": day(meeting(fixed_start=NINE)),
}


@pytest.mark.parametrize("name", CASES)
def test_the_reason_is_the_first_that_holds(name: str):
    problem, reason, people, resource = CASES[name]

    assert reasons(problem, plan()) == (Unplaced("m", reason, people, resource),)


@pytest.mark.parametrize("name", POSSIBLE)
def test_what_could_take_place_alone_is_only_crowded_out(name: str):
    assert [unplaced.reason for unplaced in reasons(POSSIBLE[name], plan())] == [Reason.CROWDED_OUT]


def test_who_is_busy_is_named_when_others_crowd_a_meeting_out():
    problem = day(meeting("a"), meeting("b", ("ann", "cy")), grids=(grid(1),))

    assert reasons(problem, plan(at(0, "a"))) == (Unplaced("b", Reason.CROWDED_OUT, ("ann",), ""),)


def test_the_full_pool_is_named_when_nobody_is_busy():
    problem = day(meeting("a"), meeting("b", ("cy", "dan")), grids=(grid(1),), pools=(HALL,))

    assert reasons(problem, plan(at(0, "a"))) == (Unplaced("b", Reason.CROWDED_OUT, (), "hall"),)


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_is_a_full_sentence_in_both_languages(reason: Reason):
    (words,) = texts([Unplaced("m", reason, ("ann",), "hall")], day(meeting()))

    assert set(TEXTS[reason]) == {"vi", "en"}
    assert all("m" in words[language] and "{" not in words[language] and words[language].endswith(".") for language in words)
