"""``hanhlang retention [--apply]``: what is past its time, rule by rule, and its erasure."""

from __future__ import annotations

import json
import sys
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from hanhlang.jobs.retention import erasing


class Command(BaseCommand):
    help = "List what is past its time, rule by rule, and why; erase it with --apply. The worker does so each day."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--apply", action="store_true", help="erase it; without this nothing is changed")
        parser.add_argument("--language", choices=["vi", "en"], default="en", help="language of the list (default: en)")

    def handle(self, *args: Any, apply: bool, language: str, **options: Any) -> None:
        """Write a line for each rule, and end with one JSON line; exit 2 with one line if a file cannot be deleted."""
        begun, now = time.monotonic(), timezone.now()
        try:
            outcomes = erasing.erase(by=None, now=now) if apply else erasing.look(now=now)
        except OSError as fault:
            with translation.override(language):
                refusal = _("%(file)s cannot be deleted: %(why)s. Make it deletable for this user and start again; the rest is done then.")
            self.stderr.write(f"hanhlang retention: {refusal % {'file': fault.filename, 'why': fault.strerror}}")
            sys.exit(2)
        for outcome in outcomes:
            number = "—" if outcome.rests else str(outcome.number)
            self.stdout.write(f"{outcome.rule.name:<12} {number:>7}  {outcome.rule.words(language)}")
        with translation.override(language):
            self.stdout.write(
                _("Erased, and recorded in the audit.") if apply else _("Nothing was changed. With --apply this would be erased.")
            )
        self.stdout.write(json.dumps(figures(outcomes, apply) | {"seconds": round(time.monotonic() - begun, 2)}))


def figures(outcomes: list[erasing.Outcome], applied: bool) -> dict[str, Any]:
    return {
        "applied": applied,
        "total": sum(outcome.number for outcome in outcomes),
        "rules": {outcome.rule.name: outcome.number for outcome in outcomes if not outcome.rests},
        "resting": [outcome.rule.name for outcome in outcomes if outcome.rests],
    }
