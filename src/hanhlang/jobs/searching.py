"""
One search in a process of its own, so that it can be killed and cannot take the worker along.

This side imports the engine only: no Django, no database.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from multiprocessing.connection import Connection

from hanhlang.engine.plan import Outcome, Plan, Unplaced
from hanhlang.engine.problem import Problem

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Report:
    """What the search tells while it runs; ``plan`` only when it is a better one."""

    elapsed: float
    iterations: int
    unplaced: int
    objective: int | None
    bound: int | None
    plan: Plan | None


@dataclass(frozen=True, slots=True)
class Fault:
    """Why the search ended without an answer."""

    text: str


def search(pipe: Connection, wanted: Connection, problem: Problem, limit: float, workers: int, seed: int) -> None:
    """
    Solve ``problem`` and send :class:`Report` rows, then an :class:`Outcome` or a :class:`Fault`.

    Whoever closes the other end of ``wanted``, or dies, stops the search. A shared event would not do: its lock dies with whom is
    killed while looking, and then the other waits for ever.
    """
    from hanhlang.engine.solve import Progress, compile_kernel, solve

    def tell(progress: Progress) -> None:
        pipe.send(
            Report(progress.elapsed, progress.iterations, progress.unplaced, progress.objective, progress.bound, progress.plan),
        )

    answer: Outcome | Fault
    try:
        # Before the limit begins: on a new machine compiling takes longer than many a search.
        compile_kernel()
        answer = solve(problem, time_limit=limit, workers=workers, seed=seed, progress=tell, should_stop=wanted.poll)
    except Exception as fault:
        # The trace dies with this process and no page shows it: the log, on the worker's own error stream, is all that keeps it.
        log.exception("The search failed.")
        answer = Fault(f"{type(fault).__name__}: {fault}")
    pipe.send(answer)
    pipe.close()


def explain(pipe: Connection, problem: Problem, plan: Plan, unplaced: Unplaced) -> None:
    """Send what would help one meeting, as plain lists, or a :class:`Fault`."""
    from hanhlang.engine.explain.compact import what_would_help

    try:
        pipe.send(what_would_help(problem, plan, unplaced))
    except Exception as fault:
        log.exception("What would help was not found.")
        pipe.send(Fault(f"{type(fault).__name__}: {fault}"))
    pipe.close()
