"""A week goes out as a workbook and comes in again: nothing changes, nothing is lost."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import call_command
from django.db import transaction

from factories.whole import empty_the_database, tables
from hanhlang.domains.core.models import AuditEntry
from hanhlang.domains.events.models import Week
from hanhlang.domains.meetings.models import Placement
from hanhlang.jobs.cast.make import make_cast
from hanhlang.jobs.load.apply import load_week
from hanhlang.jobs.workbook.file import write_week
from hanhlang.jobs.workbook.loading import load_book, preview_book
from hanhlang.jobs.workbook.rows import rows_of
from hanhlang.jobs.workbook.sheets import BY_NAME

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "vidw-2025"
NOW = datetime(2025, 10, 20, 2, tzinfo=UTC)
APPS = ("people", "events", "agenda", "delegations", "programme", "meetings")
pytestmark = pytest.mark.django_db


def without_plan(rows: dict[str, Any]) -> dict[str, Any]:
    """Return rows of workbooks without what is for reading only."""
    return {
        name: [{key: value for key, value in row.items() if not BY_NAME[name].column(key).shown} for row in found.values()]
        for name, found in rows.items()
    }


@pytest.fixture(scope="module")
def example(django_db_setup: None, django_db_blocker: Any) -> Iterator[Week]:
    """The example week with a cast of 120, planned and published; each test here runs in a savepoint of its transaction."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_week(EXAMPLE, by=None, now=NOW)
        week = Week.objects.get()
        make_cast(week=week, people=120, seed=2025, now=NOW)
        call_command("plan", week.key, time_limit=60, until_first=True, publish=True, workers=1, stdout=io.StringIO())
        yield week
        transaction.set_rollback(True)


def test_out_and_in_again_changes_no_row_of_any_table(example: Week, tmp_path: Path) -> None:
    path = tmp_path / "week.xlsx"
    write_week(example, path)
    before, lines = tables(), AuditEntry.objects.count()

    loaded = load_book(path, by=None, now=NOW)

    assert loaded.preview.counts()["people"]["unchanged"] > 120
    assert loaded.preview.rows == 0
    assert tables() == before
    assert AuditEntry.objects.count() == lines


def test_one_changed_cell_touches_only_its_row(example: Week, tmp_path: Path) -> None:
    path = tmp_path / "week.xlsx"
    write_week(example, path)
    book = openpyxl.load_workbook(path)
    page, names = book["sessions"], {cell.value: cell.column for cell in book["sessions"][2]}
    row = next(row for row in range(4, page.max_row + 1) if page.cell(row, 2).value == "s-vn-kr")
    page.cell(row, names["Chủ đề (tiếng Anh) / Theme (English)"]).value = "Another theme"
    book.save(path)
    before = tables()

    assert load_book(path, by=None, now=NOW).preview.rows == 1

    after = tables()
    changed = {name: [row for row in after[name] if row not in before[name]] for name in after}
    assert [row["key"] for row in changed.pop("Session")] == ["s-vn-kr"]
    assert not any(changed.values())


def test_into_an_empty_database_comes_the_same_week(example: Week, tmp_path: Path) -> None:
    path = tmp_path / "week.xlsx"
    write_week(example, path)
    before = without_plan(rows_of(example))
    empty_the_database()

    load_book(path, by=None, now=NOW)

    assert without_plan(rows_of(Week.objects.get())) == before


def test_published_hours_are_in_the_file_and_change_nothing_when_edited(example: Week, tmp_path: Path) -> None:
    path = tmp_path / "week.xlsx"
    write_week(example, path)
    book = openpyxl.load_workbook(path)
    page, names = book["meetings"], {cell.value: cell.column for cell in book["meetings"][2]}
    hours = [page.cell(row, names["Giờ đã công bố / Published hour"]) for row in range(4, page.max_row + 1)]
    assert sum(cell.value is not None for cell in hours) == Placement.objects.filter(plan__state="published").count() > 0
    for cell in hours:
        cell.value = "later"
    book.save(path)

    preview = preview_book(path)

    assert (preview.faults, preview.rows) == ([], 0)
