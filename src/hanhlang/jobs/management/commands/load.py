"""``hanhlang load FOLDER`` or ``FILE.xlsx``: load a week, all or nothing."""

from __future__ import annotations

import json
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import translation

from hanhlang.domains.core import clock
from hanhlang.jobs.load.apply import load_week
from hanhlang.jobs.load.faults import MOST_SHOWN, LoadRefused
from hanhlang.jobs.workbook.loading import load_book


class Command(BaseCommand):
    help = "Load a week from a folder of YAML files or a workbook: all or nothing; loading again updates and never doubles."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("source", type=Path, metavar="FOLDER|FILE.xlsx")
        parser.add_argument("--language", choices=["vi", "en"], default="en", help="language of the faults (default: en)")

    def handle(self, *args: Any, source: Path, language: str, **options: Any) -> None:
        """Load, and end with one JSON line; exit 2 with one line for each fault if the source cannot be loaded."""
        begun = time.monotonic()
        with translation.override(language):
            try:
                figures = self._load(source)
            except LoadRefused as refusal:
                self._refuse(refusal, language)
        self.stdout.write(json.dumps(figures | {"seconds": round(time.monotonic() - begun, 2)}))

    def _load(self, source: Path) -> dict[str, Any]:
        # Whatever is a file is taken for a workbook: its reader says best what else it may be.
        if source.is_file() or source.suffix.lower() == ".xlsx":
            return load_book(source, by=None, now=clock.now()).to_json()
        loaded = load_week(source, by=None, now=clock.now())
        for kind, keys in loaded.not_in_files.items():
            words = translation.gettext("No longer in the files, kept: %(kind)s %(keys)s")
            self.stderr.write(words % {"kind": kind, "keys": ", ".join(keys)})
        return loaded.to_json()

    def _refuse(self, refusal: LoadRefused, language: str) -> None:
        for fault in refusal.faults[:MOST_SHOWN]:
            self.stderr.write(fault.message(language))
        if (more := len(refusal.faults) - MOST_SHOWN) > 0:
            self.stderr.write(translation.gettext("… and %(count)d more.") % {"count": more})
        self.stderr.write(refusal.message(language))
        sys.exit(2)
