"""Permitted starts as bits: each bit is what the definition says of that start alone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.small import NINE, day, grid, meeting
from hanhlang.engine.hours import Hours, Starts, slots_of
from hanhlang.engine.problem import Engagement, Grid, Interval, Person, Pool, Road, Unit

SITES = ("here", "there")
STARTS = tuple(range(NINE, NINE + 600, 25))
SLOTS = Grid("slots", STARTS, 20, (0,) * len(STARTS))

minutes = st.integers(NINE - 200, NINE + 700)
intervals = st.builds(lambda start, length: Interval(start, start + length), minutes, st.integers(1, 300))
windows = st.lists(intervals, max_size=3).map(tuple)
hours_of_travel = st.lists(st.integers(0, 150), min_size=24, max_size=24).map(tuple)
engagements = st.builds(lambda interval, site: Engagement(interval.start, interval.end, site), intervals, st.sampled_from((None, *SITES)))
people = st.builds(Person, st.just("ann"), windows, st.lists(engagements, max_size=3).map(tuple))
lengths = st.integers(1, 90)


def _starts(length: int, to: tuple[int, ...] = (0,) * 24, back: tuple[int, ...] = (0,) * 24, **fields: tuple[object, ...]) -> Starts:
    roads = (Road("here", "there", to), Road("there", "here", back))
    return Hours(day(meeting(), grids=(SLOTS,), roads=roads, **fields)).of("slots", length)


def _free(person: Person, start: int, end: int, site: str | None, roads: dict[tuple[str, str], tuple[int, ...]]) -> bool:
    if person.windows and not any(each.start <= start and end <= each.end for each in person.windows):
        return False
    for item in person.engagements:
        before, after = 0, 0
        if None not in (site, item.site) and site != item.site:
            before = roads[str(site), str(item.site)][end // 60 % 24]
            after = roads[str(item.site), str(site)][item.end // 60 % 24]
        if start < item.end + after and item.start < end + before:
            return False
    return True


@given(person=people, to=hours_of_travel, back=hours_of_travel, length=lengths, site=st.sampled_from((None, *SITES)))
def test_a_person_is_free_where_windows_engagements_and_ways_allow(person, to, back, length, site):
    starts = _starts(length, to, back, people=(person,))
    roads = {("here", "there"): to, ("there", "here"): back}

    expected = [slot for slot, start in enumerate(STARTS) if _free(person, start, start + length, site, roads)]

    assert slots_of(starts.attended(("ann",), site)).tolist() == expected


@given(closed=st.lists(windows, min_size=1, max_size=4), turnround=st.integers(0, 40), length=lengths, wanted=st.integers(1, 3))
def test_units_are_open_from_start_to_the_end_of_their_turn_round(closed, turnround, length, wanted):
    pool = Pool("hall", "here", tuple(Unit(f"t{n}", each) for n, each in enumerate(closed)), turnround)
    starts = _starts(length, pools=(pool,))

    def open_at(start: int) -> int:
        cleared = start + length + turnround
        return sum(all(cleared <= each.start or each.end <= start for each in unit.closed) for unit in pool.units)

    assert slots_of(starts.open_units([pool], wanted)).tolist() == [s for s, start in enumerate(STARTS) if open_at(start) >= wanted]


def test_only_teams_of_the_pair_at_the_site_serve():
    team = Pool("vi", "here", (Unit("i1"), Unit("i2", (Interval(0, NINE + 30),))), serves="vi-en")
    starts = Hours(day(meeting(), grids=(grid(3),), pools=(team,))).of("g", 20)

    assert [slots_of(starts.served("vi-en", "here", wanted)).tolist() for wanted in (1, 2, 3)] == [[0, 1, 2], [2], []]
    assert starts.served("vi-en", "there", 1) == starts.served("fr-en", "here", 1) == 0


def test_a_start_that_the_grid_does_not_have_has_no_bit():
    starts = _starts(20)

    assert starts.at(STARTS[3]) == 1 << 3
    assert starts.at(STARTS[3] + 1) == starts.at(STARTS[-1] + 25) == 0
