"""The workbook itself: empty as a template, or filled with a week."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from pathlib import Path
from typing import IO, Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from hanhlang.domains.events.models import Week
from hanhlang.jobs.workbook.cells import DASH, NO_SHOWN, YES_SHOWN, written
from hanhlang.jobs.workbook.columns import Column, Sheet
from hanhlang.jobs.workbook.making import FACTS
from hanhlang.jobs.workbook.reading import EXAMPLE, HELP, MARK, README
from hanhlang.jobs.workbook.rows import rows_of
from hanhlang.jobs.workbook.sheets import BY_NAME, SHEETS

TOP, HEADER, HINT, FIRST = 0, 1, 2, 3
SPARE = 1000
NUMBER_FORMATS = {"day": "yyyy-mm-dd", "hour": "hh:mm", "moment": "yyyy-mm-dd hh:mm", "whole": "0"}
WAYS = (
    (
        "Tệp này chứa toàn bộ dữ liệu của một tuần lễ, mỗi loại một trang.",
        "This workbook holds everything of one week, one sheet for each kind of thing.",
    ),
    (
        "Điền từ trái sang phải theo thứ tự các trang. Cột có dấu * là bắt buộc.",
        "Fill the sheets in their order. Columns with * are needed.",
    ),
    (
        "Dòng có chữ “Giải thích” hoặc “Ví dụ” ở cột đầu không được nạp. Dòng của bạn để trống cột này.",
        "Rows marked “Help” or “Example” in the first column are not loaded. Leave that column empty in your own rows.",
    ),
    ("Không đổi tên trang, tên cột và không gộp ô.", "Do not rename sheets or columns, and do not merge cells."),
    (
        "Mã và số nhận diện từng dòng: nạp lại thì dòng cũ được cập nhật, không bị nhân đôi. Dòng không có trong tệp vẫn giữ nguyên.",
        "Ids and numbers tell the rows apart: loading again updates them and never doubles. Rows not in the file stay as they are.",
    ),
    (
        "Ô để trống sẽ xóa nội dung cũ, trừ các cột ghi “trống: giữ nguyên”.",
        "An empty cell empties the field, except in columns that say “empty: kept”.",
    ),
    (
        "Hoặc nạp tất cả, hoặc không nạp gì: mọi lỗi được chỉ rõ trang và ô.",
        "Either all of it is loaded or nothing: every fault names its sheet and cell.",
    ),
    (
        "Ngày viết 2025-10-27 hoặc 27/10/2025, giờ viết 09:00, theo giờ địa phương.",
        "Days as 2025-10-27 or 27/10/2025, hours as 09:00, local time.",
    ),
)


def write_template(target: Path | IO[bytes]) -> None:
    """Write the workbook a secretariat fills: headings, what goes in, one example in each sheet."""
    _write(target, {}, with_examples=True)


def write_week(week: Week, target: Path | IO[bytes]) -> dict[str, int]:
    """Write everything of a week into the same workbook, as it is in the database; return the rows of each sheet."""
    rows = {name: list(found.values()) for name, found in rows_of(week, to_give_out=True).items()}
    _write(target, rows, with_examples=False)
    return {name: len(found) for name, found in rows.items()}


def _write(target: Path | IO[bytes], rows: Mapping[str, list[dict[str, Any]]], *, with_examples: bool) -> None:
    # Without these, text that begins with = or looks like an address would become a formula or a link.
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "default_date_format": "yyyy-mm-dd"}
    book = xlsxwriter.Workbook(str(target) if isinstance(target, Path) else target, options)
    book.set_properties({"title": "Hanhlang"})
    looks = _Looks(book)
    _readme(book.add_worksheet(README), looks)
    for sheet in SHEETS:
        _Page(book.add_worksheet(sheet.name), sheet, looks).write(rows.get(sheet.name, []), with_example=with_examples)
    book.close()


class _Looks:
    """The few formats of the workbook."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        font = {"font_name": "Arial", "font_size": 10, "valign": "top"}
        self.title = book.add_format({**font, "bold": True, "font_size": 14})
        self.about = book.add_format({**font, "bold": True, "font_size": 11})
        self.header = book.add_format({**font, "bold": True, "text_wrap": True, "bottom": 2, "bg_color": "#EFE9DC"})
        self.hint = book.add_format({**font, "italic": True, "font_color": "#6B6257", "text_wrap": True})
        self.wrapped = book.add_format({**font, "text_wrap": True})
        self.plain = {kind: book.add_format({**font, "num_format": NUMBER_FORMATS.get(kind, "@")}) for kind in (*NUMBER_FORMATS, "text")}
        grey = {**font, "font_color": "#6B6257", "italic": True}
        self.example = {kind: book.add_format({**grey, "num_format": NUMBER_FORMATS.get(kind, "@")}) for kind in (*NUMBER_FORMATS, "text")}

    def of(self, column: Column, *, example: bool = False) -> Format:
        """Return how a column's cells look."""
        formats = self.example if example else self.plain
        return formats.get(column.kind, formats["text"])


class _Page:
    """One sheet; its first column marks the rows that are not loaded."""

    def __init__(self, page: Worksheet, sheet: Sheet, looks: _Looks) -> None:
        self.page, self.sheet, self.looks = page, sheet, looks

    def write(self, rows: Iterable[dict[str, Any]], *, with_example: bool) -> None:
        """Write headings, what goes in, an example if wanted, and the rows."""
        page, looks = self.page, self.looks
        page.write_string(TOP, 0, f"{self.sheet.vi} / {self.sheet.en}. {self.sheet.about_vi} / {self.sheet.about_en}", looks.about)
        page.write_string(HEADER, 0, MARK, looks.header)
        page.write_string(HINT, 0, HELP, looks.hint)
        page.set_column(0, 0, 12, looks.plain["text"])
        for place, column in enumerate(self.sheet.columns, start=1):
            page.write_string(HEADER, place, column.heading + (" *" if column.needed else ""), looks.header)
            page.write_string(HINT, place, hint_of(column), looks.hint)
            # Where facts come from is for those who need it: folded away, one click from view.
            folded = {"level": 1, "hidden": True} if column in FACTS and with_example else {}
            page.set_column(place, place, column.width, looks.of(column), folded)
        first = FIRST
        if with_example:
            page.write_string(first, 0, EXAMPLE, looks.hint)
            self._row(first, {column.key: column.example for column in self.sheet.columns}, example=True)
            first += 1
        number = first
        for number, row in enumerate(rows, start=first):
            self._row(number, row)
        for place, column in enumerate(self.sheet.columns, start=1):
            self._choices(place, column, first, number + SPARE)
        page.freeze_panes(FIRST, 2)

    def _row(self, number: int, row: Mapping[str, Any], *, example: bool = False) -> None:
        for place, column in enumerate(self.sheet.columns, start=1):
            value, look = written(row[column.key], column), self.looks.of(column, example=example)
            if value is None or value == "":
                continue
            if isinstance(value, datetime | date | time):
                self.page.write_datetime(number, place, value, look)
            elif isinstance(value, int):
                self.page.write_number(number, place, value, look)
            else:
                self.page.write_string(number, place, str(value), look)

    def _choices(self, place: int, column: Column, first: int, last: int) -> None:
        source: Any = None
        if column.kind == "choice":
            source = [f"{word}{DASH}{vietnamese}" for word, vietnamese in column.choices.items()]
        elif column.kind == "yes":
            source = [YES_SHOWN, NO_SHOWN]
        elif column.kind == "ref":
            source = f"={column.of}!$B${FIRST + 1}:$B${FIRST + 5000}"
        if source:
            # A warning only: what is in the database already may be named without being in this file.
            rules = {"validate": "list", "source": source, "error_type": "warning" if column.kind == "ref" else "stop"}
            self.page.data_validation(first, place, last, place, rules)


def hint_of(column: Column) -> str:
    """Return the line that says what goes into a column, in both languages."""
    keeps = ("trống: giữ nguyên", "empty: kept") if column.keeps else ("", "")
    vi, en = ("; ".join(filter(None, pair)) for pair in zip((column.hint_vi, column.hint_en), keeps, strict=True))
    return vi if vi == en else f"{vi} / {en}"


def _readme(page: Worksheet, looks: _Looks) -> None:
    page.set_column(0, 0, 16)
    page.set_column(1, 2, 70)
    page.write_string(0, 0, "Hanhlang: Đọc trước / Read me", looks.title)
    row = 2
    for vi, en in WAYS:
        page.write_string(row, 1, vi, looks.wrapped)
        page.write_string(row, 2, en, looks.wrapped)
        row += 1
    row += 1
    for sheet in (BY_NAME[name] for name in BY_NAME):
        page.write_url(row, 0, f"internal:'{sheet.name}'!A1", string=sheet.name)
        page.write_string(row, 1, f"{sheet.vi}. {sheet.about_vi}", looks.wrapped)
        page.write_string(row, 2, f"{sheet.en}. {sheet.about_en}", looks.wrapped)
        row += 1
