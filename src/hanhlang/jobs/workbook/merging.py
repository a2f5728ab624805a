"""The week as it would be: what is there, with the rows of the workbook laid over it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from hanhlang.domains.events.models import Week
from hanhlang.domains.people.models import Person
from hanhlang.jobs.load.faults import Fault
from hanhlang.jobs.workbook.columns import Column, Sheet
from hanhlang.jobs.workbook.reading import Book, Line
from hanhlang.jobs.workbook.rows import Key, Row, rows_of
from hanhlang.jobs.workbook.sheets import SHEETS


@dataclass
class Merged:
    """One row as it would be; ``before`` is what is there now, ``line`` where the workbook has it."""

    sheet: Sheet
    key: Key
    values: Row
    before: Row | None = None
    line: Line | None = None

    @property
    def is_new(self) -> bool:
        return self.before is None

    @property
    def is_sound(self) -> bool:
        """Tell whether every cell of the row could be read."""
        return self.line is None or not self.line.broken

    @property
    def is_written(self) -> bool:
        """Tell whether the workbook would make or change the row."""
        return self.line is not None and (self.is_new or bool(self.changed))

    @cached_property
    def changed(self) -> list[Column]:
        """The columns in which the workbook says something else than what is there; for a new row, those that are filled."""
        if self.line is None:
            return []
        before = self.before or self.sheet.blank()
        return [column for column in self.sheet.columns if not column.shown and self.values[column.key] != before[column.key]]

    def where(self, key: str = "") -> str:
        """Return how a fault of another row refers to this one."""
        return f"{self.sheet.name}!{self.line.cell(key)}" if self.line else f"{self.sheet.name}: {' '.join(self.key)}"

    def fault(self, code: str, key: str = "", /, **values: Any) -> Fault:
        """Return a fault of one cell of the row."""
        if self.line is None:
            return Fault(code, self.sheet.name, record=" ".join(self.key), field=key, values=values)
        return Fault(code, self.sheet.name, line=self.line.number, cell=self.line.cell(key), values=values)


@dataclass
class Whole:
    """All rows of the week as it would be, by sheet and key; ``week`` is there already or is None."""

    week: Week | None
    rows: dict[str, dict[Key, Merged]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def sheet(self, name: str) -> Iterator[Merged]:
        """Yield the sound rows of a sheet."""
        return (row for row in self.rows[name].values() if row.is_sound)

    def written(self, name: str) -> Iterator[Merged]:
        """Yield the sound rows of a sheet that the workbook would make or change."""
        return (row for row in self.sheet(name) if row.is_written)

    def get(self, name: str, *key: Any) -> Merged | None:
        """Return a sound row by its key."""
        row = self.rows[name].get(tuple(map(str, key)))
        return row if row and row.is_sound else None


def merge(book: Book, *, only: Week | None, trusted: bool) -> Whole:
    """
    Lay the rows of a book over what is there.

    ``only`` is the one week the book may be of. Who is not ``trusted`` may not touch people who have nothing to do with the week.
    """
    week = _week(book, only)
    whole = Whole(week)
    if only is not None and week is None:
        [line] = book.lines["week"] or [None]
        if line is not None:
            book.fault("other_week", "week", line, "id", value=line.values["id"], wanted=only.key)
        return whole
    named = [str(line.values["id"]) for line in book.lines["people"] if line.values.get("id")]
    there = rows_of(week, people=named if trusted else ())
    for sheet in SHEETS:
        whole.rows[sheet.name] = {key: Merged(sheet, key, dict(row), before=row) for key, row in there[sheet.name].items()}
        for line in book.lines[sheet.name]:
            _lay(whole.rows[sheet.name], sheet, line)
    if not trusted:
        _strangers(whole)
    _agreed_wishes(whole)
    _opened_again(whole)
    _sites_of_sessions(whole)
    return whole


def _week(book: Book, only: Week | None) -> Week | None:
    lines = book.lines["week"]
    if len(lines) != 1:
        if not any(fault.file == "week" for fault in book.faults):
            book.faults.append(Fault("week_rows", "week", values={"count": len(lines)}))
        return only
    key = str(lines[0].values["id"] or "")
    if only is not None:
        return only if key == only.key or "id" in lines[0].broken else None
    return Week.objects.filter(key=key).select_related("host", "co_host").first()


def _lay(rows: dict[Key, Merged], sheet: Sheet, line: Line) -> None:
    key = sheet.key_of(line.values)
    before = rows[key].before if key in rows else None
    values = dict(before or sheet.blank())
    for column in sheet.columns:
        value = line.values[column.key]
        if not column.shown and not (column.keeps and before is not None and value == column.nothing):
            values[column.key] = value
    rows[key] = Merged(sheet, key, values, before, line)


def _strangers(whole: Whole) -> None:
    """Nobody should learn of a person, or change one, through a week that person has nothing to do with."""
    new = [row for row in whole.rows["people"].values() if row.is_new]
    taken = set(Person.objects.filter(key__in=[row.key[0] for row in new]).values_list("key", flat=True))
    whole.faults += [row.fault("person_elsewhere", "id", key=row.key[0]) for row in new if row.key[0] in taken]


def _opened_again(whole: Whole) -> None:
    """Hours that are closed no longer stay in many a workbook, without hours; they say nothing any more."""
    for key, row in list(whole.rows["availability"].items()):
        if row.is_new and row.is_sound and not row.values["from"] and not row.values["until"]:
            del whole.rows["availability"][key]


def _sites_of_sessions(whole: Whole) -> None:
    """A session is where its place is; a file need not say both."""
    for row in whole.rows["sessions"].values():
        place = whole.rows["places"].get((row.values["place"] or "",))
        if row.line and not row.values["city"] and place:
            row.values["city"] = place.values["site"]


def _agreed_wishes(whole: Whole) -> None:
    """A wish that became a meeting stays in many a workbook; it says nothing any more."""
    pairs = {frozenset((*row.values["asking"], *row.values["asked"])) for row in whole.rows["meetings"].values()}
    for key, row in list(whole.rows["wishes"].items()):
        if row.is_new and frozenset(key) in pairs:
            del whole.rows["wishes"][key]
