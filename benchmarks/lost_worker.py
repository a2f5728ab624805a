"""
How long until the work of a killed worker is with another; on SQLite and on PostgreSQL.

    python benchmarks/lost_worker.py [--kills 3] [--out FILE]

The example week is served by a demonstration of its own. In the middle of a job, and in the middle of a search, the worker's process
gets SIGKILL; `hanhlang serve` starts another, and the clock runs until that one has the work. Needs Linux. PostgreSQL as in live.py.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from b2b import machine, write
from board import ROOT, WEEK, served, show
from live import postgresql, processes

JOBS = ROOT / "tests" / "jobs" / "doing"
BAR_SECONDS = 60.0
PATIENCE_SECONDS = 300.0
# Reads a word a line, does it, answers with a line.
HELPER = f"""
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "hanhlang.project.settings"
import django
django.setup()
from django.utils import timezone
from hanhlang.domains.events.models import Week
from hanhlang.domains.meetings.actions import start_run, stop_run
from hanhlang.domains.meetings.models import Run
from jobs_for_tests import stick_at_first
for line in sys.stdin:
    word, *rest = line.split()
    if word == "job":
        stick_at_first.enqueue(rest[0])
    elif word == "search":
        start_run(week=Week.objects.get(key="{WEEK}"), limit_seconds=600, by=None, now=timezone.now())
    run = Run.objects.order_by("created_at").last()
    if word == "stop" and run.state == "running":
        stop_run(run=run, by=None, now=timezone.now())
    print(run.state, run.tries, flush=True)
"""


def main() -> int:
    """Measure; 0 if everything was taken up within the minute."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks" / "results" / "lost-worker.json")
    options = parser.parse_args()
    paths = [str(JOBS), os.environ.get("PYTHONPATH", "")]
    rows: list[dict[str, object]] = []
    for database in ("SQLite", "PostgreSQL"):
        with ExitStack() as stack:
            settings = {"PYTHONPATH": os.pathsep.join(path for path in paths if path)}
            if database == "PostgreSQL":
                settings["HANHLANG_DATABASE_URL"] = stack.enter_context(postgresql())
            _, server = stack.enter_context(served(**settings))
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            ask = stack.enter_context(helper(server))
            for what, lose in (("a job", lost_job), ("a search", lost_search)):
                seconds = [round(lose(server, ask, folder / str(number)), 1) for number in range(options.kills)]
                rows.append(
                    {"database": database, "killed in the middle of": what, "seconds until taken up": seconds, "longest": max(seconds)}
                )
                print(rows[-1], file=sys.stderr, flush=True)
    show(rows)
    summary = {"longest": max(float(str(row["longest"])) for row in rows), "bar": BAR_SECONDS}
    print(json.dumps(summary))
    write(options.out, {"machine": machine(), "summary": summary, "rows": rows})
    return 0 if summary["longest"] <= BAR_SECONDS else 1


Ask = Callable[[str], list[str]]


@contextmanager
def helper(server: int) -> Iterator[Ask]:
    """Give something that does as `HELPER` says, with the settings of ``server``."""
    pairs = (pair.partition("=") for pair in Path(f"/proc/{server}/environ").read_text().split("\0") if pair)
    environment = {name: value for name, _, value in pairs}
    child = subprocess.Popen([sys.executable, "-c", HELPER], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    told, heard = child.stdin, child.stdout
    if told is None or heard is None:
        raise AssertionError("both ends were asked for")

    def ask(words: str) -> list[str]:
        print(words, file=told, flush=True)
        return heard.readline().split()

    with child:
        yield ask
        told.close()


def lost_job(server: int, ask: Ask, path: Path) -> float:
    """Kill the worker in the middle of a job; return the seconds until another has taken it up."""
    path.touch()
    ask(f"job {path}")
    wait_for("the job to begin", lambda: path.read_text().split() == ["1"])
    begun = kill_worker(server)
    wait_for("the job to be taken up", lambda: path.read_text().split() == ["1", "2"])
    return time.monotonic() - begun


def lost_search(server: int, ask: Ask, _: Path) -> float:
    """Kill the worker in the middle of a search; return the seconds until another has taken it up."""
    ask("search")
    wait_for("the search to begin", lambda: ask("look") == ["running", "1"])
    begun = kill_worker(server)
    wait_for("the search to be taken up", lambda: ask("look") == ["running", "2"])
    passed = time.monotonic() - begun
    ask("stop")
    wait_for("the search to end", lambda: ask("look")[0] not in ("queued", "running"))
    return passed


def kill_worker(server: int) -> float:
    for pid in processes(server, b"hanhlang\0worker"):
        os.kill(pid, signal.SIGKILL)
    return time.monotonic()


def wait_for(what: str, holds: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        if time.monotonic() > end:
            sys.exit(f"lost_worker: waited {PATIENCE_SECONDS} s for {what}")
        time.sleep(0.1)


if __name__ == "__main__":
    sys.exit(main())
