"""The rules that collide in an event without a plan, by the problem's names and in words."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from hanhlang.engine.problem import Problem
from hanhlang.engine.proof.collide import Loose, loose_task
from hanhlang.engine.proof.shape import closed_to, event_case
from hanhlang.engine.proof.watch import findings

TEXTS: dict[str, dict[str, str]] = {
    "busy": {"vi": "{0} chỉ dự được một cuộc gặp mỗi lúc", "en": "{0} can be in one meeting at a time"},
    "window": {"vi": "giờ có mặt của {0}", "en": "the hours at which {0} is there"},
    "session": {"vi": "khung giờ của cuộc gặp {0}", "en": "the windows of meeting {0}"},
    "lock": {"vi": "khóa giờ của cuộc gặp {0}", "en": "the lock of meeting {0}"},
    "order": {"vi": "cuộc gặp {0} phải xong trước cuộc gặp {1}", "en": "meeting {0} must end before meeting {1}"},
    "tables": {"vi": "số bàn trong mỗi khung giờ", "en": "the number of tables in each slot"},
    "fairness": {"vi": "số quãng trống giữa các cuộc gặp phải công bằng", "en": "breaks must be fair between people"},
}


@dataclass(frozen=True, slots=True)
class CollidingRule:
    """One of the rules that cannot all hold: ``who`` names people or meetings."""

    kind: str
    who: tuple[str, ...]

    def text(self) -> dict[str, str]:
        """Return the rule in Vietnamese and English."""
        return {language: sentence.format(*self.who) for language, sentence in TEXTS[self.kind].items()}


@dataclass(frozen=True, slots=True)
class Collision:
    """``minimal``: each of the rules is needed for the collision, for sure."""

    rules: tuple[CollidingRule, ...]
    minimal: bool


def collision(problem: Problem, *, time_limit: float, should_stop: Callable[[], bool] | None = None) -> Collision | None:
    """
    Return rules of which no plan can keep all, ``None`` if the problem is no event, they do not collide or time runs out.

    :raises ProofFault: if the solver's process fails by a defect.
    """
    case = event_case(problem)
    if case is None:
        return None
    windows, sessions, locks = closed_to(problem)
    loose = Loose(case.capacity, case.people, case.meetings, windows, sessions, locks, case.precedences, case.fairness)
    for finding in findings(loose_task(loose), deadline=time.monotonic() + time_limit, should_stop=should_stop):
        if "rules" in finding:
            return Collision(tuple(_named(problem, *rule) for rule in finding["rules"]), finding["minimal"])
    return None


def _named(problem: Problem, kind: str, one: int, other: int) -> CollidingRule:
    if kind in ("busy", "window"):
        return CollidingRule(kind, (problem.people[one].id,))
    return CollidingRule(kind, tuple(problem.meetings[number].id for number in (one, other) if number >= 0))
