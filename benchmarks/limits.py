"""
How exactly a time limit is kept, and how soon Ctrl-C is answered; searches and a proof, each a process of its own.

    python benchmarks/limits.py [--seeds 3] [--out FILE]

*Over* is what `hanhlang solve` says it took, reading and loading the compiled search included, beyond the limit it was given; *whole* the
same for the process, starting Python included. *Stopped* is from SIGINT, sent in the middle, to the end of the process, which must exit
with 130; a search, and a proof that had one, must have written a plan that the checker accepts. Medians and the longest of all seeds,
seconds of the wall clock.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from b2b import data_folder, machine, write

from hanhlang.engine.checker import check
from hanhlang.engine.cli import read_problem
from hanhlang.engine.formats.hanhlang import read_plan, write_problem
from hanhlang.engine.generate_week import generate_week
from hanhlang.engine.solve import compile_kernel

WEEKS = {"week of 800, tight": (800, 3000, 400, "tight"), "week of 10,000": (10_000, 40_000, 2_500, "mild")}
# An event whose proof takes longer than the limits.
EVENT = "ticf-14crafa.prec15"
LIMITS = (1.0, 5.0)
STOPPED = 130


def main() -> int:
    """Run everything, print a row each, write the figures; 0 if every stopped search left a lawful plan."""
    options = _options()
    compile_kernel()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for name, file, more in _cases(Path(folder)):
            runs = {f"limit {limit:g} s": [_limited(file, limit, seed, more) for seed in range(1, options.seeds + 1)] for limit in LIMITS}
            for what, found in runs.items():
                rows.append({"case": name, "what": what, "over": _spread(found, "over"), "whole": _spread(found, "whole")})
                print(json.dumps(rows[-1]), flush=True)
            stopped = [_stopped(file, seed, more, Path(folder) / "plan.json") for seed in range(1, options.seeds + 1)]
            rows.append({"case": name, "what": "Ctrl-C", "stopped": _spread(stopped, "stopped")})
            print(json.dumps(rows[-1]), flush=True)
    write(options.out, {"machine": machine(), "rows": rows})
    return 0


def _cases(folder: Path) -> list[tuple[str, Path, list[str]]]:
    cases = []
    for name, (people, meetings, bilaterals, edition) in WEEKS.items():
        file = folder / f"{people}.json"
        file.write_text(write_problem(generate_week(people, meetings, bilaterals, 2, 1, edition)[0]))
        cases.append((name, file, []))
    event = data_folder("b2b-meetings") / "instances" / f"{EVENT}.dzn"
    if event.is_file():
        cases.append((f"proof of {EVENT}", event, ["--format", "jair-b2b"]))
    else:
        print(f"{EVENT} is not at hand: no proof is timed")
    return cases


def _command(file: Path, limit: float, seed: int, more: list[str]) -> list[str]:
    return [sys.executable, "-m", "hanhlang", "solve", str(file), "--time-limit", str(limit), "--seed", str(seed), *more]


def _limited(file: Path, limit: float, seed: int, more: list[str]) -> dict[str, float]:
    began = time.monotonic()
    ended = subprocess.run(_command(file, limit, seed, more), capture_output=True, text=True)
    whole = time.monotonic() - began
    return {"over": json.loads(ended.stdout.splitlines()[-1])["seconds"] - limit, "whole": whole - limit}


def _stopped(file: Path, seed: int, more: list[str], out: Path) -> dict[str, float]:
    out.unlink(missing_ok=True)
    process = subprocess.Popen([*_command(file, 600, seed, more), "--out", str(out)], stdout=subprocess.PIPE, text=True)
    # Long enough to have a plan, not long enough to be done.
    time.sleep(4 if not more else 1)
    began = time.monotonic()
    os.kill(process.pid, signal.SIGINT)
    said = process.communicate()[0]
    took = time.monotonic() - began
    if process.returncode != STOPPED:
        sys.exit(f"{file.name}: ended with {process.returncode} instead of {STOPPED}: {said}")
    # A search has a plan by then; a proof may have none.
    if not more or json.loads(said.splitlines()[-1])["unplaced"] is not None:
        problem = read_problem(file, *more[1:])
        if violations := check(problem, read_plan(out.read_text(), problem)):
            sys.exit(f"{file.name}: {violations[0].text}")
    return {"stopped": took}


def _spread(runs: list[dict[str, float]], name: str) -> dict[str, float]:
    return {"median": round(statistics.median(run[name] for run in runs), 2), "longest": round(max(run[name] for run in runs), 2)}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--out", type=Path, default=Path("var/benchmarks/limits.json"))
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
