from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hanhlang.domains.events.models import Week
from hanhlang.domains.meetings.models import Plan
from hanhlang.domains.meetings.planning import plan_from, problem_of
from hanhlang.engine.formats.hanhlang import write_plan


class Command(BaseCommand):
    help = "Write a week's published plan as JSON, for hanhlang check."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("week")
        parser.add_argument("--out", type=Path, required=True)

    def handle(self, *args: Any, week: str, out: Path, **options: Any) -> None:
        found = Week.objects.filter(key=week).first()
        row = Plan.objects.filter(week=found, state=Plan.State.PUBLISHED).select_related("week").first() if found else None
        if found is None or row is None:
            raise CommandError(
                f"hanhlang export-plan: {week} has no published plan; make one: hanhlang plan {week} --publish", returncode=2
            )
        problem = problem_of(found)
        plan = plan_from(row, problem)
        texts = {str(left.meeting_id): left.text.texts for left in row.unplaced.all()}
        try:
            out.write_text(write_plan(plan, problem, texts), encoding="utf-8")
        except OSError as fault:
            raise CommandError(f"hanhlang export-plan: cannot write {out}: {fault.strerror}", returncode=2) from fault
        self.stdout.write(json.dumps({"week": week, "placed": len(plan.placements), "unplaced": len(plan.unplaced), "out": str(out)}))
