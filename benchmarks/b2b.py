"""
Prove the published brokerage events of JAIR 74 (2022), every row against its published value.

    python benchmarks/b2b.py [--rows TEXT] [--seeds 3] [--peer] [--limit 60] [--out FILE]

The data is looked for in HANHLANG_BENCH_DATA (default ../shared/benchmarks). With --peer, RC2 of python-sat
solves the identical clauses, once with Glucose and once with CaDiCaL inside; an unfinished row counts as the limit.
Seconds are of the processor, child processes included, so that other work on the machine does not count; wall seconds
stand beside ours. Ours include starting the child process and the checker, RC2's only encoding and solving.
"""

from __future__ import annotations

import argparse
import csv
import gc
import json
import math
import multiprocessing
import os
import platform
import resource
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path

from pysat.examples.rc2 import RC2
from pysat.formula import WCNF

from hanhlang.engine.formats import jair_b2b
from hanhlang.engine.plan import Status
from hanhlang.engine.problem import Problem
from hanhlang.engine.proof.case import most_breaks, tightened
from hanhlang.engine.proof.encoding import encode
from hanhlang.engine.proof.prove import prove
from hanhlang.engine.proof.shape import event_case

PEERS = {"RC2 Glucose": "g4", "RC2 CaDiCaL": "cd15"}
PATIENCE = 5
INFEASIBLE = "infeasible"


@dataclass(slots=True)
class Row:
    """One instance and fairness; an answer is a number of breaks, ``infeasible`` or ``open``."""

    instance: str
    fairness: int
    published: str
    published_seconds: float
    answer: str = ""
    seconds: float = 0.0  # of the processor
    wall: float = 0.0
    peers: dict[str, tuple[str, float]] = field(default_factory=dict)

    def agrees(self) -> bool:
        """Tell whether our answer is the published one and no peer that finished says otherwise."""
        return self.answer == self.published and all(answer in (self.answer, "open") for answer, _ in self.peers.values())


def main() -> int:
    """Run the rows, print the table, write the figures; 0 if every row is proven and agrees."""
    options = _options()
    folder = data_folder("b2b-meetings")
    rows = [row for row in _published(folder) if options.rows in f"{row.instance} d={row.fairness}"]
    for row in rows:
        problem = jair_b2b.read((folder / "instances" / f"{row.instance}.dzn").read_text(), row.fairness)
        _prove(row, problem, options)
        if options.peer:
            row.peers = {name: _capped(problem, solver, options.limit) for name, solver in PEERS.items()}
        print(_line(row), flush=True)
    figures = {"machine": machine(), "seeds": options.seeds, "limit_seconds": options.limit, "summary": _summary(rows)}
    print(json.dumps(figures["summary"], indent=2))
    write(options.out, {**figures, "rows": [asdict(row) for row in rows]})
    return 0 if rows and all(row.agrees() for row in rows) else 1


def _prove(row: Row, problem: Problem, options: argparse.Namespace) -> None:
    """Prove a row with each seed; the median counts, and all must say the same within the limit."""
    answers, seconds, walls = set(), [], []
    for seed in range(options.seeds):
        began = processor_seconds()
        # The limit is of the processor; on a busy machine that may take several times as long.
        run = prove(problem, time_limit=PATIENCE * options.limit, seed=seed)
        seconds.append(processor_seconds() - began)
        walls.append(run.seconds)
        answers.add(_answer(run.status, run.objective) if seconds[-1] <= options.limit else "open")
    row.answer = answers.pop() if len(answers) == 1 else "open"
    row.seconds, row.wall = round(statistics.median(seconds), 3), round(statistics.median(walls), 3)


def processor_seconds() -> float:
    """Return the user and system seconds of this process and of its ended children."""
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def data_folder(family: str) -> Path:
    """Return the folder of a family of public instances, or end with a line that says where it was looked for."""
    folder = Path(os.environ.get("HANHLANG_BENCH_DATA", "../shared/benchmarks")) / family
    if not folder.is_dir():
        sys.exit(f"{folder} is not there; set HANHLANG_BENCH_DATA to the folder that holds {family}")
    return folder


def machine() -> dict[str, object]:
    """Return what a figure depends on besides our code."""
    names = ("hanhlang", "python-sat")
    return {"python": platform.python_version(), "cpus": os.cpu_count(), **{name: version(name) for name in names}}


def write(path: Path, figures: dict[str, object]) -> None:
    """Write the figures as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(figures, indent=1) + "\n")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--rows", default="", help="only rows whose name contains this")
    parser.add_argument("--seeds", type=int, default=1, help="runs per row, the median counts")
    parser.add_argument("--peer", action="store_true", help="run RC2 beside")
    parser.add_argument("--limit", type=float, default=60.0, help="seconds of the processor a row may take")
    parser.add_argument("--out", type=Path, default=Path("var/benchmarks/b2b.json"))
    return parser.parse_args()


def _published(folder: Path) -> Iterator[Row]:
    with (folder / "best-known.csv").open(newline="") as file:
        for given in csv.DictReader(file):
            value = given["optimum_breaks"]
            yield Row(
                instance=given["instance"],
                fairness=int(given["fairness_d"]),
                published=value if value.isdecimal() else INFEASIBLE,
                published_seconds=float(given["maxsat_seconds"]) if given["maxsat_seconds"] else 0.0,
            )


def _answer(status: Status, objective: int | None) -> str:
    if status is Status.INFEASIBLE:
        return INFEASIBLE
    return str(objective) if status is Status.OPTIMAL else "open"


def _capped(problem: Problem, solver: str, limit: float) -> tuple[str, float]:
    """Run RC2 in a process of its own that ends when it has used up its processor seconds."""
    receiver, sender = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.Process(target=_rc2, args=(problem, solver, limit, sender))
    process.start()
    sender.close()
    try:
        answer: tuple[str, float] = receiver.recv()
    except EOFError:
        answer = ("open", limit)
    process.join()
    return answer


def _rc2(problem: Problem, solver: str, limit: float, sender: multiprocessing.connection.Connection) -> None:
    began = time.process_time()
    resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(began + limit), math.ceil(began + limit) + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    gc.disable()  # as in our own child
    case = event_case(problem)
    assert case is not None
    domains = tightened(case)
    answer = INFEASIBLE
    if domains is not None:
        encoding = encode(case, domains, most_breaks(case, domains))
        formula = WCNF()
        formula.extend(encoding.clauses.all)
        for levels in encoding.more:
            for literal in levels:
                formula.append([-literal], weight=1)
        with RC2(formula, solver=solver, adapt=True, minz=True, trim=5) as search:
            answer = INFEASIBLE if search.compute() is None else str(search.cost)
    sender.send((answer, round(time.process_time() - began, 3)))


def _line(row: Row) -> str:
    peers = "".join(f"  {name} {answer:>10} {seconds:7.2f} s" for name, (answer, seconds) in row.peers.items())
    verdict = "" if row.agrees() else "  DISAGREES" if row.answer != "open" else "  OPEN"
    ours = f"{row.instance:32} d={row.fairness} {row.answer:>10} {row.seconds:7.2f} s (wall {row.wall:.2f})"
    return f"{ours}  published {row.published_seconds:6.1f} s{peers}{verdict}"


def _summary(rows: Sequence[Row]) -> dict[str, object]:
    ours = [row.seconds for row in rows]
    summary: dict[str, object] = {
        "rows": len(rows),
        "agree": sum(row.agrees() for row in rows),
        "sum_seconds": round(sum(ours), 2),
        "median_seconds": round(statistics.median(ours), 3) if ours else None,
        "longest_seconds": round(max(ours, default=0.0), 2),
        "median_wall_seconds": round(statistics.median(row.wall for row in rows), 3) if rows else None,
        "published_sum_seconds": round(sum(row.published_seconds for row in rows), 1),
        "faster_than_published": sum(row.seconds < row.published_seconds for row in rows),
    }
    if rows and rows[0].peers:
        best = sum(min(seconds for _, seconds in row.peers.values()) for row in rows)
        summary["our_share_of_the_better_row_by_row"] = round(sum(ours) / best, 3)
        summary["faster_than_both"] = sum(row.seconds < min(seconds for _, seconds in row.peers.values()) for row in rows)
    for name in PEERS if rows and rows[0].peers else ():
        theirs = [row.peers[name][1] for row in rows]
        summary[name] = {
            "sum_seconds": round(sum(theirs), 2),
            "unfinished": sum(row.peers[name][0] == "open" for row in rows),
            "our_share": round(sum(ours) / sum(theirs), 3),
        }
    return summary


if __name__ == "__main__":
    sys.exit(main())
