"""``hanhlang template FILE.xlsx``: the workbook a secretariat fills."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from hanhlang.jobs.workbook.file import write_template
from hanhlang.jobs.workbook.target import workbook_at


class Command(BaseCommand):
    help = "Write the empty workbook that a secretariat fills and hanhlang load reads."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--force", action="store_true", help="write over a file that is there")

    def handle(self, *args: Any, file: Path, force: bool, **options: Any) -> None:
        """Write the template; exit 2 if the file is there already or cannot be written."""
        with workbook_at(file, "template", force=force) as target:
            write_template(target)
        self.stdout.write(str(file))
