"""``hanhlang replan | explain``: a plan after something happened, and why a plan is as it is."""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

from hanhlang.engine.formats import hanhlang as ours
from hanhlang.engine.plan import Plan, Status
from hanhlang.engine.problem import Problem
from hanhlang.engine.validate import BadProblem

FOUND, TIME_RAN_OUT, STOPPED = 0, 3, 130


def add_words(commands: Any) -> None:
    """Add the two words to the parser; ``cli`` adds what all words share."""
    again = commands.add_parser("replan", help="a lawful plan after a change, with little moved, and alternatives")
    again.add_argument("file", type=Path)
    again.add_argument("plan", type=Path)
    again.add_argument("change", type=Path, metavar="CHANGE.json")
    again.add_argument("--alternatives", type=int, default=3, metavar="N")
    again.add_argument("--time-limit", type=float, default=5.0, metavar="SECONDS")
    again.add_argument("--out", type=Path, metavar="PLAN2.json", help="the best; others beside it as PLAN2.2.json, PLAN2.3.json")
    again.add_argument("--out-problem", type=Path, metavar="FILE2", help="the problem after the change, to check plans against")
    again.set_defaults(run=_replan)
    why = commands.add_parser("explain", help="why a meeting is not placed and what would help, or why it is where it is")
    why.add_argument("file", type=Path)
    why.add_argument("plan", type=Path)
    why.add_argument("meeting", nargs="?", metavar="MEETING", help="all that are not placed, if left out")
    why.set_defaults(run=_explain)


def _replan(options: argparse.Namespace) -> int:
    from hanhlang.engine.cli import Stopper, read_problem
    from hanhlang.engine.formats.changes import read_changes, refused
    from hanhlang.engine.formats.replanned import replanned
    from hanhlang.engine.replan import BadChange, replan

    started = time.monotonic()
    for name, value in (("--alternatives", options.alternatives), ("--time-limit", options.time_limit)):
        if not 0 < value < 1e7:
            raise ours.RecordFault(record="options", field=name, wrong=f"is {value}", remedy="give more than 0")
    stopper = Stopper()
    try:
        problem = read_problem(options.file, options.format, options.fairness)
        before = read_lawful_plan(options.plan, problem)
        change = read_changes(options.change.read_text(encoding="utf-8-sig"), problem)
        changed, found = replan(
            problem,
            before,
            change.changes,
            now=change.now,
            alternatives=options.alternatives,
            time_limit=options.time_limit,
            should_stop=stopper,
        )
    except BadChange as bad:
        raise refused(bad) from None
    except BadProblem as bad:
        worst = bad.faults[0]
        raise ours.RecordFault(
            record=f"after the change, {worst.record}", field=worst.field, wrong=worst.text, remedy=worst.remedy
        ) from None
    finally:
        stopper.restore()
    if options.out_problem:
        options.out_problem.write_text(ours.write_problem(changed), encoding="utf-8")
    if options.out:
        for number, one in enumerate(found.alternatives, start=1):
            path = options.out if number == 1 else options.out.with_suffix(f".{number}{options.out.suffix}")
            write_plan(path, one.plan, changed)
    print(json.dumps({**replanned(found, changed), "seconds": round(time.monotonic() - started, 3)}, ensure_ascii=False))
    if stopper.asked:
        return STOPPED
    return TIME_RAN_OUT if found.status is Status.UNKNOWN else FOUND


def _explain(options: argparse.Namespace) -> int:
    from hanhlang.engine.cli import read_problem
    from hanhlang.engine.explain import Explainer
    from hanhlang.engine.explain.why import why_here, why_not
    from hanhlang.engine.formats import explained

    started = time.monotonic()
    problem = read_problem(options.file, options.format, options.fairness)
    plan = read_lawful_plan(options.plan, problem)
    if options.meeting is not None and all(meeting.id != options.meeting for meeting in problem.meetings):
        raise ours.RecordFault(
            record="options", field="MEETING", wrong=f"{options.meeting} is not a meeting", remedy="name one of the problem"
        )
    if any(placement.meeting == options.meeting for placement in plan.placements):
        answers = [explained.why_here(problem, why_here(problem, plan, options.meeting))]
    else:
        unplaced = Explainer(problem).complete(plan.placements).unplaced
        chosen = [each for each in unplaced if options.meeting in (None, each.meeting)]
        answers = [explained.why_not(problem, why_not(problem, plan, each)) for each in chosen]
    for answer in answers:
        for language in ("vi", "en"):
            print(answer["text"][language])
            for help in answer.get("helps", ()):
                print(f"  - {help['text'][language]}")
    print(json.dumps({"meetings": answers, "seconds": round(time.monotonic() - started, 3)}, ensure_ascii=False))
    return FOUND


def read_lawful_plan(path: Path, problem: Problem) -> Plan:
    """
    Read a plan that breaks no rule of its problem.

    :raises FormatFault: if the file is no plan, or breaks a rule: that is not a change to repair.
    """
    from hanhlang.engine.checker import check

    plan = ours.read_plan(path.read_text(encoding="utf-8-sig"), problem)
    violations = check(problem, plan)
    if violations:
        raise ours.RecordFault(
            record=str(path),
            field=violations[0].rule,
            wrong=violations[0].text.rstrip("."),
            remedy="give a plan that `hanhlang check` accepts",
        )
    return plan


def write_plan(path: Path, plan: Plan, problem: Problem) -> None:
    """Write a plan with its reasons in words."""
    from hanhlang.engine.explain import texts

    words = {row.meeting: text for row, text in zip(plan.unplaced, texts(plan.unplaced, problem), strict=True)}
    path.write_text(ours.write_plan(plan, problem, words), encoding="utf-8")
