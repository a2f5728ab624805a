"""The empty workbook: made for people who never read a manual."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from django.core.management import call_command
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.workbook import Workbook as Book

from hanhlang.jobs.workbook.archive import letters_of, number_of
from hanhlang.jobs.workbook.file import write_template
from hanhlang.jobs.workbook.reading import EXAMPLE, HELP, MARK, README
from hanhlang.jobs.workbook.sheets import SHEETS


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    path = tmp_path_factory.mktemp("template") / "week.xlsx"
    write_template(path)
    return openpyxl.load_workbook(path)


def test_it_has_a_page_to_read_first_and_then_every_sheet(book: Book) -> None:
    assert book.sheetnames == [README, *(sheet.name for sheet in SHEETS)]
    said = [cell.value for row in book[README].iter_rows() for cell in row if cell.value]
    assert all(sheet.name in said for sheet in SHEETS)


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_each_sheet_has_headings_in_both_languages_a_line_of_help_and_one_example(book: Book, sheet: object) -> None:
    page = book[sheet.name]  # type: ignore[attr-defined]
    header, helped, example = ([cell.value for cell in page[row]] for row in (2, 3, 4))

    assert (header[0], helped[0], example[0], page.max_row) == (MARK, HELP, EXAMPLE, 4)
    assert all(" / " in heading for heading in header)
    assert sum(value is not None for value in example) > 2


def test_what_can_be_chosen_is_a_list_and_what_is_named_points_at_its_sheet(book: Book) -> None:
    rules = {str(rule.sqref): rule.formula1 for rule in book["places"].data_validations.dataValidation}
    lists = [rule for rule in rules.values() if rule.startswith('"')]

    assert any("hall – hội trường,room – phòng" in rule for rule in lists)
    assert "sites!$B$4:$B$5003" in rules.values()
    # Excel cuts a longer list off without a word.
    every = [rule.formula1 for sheet in SHEETS for rule in book[sheet.name].data_validations.dataValidation]
    assert max(len(rule) for rule in every) <= 257


def test_ids_and_numbers_that_are_names_are_kept_as_text(book: Book) -> None:
    assert [book["people"][cell].number_format for cell in ("B4", "F4", "J4")] == ["@", "@", "yyyy-mm-dd hh:mm"]


def test_the_command_writes_it(tmp_path: Path) -> None:
    call_command("template", str(tmp_path / "week.xlsx"))

    assert openpyxl.load_workbook(tmp_path / "week.xlsx").sheetnames[0] == README


@settings(deadline=None)
@given(st.integers(1, 20_000))
def test_columns_have_letters(number: int) -> None:
    assert number_of(letters_of(number)) == number
    assert [letters_of(column) for column in (1, 26, 27, 702, 703)] == ["A", "Z", "AA", "ZZ", "AAA"]
