"""``hanhlang backup FILE``: everything this installation knows, in one file, made while it runs."""

from __future__ import annotations

import json
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from hanhlang.jobs.backup.errors import BackupRefused
from hanhlang.jobs.backup.save import save


class Command(BaseCommand):
    help = "Write everything this installation knows into one file, while it runs; sessions and the secret key are left out."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--language", choices=["vi", "en"], default="en", help="language of a refusal (default: en)")

    def handle(self, *args: Any, file: Path, language: str, **options: Any) -> None:
        """Write the file, and end with one JSON line; exit 2 with one line if it cannot be written."""
        begun = time.monotonic()
        try:
            made = save(file, now=timezone.now())
        except BackupRefused as refusal:
            self.stderr.write(f"hanhlang backup: {refusal.message(language)}")
            sys.exit(2)
        figures = {"file": str(file), "bytes": file.stat().st_size, "tables": len(made.tables), "rows": made.row_count()}
        self.stdout.write(json.dumps(figures | {"content": made.content(), "seconds": round(time.monotonic() - begun, 2)}))
