from __future__ import annotations

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hanhlang.jobs import serving
from hanhlang.jobs.worker import work


class Command(BaseCommand):
    help = "Seal the audit log, deliver the outbox, carry out jobs and search for plans, until stopped."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            serving.refuse_unready()
        except serving.CannotServe as refusal:
            raise CommandError(f"hanhlang worker: {refusal}") from refusal
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        work(stop)
