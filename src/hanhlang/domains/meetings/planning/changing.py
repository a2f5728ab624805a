"""A change as a question to the engine, and its answers as plans that wait beside each other to be chosen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial
from uuid import UUID

from django.db import transaction

from hanhlang.domains.core import live
from hanhlang.domains.events.models import Week
from hanhlang.domains.meetings.actions.dropping import drop_plans
from hanhlang.domains.meetings.actions.numbers import lock_week, next_number
from hanhlang.domains.meetings.errors_changes import NothingPublished, SearchOvertaken
from hanhlang.domains.meetings.models import Change, Meeting, Plan
from hanhlang.domains.meetings.planning.copying import copy_placements
from hanhlang.domains.meetings.planning.ground import Ground
from hanhlang.domains.meetings.planning.past import Past, without
from hanhlang.domains.meetings.planning.problem import problem_of
from hanhlang.domains.meetings.planning.shared import Secret, open_figures, open_plan, open_problem, secret_meetings
from hanhlang.domains.meetings.planning.storing import fill, lent_in, plan_from, require_lawful
from hanhlang.domains.meetings.wording import sentences
from hanhlang.engine import plan as found
from hanhlang.engine import problem as engine
from hanhlang.engine.replan import Alternative, Columns, Replanned
from hanhlang.engine.replan.answer import columns_of, told_of
from hanhlang.engine.scoring import score

COUNTED = ("moves", "rooms", "told", "disturbance", "cost", "shift", "last_minute")


@dataclass(frozen=True, slots=True)
class Question:
    """
    What the engine is asked: the week as it is true now, without what is over, and the plan people know.

    ``known`` is the same without meetings that came with a change: those count as new. ``past`` are the placements that are over.
    """

    week: Week
    base: Plan
    known: engine.Problem
    changed: engine.Problem
    before: found.Plan
    past: tuple[UUID, ...]
    minute: int


def question_of(week: Week, *, now: datetime, base: Plan | None = None) -> Question:
    """
    Return the question that all changes taken in put together. ``base``: the plan people know (default: the one published).

    :raises NothingPublished: if people know of no plan yet: then there is nothing to keep.
    """
    base = base or Plan.objects.filter(week=week, state=Plan.State.PUBLISHED).select_related("week").first()
    if base is None:
        raise NothingPublished()
    past = Past(base, now)
    whole = problem_of(week, now=now)
    changed = past.left_out_of(whole)
    called = Change.objects.filter(week=week, state=Change.State.TAKEN_IN, meeting__isnull=False).values_list("meeting_id", flat=True)
    before = plan_from(base, changed)
    changed = past.begun_stays(changed, before)
    placed = {placement.meeting for placement in before.placements}
    new = {str(key) for key in called} - placed
    known = without(changed, new) if new else changed
    return Question(week, base, known, changed, found.Plan(before.placements), past.over, past.minute)


def store_alternatives(
    change: Change,
    question: Question,
    answers: Sequence[Alternative],
    *,
    is_proven: bool,
    seconds: float,
    kept: tuple[found.Plan, Plan] | None = None,
) -> list[Plan]:
    """
    Keep answers as the change's alternatives, in place of those found before; the first is the one that disturbs least.

    ``kept``: one that is stored already; if it is the first it stays, so that who looks at it does not lose it.

    :raises PlanUnlawful: if the checker finds a fault in one; then nothing changes.
    :raises SearchOvertaken: if the change was answered, or is to be looked at again because something else became true.
    """
    secret = secret_meetings(question.week)
    first = kept[1] if kept and kept[0] == answers[0].plan else None
    fresh = answers[first is not None :]
    for answer in fresh:
        require_lawful(question.changed, answer.plan)
    columns = [_columns(question.changed, answer, secret) for answer in answers]
    said = iter([sentences(question.week, question.changed, answer.plan.unplaced) for answer in fresh])
    stays = _Staying(question)
    ground = Ground(question.week, set())
    rows = []
    with transaction.atomic():
        lock_week(question.week)
        if not Change.objects.filter(pk=change.pk, state=Change.State.TAKEN_IN, search=Change.Search.RUNNING).exists():
            raise SearchOvertaken()
        earlier = Plan.objects.filter(change=change, state=Plan.State.ALTERNATIVE)
        drop_plans(earlier.exclude(pk=first.pk) if first else earlier)
        number = next_number(Plan.objects, question.week)  # type: ignore[arg-type]
        for order, (answer, column) in enumerate(zip(answers, columns, strict=True)):
            best_in, proven = _best_in(column, columns), is_proven and order == 0
            if order == 0 and first:
                earlier.filter(pk=first.pk).update(best_in=best_in, is_proven=proven)
                rows.append(first)
                continue
            row = Plan(
                week=question.week,
                number=number + order,
                run=None,
                state=Plan.State.ALTERNATIVE,
                origin=Plan.Origin.CHANGED,
                base=question.base,
                change=change,
                columns=column | {"moved": _moved(ground, answer)},
                best_in=best_in,
                is_proven=proven,
                found_after_seconds=seconds,
            )
            fill(row, question.changed, answer.plan, next(said), partial(stays.carry, answer.plan), None if secret else answer.terms)
            rows.append(row)
        live.bump(f"change:{question.week.key}", f"plan:{question.week.key}")
    return rows


def figures(question: Question, answer: Replanned) -> dict[str, object]:
    """Return what a change keeps of the search: seconds, the least moves proven, the meetings that fall and the price before."""
    secret = secret_meetings(question.week)
    fallen = [] if not answer.alternatives else [move.meeting for move in answer.alternatives[0].moves if move.before is not None]
    numbers = dict(Meeting.objects.filter(pk__in=[key for key in fallen if key not in secret]).values_list("pk", "number"))
    return {
        "seconds": round(answer.seconds, 3),
        "first_seconds": round(answer.first_seconds, 3) if answer.first_seconds is not None else None,
        "least_moves": answer.bound,
        "is_proven": answer.proven,
        "fallen": sorted(numbers.values()),
        "cost_before": open_figures(question.known, question.before, secret)[0],
        "base": question.base.number,
    }


def _columns(problem: engine.Problem, answer: Alternative, secret: Secret) -> dict[str, int | None]:
    shown: Columns = answer.columns
    if secret:
        moves = tuple(move for move in answer.moves if move.meeting not in secret)
        part = open_problem(problem, secret)
        shown = columns_of(moves, told_of(problem, moves), score(part, open_plan(answer.plan, secret)))
    return {name: getattr(shown, name) for name in (*COUNTED, "first_minute")}


def _moved(ground: Ground, answer: Alternative) -> list[dict[str, str | None]]:
    """Return what differs from the plan people know, to be drawn; ids and hours, for readers who may see them."""

    def spot(name: str, placement: found.Placement | None) -> dict[str, str | None]:
        if placement is None:
            return {name: None, f"{name}_place": None}
        return {name: ground.moment(placement.start).isoformat(), f"{name}_place": placement.unit}

    return [
        {"meeting": move.meeting, "kind": move.kind.value, **spot("before", move.before), **spot("after", move.after)}
        for move in answer.moves
    ]


def _best_in(column: dict[str, int | None], columns: Iterable[dict[str, int | None]]) -> list[str]:
    """Return in what no other is better; where all are alike nobody is best."""
    rows = list(columns)
    best = []
    for name in COUNTED:
        values = [row[name] or 0 for row in rows]
        if (column[name] or 0) == min(values) < max(values):
            best.append(name)
    firsts = [row["first_minute"] or 0 for row in rows]
    if (column["first_minute"] or 0) == max(firsts) > min(firsts):
        best.append("first_minute")
    return best


class _Staying:
    """Which placements of the plan people know an answer leaves as they are stored, with what is lent in them; what is over stays."""

    def __init__(self, question: Question) -> None:
        self.question, self.base = question, question.base

    @cached_property
    def same(self) -> set[found.Placement]:
        lent: dict[str, set[str]] = defaultdict(set)
        for meeting, unit in lent_in(self.base):
            lent[meeting].add(unit)
        # What a meeting has but does not need any more is not copied.
        return {row for row in self.question.before.placements if set(row.teams) == lent[row.meeting]}

    @cached_property
    def stored(self) -> set[UUID]:
        return set(self.base.placements.values_list("meeting_id", flat=True)) - set(self.question.past)

    def carry(self, plan: found.Plan, row: Plan) -> list[found.Placement]:
        """Copy what stays into ``row`` and return the placements that differ."""
        stays = {UUID(placed.meeting) for placed in plan.placements if placed in self.same}
        copy_placements(self.base, row, but=self.stored - stays)
        return [placed for placed in plan.placements if placed not in self.same]
