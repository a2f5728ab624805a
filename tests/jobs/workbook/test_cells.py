"""What people type into cells, and that what is written comes back the same."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
import python_calamine
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hanhlang.domains.agenda.models import Resource
from hanhlang.domains.core.folding import fold
from hanhlang.domains.events.models import Participation, Place, Role
from hanhlang.domains.meetings.models import Kind, Meeting, Request, Wish
from hanhlang.domains.programme.models import Session, Speaking
from hanhlang.jobs.workbook import making
from hanhlang.jobs.workbook.cells import Wrong, clean, shown, value_of, written
from hanhlang.jobs.workbook.columns import Column
from hanhlang.jobs.workbook.sheets import SHEETS


def column(kind: Any, **more: Any) -> Column:
    return Column("x", kind, "X", "X", **more)


@pytest.mark.parametrize(
    ("raw", "day"),
    [
        (datetime(2025, 10, 27), date(2025, 10, 27)),
        (date(2025, 10, 27), date(2025, 10, 27)),
        ("2025-10-27", date(2025, 10, 27)),
        ("27/10/2025", date(2025, 10, 27)),
        (" 27.10.2025 ", date(2025, 10, 27)),
        ("27-10-2025", date(2025, 10, 27)),
        ("10/10/2025", date(2025, 10, 10)),
    ],
)
def test_days(raw: Any, day: date) -> None:
    assert value_of(raw, column("day")) == day


@pytest.mark.parametrize("raw", ["27/13/2025", "30/02/2025", "mai", "27/10", 45957.0, datetime(2025, 10, 27, 9), True])
def test_what_is_no_day(raw: Any) -> None:
    with pytest.raises(Wrong) as wrong:
        value_of(raw, column("day"))

    assert wrong.value.code == "bad_day"


def test_a_day_that_could_be_two_days_is_not_guessed() -> None:
    with pytest.raises(Wrong) as wrong:
        value_of("10/11/2025", column("day"))

    assert (wrong.value.code, wrong.value.values["one"], wrong.value.values["other"]) == ("ambiguous_day", "2025-11-10", "2025-10-11")


@pytest.mark.parametrize(
    ("raw", "hour"),
    [
        (time(9), time(9)),
        ("09:00", time(9)),
        ("9h30", time(9, 30)),
        ("9h", time(9)),
        (0.375, time(9)),
        (timedelta(hours=9), time(9)),
        (datetime(1899, 12, 31, 9), time(9)),
        (time(8, 59, 59, 999_000), time(9)),
    ],
)
def test_hours(raw: Any, hour: time) -> None:
    assert value_of(raw, column("hour")) == hour


@pytest.mark.parametrize("raw", ["25:00", "9:70", "sáng", 9.5, datetime(2025, 10, 27, 9), "9 giờ kém"])
def test_what_is_no_hour(raw: Any) -> None:
    with pytest.raises(Wrong) as wrong:
        value_of(raw, column("hour"))

    assert wrong.value.code == "bad_hour"


@pytest.mark.parametrize(
    "raw", ["27/10/2025 09:00", "2025-10-27 09:00", "2025-10-27T09:00", "27/10/2025 9h", datetime(2025, 10, 27, 8, 59, 59, 990_000)]
)
def test_moments(raw: Any) -> None:
    assert value_of(raw, column("moment")) == datetime(2025, 10, 27, 9)


@pytest.mark.parametrize(("raw", "code"), [("27/10/2025", "bad_moment"), ("10/11/2025 09:00", "ambiguous_day"), (45957.375, "bad_moment")])
def test_what_is_no_moment(raw: Any, code: str) -> None:
    with pytest.raises(Wrong) as wrong:
        value_of(raw, column("moment"))

    assert wrong.value.code == code


@pytest.mark.parametrize(
    ("raw", "yes"), [("có", True), ("x", True), ("YES", True), (True, True), (1.0, True), ("không / no", False), (0.0, False)]
)
def test_yes_and_no(raw: Any, yes: bool) -> None:
    assert value_of(raw, column("yes")) is yes


def test_a_choice_is_known_by_its_word_its_vietnamese_or_both() -> None:
    kinds = column("choice", choices={"hall": "hội trường", "room": "phòng"})

    assert [value_of(raw, kinds) for raw in ("hall", "hội trường", "Hall", "hall – hội trường")] == ["hall"] * 4
    with pytest.raises(Wrong) as wrong:
        value_of("castle", kinds)
    assert (wrong.value.code, wrong.value.values["choices"]) == ("not_one_of", "hall, room")


def test_a_whole_number_in_free_text_is_its_digits_and_elsewhere_a_fault() -> None:
    assert value_of(2025.0, column("text")) == "2025"
    for kind, raw in (("id", 7.0), ("ref", 7.0), ("refs", 7.0), ("text", 7.5)):
        with pytest.raises(Wrong) as wrong:
            value_of(raw, column(kind))
        assert wrong.value.code == "number_in_text"


def test_text_is_composed_and_trimmed() -> None:
    decomposed = "Nguye\u0302\u0303n "

    assert value_of(decomposed, column("text")) == "Nguyễn"


letters = st.text(
    alphabet=st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Co", "Cn"], exclude_characters="\ufffe\uffff"),
    min_size=1,
    max_size=40,
)
moments = st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1)).map(lambda moment: moment.replace(second=0, microsecond=0))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows=st.lists(st.tuples(st.sampled_from(["", "=", "+", "-", "@", "0", "_x0041_"]), letters, moments), min_size=1, max_size=8))
def test_what_is_written_comes_back_the_same(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, datetime]]) -> None:
    path = tmp_path_factory.mktemp("cells") / "x.xlsx"
    texts = [clean(start + rest) for start, rest, _ in rows]
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
    page = book.add_worksheet("x")
    look, hour = (book.add_format({"num_format": form}) for form in ("yyyy-mm-dd hh:mm", "hh:mm"))
    for number, (text, (_, _, moment)) in enumerate(zip(texts, rows, strict=True)):
        page.write_string(number, 0, text or "|")
        page.write_datetime(number, 1, moment, look)
        page.write_datetime(number, 2, moment.time(), hour)
    book.close()

    table = python_calamine.load_workbook(path).get_sheet_by_name("x").to_python(skip_empty_area=False)

    assert [value_of(row[0], column("text")) for row in table] == [text or "|" for text in texts]
    assert [value_of(row[1], column("moment")) for row in table] == [moment for _, _, moment in rows]
    assert [value_of(row[2], column("hour")) for row in table] == [moment.time() for _, _, moment in rows]


spans = st.tuples(st.dates(date(2025, 1, 1), date(2026, 1, 1)), st.integers(0, 1380), st.integers(1, 59)).map(
    lambda one: (
        datetime.combine(one[0], time()) + timedelta(minutes=one[1]),
        datetime.combine(one[0], time()) + timedelta(minutes=one[1] + one[2]),
    )
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(spans, max_size=5).map(tuple))
def test_stretches_of_hours_come_back_the_same(windows: Any) -> None:
    hours = column("windows")

    assert value_of(written(windows, hours) or "", hours) == windows


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_every_example_is_what_its_column_takes(sheet: Any) -> None:
    for one in sheet.columns:
        if one.example not in (None, ""):
            assert value_of(written(one.example, one), one) == one.example, one.key


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_no_two_columns_of_a_sheet_answer_to_one_name(sheet: Any) -> None:
    names = [{fold(name) for name in (one.heading, one.vi, one.en, one.key)} for one in sheet.columns]

    assert [name for number, one in enumerate(names) for name in one for other in names[:number] if name in other] == []


@pytest.mark.parametrize(
    ("value", "kind", "vi", "en"),
    [
        (datetime(2025, 10, 27, 9), "moment", "27/10/2025 09:00", "2025-10-27 09:00"),
        (date(2025, 10, 27), "day", "27/10/2025", "2025-10-27"),
        (time(9, 5), "hour", "09:05", "09:05"),
        (True, "yes", "có", "yes"),
        (("a", "b"), "refs", "a; b", "a; b"),
        (None, "text", "", ""),
    ],
)
def test_values_are_shown_in_the_readers_way(value: Any, kind: Any, vi: str, en: str) -> None:
    assert (shown(value, column(kind), "vi"), shown(value, column(kind), "en")) == (vi, en)


@pytest.mark.parametrize(
    ("choices", "values"),
    [
        (making.PLACE_KINDS, Place.Kind.values),
        (making.SHARING, Place.Sharing.values),
        (making.CATEGORIES, Participation.Category.values),
        (making.ROLES, [kind for kind in Role.Kind.values if kind != Role.Kind.LIAISON]),
        (making.STANDINGS, Session.Standing.values),
        (making.SEEN, Speaking.Seen.values),
        (making.MEETING_KINDS, Kind.values),
        # What is over by itself, or is no meeting to place, stays out of workbooks.
        (making.REQUEST_STATES, [state for state in Request.State.values if state != Request.State.EXPIRED]),
        (making.WISH_STATES, [Wish.State.OPEN, Wish.State.DECLINED]),
        (making.MEETING_STATES, [state for state in Meeting.State.values if state != Meeting.State.LOGGED]),
        (making.RESOURCES, [kind for kind in Resource.Kind.values if kind != Resource.Kind.EQUIPMENT]),
    ],
)
def test_what_can_be_chosen_is_what_the_database_knows(choices: dict[str, str], values: list[str]) -> None:
    assert sorted(choices) == sorted(values)
    # A comma would cut a drop-down list in two.
    assert not any("," in vietnamese for vietnamese in choices.values())
