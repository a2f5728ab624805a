from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hanhlang.domains.core import clock
from hanhlang.domains.core.errors import CodedError
from hanhlang.domains.events.models import Week
from hanhlang.domains.meetings.actions import publish_plan, start_run
from hanhlang.domains.meetings.models import Meeting, Plan, Run, to_be_placed
from hanhlang.jobs.meetings import carry_out, claim_run, give_back_lost_runs


class Command(BaseCommand):
    help = "Search for a plan of a week's meetings; with --publish make it the one that counts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("week")
        parser.add_argument("--time-limit", type=int, default=60, help="seconds; the compiled search starts the clock")
        parser.add_argument("--seed", type=int, default=0)
        parser.add_argument("--workers", type=int, default=2)
        parser.add_argument("--publish", action="store_true")
        parser.add_argument("--until-first", action="store_true", help="stop at the first lawful plan that places 99 %% of the meetings")

    def handle(
        self, *args: Any, week: str, time_limit: int, seed: int, workers: int, publish: bool, until_first: bool, **options: Any
    ) -> None:
        found = Week.objects.filter(key=week).first()
        if found is None:
            raise CommandError(f"hanhlang plan: there is no week {week}; load it first: hanhlang load FOLDER", returncode=2)
        give_back_lost_runs()
        now = clock.now()
        try:
            asked = start_run(week=found, by=None, now=now, seed=seed, limit_seconds=time_limit, workers=workers, until_first=until_first)
        except CodedError as refusal:
            raise CommandError(f"hanhlang plan: {refusal.message('en')}", returncode=2) from refusal
        run = claim_run(now, pk=asked.pk)
        if run is None:
            raise CommandError("hanhlang plan: a worker has taken this search up; look at the desk for its progress.", returncode=2)
        run = self.carry_out(run)
        plan = Plan.objects.filter(run=run).first()
        if run.state == Run.State.FAILED or plan is None:
            self.stdout.write(json.dumps({"status": "unknown", "fault": run.fault}))
            raise CommandError(f"hanhlang plan: {run.fault or 'stopped before a plan was found'}", returncode=3)
        if not plan.placements.exists():
            self.stdout.write(json.dumps(_figures(found, plan)))
            raise CommandError("hanhlang plan: time ran out before anything was placed; give more with --time-limit", returncode=3)
        told = None
        if publish:
            try:
                told = len(publish_plan(plan=plan, by=None, now=clock.now()).told)
            except CodedError as refusal:
                raise CommandError(f"hanhlang plan: {refusal.message('en')}", returncode=1) from refusal
        self.stdout.write(json.dumps(_figures(found, plan) | ({"told": told} if publish else {})))

    def carry_out(self, run: Run) -> Run:
        live = sys.stderr.isatty()

        def show(run: Run) -> None:
            if live and run.progress:
                now = run.progress
                self.stderr.write(
                    f"\r{now['elapsed']:7.1f} s  objective {now['objective']}  bound {now['bound']}  unplaced {now['unplaced']}   ",
                    ending="",
                )
                self.stderr.flush()

        run = carry_out(run, now=clock.now(), watch=show)
        if live:
            self.stderr.write("")
        return run


def _figures(week: Week, plan: Plan) -> dict[str, Any]:
    asked = Meeting.objects.filter(to_be_placed(), week=week).count()
    placed = plan.placements.count()
    return {
        "status": "optimal" if plan.bound is not None and plan.bound == plan.objective else "feasible",
        "objective": plan.objective,
        "bound": plan.bound,
        "placed": placed,
        "asked": asked,
        "unplaced": asked - placed,
        "seconds": round(plan.found_after_seconds, 2),
        "terms": {term["name"]: term["cost"] for term in plan.terms},
    }
