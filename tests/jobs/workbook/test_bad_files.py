"""Files that are not what they should be: real ones, each told once, with its place and what to do."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from openpyxl.utils import get_column_letter

from factories.workbooks import Workbook
from hanhlang.jobs.workbook import archive
from hanhlang.jobs.workbook.loading import preview_book
from hanhlang.jobs.workbook.reading import read_book
from hanhlang.jobs.workbook.sheets import SHEETS

pytestmark = pytest.mark.django_db
OLE = archive.OLE + b"\0" * 504


def told(path: Path) -> list[tuple[str, str]]:
    """Return code and place of every fault; each has words in both languages."""
    faults = preview_book(path).faults
    for fault in faults:
        assert fault.sentence("vi") != fault.sentence("en")
    return [(fault.code, f"{fault.file}!{fault.cell}" if fault.cell else fault.file) for fault in faults]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.xlsx", OLE + "EncryptedPackage".encode("utf-16-le") + b"\0" * 512, "book_protected"),
        ("a.xls", OLE + "Workbook".encode("utf-16-le") + b"\0" * 512, "book_old"),
        ("a.csv", "Mã;Họ và tên\nan;Nguyễn Văn An\n".encode("cp1258", "replace"), "book_other"),
        ("a.xlsx", b"", "book_other"),
        ("a.xlsx", b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "book_other"),
        ("a.xlsx", b"PK\x03\x04" + b"\0" * 100, "book_other"),
    ],
)
def test_what_is_no_workbook_is_called_by_its_name(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    (tmp_path / name).write_bytes(content)

    assert told(tmp_path / name) == [(code, name)]


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert told(tmp_path / "none.xlsx") == [("book_missing", "none.xlsx")]


def test_a_zip_of_something_else(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as file:
        file.writestr("word/document.xml", "<document/>")

    assert told(tmp_path / "a.xlsx") == [("book_other", "a.xlsx")]


def test_fifty_megabytes_are_not_opened(tmp_path: Path) -> None:
    with (tmp_path / "large.xlsx").open("wb") as file:
        file.truncate(50_000_000)

    assert told(tmp_path / "large.xlsx") == [("book_too_large", "large.xlsx")]


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("xl/workbook.xml", "<workbook/>")
        for number in range(11):
            file.writestr(f"xl/media/{number}", b"\0" * 10_000_000)

    assert path.stat().st_size < 200_000
    assert told(path) == [("book_unpacks", "bomb.xlsx")]


def test_a_directory_that_lies_about_sizes_is_found_out(workbook: Workbook) -> None:
    path = workbook.save()
    whole = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as file:
        part = file.getinfo("xl/worksheets/sheet2.xml")
    at = whole.index(b"PK\x01\x02", file.start_dir)
    while whole[at + 46 : at + 46 + len(part.filename)] != part.filename.encode():
        at = whole.index(b"PK\x01\x02", at + 4)
    whole[at + 24 : at + 28] = (7).to_bytes(4, "little")
    path.write_bytes(whole)

    assert told(path) == [("book_damaged", path.name)]


def test_a_sheet_that_was_cut_off_is_damaged(workbook: Workbook) -> None:
    path = workbook.save()
    path.write_bytes(path.read_bytes()[:-2000])

    assert [code for code, _ in told(path)] in (["book_damaged"], ["book_other"])


def test_entities_are_not_unfolded(workbook: Workbook, tmp_path: Path) -> None:
    source, path = workbook.save(), tmp_path / "entities.xlsx"
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w") as new:
        for part in old.infolist():
            content = old.read(part)
            if part.filename == "xl/worksheets/sheet2.xml":
                content = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]>' + content[content.index(b"<worksheet") :]
            new.writestr(part, content)

    assert told(path) == [("book_damaged", "entities.xlsx")]


def test_more_cells_than_any_week_has(workbook: Workbook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MOST_CELLS", 50)

    assert told(workbook.save()) == [("book_cells", workbook.path.name)]


def test_a_value_far_away_does_not_make_a_gigabyte(workbook: Workbook) -> None:
    workbook.page("people").cell(1_048_576, 16_384).value = "x"

    assert told(workbook.save()) == [("cell_far", "people!XFD1048576")]


def test_a_missing_sheet(workbook: Workbook) -> None:
    del workbook.book["travel"]

    assert told(workbook.save()) == [("sheet_missing", "travel")]


def test_a_renamed_sheet_is_recognised(workbook: Workbook) -> None:
    workbook.page("people").title = "people (2)"

    faults = read_book(workbook.save()).faults

    assert [(fault.code, fault.file) for fault in faults] == [("sheet_unknown", "people (2)"), ("sheet_missing", "people")]
    assert "“people”" in faults[0].sentence("en")


def test_a_renamed_column_is_told_with_the_nearest_name(workbook: Workbook) -> None:
    workbook.page("people")["C2"].value = "Họ và tên đầy đủ / Full name"

    faults = preview_book(workbook.save()).faults

    assert [(fault.code, fault.cell) for fault in faults] == [("column_unknown", "C2"), ("column_missing", "")]
    assert "“Họ và tên / Name”" in faults[1].sentence("en")


def test_an_unknown_column_and_one_that_is_there_twice(workbook: Workbook) -> None:
    page = workbook.page("people")
    page.cell(2, 30).value = "Số điện thoại"
    page.cell(2, 31).value = "Họ và tên"

    assert told(workbook.save()) == [("column_unknown", f"people!{get_column_letter(30)}2"), ("column_twice", "people!AE2")]


@pytest.mark.parametrize("heading", ["Họ và tên", "Name", "NAME", "ho va ten", "name", "Họ và tên / Name *"])
def test_a_column_is_known_by_either_language_and_without_marks(workbook: Workbook, heading: str) -> None:
    workbook.page("people")["C2"].value = heading

    assert told(workbook.save()) == []


def test_without_the_column_of_marks_the_example_is_not_taken_for_a_row(workbook: Workbook) -> None:
    workbook.page("people").delete_cols(1)

    assert told(workbook.save()) == [("column_missing", "people")]


def test_a_sheet_without_headings(workbook: Workbook) -> None:
    workbook.page("people").delete_rows(1, 3)

    assert told(workbook.save()) == [("header_missing", "people")]


def test_a_formula_counts_by_its_result_and_is_refused_without_one(workbook: Workbook) -> None:
    # A spreadsheet program that never calculated leaves the formula alone.
    workbook.cell("people", 0, "name").value = '=CONCATENATE("Amaro"," ","Vantor")'

    assert told(workbook.save()) == [("formula_empty", "people!C5")]


def test_a_formula_with_its_result_is_read(workbook: Workbook, tmp_path: Path) -> None:
    workbook.cell("people", 0, "name").value = '=CONCATENATE("Amaro"," ","Vantor")'
    path = tmp_path / "calculated.xlsx"
    with zipfile.ZipFile(workbook.save()) as old, zipfile.ZipFile(path, "w") as new:
        for part in old.infolist():
            content = old.read(part)
            if b"CONCATENATE" in content:
                before, after = content.split(b'<c r="C5"', 1)
                cell, rest = after.split(b"</c>", 1)
                formula = cell[cell.index(b"<f>") : cell.index(b"</f>") + 4]
                content = before + b'<c r="C5" t="str">' + formula + b"<v>Amaro Vantor</v></c>" + rest
            new.writestr(part, content)

    book = read_book(path)

    assert book.faults == []
    assert book.lines["people"][0].values["name"] == "Amaro Vantor"


def test_a_cell_that_shows_an_error(workbook: Workbook) -> None:
    cell = workbook.cell("people", 0, "rank")
    cell.value, cell.data_type = "#REF!", "e"

    assert told(workbook.save()) == [("cell_error", "people!G5")]


def test_merged_cells_name_their_area(workbook: Workbook) -> None:
    workbook.page("people").merge_cells("C5:D6")

    assert told(workbook.save()) == [("cells_merged", "people!C5:D6")]


def test_an_id_that_lost_its_zeros_is_refused(workbook: Workbook) -> None:
    workbook.add("people", id=7, name="Khách bảy")
    workbook.add("organisations", id="firm-c", kind="company", name_vi="Công ty C", parent=912345678)

    assert told(workbook.save()) == [("number_in_text", "organisations!J10"), ("number_in_text", "people!B10")]


def test_an_id_that_is_there_twice_names_both_rows(workbook: Workbook) -> None:
    workbook.add("people", id="lam-1", name="Noch einmal")

    faults = preview_book(workbook.save()).faults

    assert [(fault.code, fault.cell, fault.values["other"]) for fault in faults] == [("row_twice", "B10", "people!B5")]


def test_a_remark_in_the_column_of_marks(workbook: Workbook) -> None:
    workbook.page("people")["A6"].value = "kiểm tra lại"

    assert told(workbook.save())[0] == ("row_mark", "people!A6")


def test_two_weeks_in_one_file(workbook: Workbook) -> None:
    workbook.add("week", id="second", name_vi="Hai", timezone="Asia/Ho_Chi_Minh", start_date="2025-10-27", end_date="2025-10-29")

    assert ("week_rows", "week") in told(workbook.save())


def test_an_empty_template_says_what_is_needed_first(tmp_path: Path) -> None:
    assert told(Workbook(tmp_path / "empty.xlsx", {}).save()) == [("week_rows", "week")]


def test_every_sheet_of_the_template_is_read_without_a_fault(tmp_path: Path) -> None:
    book = read_book(Workbook(tmp_path / "empty.xlsx", {}).save())

    assert (book.faults, dict(book.lines)) == ([], {})
    assert len(SHEETS) == 17
