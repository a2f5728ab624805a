"""
The process that holds the solver: a task in on standard input, findings out as :mod:`.findings` writes them.

A native solver cannot be interrupted, so the parent kills this process when time is up; what it has
written until then stands.
"""

from __future__ import annotations

import ctypes
import gc
import marshal
import os
import resource
import sys

from hanhlang.engine.proof.case import Case, breaks_of_people
from hanhlang.engine.proof.decide import decide
from hanhlang.engine.proof.findings import written

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

MOST_BYTES = 2_000_000_000
_PR_SET_PDEATHSIG = 1
_SIGKILL = 9  # :mod:`signal` has it, and takes enumerations along


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
        _send(possible=_run(marshal.load(sys.stdin.buffer)))  # noqa: S302 - our own parent wrote it
    except MemoryError:
        _send(stopped="memory")
    except Exception:  # the parent raises it again with this text
        import traceback

        _send(fault=traceback.format_exc())


def _run(task: dict[str, Any]) -> bool | None:
    if "case" in task:
        case = Case(**task["case"])
        if "before" in task:
            return _fewest(case, task)
        return decide(case, _Lines(case), task["seed"])
    if "loose" in task:
        return _name_rules(task["loose"])
    return _journeys(task["journeys"], task["seed"])


def _fewest(case: Case, task: dict[str, Any]) -> bool | None:
    # Each kind of proof loads what it needs: CP-SAT takes as long to load as many a proof that has no use for it.
    if task["by"] == "relaxation":
        from hanhlang.engine.proof.relaxation import fewest_by_relaxation

        return fewest_by_relaxation(case, task["before"], task["known"], _Lines(case), task["seed"])
    from hanhlang.engine.proof.moves import fewest_moves, quick_moves

    if task["by"] == "moment":
        return quick_moves(case, task["before"], _Lines(case))
    return fewest_moves(case, task["before"], _Lines(case), task["seed"])


def _journeys(given: dict[str, Any], seed: int) -> bool:
    from hanhlang.engine.proof.journeys import Journeys, Pair, decide_journeys

    pairs = tuple(Pair(**pair) for pair in given["pairs"])
    return decide_journeys(Journeys(given["domains"], pairs), _Lines(None), seed)


def _name_rules(given: dict[str, Any]) -> bool:
    """Send the rules that collide; tell whether none do."""
    from hanhlang.engine.proof.collide import Loose, colliding

    found = colliding(Loose(**given))
    if found is not None:
        _send(rules=found[0], minimal=found[1])
    return found is None


def _send(**finding: object) -> None:
    sys.stdout.buffer.write(written(finding))
    sys.stdout.buffer.flush()


def _die_with_parent(parent: int) -> None:
    """Without this a killed parent would leave a solver running for hours."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, _SIGKILL)
    if os.getppid() != parent:
        sys.exit(1)


if __name__ == "__main__":
    main()
