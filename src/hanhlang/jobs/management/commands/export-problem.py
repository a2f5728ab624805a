from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hanhlang.domains.events.models import Week
from hanhlang.domains.meetings.planning import problem_of
from hanhlang.engine.formats.hanhlang import write_problem


class Command(BaseCommand):
    help = "Write a week's meeting problem as JSON, for hanhlang solve and hanhlang check."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("week")
        parser.add_argument("--out", type=Path, required=True)

    def handle(self, *args: Any, week: str, out: Path, **options: Any) -> None:
        found = Week.objects.filter(key=week).first()
        if found is None:
            raise CommandError(f"hanhlang export-problem: there is no week {week}; load it first: hanhlang load FOLDER", returncode=2)
        problem = problem_of(found)
        try:
            out.write_text(write_problem(problem), encoding="utf-8")
        except OSError as fault:
            raise CommandError(f"hanhlang export-problem: cannot write {out}: {fault.strerror}", returncode=2) from fault
        self.stdout.write(json.dumps({"week": week, "meetings": len(problem.meetings), "people": len(problem.people), "out": str(out)}))
