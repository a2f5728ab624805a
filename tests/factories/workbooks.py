"""Workbooks as a secretariat fills them: the template, rows typed in by a spreadsheet program, saved."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from datetime import date, time
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from hanhlang.jobs.workbook.cells import written
from hanhlang.jobs.workbook.file import write_template
from hanhlang.jobs.workbook.sheets import BY_NAME

HEADER_ROW = 2
DAY = date(2025, 10, 27)
SMALL: dict[str, list[dict[str, Any]]] = {
    "week": [
        {
            "id": "trial-week",
            "name_vi": "Tuần thử",
            "timezone": "Asia/Ho_Chi_Minh",
            "start_date": DAY,
            "end_date": date(2025, 10, 29),
            "host": "most",
        }
    ],
    "sites": [{"id": "ninh-binh", "name_vi": "Ninh Bình"}],
    "places": [
        {"id": "hall", "site": "ninh-binh", "kind": "hall", "name_vi": "Hội trường"},
        {"id": "room", "site": "ninh-binh", "kind": "room", "name_vi": "Phòng", "pool": "rooms", "capacity": 12},
        {"id": "table", "site": "ninh-binh", "kind": "table", "name_vi": "Bàn", "pool": "tables"},
    ],
    "teams": [{"id": "ko-1", "site": "ninh-binh", "pair": "ko-vi"}],
    "grids": [
        {"id": "bilateral", "kind": "bilateral", "minutes": 5, "pools": "rooms", "day": DAY, "from": time(8), "to": time(18)},
        {"id": "business", "kind": "business", "minutes": 20, "pools": "tables", "day": DAY, "from": time(9), "to": time(12)},
    ],
    "topics": [{"id": "ai", "name_vi": "Trí tuệ nhân tạo"}],
    "organisations": [
        {"id": key, "kind": kind, "name_vi": name}
        for key, kind, name in (
            ("most", "ministry", "Bộ"),
            ("lamduan", "country", "Lamduan"),
            ("verania", "country", "Verania"),
            ("firm-a", "company", "Công ty A"),
            ("firm-b", "company", "Công ty B"),
        )
    ],
    "delegations": [
        {"id": "lamduan", "organisation": "lamduan", "name_vi": "Lamduan", "code": "LAM", "focal_point": "lam-2"},
        {"id": "verania", "organisation": "verania", "name_vi": "Verania", "code": "VER"},
    ],
    "people": [
        {
            "id": "lam-1",
            "name": "Amaro Vantor",
            "organisation": "lamduan",
            "category": "delegation",
            "delegation": "lamduan",
            "head": "có / yes",
        },
        {"id": "lam-2", "name": "Belisa Vantor", "organisation": "lamduan", "category": "delegation", "delegation": "lamduan"},
        {"id": "ver-1", "name": "Cosmin Rindal", "organisation": "verania", "category": "delegation", "delegation": "verania", "head": "x"},
        {"id": "firm-a-1", "name": "Nguyễn Thị An", "organisation": "firm-a", "category": "business"},
        {"id": "firm-b-1", "name": "Trần Văn Bình", "organisation": "firm-b", "category": "business"},
    ],
    "sessions": [
        {
            "id": "opening",
            "kind": "forum",
            "title_vi": "Khai mạc",
            "date": DAY,
            "start": time(9),
            "end": time(10),
            "place": "hall",
            "topics": "ai",
        }
    ],
    "speakers": [{"session": "opening", "person": "lam-1", "role": "keynote"}],
    "requests": [{"number": 1, "asking": "lamduan", "asked": "verania"}],
    "meetings": [{"number": 7, "kind": "business", "asking": "firm-a-1", "asked": "firm-b-1"}],
}


@cache
def _template() -> bytes:
    target = io.BytesIO()
    write_template(target)
    return target.getvalue()


class Workbook:
    """A template that a test fills and breaks."""

    def __init__(self, path: Path, rows: Mapping[str, Iterable[Mapping[str, Any]]] = SMALL) -> None:
        self.path = path
        self.book = openpyxl.load_workbook(io.BytesIO(_template()))
        for name, lines in rows.items():
            for line in lines:
                self.add(name, **line)

    def page(self, name: str) -> Worksheet:
        return self.book[name]

    def column(self, name: str, key: str) -> int:
        """Return the number of a column."""
        return 2 + [column.key for column in BY_NAME[name].columns].index(key)

    def cell(self, name: str, row: int, key: str) -> Any:
        """Return a cell to change: ``row`` counts from 0 below the example."""
        return self.page(name).cell(5 + row, self.column(name, key))

    def add(self, name: str, /, **values: Any) -> int:
        """Type a row below the last one; return its number in the sheet."""
        page = self.page(name)
        filled = (row for row in range(page.max_row, 4, -1) if any(cell.value is not None for cell in page[row]))
        number = next(filled, 4) + 1
        for key, value in values.items():
            page.cell(number, self.column(name, key)).value = value
        return number

    def fill(self, rows: Mapping[str, Iterable[Mapping[str, Any]]]) -> None:
        """Type many rows, as values of the workbook's own kind."""
        for name, lines in rows.items():
            page, sheet = self.page(name), BY_NAME[name]
            for number, line in enumerate(lines, start=5):
                for place, column in enumerate(sheet.columns, start=2):
                    value = None if column.shown else written(line[column.key], column)
                    if value is not None:
                        cell = page.cell(number, place)
                        cell.value = value
                        if isinstance(value, str):
                            cell.data_type = "s"

    def save(self) -> Path:
        """Write the file and return where it is."""
        self.book.save(self.path)
        return self.path
