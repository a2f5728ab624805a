"""``hanhlang solve | check | replan | explain | generate``: the engine without the web application."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from hanhlang.engine import cli_change
from hanhlang.engine.checker import check
from hanhlang.engine.collector import uncollected
from hanhlang.engine.formats import hanhlang as ours
from hanhlang.engine.formats.faults import FormatFault
from hanhlang.engine.plan import Outcome, Status, Term
from hanhlang.engine.problem import Problem
from hanhlang.engine.scoring import objective, score
from hanhlang.engine.validate import BadProblem

FOUND, CHECK_FAILED, BAD_INPUT, TIME_RAN_OUT, STOPPED = 0, 1, 2, 3, 130
FORMATS = ("auto", "hanhlang", "jair-b2b", "csplib046")


def main(argv: list[str], leave: Callable[[int], NoReturn] | None = None) -> int:
    """
    Run one command and return its exit code; the last line on standard output is one JSON object.

    ``leave`` ends the process with the code instead, while the problem is still there: freeing ten thousand people takes a tenth of a
    second, looking for garbage among them as long, and whoever pressed Ctrl-C waits for it.
    """
    options = _parser().parse_args(argv)
    with uncollected() if options.command == "solve" else nullcontext():
        code = _run(options)
        if leave is not None:
            leave(code)
    return code


def _run(options: argparse.Namespace) -> int:
    try:
        code: int = options.run(options)
    except BadProblem as bad:
        print(f"hanhlang {options.command}: {bad.faults[0]}", file=sys.stderr)
        return BAD_INPUT
    except FormatFault as fault:
        print(f"hanhlang {options.command}: {fault}", file=sys.stderr)
        return BAD_INPUT
    except OSError as error:
        remedy = "give a file that can be read and written"
        print(f"hanhlang {options.command}: {error.filename}: {error.strerror}; {remedy}.", file=sys.stderr)
        return BAD_INPUT
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="hanhlang")
    commands = parser.add_subparsers(dest="command", required=True)
    solve = commands.add_parser("solve", help="search for a plan, and prove it where possible")
    solve.add_argument("file", type=Path)
    _format(solve)
    limit = solve.add_mutually_exclusive_group()
    limit.add_argument("--time-limit", type=_positive, default=60.0, metavar="SECONDS")
    limit.add_argument("--iterations", type=int, metavar="K", help="equal bytes for equal seed")
    solve.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    solve.add_argument("--seed", type=int, default=0)
    solve.add_argument("--out", type=Path, metavar="PLAN.json")
    solve.add_argument("--quiet", action="store_true")
    solve.set_defaults(run=_solve)
    judge = commands.add_parser("check", help="every broken rule and every cost term of a plan")
    judge.add_argument("file", type=Path)
    judge.add_argument("plan", type=Path)
    _format(judge)
    judge.set_defaults(run=_check)
    cli_change.add_words(commands)
    for word in ("replan", "explain"):
        _format(commands.choices[word])
    make = commands.add_parser("generate", help="draw a week around a hidden lawful plan")
    make.add_argument("what", choices=["week"])
    make.add_argument("--people", type=int, required=True)
    make.add_argument("--meetings", type=int, required=True)
    make.add_argument("--bilaterals", type=int, default=0)
    make.add_argument("--sites", type=int, default=2)
    make.add_argument("--edition", choices=("mild", "tight"), default="mild", help="tight: scarce tables, heads nine tenths booked")
    make.add_argument("--seed", type=int, required=True)
    make.add_argument("--out", type=Path, required=True)
    make.set_defaults(run=_generate)
    return parser


def _format(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--format", choices=FORMATS, default="auto")
    parser.add_argument("--fairness", type=_fairness, default=2, metavar="D|none", help="for jair-b2b; 2 by default")


def _positive(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds < 1e7:
        raise argparse.ArgumentTypeError(f"{text} is not a number of seconds above 0")
    return seconds


def _fairness(text: str) -> int | None:
    return None if text == "none" else int(text)


def read_problem(path: Path, format: str = "auto", fairness: int | None = 2) -> Problem:
    """
    Read a problem in any format the engine knows.

    :raises FormatFault: if the file is damaged, or ``auto`` does not recognise it.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ours.RecordFault(record=str(path), field="encoding", wrong="is not UTF-8 text", remedy="save it as UTF-8") from error
    kind = _recognised(text) if format == "auto" else format
    if kind == "jair-b2b":
        from hanhlang.engine.formats import jair_b2b

        return jair_b2b.read(text, fairness)
    if kind == "csplib046":
        from hanhlang.engine.formats import csplib046

        return csplib046.read(text)
    return ours.read_problem(text)


def _recognised(text: str) -> str:
    if text.lstrip()[:1] == "{":
        return "hanhlang"
    for mark, kind in (("nBusiness", "jair-b2b"), ("NumberOfMeetings", "csplib046")):
        if mark in text:
            return kind
    raise FormatFault(line=1, field="format", wrong="is not recognised", remedy="name it with --format")


class Stopper:
    """Turns Ctrl-C into a question the search asks; a second Ctrl-C ends at once."""

    def __init__(self) -> None:
        self.asked = False
        self.before = signal.signal(signal.SIGINT, self._stop)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True

    def restore(self) -> None:
        signal.signal(signal.SIGINT, self.before)

    def __call__(self) -> bool:
        return self.asked


def _solve(options: argparse.Namespace) -> int:
    started = time.monotonic()
    stopper = Stopper()
    try:
        # Among the options they live until the process is left, see `main`.
        problem = options.problem = read_problem(options.file, options.format, options.fairness)
        outcome = options.outcome = _searched(problem, options, stopper, time.monotonic() - started)
    finally:
        stopper.restore()
    if options.out and outcome.plan is not None:
        cli_change.write_plan(options.out, outcome.plan, problem)
    figures = _figures(outcome, time.monotonic() - started)
    if outcome.status is Status.INFEASIBLE:
        figures |= _colliding(problem, max(options.time_limit - figures["seconds"], 0.1))
    print(json.dumps(figures, ensure_ascii=False))
    if stopper.asked:
        return STOPPED
    return TIME_RAN_OUT if outcome.status == Status.UNKNOWN else FOUND


def _colliding(problem: Problem, seconds: float) -> dict[str, Any]:
    """Name the rules that cannot all hold, and print them in words."""
    from hanhlang.engine.proof.rules import collision

    found = collision(problem, time_limit=seconds)
    if found is None:
        return {}
    texts = [rule.text() for rule in found.rules]
    print("Không thể giữ tất cả các quy tắc sau: " + "; ".join(text["vi"] for text in texts) + ".")
    print("These rules cannot all hold: " + "; ".join(text["en"] for text in texts) + ".")
    rules = [{"kind": rule.kind, "who": list(rule.who), "text": text} for rule, text in zip(found.rules, texts, strict=True)]
    return {"rules": rules, "rules_minimal": found.minimal}


def _searched(problem: Problem, options: argparse.Namespace, stopper: Stopper, spent: float) -> Outcome:
    live = _live_line() if sys.stderr.isatty() and not options.quiet else None
    limit = max(options.time_limit - spent, 0.1)
    from hanhlang.engine.proof.prove import can_prove, prove

    if problem.place_all and can_prove(problem):
        return prove(problem, time_limit=limit, seed=options.seed, progress=live, should_stop=stopper)
    from hanhlang.engine.solve import solve

    return solve(
        problem,
        time_limit=None if options.iterations else limit,
        iterations=options.iterations,
        workers=options.workers,
        seed=options.seed,
        progress=live,
        should_stop=stopper,
    )


def _live_line() -> Callable[[Any], None]:
    def show(progress: Any) -> None:
        parts = [
            f"{name} {getattr(progress, name)}" for name in ("unplaced", "objective", "bound") if getattr(progress, name, None) is not None
        ]
        print(f"\r\033[K{_seconds(progress):6.1f} s  {'  '.join(parts)}", end="", file=sys.stderr, flush=True)

    return show


def _seconds(progress: Any) -> float:
    """Return how long the search (``elapsed``) or the proof (``seconds``) has been at it."""
    elapsed: float = progress.elapsed if hasattr(progress, "elapsed") else progress.seconds
    return elapsed


def _figures(outcome: Outcome, seconds: float) -> dict[str, Any]:
    return {
        "status": str(outcome.status),
        "objective": outcome.objective,
        "bound": outcome.bound,
        "unplaced": None if outcome.plan is None else len(outcome.plan.unplaced),
        "seconds": round(seconds, 3),
        "first_feasible_seconds": None if outcome.first_feasible_seconds is None else round(outcome.first_feasible_seconds, 3),
        "terms": _terms(outcome.terms),
    }


def _terms(terms: tuple[Term, ...]) -> dict[str, dict[str, int]]:
    return {term.name: {"amount": term.amount, "cost": term.cost} for term in terms}


def _check(options: argparse.Namespace) -> int:
    problem = read_problem(options.file, options.format, options.fairness)
    plan = ours.read_plan(options.plan.read_text(encoding="utf-8-sig"), problem)
    violations = check(problem, plan)
    for violation in violations:
        print(f"{violation.rule}: {violation.text}")
    # A plan that names what does not exist cannot be priced.
    priced = not any(violation.rule in ("known_ids", "once_each", "starts_on_grid") for violation in violations)
    terms = score(problem, plan) if priced else ()
    figures = {"violations": len(violations), "placed": len(plan.placements), "unplaced": len(plan.unplaced)}
    print(json.dumps({**figures, "objective": objective(terms) if priced else None, "terms": _terms(terms)}, ensure_ascii=False))
    return CHECK_FAILED if violations else FOUND


def _generate(options: argparse.Namespace) -> int:
    from hanhlang.engine.generate_week import generate_week

    started = time.monotonic()
    for name, least in (("people", 20), ("meetings", 0), ("bilaterals", 0), ("sites", 1)):
        if getattr(options, name) < least:
            raise ours.RecordFault(
                record="options", field=f"--{name}", wrong=f"is {getattr(options, name)}", remedy=f"give {least} or more"
            )
    problem, planted = generate_week(options.people, options.meetings, options.bilaterals, options.sites, options.seed, options.edition)
    options.out.write_text(ours.write_problem(problem), encoding="utf-8")
    figures = {"people": len(problem.people), "meetings": len(problem.meetings), "impossible": len(planted.impossible)}
    print(json.dumps({**figures, "seed": options.seed, "seconds": round(time.monotonic() - started, 3)}))
    return FOUND
