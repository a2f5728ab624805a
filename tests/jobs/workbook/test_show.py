"""The whole way a secretariat goes, with eight hundred people."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from factories.whole import empty_the_database, tables
from factories.workbooks import Workbook
from hanhlang.domains.events.models import Week
from hanhlang.domains.meetings.models import Meeting
from hanhlang.jobs.cast.make import make_cast
from hanhlang.jobs.load.apply import load_week
from hanhlang.jobs.workbook.rows import rows_of

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "vidw-2025"
NOW = datetime(2025, 10, 20, 2, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def test_eight_hundred_people_typed_into_the_template(tmp_path: Path) -> None:
    """What a secretariat does: fill the template, load it, plan, take it out, load it again."""
    load_week(EXAMPLE, by=None, now=NOW)
    make_cast(week=Week.objects.get(), people=800, seed=2025, now=NOW)
    drawn = {name: list(found.values()) for name, found in rows_of(Week.objects.get()).items()}
    empty_the_database()
    typed = Workbook(tmp_path / "typed.xlsx", {})
    typed.fill(drawn)

    figures = command("load", str(typed.save()))
    planned = command("plan", "vidw-2025", time_limit=120, until_first=True, workers=1, publish=True)
    command("export", "vidw-2025", str(tmp_path / "out.xlsx"))
    before = tables()
    again = command("load", str(tmp_path / "out.xlsx"))

    assert figures["sheets"]["people"]["new"] > 800
    assert figures["sheets"]["meetings"]["new"] == Meeting.objects.count() == 3093
    assert planned["placed"] >= 0.9 * planned["asked"]
    assert again["written"] == 0
    assert tables() == before


def command(*words: str, **options: Any) -> dict[str, Any]:
    out = io.StringIO()
    call_command(*words, stdout=out, **options)
    figures: dict[str, Any] = json.loads(out.getvalue().splitlines()[-1])
    return figures
