"""
The process that holds the solver: numbers in on standard input, findings out as lines of JSON.

A native solver cannot be interrupted, so the parent kills this process when time is up; what it has
written until then stands.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import resource
import signal
import sys
from collections.abc import Callable, Sequence
from typing import Any

from hanhlang.engine.proof.case import Case, breaks_of_people
from hanhlang.engine.proof.decide import Report, decide, decide_journeys
from hanhlang.engine.proof.journeys import Journeys, Pair
from hanhlang.engine.proof.moves import fewest_moves

MOST_BYTES = 2_000_000_000
_PR_SET_PDEATHSIG = 1


class _Lines:
    """Writes findings to the parent at once."""

    def __init__(self, case: Case | None) -> None:
        self._case = case

    def at_least(self, bound: int) -> None:
        """Send a bound on the breaks."""
        _send(bound=bound)

    def plan(self, placed: Sequence[int]) -> None:
        """Send a plan with its breaks."""
        _send(plan=list(placed), breaks=sum(breaks_of_people(self._case, placed)) if self._case else 0)


def main() -> None:
    """Decide the task on standard input and say how it ended."""
    _die_with_parent(int(sys.argv[1]))
    gc.disable()  # hundreds of thousands of clauses, no cycles: collecting takes half the encoding time
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    try:
        _send(possible=_run(json.load(sys.stdin)))
    except MemoryError:
        _send(stopped="memory")
    except Exception:  # the parent raises it again with this text
        import traceback

        _send(fault=traceback.format_exc())


def _run(task: dict[str, Any]) -> bool:
    if "case" in task:
        case = _case(task["case"])
        if "before" in task:
            return _fewest(task)(case, task["before"], _Lines(case), task["seed"])
        return decide(case, _Lines(case), task["seed"])
    if "loose" in task:
        return _name_rules(task["loose"])
    given = task["journeys"]
    pairs = tuple(Pair(pair["first"], pair["second"], pair["then"], pair["back"]) for pair in given["pairs"])
    return decide_journeys(Journeys(given["domains"], pairs), _Lines(None), task["seed"])


def _fewest(task: dict[str, Any]) -> Callable[[Case, Sequence[int], Report, int], bool]:
    if task["by"] == "clauses":
        return fewest_moves
    # Loading CP-SAT takes as long as many a proof that has no use for it.
    from hanhlang.engine.proof.relaxation import fewest_by_relaxation

    return fewest_by_relaxation


def _name_rules(given: dict[str, Any]) -> bool:
    """Send the rules that collide; tell whether none do."""
    from hanhlang.engine.proof.collide import Loose, colliding

    rows = ("meetings", "windows", "sessions", "locks", "precedences")
    tables: dict[str, Any] = {name: tuple(tuple(row) for row in given[name]) for name in rows}
    loose = Loose(capacity=tuple(given["capacity"]), people=given["people"], fairness=given["fairness"], **tables)
    found = colliding(loose)
    if found is not None:
        _send(rules=found[0], minimal=found[1])
    return found is None


def _case(given: dict[str, Any]) -> Case:
    return Case(
        capacity=tuple(given["capacity"]),
        people=given["people"],
        meetings=tuple(tuple(people) for people in given["meetings"]),
        domains=tuple(tuple(domain) for domain in given["domains"]),
        precedences=tuple((earlier, later) for earlier, later in given["precedences"]),
        fairness=given["fairness"],
    )


def _send(**finding: object) -> None:
    sys.stdout.write(json.dumps(finding) + "\n")
    sys.stdout.flush()


def _die_with_parent(parent: int) -> None:
    """Without this a killed parent would leave a solver running for hours."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit(1)


if __name__ == "__main__":
    main()
