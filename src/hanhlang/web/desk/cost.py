"""What a plan costs, term by term, and how far a search for a better one has come: in words and drawings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from babel.numbers import format_decimal
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from hanhlang.domains.meetings.models import Plan, Run

# What each term counts, with its unit.
TERMS = {
    "unplaced": _("Value not placed, points"),
    "breaks": _("Breaks between meetings"),
    "idle": _("Idle time, 10 minutes each"),
    "preferred": _("Preferred times missed"),
    "meal": _("Meals not free"),
    "in_a_row": _("Too many in a row"),
    "city_changes": _("City changes"),
    "moved": _("Moved since published"),
}
UNDER_WAY = (Run.State.QUEUED, Run.State.RUNNING)
# The drawing is 200 wide; its bounds stand a tenth from the ends.
DRAWN_FROM, DRAWN_TO, DRAWN_MIDDLE = 20.0, 180.0, 100.0


def figure(number: float, digits: int = 0) -> str:
    """Return a number as the language groups it."""
    return format_decimal(round(number, digits), locale=get_language() or "vi")


@dataclass(frozen=True)
class TermLine:
    """``share`` is its cost against the dearest term's, 0 to 100."""

    word: str
    amount: str
    cost: str
    share: float
    decides: bool


@dataclass(frozen=True)
class Cost:
    """A plan's cost between what is proven and what the first plan cost; ``at`` places it on a drawing 200 wide."""

    total: str
    bound: str
    first: str
    at: float
    sentence: str
    terms: list[TermLine]


@dataclass(frozen=True)
class Progress:
    """A search under way or just over."""

    state: str
    is_under_way: bool
    done: float
    seconds: int
    limit: int
    best: str
    bound: str
    unplaced: str
    stop_asked: bool


def cost_of(plan: Plan) -> Cost:
    """Return the cost of ``plan``, the dearest term first."""
    history: list[list[float]] = (plan.run.progress or {}).get("history", []) if plan.run else []
    first = max([plan.objective, *(int(costs[1]) for costs in history[:1])])
    bound = plan.bound
    return Cost(
        total=figure(plan.objective),
        bound="" if bound is None else figure(bound),
        first=figure(first) if first > plan.objective else "",
        at=_position(plan.objective, bound, first),
        sentence=_sentence(plan.objective, bound),
        terms=_term_lines(plan.terms),
    )


def _position(cost: int, bound: int | None, first: int) -> float:
    if bound is None or first <= bound:
        return DRAWN_FROM
    return DRAWN_FROM + (DRAWN_TO - DRAWN_FROM) * (cost - bound) / (first - bound)


def _sentence(cost: int, bound: int | None) -> str:
    if bound is None:
        return gettext("Nothing is proven yet about how little a plan can cost.")
    if bound >= cost:
        return gettext("No plan can cost less: this is proven.")
    percent = figure(100 * (cost - bound) / cost, 1)
    return gettext("No plan can cost less than %(bound)s: at most %(percent)s %% is left to gain.") % {
        "bound": figure(bound),
        "percent": percent,
    }


def _term_lines(terms: Iterable[dict[str, Any]]) -> list[TermLine]:
    ordered = sorted(terms, key=lambda term: (-term["cost"], term["name"]))
    dearest = max((term["cost"] for term in ordered), default=0) or 1
    return [
        TermLine(
            word=str(TERMS.get(term["name"], term["name"])),
            amount=figure(term["amount"]),
            cost=figure(term["cost"]),
            share=round(100 * term["cost"] / dearest, 1),
            decides=term["name"] == "unplaced" and term["cost"] > 0,
        )
        for term in ordered
    ]


def progress_of(run: Run) -> Progress:
    """Return how far ``run`` has come."""
    told = run.progress or {}
    seconds = int(told.get("elapsed") or 0)

    def shown(name: str) -> str:
        return "" if told.get(name) is None else figure(told[name])

    return Progress(
        state=STATE_KEYS[Run.State(run.state)],
        is_under_way=run.state in UNDER_WAY,
        done=min(1.0, seconds / max(run.limit_seconds, 1)),
        seconds=seconds,
        limit=run.limit_seconds,
        best=shown("objective"),
        bound=shown("bound"),
        unplaced=shown("unplaced"),
        stop_asked=run.stop_asked,
    )


STATE_KEYS = {
    Run.State.QUEUED: "waiting-to-start",
    Run.State.RUNNING: "running",
    Run.State.DONE: "done",
    Run.State.CANCELLED: "stopped",
    Run.State.FAILED: "failed",
}
