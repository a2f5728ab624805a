"""``hanhlang audit verify``: walk the audit's chain."""

from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from hanhlang.domains.core import audit


class Command(BaseCommand):
    help = "Look after the audit: verify walks the whole chain and fails if anything in it was changed."

    def add_arguments(self, parser: CommandParser) -> None:
        parts = parser.add_subparsers(dest="part", required=True)
        verify = parts.add_parser("verify", help="walk the whole chain; exit 1 naming the first entry that does not hold")
        verify.add_argument("--anchor", default="", metavar="HEAD", help="a head printed earlier, which the chain must still contain")

    def handle(self, *args: Any, **options: Any) -> None:
        found = audit.verify(anchor=options["anchor"])
        guarded = audit.guard_present()
        if found.broken:
            self.stderr.write(f"The audit does not hold at {found.broken}: {found.fault}.")
        if not guarded:
            self.stderr.write("The database does not refuse changes to the audit: run `hanhlang migrate` to put its triggers back.")
        figures = {
            "holds": found.holds,
            "guarded": guarded,
            "entries": found.entries,
            "seals": found.seals,
            "unsealed": found.unsealed,
            "head": found.head,
            "broken": found.broken or None,
        }
        self.stdout.write(json.dumps(figures))
        if not (found.holds and guarded):
            sys.exit(1)
