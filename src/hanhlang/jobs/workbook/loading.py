"""Load a week from a workbook: what it would change, and the change itself, all or nothing."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from hanhlang.domains.agenda.errors import AlreadyTaken, PlaceFull
from hanhlang.domains.core import counts
from hanhlang.domains.core.errors import CodedError
from hanhlang.domains.events.models import Week
from hanhlang.domains.meetings.actions.numbers import lock_week
from hanhlang.domains.people.models import Account
from hanhlang.jobs.load.apply import Writer
from hanhlang.jobs.load.checks import faults_of
from hanhlang.jobs.load.faults import Fault, LoadRefused
from hanhlang.jobs.load.folder import Folder
from hanhlang.jobs.workbook.checks import faults_of_parties
from hanhlang.jobs.workbook.merging import Merged, Whole, merge
from hanhlang.jobs.workbook.reading import read_book
from hanhlang.jobs.workbook.records import folder_of
from hanhlang.jobs.workbook.sheets import SHEETS
from hanhlang.jobs.workbook.writing import PartiesWriter

UNREADABLE = frozenset({"sheet_missing", "header_missing", "column_missing", "cells_merged", "cell_far"})


@dataclass
class Preview:
    """What a workbook would do: its faults, or the rows it would make and change."""

    faults: list[Fault] = field(default_factory=list)
    new: dict[str, list[Merged]] = field(default_factory=dict)
    changed: dict[str, list[Merged]] = field(default_factory=dict)
    unchanged: dict[str, int] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """How many rows would be made or changed."""
        return sum(map(len, (*self.new.values(), *self.changed.values())))

    def digest(self) -> str:
        """Return what tells this preview from one with any other change in it."""
        told = [
            (sheet, row.key, column.key, row.before and row.before[column.key], row.values[column.key])
            for found in (self.new, self.changed)
            for sheet, rows in sorted(found.items())
            for row in rows
            for column in row.changed
        ]
        return hashlib.sha256(repr(told).encode()).hexdigest()

    def counts(self) -> dict[str, dict[str, int]]:
        """Return how many rows of each sheet are new, changed and unchanged."""
        return {
            sheet.name: {
                "new": len(self.new[sheet.name]),
                "changed": len(self.changed[sheet.name]),
                "unchanged": self.unchanged[sheet.name],
            }
            for sheet in SHEETS
            if sheet.name in self.new
        }


@dataclass
class Loaded:
    """What a load wrote."""

    week: str
    preview: Preview

    def to_json(self) -> dict[str, Any]:
        """Return the figures for the last line of the command."""
        return {"week": self.week, "sheets": self.preview.counts(), "written": self.preview.rows}


def preview_book(path: Path, *, only: Week | None = None, by: Account | None = None) -> Preview:
    """
    Return what the workbook at ``path`` would do; nothing is written.

    ``only`` is the one week it may be of. With a person behind it (``by``) it may not touch people of other weeks.
    """
    return _look(path, only, by)[0]


def load_book(path: Path, *, by: Account | None, now: datetime, only: Week | None = None, agreed: str = "") -> Loaded:
    """
    Load the week of a workbook: rows are made or changed by their ids, never doubled, never deleted.

    ``agreed`` is the digest of the preview somebody said yes to.

    :raises LoadRefused: with every fault found; then nothing was written.
    :raises ChangedMeanwhile: if the workbook would now do something else than was agreed to.
    """
    with transaction.atomic():
        if only is not None:
            lock_week(only)
        preview, whole, folder = _look(path, only, by)
        if preview.faults:
            raise LoadRefused(preview.faults)
        if agreed and preview.digest() != agreed:
            raise ChangedMeanwhile()
        if preview.rows and whole and folder:
            _write(whole, folder, by=by, now=now)
    key = whole.rows["week"] if whole else {}
    return Loaded(next(iter(key))[0], preview)


class ChangedMeanwhile(CodedError):
    code = "load.changed_meanwhile"
    status = 409
    text = _("The week changed since you looked. See what the file would do now, and decide again.")


def _look(path: Path, only: Week | None, by: Account | None) -> tuple[Preview, Whole | None, Folder | None]:
    book = read_book(path)
    preview = Preview(book.faults)
    # With a sheet or a column missing every reference into it would look wrong.
    if any(fault.file not in {sheet.name for sheet in SHEETS} or fault.code in UNREADABLE for fault in book.faults):
        return preview, None, None
    whole = merge(book, only=only, trusted=by is None)
    if not whole.rows:
        return preview, None, None
    folder = folder_of(whole)
    preview.faults += whole.faults + folder.faults + list(faults_of(folder)) + list(faults_of_parties(whole, folder))
    for sheet in SHEETS:
        written = list(whole.written(sheet.name))
        preview.new[sheet.name] = [row for row in written if row.is_new]
        preview.changed[sheet.name] = [row for row in written if not row.is_new]
        preview.unchanged[sheet.name] = sum(1 for row in whole.sheet(sheet.name) if row.line and not row.is_written)
    return preview, whole, folder


def _write(whole: Whole, folder: Folder, *, by: Account | None, now: datetime) -> None:
    try:
        writer = Writer(folder, by=by, now=now)
        writer.write()
        PartiesWriter(whole, folder, week=writer.week, by=by, now=now).write()
        counts.refresh()
    except (AlreadyTaken, PlaceFull) as refusal:
        # What the sheets hold together may still clash with what was published or held since.
        raise LoadRefused([Fault("taken", "sessions", values={"reason": refusal})]) from refusal
