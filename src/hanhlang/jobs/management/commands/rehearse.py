"""``hanhlang rehearse WEEK``: the days of a week played through on a copy, with changes, many users and a reader that counts."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from hanhlang.domains.events.models import Week
from hanhlang.domains.meetings.models import Plan
from hanhlang.jobs.backup.errors import BackupRefused
from hanhlang.jobs.rehearsal.copying import CopyFailed, copy_of_this_installation
from hanhlang.jobs.rehearsal.run import Rehearsal


class Command(BaseCommand):
    help = "Play the days of a week through on a copy: late heads, lost places, slow roads, all answered, published and counted."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("week")
        parser.add_argument("--changes", type=int, default=60)
        parser.add_argument("--seed", type=int, default=0)
        parser.add_argument("--here", action="store_true", help="on this database itself, which is changed for good; a demonstration only")

    def handle(self, *args: Any, week: str, changes: int, seed: int, here: bool, **options: Any) -> None:
        """Exit 0 only if no promise was broken and nobody was in two places; 2 with one line if it cannot begin."""
        found = Week.objects.filter(key=week).first()
        if found is None:
            raise CommandError(f"hanhlang rehearse: there is no week {week}; load it first: hanhlang load FOLDER", returncode=2)
        if not Plan.objects.filter(week=found, state=Plan.State.PUBLISHED).exists():
            raise CommandError(f"hanhlang rehearse: nothing is published of {week}; publish a plan first: hanhlang plan", returncode=2)
        if not 1 <= changes <= 10_000:
            raise CommandError("hanhlang rehearse: --changes is a number from 1 to 10000", returncode=2)
        if not here:
            sys.exit(self.on_a_copy(week, changes, seed))
        if not settings.DEMO:
            raise CommandError("hanhlang rehearse: --here changes this database for good, so it is for a demonstration only", returncode=2)
        began = time.monotonic()
        rehearsal = Rehearsal(found, seed, self.stdout.write)
        rehearsal.go(changes)
        for line in [*rehearsal.broken, *rehearsal.seen.doubled]:
            self.stderr.write(line)
        figures = rehearsal.figures()
        self.stdout.write(json.dumps(figures | {"week": week, "seed": seed, "seconds": round(time.monotonic() - began, 1)}))
        if rehearsal.broken or rehearsal.seen.doubled:
            sys.exit(1)

    def on_a_copy(self, week: str, changes: int, seed: int) -> int:
        words = ["rehearse", week, "--changes", str(changes), "--seed", str(seed), "--here"]
        try:
            with copy_of_this_installation() as environment:
                command = [sys.executable, "-m", "hanhlang", *words]
                return subprocess.run(command, env=environment).returncode  # noqa: S603 (our own command)
        except (BackupRefused, CopyFailed) as refusal:
            raise CommandError(f"hanhlang rehearse: no copy could be made: {refusal}", returncode=2) from refusal
