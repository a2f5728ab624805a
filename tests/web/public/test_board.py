"""The board of a day: which row, from where to where."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factories import make_place, make_session, make_site, make_travel, make_week
from hanhlang.domains.core.multitext import MultiText
from hanhlang.domains.events.models import Week
from hanhlang.domains.programme.overview import overview_of
from hanhlang.web.public.board import Axis, Board, board_of

DAY = date(2025, 10, 28)
BEFORE = datetime(2025, 10, 20, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


def drawn(week: Week, now: datetime = BEFORE) -> Board:
    whole = overview_of(week)
    board = board_of(week, DAY, [s for s in whole.sessions if s.day == DAY and s.starts_at], whole.sessions, whole.ways, now)
    assert board
    return board


@pytest.mark.django_db
def test_a_session_lies_at_its_hour_in_its_rooms_row():
    place = make_place(make_site())
    session = make_session(place=place, day="2025-10-28", start="09:05", end="10:30")

    board = drawn(place.week)

    assert board.placed[session.pk.hex] == "s0905 d85 r3"
    assert [(row.kind, row.number) for row in board.rows] == [("site", 2), ("room", 3)]
    assert board.axis == Axis(start=8 * 60 + 30, end=10 * 60 + 30)


@pytest.mark.django_db
def test_sessions_at_once_in_one_shared_place_get_rows_of_their_own():
    place = make_place(make_site(), sharing="shared")
    first = make_session(place=place, day="2025-10-28", start="09:00", end="11:00")
    second = make_session(place=place, day="2025-10-28", start="10:00", end="12:00")
    third = make_session(place=place, day="2025-10-28", start="11:00", end="12:00")

    placed = drawn(place.week).placed

    assert [placed[s.pk.hex].rsplit(" ", 1)[1] for s in (first, second, third)] == ["r3", "r4", "r3"]


@pytest.mark.django_db
def test_a_short_session_is_marked_small():
    place = make_place(make_site())
    session = make_session(place=place, day="2025-10-28", start="09:00", end="09:30")

    assert drawn(place.week).placed[session.pk.hex].endswith(" small")


@pytest.mark.django_db
def test_a_city_without_a_session_keeps_one_line_that_says_when_it_begins():
    week = make_week()
    main, other = make_site(week, order=0), make_site(week, order=1, name=MultiText({"vi": "Hà Nội"}))
    make_session(week, place=make_place(main), day="2025-10-28")
    make_session(week, place=make_place(other), day="2025-10-29", title=MultiText({"vi": "Diễn đàn Hàn Quốc"}))

    top = drawn(week).rows[0]

    assert (top.kind, top.name) == ("site idle", "Hà Nội")
    assert "Diễn đàn Hàn Quốc" in top.about


@pytest.mark.django_db
def test_the_road_says_when_who_leaves_now_arrives():
    week = make_week()
    main, other = make_site(week, order=0), make_site(week, order=1)
    make_travel(main, other, 120)
    make_travel(other, main, 150)
    for site in (main, other):
        make_session(week, place=make_place(site), day="2025-10-28", start="08:00", end="18:00")

    road = drawn(week, datetime(2025, 10, 28, 10, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))).road

    assert road
    assert [slope["hour"] for slope in road.slopes] == ["12:30", "12:00"]


@given(start=st.integers(12, 44), length=st.integers(1, 12), minute=st.integers(0, 1440))
def test_a_minute_of_the_axis_lies_on_it_and_no_other(start: int, length: int, minute: int):
    axis = Axis(start * 30, (start + length) * 30)

    percent = float(axis.percent(minute).removesuffix("%"))

    assert (0 <= percent <= 100) == (axis.start <= minute <= axis.end)
