"""
Plan synthetic weeks: the 800-person week in two editions, and weeks of 500 to 10,000 people at equal density.

    python benchmarks/week.py [--what editions|scale|all] [--people 500,1000,…] [--seconds 60] [--seeds 1] [--workers 2]
                              [--processor] [--peer]

Each week is drawn around a hidden lawful plan, so the value that can be placed is known, written to a file, and planned by a process of
its own: its memory is the highest resident size (needs Linux). Seconds count from opening the file: reading, checking, preparing,
searching; compiling is done before. With --processor they are those of the processor, on one thread, so that other work on the machine
does not count. The gap is (cost - bound) / (value of all meetings - bound): how much of the net value of a perfect plan is missing at
most. *Near* is a gap of 1 %, so that at least 99 % of the value is placed; *settled* is 0.2 % from the cost at the end. With --peer
CP-SAT plans the editions beside, on as many threads and as many seconds (benchmarks/cp_sat.py).
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field, replace
from pathlib import Path

from b2b import machine, write

from hanhlang.engine.checker import check
from hanhlang.engine.formats.hanhlang import read_problem, write_problem
from hanhlang.engine.generate_week import EDITIONS, ON_END, generate_week
from hanhlang.engine.solve import Progress, compile_kernel, solve

SIZES = "500,1000,2000,5000,10000"
MEETINGS_A_PERSON, BILATERALS_A_PERSON = 4, 0.25
# The tight week again, with the limit of meetings on end that business people set in the mild one: then they need breaks.
RESTED = "tight, six on end"
EDITION_BILATERALS = {"mild": 250, "tight": 400, RESTED: 400}
SETTLED, NEAR = 0.002, 0.01


@dataclass
class Curve:
    """The costs a search went through: (seconds, cost, meetings not placed); ``before`` seconds had passed when it began."""

    before: float = 0.0
    points: list[tuple[float, int, int]] = field(default_factory=list)

    def add(self, progress: Progress) -> None:
        if not self.points or progress.objective < self.points[-1][1]:
            self.points.append((round(self.before + progress.elapsed, 2), progress.objective, progress.unplaced))

    def first_below(self, cost: float) -> float | None:
        """Return the seconds at which the cost was first at most this."""
        return next((seconds for seconds, reached, _ in self.points if reached <= cost), None)

    def first_placed(self, left: int) -> float | None:
        """Return the seconds at which at most so many meetings were not placed."""
        return next((seconds for seconds, _, unplaced in self.points if unplaced <= left), None)


def main() -> int:
    """Run what is asked, print the tables, write the figures; 0 if every plan is lawful."""
    options = _options()
    if options.one:
        print(json.dumps(one(**json.loads(options.one))))
        return 0
    figures: dict[str, object] = {"machine": machine(), "seconds": options.seconds, "workers": options.workers, "seeds": options.seeds}
    figures["processor"] = options.processor
    if options.what in ("editions", "all"):
        figures["editions"] = _editions(options)
    if options.what in ("scale", "all"):
        figures["scale"] = _scale(options)
    write(options.out, figures)
    return 0


def draw(people: int, meetings: int, bilaterals: int, edition: str, seed: int, file: Path) -> list[str]:
    """Draw a week into a file; return which meetings were planted as impossible."""
    problem, planted = generate_week(people, meetings, bilaterals, 2, seed, "tight" if edition == RESTED else edition)
    if edition == RESTED:
        rested = tuple(person if person.in_a_row else replace(person, in_a_row=ON_END) for person in problem.people)
        problem = replace(problem, people=rested)
    file.write_text(write_problem(problem))
    return sorted(planted.impossible)


def one(file: str, impossible: list[str], seed: int, seconds: float, workers: int, processor: bool) -> dict[str, object]:
    """Read and plan one week in this process; return its figures."""
    compile_kernel()
    clock = time.process_time if processor else time.monotonic
    began, wall = clock(), time.monotonic()
    problem = read_problem(Path(file).read_text())
    read = clock() - began
    curve = Curve(read)
    outcome = solve(problem, time_limit=seconds - read, workers=workers, seed=seed, progress=curve.add, clock=clock)
    assert outcome.plan is not None and outcome.objective is not None and outcome.bound is not None
    curve.points.append((round(clock() - began, 2), outcome.objective, len(outcome.plan.unplaced)))
    lost = set(impossible)
    value = sum(meeting.value for meeting in problem.meetings)
    placeable = value - sum(meeting.value for meeting in problem.meetings if meeting.id in lost)
    amounts = {term.name: term.amount for term in outcome.terms}
    net = value - outcome.bound
    return {
        "people": len(problem.people),
        "meetings": len(problem.meetings),
        "impossible": len(lost),
        "seed": seed,
        "violations": len(check(problem, outcome.plan)),
        "read_seconds": round(read, 2),
        "placed_99_percent_at": curve.first_placed(len(lost) + (len(problem.meetings) - len(lost)) // 100),
        "placed_all_at": curve.first_placed(len(lost)),
        "placed_share": round((value - amounts["unplaced"]) / placeable, 5),
        "unplaced": len(outcome.plan.unplaced),
        "breaks": amounts["breaks"],
        "cost": outcome.objective,
        "bound": outcome.bound,
        "gap_percent": round(100 * (outcome.objective - outcome.bound) / net, 4),
        "near_bound_at": curve.first_below(outcome.bound + NEAR * net),
        "settled_at": curve.first_below(outcome.objective + SETTLED * net),
        "seconds": curve.points[-1][0],
        "wall": round(time.monotonic() - wall, 1),
        "megabytes": _most_megabytes(),
        "curve": curve.points[:: max(1, len(curve.points) // 40)],
    }


def _most_megabytes() -> int:
    """Return the highest resident size of this process; what ``resource`` says begins with that of the process which started it."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) // 1024


def _editions(options: argparse.Namespace) -> list[dict[str, object]]:
    rows = []
    for edition in (*EDITIONS, RESTED):
        case = {"people": 800, "meetings": 3000, "bilaterals": EDITION_BILATERALS[edition], "edition": edition}
        rows += [_show({**_run(case, seed, options), "solver": "hanhlang"}) for seed in range(1, options.seeds + 1)]
        if options.peer and edition in EDITIONS:
            rows += _peers(case, options)
    return rows


def _peers(case: dict[str, object], options: argparse.Namespace) -> list[dict[str, object]]:
    from cp_sat import VARIANTS, plan_week

    problem, _ = generate_week(case["people"], case["meetings"], case["bilaterals"], 2, 1, case["edition"])
    rows = []
    for variant in VARIANTS:
        rows.append(
            {**case, "solver": f"CP-SAT {variant}", **plan_week(problem, variant, options.seconds, options.workers, options.processor)}
        )
        print(json.dumps(rows[-1]), flush=True)
    return rows


def _scale(options: argparse.Namespace) -> dict[str, object]:
    rows = []
    for people in map(int, options.people.split(",")):
        case = {
            "people": people,
            "meetings": people * MEETINGS_A_PERSON,
            "bilaterals": int(people * BILATERALS_A_PERSON),
            "edition": "mild",
        }
        runs = [_show(_run(case, seed, options)) for seed in range(1, options.seeds + 1)]
        rows.append(sorted(runs, key=lambda run: run["near_bound_at"] or math.inf)[len(runs) // 2])
    return {"rows": rows, "fit": _fit(rows)}


def _fit(rows: list[dict[str, object]]) -> dict[str, object] | None:
    """Fit seconds to 1 % of the bound = a * people ** exponent; residuals in per cent."""
    points = [(row["people"], row["near_bound_at"]) for row in rows if row["near_bound_at"]]
    if len(points) < 3:
        return None
    logs = [math.log(people) for people, _ in points], [math.log(seconds) for _, seconds in points]
    line = statistics.linear_regression(*logs)
    residuals = {
        people: round(100 * (seconds / math.exp(line.intercept + line.slope * math.log(people)) - 1), 1) for people, seconds in points
    }
    fit = {"exponent": round(line.slope, 3), "residuals_percent": residuals}
    print(json.dumps(fit), flush=True)
    return fit


def _run(case: dict[str, object], seed: int, options: argparse.Namespace) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "week.json"
        impossible = draw(**case, seed=seed, file=file)
        limits = {"seconds": options.seconds, "workers": options.workers, "processor": options.processor}
        task = json.dumps({"file": str(file), "impossible": impossible, "seed": seed, **limits})
        answer = subprocess.run([sys.executable, __file__, "--one", task], capture_output=True, text=True)
    if answer.returncode:
        raise SystemExit(f"{case}: {answer.stderr.strip().splitlines()[-1]}")
    return {"edition": case["edition"], **json.loads(answer.stdout.splitlines()[-1])}


def _show(row: dict[str, object]) -> dict[str, object]:
    print(json.dumps({name: figure for name, figure in row.items() if name != "curve"}), flush=True)
    return row


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--what", choices=("editions", "scale", "all"), default="all")
    parser.add_argument("--people", default=SIZES, help="sizes of the scale rows")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--processor", action="store_true", help="seconds of the processor, on one thread: for a busy machine")
    parser.add_argument("--peer", action="store_true", help="run CP-SAT beside, on the editions")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, default=Path("var/benchmarks/week.json"))
    options = parser.parse_args()
    if options.processor:
        options.workers = 1
    return options


if __name__ == "__main__":
    sys.exit(main())
