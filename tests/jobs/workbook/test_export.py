"""What is taken out, and where to."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from factories.meetings import TABLES, make_empty_week
from hanhlang.domains.core.models import AuditEntry
from hanhlang.domains.core.multitext import MultiText
from hanhlang.domains.programme.models import Session
from hanhlang.jobs.workbook.file import write_week
from hanhlang.jobs.workbook.loading import preview_book

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["=1+1", "+84 912", "-3", "@here", '=HYPERLINK("http://a.example")', "https://a.example", "007"])
def test_text_that_looks_like_a_formula_is_text_in_the_file_and_comes_back(tmp_path: Path, name: str) -> None:
    week = make_empty_week(TABLES)
    Session.objects.create(week=week, key="s-one", kind="forum", title=MultiText({"vi": name}))
    path = tmp_path / "week.xlsx"
    write_week(week, path)

    cell = openpyxl.load_workbook(path)["sessions"]["D4"]
    preview = preview_book(path)

    assert (cell.value, cell.data_type) == (name, "s")
    assert preview.changed["sessions"] == []


def test_a_file_that_is_there_is_not_written_over_without_being_told_to(tmp_path: Path) -> None:
    week = make_empty_week(TABLES)
    path = tmp_path / "out.xlsx"
    path.write_bytes(b"mine")

    for words in (("template", str(path)), ("export", week.key, str(path))):
        with pytest.raises(CommandError, match="--force") as refused:
            call_command(*words)
        assert refused.value.returncode == 2
        assert path.read_bytes() == b"mine"

    call_command("export", week.key, str(path), force=True, stdout=io.StringIO())
    assert preview_book(path).rows == 0
    assert [file.name for file in tmp_path.iterdir()] == ["out.xlsx"]


@pytest.mark.parametrize("words", [("template", "{}/out.csv"), ("template", "{}/none/out.xlsx"), ("export", "no-week", "{}/out.xlsx")])
def test_a_target_that_cannot_be_is_one_line(tmp_path: Path, words: tuple[str, ...]) -> None:
    with pytest.raises(CommandError) as refused:
        call_command(*(word.format(tmp_path) for word in words))

    assert refused.value.returncode == 2
    assert "\n" not in str(refused.value)
    assert list(tmp_path.iterdir()) == []


def test_taking_a_week_out_is_written_down(tmp_path: Path) -> None:
    week = make_empty_week(TABLES)

    call_command("export", week.key, str(tmp_path / "out.xlsx"), stdout=io.StringIO())

    assert AuditEntry.objects.get(event="week.exported").about_id == week.pk
