"""The long counts in small: ``make soak`` has the thousand races and fifty kills of each kind."""

from __future__ import annotations

import json
from pathlib import Path

from installations import installation
from soak.kills import judged, sound, stand


def test_of_two_processes_that_want_one_minister_exactly_one_wins_each_time(tmp_path: Path):
    with installation(tmp_path) as where:
        where.succeed("migrate", "-v0")

        for mode in ("action", "bypass"):
            said = json.loads(where.python(f"from soak.races import run; run(20, {mode!r})").splitlines()[-1])

            assert said["others"] == []
            assert (said["races"], said["one_winner"], said["claims"], said["distinct"]) == (20, 20, 20, 20)
            assert said["recorded"] in (20, None)
            assert said["audit_holds"]


def test_killed_pages_and_a_killed_worker_lose_nothing_that_was_confirmed(tmp_path: Path):
    with installation(tmp_path) as where, stand(where) as standing:
        for victim in ("pages", "worker"):
            standing.wait_for_work()
            standing.kill(victim)
            standing.start(victim)
        standing.wait_for_work()
        standing.finish()
        standing.kill("worker")

        found = judged(standing)

    assert sound(found), found
