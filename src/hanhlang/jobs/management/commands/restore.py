"""``hanhlang restore FILE``: put a backup into an empty installation, all or nothing."""

from __future__ import annotations

import json
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from hanhlang.jobs.backup.errors import BackupRefused
from hanhlang.jobs.backup.restore import restore


class Command(BaseCommand):
    help = "Put a backup into an empty installation, on either database: all of it or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--language", choices=["vi", "en"], default="en", help="language of a refusal (default: en)")

    def handle(self, *args: Any, file: Path, language: str, **options: Any) -> None:
        """Fill the installation, and end with one JSON line; exit 2 with one line if nothing was changed."""
        begun = time.monotonic()
        try:
            held = restore(file)
        except BackupRefused as refusal:
            self.stderr.write(f"hanhlang restore: {refusal.message(language)}")
            sys.exit(2)
        figures = {"file": str(file), "made_at": held.made_at, "tables": len(held.tables), "rows": held.row_count()}
        self.stdout.write(json.dumps(figures | {"content": held.content(), "seconds": round(time.monotonic() - begun, 2)}))
