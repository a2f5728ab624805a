"""Two plans side by side, both judged by what is true now and with the same weights."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hanhlang.domains.meetings.actions.tellings import people_told
from hanhlang.domains.meetings.enums import Secrecy
from hanhlang.domains.meetings.models import Placement, Plan
from hanhlang.domains.meetings.planning.cached import judge_for
from hanhlang.domains.meetings.planning.shared import open_plan, open_problem
from hanhlang.domains.meetings.planning.storing import plan_from
from hanhlang.domains.meetings.visibility import Viewer, seen_by
from hanhlang.engine.scoring import score


@dataclass(frozen=True, slots=True)
class TermPair:
    """One soft term in both plans."""

    name: str
    first_amount: int
    first_cost: int
    second_amount: int
    second_cost: int

    @property
    def difference(self) -> int:
        return self.second_cost - self.first_cost


@dataclass(frozen=True, slots=True)
class Shift:
    """A meeting that is elsewhere in the second plan; without one of both it is lost, or newly placed."""

    number: int
    meeting: object
    before: Placement | None
    after: Placement | None

    @property
    def kind(self) -> str:
        return "new" if self.before is None else "lost" if self.after is None else "moved"


@dataclass(frozen=True, slots=True)
class Comparison:
    """``told``: how many people publishing each of them now would tell."""

    first: Plan
    second: Plan
    terms: tuple[TermPair, ...]
    shifts: tuple[Shift, ...]
    told: tuple[int, int]

    @property
    def totals(self) -> tuple[int, int]:
        return sum(term.first_cost for term in self.terms), sum(term.second_cost for term in self.terms)

    def of_kind(self, kind: str) -> list[Shift]:
        return [shift for shift in self.shifts if shift.kind == kind]


def compare(first: Plan, second: Plan, viewer: Viewer, now: datetime) -> Comparison:
    """
    Return what differs between two plans of a week, as far as ``viewer`` may see it.

    Costs are those of the meetings all staff may know of, with the weights of the second plan's search.
    """
    judge = judge_for(second, now)
    problem = open_problem(judge.problem, judge.hidden)
    both = [score(problem, open_plan(plan_from(plan, judge.problem), judge.hidden)) for plan in (first, second)]
    terms = tuple(TermPair(one.name, one.amount, one.cost, other.amount, other.cost) for one, other in zip(*both, strict=True))
    shifts = tuple(_shifts(first, second, viewer))
    return Comparison(first, second, terms, shifts, (len(people_told(first)), len(people_told(second))))


def _shifts(first: Plan, second: Plan, viewer: Viewer) -> list[Shift]:
    before, after = (_placements(plan, viewer) for plan in (first, second))
    found = []
    for key in before.keys() | after.keys():
        old, new = before.get(key), after.get(key)
        if old is None or new is None or (old.starts_at, old.place_id) != (new.starts_at, new.place_id):
            meeting = (old or new).meeting  # type: ignore[union-attr]
            found.append(Shift(meeting.number, meeting, old, new))
    return sorted(found, key=lambda shift: shift.number)


def _placements(plan: Plan, viewer: Viewer) -> dict[object, Placement]:
    rows = Placement.objects.filter(seen_by(viewer, Secrecy.PLACE, "meeting__"), plan=plan)
    return {row.meeting_id: row for row in rows.select_related("meeting", "place__site")}
