"""
An installation whose pages, worker, desk or database server are killed in the middle of planning, publishing and answering.

A kill waits for something that is just being done, then for a random part of the time such a thing takes: it falls into its middle.
"""

from __future__ import annotations

import json
import random
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from installations import Installation
from soak.kills import PATIENCE, Processes, kill_server, wait_for
from soak.planning_clients import KINDS, Program, read

# Seldom kinds, which a short count cannot wait for; an alternative is published by the same action as a draft.
SELDOM = {"wish_declined", "called_off", "left", "declined", "countered", "published"}
PREPARE = "from soak.planning_world import make; print(make())"
REST = """
SELECT (SELECT count(*) FROM meetings_run WHERE state IN ('queued', 'running'))
     + (SELECT count(*) FROM meetings_change WHERE state = 'taken_in' AND search IN ('queued', 'running'))
     + (SELECT count(*) FROM core_outboxmessage WHERE done_at IS NULL)
     + (SELECT count(*) FROM core_letter WHERE sent_at IS NULL)
     + (SELECT count(*) FROM automation_toolrun WHERE state = 'running')
"""
SEARCHING = """
SELECT (SELECT count(*) FROM meetings_run WHERE state = 'running')
     + (SELECT count(*) FROM meetings_change WHERE state = 'taken_in' AND search = 'running')
"""


class PlanningStand(Processes):
    """The pages, a worker, a desk that calls the actions and a program that calls the pages."""

    def __init__(self, where: Installation, seed: int) -> None:
        super().__init__(where)
        given = json.loads(where.python(PREPARE).splitlines()[-1])
        self.chance = random.Random(seed)
        self.books = {name: where.home / f"{name}.book" for name in ("desk", "program")}
        self.stop_file = where.home / "stop"
        self.program = Program(self.listening.getsockname()[1], given["token"], given, self.books["program"], self.stop)
        self.caught = 0

    def commands(self) -> dict[str, list[str]]:
        setting_up = "import os, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'hanhlang.project.settings'; django.setup()"
        begin = f"from soak.planning_clients import desk; desk({str(self.books['desk'])!r}, {str(self.stop_file)!r})"
        return {**super().commands(), "desk": ["-c", f"{setting_up}; {begin}"]}

    def begin(self) -> None:
        for name in ("pages", "worker", "desk"):
            self.start(name)
        self.program.start()

    def done(self, name: str) -> int:
        return sum(line["end"] == "done" for line in read(self.books[name]))

    def kinds_done(self) -> set[str]:
        return {line["kind"] for book in self.books.values() for line in read(book) if line["end"] == "done"}

    def wait_for_work(self) -> None:
        """Return when both had something confirmed since now and the worker sealed something."""
        before, seals = {name: self.done(name) for name in self.books}, self.sealed()
        for name, number in before.items():
            wait_for(f"something of the {name} confirmed", lambda name=name, number=number: self.done(name) > number)  # type: ignore[misc]
        wait_for("a new seal", lambda: self.sealed() > seals)

    def in_the_middle(self, victim: str) -> Callable[[], bool]:
        """Wait until what the victim is for has just begun, then a random part of its time; return what tells whether it still runs."""
        if victim == "worker":
            wait_for("a search", lambda: self.where.value(SEARCHING) > 0)
            time.sleep(self.chance.uniform(0, 3))
            return lambda: bool(self.where.value(SEARCHING) > 0)
        book = self.books[{"pages": "program", "desk": "desk"}.get(victim) or self.chance.choice(["program", "desk"])]
        lines = read(book)
        kind = self.chance.choice(KINDS)
        before = len(lines)

        def begun() -> bool:
            fresh = read(book)[before:]
            # The kind that was drawn, unless it is long in coming.
            return bool(fresh) and fresh[-1]["end"] == "begun" and (fresh[-1]["kind"] == kind or len(fresh) > 40)

        wait_for("something begun", begun)
        time.sleep(self.chance.uniform(0, took(lines)))
        return lambda: read(book)[-1]["end"] == "begun"

    def finish(self) -> None:
        """End the clients and let the worker come to rest; then end it, too."""
        self.stop_file.touch()
        self.running["desk"].wait(PATIENCE)
        self.stop.set()
        self.program.join(PATIENCE)
        # What a killed worker held is given back after 45 seconds; answering and searching take as long as they take.
        wait_for("the worker to come to rest", lambda: self.where.value(REST) == 0)
        self.kill("worker")
        self.kill("pages")

    def judged(self) -> dict[str, Any]:
        text = f"from soak.planning_judge import tell; tell({str(self.where.home)!r})"
        found: dict[str, Any] = json.loads(self.where.python(text).splitlines()[-1])
        return found | {"caught": self.caught, "replayed": self.program.replayed}


def took(lines: list[dict[str, Any]]) -> float:
    """Return the seconds that such things have taken lately, half of them less."""
    pairs = zip(lines[-200:], lines[-199:], strict=False)
    spans = [after["at"] - before["at"] for before, after in pairs if before["end"] == "begun" and after["end"] == "done"]
    return min(2 * statistics.median(spans), 2.0) if spans else 0.2


@contextmanager
def planning(where: Installation, seed: int) -> Iterator[PlanningStand]:
    """Give an installation at work; whatever happens nothing of it is left running."""
    made = PlanningStand(where, seed)
    try:
        made.begin()
        yield made
    finally:
        made.stop_file.touch()
        made.end()


def killed(where: Installation, kills: int, victims: tuple[str, ...], *, seed: int = 0, server: Any = None) -> dict[str, Any]:
    """Kill each of ``victims`` in turn, ``kills`` times in all; return what the judge says afterwards. ``server`` is killed as such."""
    with planning(where, seed) as stand:
        for number in range(kills):
            stand.wait_for_work()
            victim = victims[number % len(victims)]
            is_busy = stand.in_the_middle(victim)
            if victim == "server":
                kill_server(server, where)
                stand.caught += is_busy()
            else:
                stand.kill(victim)
                stand.caught += is_busy()
                stand.start(victim)
        stand.wait_for_work()
        wait_for("each kind of act", lambda: stand.kinds_done() >= set(KINDS) - SELDOM)
        stand.finish()
        return stand.judged() | {"kills": kills}


def sound(said: dict[str, Any]) -> bool:
    """Tell whether nothing confirmed is lost and nothing is doubled, half-done, untrue or stuck."""
    return said["confirmed"] > 0 and said["audit_holds"] and not said["examples"]
