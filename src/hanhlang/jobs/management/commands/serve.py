from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hanhlang.jobs import serving


class Command(BaseCommand):
    help = "Serve the pages and do the work behind them, until stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", default="8000")
        parser.add_argument("--demo", action="store_true", help="demo sign-in and a clock inside the week; loopback only")

    def handle(self, *args: Any, host: str, port: str, demo: bool, **options: Any) -> None:
        try:
            serving.refuse_open_demo(host, demo)
            serving.refuse_unready()
            number = serving.free_port(host, port)
            asked = serving.stop_when_asked()
            with serving.started(host, number) as running:
                serving.wait_until_up(host, number, running)
                self.stdout.write(f"Serving http://{host}:{number} (stop with Ctrl-C)")
                serving.watch(running, asked)
        except serving.CannotServe as refusal:
            raise CommandError(f"hanhlang serve: {refusal}") from refusal
