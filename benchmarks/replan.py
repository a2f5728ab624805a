"""
Repair published plans: the public before/after pairs of brokerage events, and a generated week on its day.

    python benchmarks/replan.py [--rows TEXT] [--limit 60] [--week-seconds 15] [--out FILE]

Pairs: ten changes from one original event to another where the files are at hand (tables lost, people unavailable), and from
each original to its crafted variants. The plans before are ours, in benchmarks/before-plans.json: the number of moves depends
on them. The data is looked for in HANHLANG_BENCH_DATA (default ../shared/benchmarks). Week: 800 people, 3,000 business
meetings, 250 bilaterals, seed 1, planned with a fixed number of moves. Seconds are of this process and its children
(user and system time), so that other work on the machine does not count; wall seconds stand beside. First answers are by the wall
clock, for a child and the search look for them side by side.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from b2b import data_folder, machine, write

from hanhlang.engine.checker import check
from hanhlang.engine.formats import jair_b2b
from hanhlang.engine.generate_week import generate_week
from hanhlang.engine.plan import Placement, Plan, Status
from hanhlang.engine.problem import Problem
from hanhlang.engine.replan import Alternative, Replanned, apply, repair
from hanhlang.engine.replan import changes as happened
from hanhlang.engine.solve import compile_kernel, solve

BEFORE = Path(__file__).parent / "before-plans.json"
PAIRS = (
    ("tic-13", "tic-13crafc"),
    ("forum-13", "forum-13crafc"),
    ("ticf-13crafa", "ticf-13crafc"),
    ("forumt-14", "forumt-14crafc"),
    ("tic-14crafa", "tic-14crafc"),
    ("forumt-14crafd", "forumt-14crafe"),
    ("tic-12", "tic-12crafc"),
    ("ticf-13crafa", "forum-13"),
    ("tic-14crafa", "forumt-14"),
    ("ticf-14crafa", "forum-14"),
)
VARIANTS = ("forb0003", "forb0007", "fixed020-Forb", "fixed040-Forb", "prec15", "prec25")
WEEK_SEED = 1
WEEK_MOVES = 3_000_000


@dataclass(slots=True)
class Row:
    """One change: what was found and proven, in seconds."""

    name: str
    group: str
    status: str = ""
    moves: int | None = None
    bound: int = 0
    first_moves: int | None = None
    first_wall: float | None = None
    cpu: float = 0.0
    wall: float = 0.0
    alternatives: int = 0
    lost_value: int | None = None
    better: list[tuple[int, float]] = field(default_factory=list)


def main() -> int:
    """Run the rows, print the table, write the figures; 0 if every plan is lawful."""
    options = _options()
    compile_kernel()
    rows = []
    for row, problem, changed, before, alternatives, limit in _cases(options):
        _run(row, problem, changed, before, alternatives, limit)
        print(_line(row), flush=True)
        rows.append(row)
    summary = _summary(rows)
    print(json.dumps(summary, indent=2))
    write(options.out, {"machine": machine(), "limit_seconds": options.limit, "summary": summary, "rows": [asdict(row) for row in rows]})
    return 0


def _run(row: Row, problem: Problem, changed: Problem, before: Plan, alternatives: int, limit: float) -> None:
    began, wall = _cpu(), time.monotonic()

    def better(one: Alternative) -> None:
        row.better.append((one.columns.moves, round(time.monotonic() - wall, 3)))

    found: Replanned = repair(problem, changed, before, alternatives=alternatives, time_limit=limit, progress=better)
    row.cpu, row.wall = round(_cpu() - began, 3), round(time.monotonic() - wall, 3)
    row.status, row.bound, row.alternatives = str(found.status), found.bound, len(found.alternatives)
    if row.better:
        row.first_moves, row.first_wall = row.better[0]
    if found.alternatives:
        row.moves, row.lost_value = found.alternatives[0].columns.moves, found.alternatives[0].lost_value
    for one in found.alternatives:
        violations = check(changed, one.plan)
        if violations:
            sys.exit(f"{row.name}: {violations[0].text}")


def _cases(options: argparse.Namespace) -> Iterator[tuple[Row, Problem, Problem, Plan, int, float]]:
    folder = data_folder("b2b-meetings") / "instances"
    plans = json.loads(BEFORE.read_text())["plans"]
    pairs = [(one, f"{one}.original", f"{other}.original", "original") for one, other in PAIRS]
    pairs += [(one, f"{one}.original", f"{one}.{variant}", variant[:4]) for variant in VARIANTS for one in sorted(plans)]
    for one, old, new, group in pairs:
        files = [folder / f"{name}.dzn" for name in (old, new)]
        row = Row(f"{one} to {new}", group)
        if one not in plans or not all(file.is_file() for file in files) or options.rows not in row.name:
            continue
        problem, changed = (jair_b2b.read(file.read_text(), 2) for file in files)
        yield row, problem, changed, _seated(problem, plans[one]), 1, options.limit
    if options.rows in "week":
        week, _ = generate_week(800, 3000, 250, 2, WEEK_SEED)
        before = solve(week, iterations=WEEK_MOVES, workers=1, seed=0).plan
        if before is None:
            sys.exit("the week has no plan")
        for name, changes in _happenings(week, before):
            yield Row(f"week: {name}", "week"), week, apply(week, before, changes), before, 3, options.week_seconds


def _seated(problem: Problem, slots: list[int]) -> Plan:
    """Return the plan before, tables in the order of the meetings."""
    taken: dict[int, int] = {}
    placements = []
    for meeting, slot in zip(problem.meetings, slots, strict=True):
        taken[slot] = taken.get(slot, 0) + 1
        placements.append(Placement(meeting.id, slot, slot, str(taken[slot])))
    return Plan(tuple(placements))


def _happenings(week: Problem, before: Plan) -> Iterator[tuple[str, list[happened.Change]]]:
    """Yield what happens to the week: the four busiest heads miss 90 minutes, a room or table is lost for a day, the road is slow."""
    people = {meeting.id: meeting.people for meeting in week.meetings}
    agendas: dict[str, list[int]] = {}
    for placement in before.placements:
        for person in people[placement.meeting]:
            agendas.setdefault(person, []).append(placement.start)
    heads = sorted((person.id for person in week.people if person.weight == 3), key=lambda head: (-len(agendas.get(head, ())), head))
    for head in heads[:4]:
        starts = agendas[head]
        at = max(sorted(starts), key=lambda start: sum(start <= other < start + 90 for other in starts))
        yield f"head {head} 90 minutes late", [happened.Absent(head, at, at + 90)]
    for unit in ("site0-r0", "site1-r1", "t00003"):
        yield f"{unit} lost on day 2", [happened.UnitClosed(unit, 1440, 2880)]
    roads = [(road.origin, road.destination) for road in week.roads]
    yield "road takes 180 minutes", [happened.RoadSlower(one, other, 180) for one, other in roads]
    tables = next(pool for pool in week.pools if pool.id == "tables")
    yield "five tables lost", [happened.PoolReduced("tables", len(tables.units) - 5)]
    long = next(meeting for meeting in week.meetings if meeting.grid == "bilateral")
    yield f"{long.id} twice as long", [happened.MeetingLength(long.id, 2 * long.minutes)]


def _cpu() -> float:
    """Return the processor seconds of this process and of its ended children."""
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def _line(row: Row) -> str:
    first = "-" if row.first_wall is None else f"{row.first_moves} at {row.first_wall:.2f} s"
    found = "-" if row.moves is None else str(row.moves)
    more = f"  {row.alternatives} ways" if row.group == "week" else ""
    answer = f"{row.name:52} {row.status:10} moves {found:>4} bound {row.bound:>4}  first {first:>16}"
    return f"{answer}  cpu {row.cpu:7.2f} s  wall {row.wall:7.2f} s{more}"


def _summary(rows: list[Row]) -> dict[str, object]:
    summary: dict[str, object] = {}
    for group in dict.fromkeys(row.group for row in rows):
        chosen = [row for row in rows if row.group == group]
        settled = [row for row in chosen if row.status == Status.INFEASIBLE or (row.moves is not None and row.moves == row.bound)]
        firsts = [row.first_wall for row in chosen if row.first_wall is not None]
        summary[group] = {
            "rows": len(chosen),
            "infeasible": sum(row.status == Status.INFEASIBLE for row in chosen),
            "fewest_proven": len(settled) - sum(row.status == Status.INFEASIBLE for row in chosen),
            "open": len(chosen) - len(settled),
            "median_cpu": round(statistics.median(row.cpu for row in chosen), 3),
            "longest_cpu_settled": max((row.cpu for row in settled), default=None),
            "first_median_wall": round(statistics.median(firsts), 3) if firsts else None,
            "first_longest_wall": max(firsts, default=None),
            "first_above_three_times_the_fewest": sum(
                row.first_moves is not None and row.moves is not None and row.first_moves > 3 * row.moves for row in chosen
            ),
        }
    return summary


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--rows", default="", help="only rows whose name contains this")
    parser.add_argument("--limit", type=float, default=60.0, help="seconds a pair may take")
    parser.add_argument("--week-seconds", type=float, default=15.0, help="seconds a change of the week may take")
    parser.add_argument("--out", type=Path, default=Path("var/benchmarks/replan.json"))
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
