"""The clerk beside us: what no longer holds is put into the first slot that is free, in order of number; what finds none is left out."""

from __future__ import annotations

import time
from dataclasses import dataclass

from hanhlang.domains.meetings.planning import Judge, Question
from hanhlang.engine.checker import check
from hanhlang.engine.plan import Plan
from hanhlang.engine.scoring import objective, score


@dataclass(frozen=True, slots=True)
class Clerk:
    """What the clerk's answer comes to; ``lost_value`` is that of meetings that were placed, or are new, and are not any more."""

    moved: int
    told: int
    lost_value: int
    cost: int
    seconds: float


def fallen_of(question: Question) -> set[str]:
    """Return the meetings that people were told of and that are not lawful where they are any more."""
    placed = {row.meeting for row in question.before.placements}
    return placed & {name for fault in check(question.changed, question.before) for name in fault.meetings}


def answer_as_a_clerk(question: Question) -> Clerk:
    """
    Return what the first free slot would make of a change.

    Judged as everything is: by the independent checker's rules. At most (meetings that fell) x (slots) x (places) verdicts.
    """
    began = time.monotonic()
    problem, before = question.changed, question.before
    fallen = fallen_of(question)
    placed = {row.meeting for row in before.placements}
    known = {meeting.id for meeting in question.known.meetings}
    waiting = [meeting.id for meeting in problem.meetings if meeting.id in fallen or (meeting.id not in known and meeting.id not in placed)]
    plan = Plan(tuple(row for row in before.placements if row.meeting not in fallen))
    lost = []
    for name in waiting:
        judge = Judge(problem, plan)
        free = next(
            (
                verdict.placement
                for start in judge.starts_of(name)
                if start >= question.minute
                for unit in judge.units_for(name)
                if (verdict := judge.verdict(name, start, unit)).is_lawful
            ),
            None,
        )
        if free is None:
            lost.append(name)
        else:
            plan = judge.moved([free])
    value = {meeting.id: meeting.value for meeting in problem.meetings}
    people = {person for meeting in problem.meetings if meeting.id in waiting for person in meeting.people}
    return Clerk(
        moved=len(fallen),
        told=len(people),
        lost_value=sum(value[name] for name in lost),
        cost=objective(score(problem, Plan(plan.placements))),
        seconds=round(time.monotonic() - began, 3),
    )
