"""``hanhlang load FOLDER``: load a week, all or nothing."""

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


class Command(BaseCommand):
    help = "Load a week from a folder of YAML files: all or nothing; loading again updates and never doubles."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--language", choices=["vi", "en"], default="en", help="language of the faults (default: en)")

    def handle(self, *args: Any, folder: Path, language: str, **options: Any) -> None:
        """Load, and end with one JSON line; exit 2 with one line for each fault if the folder cannot be loaded."""
        begun = time.monotonic()
        with translation.override(language):
            try:
                loaded = load_week(folder, by=None, now=clock.now())
            except LoadRefused as refusal:
                self._refuse(refusal, language)
            for kind, keys in loaded.not_in_files.items():
                words = translation.gettext("No longer in the files, kept: %(kind)s %(keys)s")
                self.stderr.write(words % {"kind": kind, "keys": ", ".join(keys)})
        self.stdout.write(json.dumps(loaded.to_json() | {"seconds": round(time.monotonic() - begun, 2)}))

    def _refuse(self, refusal: LoadRefused, language: str) -> None:
        for fault in refusal.faults[:MOST_SHOWN]:
            self.stderr.write(fault.message(language))
        if (more := len(refusal.faults) - MOST_SHOWN) > 0:
            self.stderr.write(translation.gettext("… and %(count)d more.") % {"count": more})
        self.stderr.write(refusal.message(language))
        sys.exit(2)
