"""``hanhlang doctor``: what is wrong with this installation, and what to do about it."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from hanhlang.jobs.doctor import data, machine
from hanhlang.jobs.doctor.findings import BAD, NOTE, OK, Finding

MARKS = {OK: "ok  ", NOTE: "note", BAD: "BAD "}


class Command(BaseCommand):
    help = "Say what is wrong with this installation and what to do about it; exit 1 if anything is."
    requires_system_checks: list[str] = []  # an installation that is not well must be able to see the doctor

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="only the JSON line, with every finding")
        parser.add_argument("--language", choices=["vi", "en"], default="en", help="language of the findings (default: en)")

    def handle(self, *args: Any, language: str, **options: Any) -> None:
        """Look at everything; the last line is one JSON object of what is wrong and of figures."""
        found = examine()
        if not options["json"]:
            for finding in found:
                self.stdout.write(f"{MARKS[finding.state]} {finding.name:<12} {finding.words(language)}")
        bad = [finding.name for finding in found if finding.state == BAD]
        said: dict[str, Any] = {"holds": not bad, "bad": bad, "notes": [finding.name for finding in found if finding.state == NOTE]}
        if options["json"]:
            said["findings"] = [{"name": f.name, "state": f.state, "text": f.words(language)} for f in found]
        # Without a database at this version's state there is nothing to count.
        said["figures"] = data.figures() if found[0].state == OK else None
        self.stdout.write(json.dumps(said, ensure_ascii=False))
        if bad:
            sys.exit(1)


def examine() -> list[Finding]:
    """Return what every check says; the database first, and no more of it if it is not ready."""
    first = data.database()
    return [first, *(check() for check in (data.CHECKS if first.state == OK else ())), *(check() for check in machine.CHECKS)]
