"""``hanhlang export WEEK FILE.xlsx``: a week as the workbook that ``hanhlang load`` reads."""

from __future__ import annotations

import json
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hanhlang.domains.core import clock
from hanhlang.domains.events.models import Week
from hanhlang.jobs.workbook.exporting import export_week
from hanhlang.jobs.workbook.target import workbook_at


class Command(BaseCommand):
    help = "Write everything of a week into a workbook; loading it again changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("week")
        parser.add_argument("file", type=Path)
        parser.add_argument("--force", action="store_true", help="write over a file that is there")

    def handle(self, *args: Any, week: str, file: Path, force: bool, **options: Any) -> None:
        """Write the workbook, and end with one JSON line of the rows of each sheet."""
        begun = time.monotonic()
        found = Week.objects.filter(key=week).first()
        if found is None:
            raise CommandError(f"hanhlang export: there is no week {week}; load it first: hanhlang load FOLDER", returncode=2)
        with workbook_at(file, "export", force=force) as target:
            rows = export_week(week=found, target=target, by=None, now=clock.now())
        self.stdout.write(json.dumps({"week": week, "file": str(file), "rows": rows, "seconds": round(time.monotonic() - begun, 2)}))
