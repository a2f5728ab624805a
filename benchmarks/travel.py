"""
Decide the published travel instances of CSPLib problem 046, every one against its published answer.

    python benchmarks/travel.py [--limit 10] [--out FILE]

Seconds are of the processor, child process included; wall seconds stand beside.
The data is looked for in HANHLANG_BENCH_DATA (default ../shared/benchmarks).
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from pathlib import Path

from b2b import data_folder, machine, processor_seconds, write

from hanhlang.engine.formats import csplib046
from hanhlang.engine.plan import Status
from hanhlang.engine.proof.prove import prove

# From CSPLib's results.md: those with a plan; the others of the family have none.
FEASIBLE = {1, 2, 3, 19, 20, 21, 24}


def main() -> int:
    """Decide every instance; 0 if all answers are the published ones."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--limit", type=float, default=10.0, help="seconds an instance may take")
    parser.add_argument("--out", type=Path, default=Path("var/benchmarks/travel.json"))
    options = parser.parse_args()

    rows = []
    for file in sorted((data_folder("meetings-travel-csplib046") / "instances").glob("msp-*.txt")):
        number = int(file.stem.removeprefix("msp-"))
        began = processor_seconds()
        outcome = prove(csplib046.read(file.read_text()), time_limit=options.limit)
        expected = Status.OPTIMAL if number in FEASIBLE else Status.INFEASIBLE
        rows.append({"instance": file.stem, "answer": outcome.status, "agrees": outcome.status is expected})
        rows[-1] |= {"seconds": round(processor_seconds() - began, 3), "wall": round(outcome.seconds, 3)}
        verdict = "" if rows[-1]["agrees"] else "  DISAGREES"
        print(f"{file.stem}  {outcome.status:>10}  {rows[-1]['seconds']:5.2f} s (wall {outcome.seconds:.2f}){verdict}", flush=True)
    seconds = [float(row["seconds"]) for row in rows]
    summary = {
        "rows": len(rows),
        "agree": sum(bool(row["agrees"]) for row in rows),
        "median_seconds": round(statistics.median(seconds), 3),
        "longest_seconds": round(max(seconds), 3),
    }
    print(json.dumps(summary))
    write(options.out, {"machine": machine(), "summary": summary, "rows": rows})
    return 0 if rows and all(row["agrees"] for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
