"""Read a workbook into rows, with a fault that names the cell for everything that is not as it should be."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import python_calamine

from hanhlang.domains.core.folding import fold
from hanhlang.jobs.load.faults import Fault, Hint
from hanhlang.jobs.workbook import cells
from hanhlang.jobs.workbook.archive import Hidden, Refused, examine, letters_of
from hanhlang.jobs.workbook.columns import Column, Sheet
from hanhlang.jobs.workbook.sheets import BY_NAME, SHEETS

README = "Đọc trước - Read me"
MARK = "Dòng / Row"
HELP, EXAMPLE = "Giải thích / Help", "Ví dụ / Example"
IGNORED = frozenset(fold(word) for whole in (HELP, EXAMPLE) for word in (whole, *whole.split(" / ")))
HEADER_WITHIN = 10


@dataclass
class Line:
    """One row of a sheet: its number, and the values of its columns by key; ``broken`` columns have a fault already."""

    number: int
    values: dict[str, Any]
    columns: dict[str, str]
    broken: set[str] = field(default_factory=set)

    def cell(self, key: str = "") -> str:
        """Return the cell of a column, by default the first of the row."""
        return f"{self.columns.get(key) or next(iter(self.columns.values()), 'A')}{self.number}"


@dataclass
class Book:
    """What a workbook says: the lines of each sheet, and what is wrong with it."""

    lines: dict[str, list[Line]] = field(default_factory=lambda: defaultdict(list))
    faults: list[Fault] = field(default_factory=list)

    def fault(self, code: str, sheet: str, line: Line | None, key: str = "", /, **values: Any) -> None:
        """Add a fault of one cell."""
        number, cell = (line.number, line.cell(key)) if line else (0, "")
        self.faults.append(Fault(code, sheet, line=number, cell=cell, values=values))


def read_book(path: Path) -> Book:
    """Return what the workbook at ``path`` says; whatever is wrong is among its faults, nothing is raised."""
    book = Book()
    if not path.is_file():
        book.faults.append(Fault("book_missing", path.name))
        return book
    try:
        hidden = examine(path)
        if _is_plain(book, hidden):
            _take(book, path, hidden)
    except Refused as refusal:
        book.faults.append(refusal.fault)
    return book


def _is_plain(book: Book, hidden: dict[str, Hidden]) -> bool:
    before = len(book.faults)
    for name, found in hidden.items():
        if name not in BY_NAME:
            continue
        if found.far:
            book.faults.append(Fault("cell_far", name, line=_row(found.far), cell=found.far))
        for area in found.merged:
            book.faults.append(Fault("cells_merged", name, line=_row(area.split(":")[0]), cell=area))
    return len(book.faults) == before


def _take(book: Book, path: Path, hidden: dict[str, Hidden]) -> None:
    try:
        workbook = python_calamine.load_workbook(path)
        names = [name for name in workbook.sheet_names if name in BY_NAME]
        tables = {name: workbook.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in names}
    except (python_calamine.CalamineError, python_calamine.ZipError, python_calamine.XmlError, OSError, ValueError) as refusal:
        raise Refused(Fault("book_damaged", path.name)) from refusal
    for name in workbook.sheet_names:
        if name not in BY_NAME and name != README and (near := str(Hint(name, BY_NAME))):
            book.faults.append(Fault("sheet_unknown", name, values={"hint": near}))
    for sheet in SHEETS:
        if sheet.name not in tables:
            book.faults.append(Fault("sheet_missing", sheet.name))
        else:
            _sheet(book, sheet, tables[sheet.name], hidden.get(sheet.name, Hidden()))


def _sheet(book: Book, sheet: Sheet, table: list[list[Any]], hidden: Hidden) -> None:
    known = {fold(name): column for column in sheet.columns for name in (column.heading, column.vi, column.en, column.key)}
    top = max(range(min(HEADER_WITHIN, len(table))), key=lambda row: sum(_folded(cell) in known for cell in table[row]), default=None)
    # A row of data may hold a word that is a heading too; a heading row holds many.
    if top is None or 3 * sum(_folded(cell) in known for cell in table[top]) < len(sheet.columns):
        book.faults.append(Fault("header_missing", sheet.name, values={"heading": sheet.columns[0].heading}))
        return
    places, mark = _places(book, sheet, table[top], top + 1, known)
    if mark is None:
        # Without it explanations and the example would be taken for rows.
        book.faults.append(Fault("column_missing", sheet.name, line=top + 1, values={"heading": MARK}))
        return
    columns = {column.key: letters_of(place + 1) for place, column in places.items()}
    seen: dict[tuple[str, ...], Line] = {}
    for number, cells_of_row in enumerate(table[top + 1 :], start=top + 2):
        is_blank = all(cell == "" or cell is None or (isinstance(cell, str) and not cell.strip()) for cell in cells_of_row)
        if is_blank and not _hides(hidden, number):
            continue
        if said := _folded(cells_of_row[mark]):
            if said not in IGNORED:
                cell = f"{letters_of(mark + 1)}{number}"
                book.faults.append(Fault("row_mark", sheet.name, line=number, cell=cell, values={"value": cells_of_row[mark]}))
            continue
        line = _line(book, sheet, number, {column.key: cells_of_row[place] for place, column in places.items()}, columns, hidden)
        if not set(sheet.keys) & line.broken and set(sheet.keys) <= columns.keys():
            first = seen.setdefault(sheet.key_of(line.values), line)
            if first is not line:
                book.fault("row_twice", sheet.name, line, sheet.keys[0], other=f"{sheet.name}!{first.cell(sheet.keys[0])}")
                continue
        book.lines[sheet.name].append(line)


def _places(book: Book, sheet: Sheet, header: list[Any], number: int, known: dict[str, Column]) -> tuple[dict[int, Column], int | None]:
    """Return the columns by their place, and where the mark of rows to pass over stands."""
    places: dict[int, Column] = {}
    mark = None
    for place, raw in enumerate(header):
        said, cell = _folded(raw), f"{letters_of(place + 1)}{number}"
        if not said:
            continue
        if said in (fold(MARK), "dong", "row"):
            mark = place
        elif (column := known.get(said)) is None:
            hint = Hint(str(raw), [column.heading for column in sheet.columns])
            book.faults.append(Fault("column_unknown", sheet.name, line=number, cell=cell, values={"value": raw, "hint": hint}))
        elif column in places.values():
            book.faults.append(Fault("column_twice", sheet.name, line=number, cell=cell, values={"value": raw}))
        else:
            places[place] = column
    for column in sheet.columns:
        if column not in places.values() and not column.shown:
            book.faults.append(Fault("column_missing", sheet.name, line=number, values={"heading": column.heading}))
    return places, mark


def _line(book: Book, sheet: Sheet, number: int, raws: dict[str, Any], columns: dict[str, str], hidden: Hidden) -> Line:
    line = Line(number, sheet.blank(), columns)
    for key, raw in raws.items():
        column, cell = sheet.column(key), line.cell(key)
        if column.shown:
            continue
        if cell in hidden.formulas_without_value:
            line.broken.add(key)
            book.fault("formula_empty", sheet.name, line, key)
        elif cell in hidden.errors:
            line.broken.add(key)
            book.fault("cell_error", sheet.name, line, key, value=hidden.errors[cell])
        else:
            try:
                line.values[key] = cells.value_of(raw, column)
            except cells.Wrong as wrong:
                line.broken.add(key)
                book.fault(wrong.code, sheet.name, line, key, **wrong.values)
    for column in sheet.columns:
        if column.needed and line.values[column.key] in (None, ()) and column.key not in line.broken and column.key in columns:
            line.broken.add(column.key)
            book.fault("cell_missing", sheet.name, line, column.key, heading=column.heading)
    return line


def _hides(hidden: Hidden, number: int) -> bool:
    return any(_row(cell) == number for cell in (*hidden.formulas_without_value, *hidden.errors))


def _folded(raw: Any) -> str:
    return fold(raw.replace("*", "")) if isinstance(raw, str) else ""


def _row(cell: str) -> int:
    digits = "".join(letter for letter in cell if letter.isdigit())
    return int(digits or 0)
