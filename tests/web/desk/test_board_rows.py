"""What a row is made of, for any day: lanes without overlap, gaps that are free, ways without holes."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hanhlang.domains.events.models import Week
from hanhlang.domains.meetings.day import Day, Guest, Spot, Taken
from hanhlang.web.desk.board.rows import Block, Row, lay_in_lanes, mark_gaps, ways_of

# However slow the machine is: what counts is the answer.
STEADY = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
SITES = [uuid4(), uuid4()]
SPANS = st.lists(
    st.tuples(st.integers(0, 1439), st.integers(1, 240)).map(lambda span: (span[0], min(1440, span[0] + span[1]))), max_size=12
).map(sorted)


def a_day(minutes: int = 90, hours: tuple[int, int] | None = (480, 1110)) -> Day:
    here, there = SITES
    return Day(
        week=Week(key="any"), day=date(2025, 10, 27), plan=None, published=None, sites=(), places={}, topics=(), people={}, delegations=(),
        members={}, heads={}, taken=(), waiting={}, roads={(here, there): (minutes,) * 24, (there, here): (minutes,) * 24}, hours=hours,
    )  # fmt: skip


def things(spans: list[tuple[int, int]]) -> list[Taken]:
    return [Taken(f"m-{n}", "business", Spot(start, end, None, SITES[n % 2])) for n, (start, end) in enumerate(spans)]


@STEADY
@given(SPANS)
def test_no_two_blocks_of_a_lane_overlap_and_no_lane_is_wasted(spans):
    blocks = [Block(one) for one in things(spans)]

    lanes = lay_in_lanes(blocks)

    for first in blocks:
        for second in blocks:
            if first is not second and first.lane == second.lane:
                assert first.taken.spot.end <= second.taken.spot.start or second.taken.spot.end <= first.taken.spot.start
    most = max((sum(start <= minute < end for start, end in spans) for minute, _ in spans), default=0)
    assert lanes == max(1, most)


@STEADY
@given(SPANS, st.sampled_from([30, 45, 60, 120]))
def test_gaps_are_exactly_the_long_enough_minutes_nothing_is_in(spans, least):
    row = Row("p-1", "Somebody", blocks=[Block(one) for one in things(spans)])

    mark_gaps(a_day(), row, least)

    free = [all(not start <= minute < end for start, end in spans) for minute in range(480, 1110)]
    wanted, at = [], 480
    for minute in range(480, 1111):
        if minute == 1110 or not free[minute - 480]:
            if minute - at >= least:
                wanted.append((at, minute))
            at = minute + 1
    assert row.gaps == wanted


def test_the_road_is_no_free_time():
    spans = [(540, 560), (900, 920)]
    row = Row("p-1", "Somebody", blocks=[Block(one) for one in things(spans)])
    row.ways = list(ways_of(a_day(120), things(spans), None))

    mark_gaps(a_day(120), row, 60)

    assert row.gaps == [(480, 540), (560, 780), (920, 1110)]


@STEADY
@given(SPANS, st.integers(0, 200))
def test_a_way_has_no_hole_from_midnight_to_midnight(spans, minutes):
    ways = list(ways_of(a_day(minutes), things(spans), None))

    assert not spans or (ways[0].start, ways[-1].end >= 1440) == (0, True)
    for before, after in pairwise(ways):
        assert (before.end, before.destination) == (after.start, after.origin)
        assert before.start <= before.end
    for way in ways:
        if way.kind == "road":
            assert way.end - way.start >= minutes


def test_who_lands_in_the_day_is_nowhere_before():
    guest = Guest(uuid4(), "Late", "late", "", "", "delegation", is_protected=False, arrives=600, leaves=1000)

    ways = list(ways_of(a_day(), things([(700, 720)]), guest))

    assert [(way.kind, way.start, way.end) for way in ways] == [("before", 540, 600), ("stay", 600, 1000)]


def test_a_road_too_short_in_time_is_called_tight():
    ways = list(ways_of(a_day(90), things([(540, 560), (600, 620)]), None))

    assert [(way.kind, way.start, way.end) for way in ways] == [("stay", 0, 560), ("tight", 560, 600), ("stay", 600, 1440)]
