from __future__ import annotations

import json
import time
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hanhlang.domains.core import clock
from hanhlang.domains.core.errors import CodedError
from hanhlang.domains.events.models import Week
from hanhlang.engine.generate import CannotDraw
from hanhlang.jobs.cast.make import make_cast


class Command(BaseCommand):
    help = "Fill a loaded week with a synthetic cast: people, delegations, meetings that all fit but twelve planted ones."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("week")
        parser.add_argument("--people", type=int, default=800)
        parser.add_argument("--seed", type=int, default=2025)

    def handle(self, *args: Any, week: str, people: int, seed: int, **options: Any) -> None:
        found = Week.objects.filter(key=week).first()
        if found is None:
            raise CommandError(f"hanhlang cast: there is no week {week}; load it first: hanhlang load FOLDER", returncode=2)
        began = time.monotonic()
        try:
            made = make_cast(week=found, people=people, seed=seed, now=clock.now())
        except CannotDraw as fault:
            raise CommandError(f"hanhlang cast: {fault}", returncode=1) from fault
        except CodedError as refusal:
            raise CommandError(f"hanhlang cast: {refusal.message('en')}", returncode=1) from refusal
        if made.was_there:
            self.stdout.write(f"The week {week} has its cast already; nothing was changed.")
        self.stdout.write(json.dumps({"week": week, "seed": seed, **asdict(made), "seconds": round(time.monotonic() - began, 2)}))
