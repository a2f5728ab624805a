from __future__ import annotations

import io
import json
import time
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from hanhlang.domains.core import clock
from hanhlang.domains.events.models import Role, Week
from hanhlang.domains.meetings import actions as meetings
from hanhlang.domains.meetings.models import Plan
from hanhlang.domains.people.models import Account
from hanhlang.jobs import serving

EXAMPLE = Path("examples/vidw-2025")
WEEK = "vidw-2025"
IMPROVE_SECONDS = 120


class Command(BaseCommand):
    help = "Serve the example week: load it, cast it, plan it (only what is not done yet), and improve the plan while one looks."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", default="8000")
        parser.add_argument("--people", type=int, default=800)
        parser.add_argument("--seed", type=int, default=2025)

    def handle(self, *args: Any, host: str, port: str, people: int, seed: int, **options: Any) -> None:
        try:
            serving.refuse_open_demo(host, demo=True)
            number = serving.free_port(host, port)
        except serving.CannotServe as refusal:
            raise CommandError(f"hanhlang demo: {refusal}") from refusal
        started = time.monotonic()
        self.prepare(people, seed)
        try:
            asked = serving.stop_when_asked()
            with serving.started(host, number) as running:
                serving.wait_until_up(host, number, running)
                self.welcome(f"http://{host}:{number}", time.monotonic() - started)
                serving.watch(running, asked)
        except serving.CannotServe as refusal:
            raise CommandError(f"hanhlang demo: {refusal}") from refusal

    def prepare(self, people: int, seed: int) -> None:
        """Do what is not done yet; each step is whole or not at all, so that a killed start goes on where it was."""
        self.step("database", lambda: call_command("migrate", verbosity=0, interactive=False))
        if Plan.objects.filter(week__key=WEEK, state=Plan.State.PUBLISHED).exists():
            return
        self.stdout.write(f"  Making the example week: {people} people, about 3,000 meetings; a minute or so.")
        self.figures("week loaded", "load", str(EXAMPLE))
        self.figures("people and meetings cast", "cast", WEEK, people=people, seed=seed)
        self.figures("first lawful plan, published", "plan", WEEK, until_first=True, publish=True, seed=seed)
        week = Week.objects.get(key=WEEK)
        asked_by = Account.objects.filter(is_demo=True, roles__week=week, roles__kind="meetings").first()
        meetings.start_run(week=week, by=asked_by, now=clock.now(), limit_seconds=IMPROVE_SECONDS, seed=seed + 1)

    def figures(self, name: str, command: str, *words: str, **options: Any) -> None:
        said = io.StringIO()
        self.step(name, lambda: call_command(command, *words, stdout=said, **options))
        last = json.loads(said.getvalue().strip().splitlines()[-1])
        shown = ", ".join(f"{key} {value}" for key, value in last.items() if isinstance(value, int | str) and value != "")
        self.stdout.write(f"    {shown}")

    def step(self, name: str, work: Callable[[], object]) -> None:
        started = time.monotonic()
        work()
        self.stdout.write(f"  {name:<34}{time.monotonic() - started:6.1f} s")
        self.stdout.flush()

    def welcome(self, address: str, seconds: float) -> None:
        week = Week.objects.get(key=WEEK)
        plan = Plan.objects.get(week=week, state=Plan.State.PUBLISHED)
        placed, missing = plan.placements.count(), plan.unplaced.count()
        lines = [
            "",
            f"{week.name.shown('en')}: {week.sites.count()} sites, {week.sessions.count()} sessions, "
            f"{week.participations.count()} people, {placed} of {placed + missing} meetings placed, up after {seconds:.1f} s.",
            "",
            f"  {address}",
            "",
            "Sign in as one of five (no password, this machine only):",
            *(f"  {account.email:<34}{role}" for account, role in demo_roles(week)),
            "",
            "Three things to try:",
            f"  1. The programme, now and next:            {address}/en/{WEEK}/programme/",
            f"  2. As the meetings desk, see the plan improve and publish it: {address}/desk/{WEEK}/plan/",
            f"  3. As the delegate, put your agenda into your phone's calendar: {address}/portal/{WEEK}/",
            "",
            "Stop with Ctrl-C. `make run` goes on with everything kept; `make fresh` starts over.",
        ]
        self.stdout.write("\n".join(lines))
        self.stdout.flush()


def demo_roles(week: Week) -> list[tuple[Account, str]]:
    """Return the five to begin with, each with the kind of their role; the sign-in page offers the liaison officer, too."""
    accounts = Account.objects.filter(is_demo=True, roles__week=week).exclude(roles__kind=Role.Kind.LIAISON).order_by("email").distinct()
    return [(account, ", ".join(role.get_kind_display() for role in account.roles.all())) for account in accounts]
