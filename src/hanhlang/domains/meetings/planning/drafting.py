"""Drafts made without a search: a meeting moved, room made for it, an earlier plan brought back. Publishing alone tells anybody."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction

from hanhlang.domains.core import audit
from hanhlang.domains.events.models import Place
from hanhlang.domains.meetings.errors_planning import MeetingNotInPlan, MoveBreaks, NobodyCanMakeRoom, PlanNotPast
from hanhlang.domains.meetings.models import Meeting, Plan, to_be_placed
from hanhlang.domains.meetings.planning.cached import judge_for, weights_of_plan
from hanhlang.domains.meetings.planning.ground import Ground
from hanhlang.domains.meetings.planning.judging import Judge, Verdict
from hanhlang.domains.meetings.planning.problem import problem_of
from hanhlang.domains.meetings.planning.storing import keep_draft, plan_from
from hanhlang.domains.people.models import Account
from hanhlang.engine import plan as found
from hanhlang.engine import problem as engine
from hanhlang.engine.checker import check
from hanhlang.engine.explain import Explainer

# A page waits for this: long enough for a chain of a few meetings, short enough to be no search.
ROOM_SECONDS = 0.8
# What no longer holds is taken out in rounds: one meeting less can make another lawful again.
ROUNDS = 20


def verdict_on(*, plan: Plan, meeting: Meeting, starts_at: datetime, place: Place, now: datetime) -> Verdict:
    """
    Return what it comes to if ``meeting`` were there, all others as ``plan`` has them.

    :raises MeetingNotInPlan: if it is not agreed any more.
    """
    judge = judge_for(plan, now)
    return judge.verdict(_known(judge, plan, meeting), Ground(plan.week, set()).minute(starts_at), str(place.pk))


def move_meeting(*, plan: Plan, meeting: Meeting, starts_at: datetime, place: Place, by: Account | None, now: datetime) -> Plan:
    """
    Make a draft of ``plan`` with one meeting elsewhere; nobody is told before it is published.

    :raises MeetingNotInPlan: if it is not agreed any more.
    :raises MoveBreaks: if a rule stands against it; the verdict says which.
    :raises PlanUnlawful: if the plan itself no longer holds.
    """
    judge = judge_for(plan, now)
    verdict = judge.verdict(_known(judge, plan, meeting), Ground(plan.week, set()).minute(starts_at), str(place.pk))
    if verdict.broken:
        raise MoveBreaks(number=meeting.number, count=len(verdict.broken))
    details = {"from": plan.number, "starts_at": starts_at, "place": place.key}
    return _draft(plan, Plan.Origin.MOVED, judge, judge.moved([verdict.placement]), about=meeting, by=by, now=now, details=details)


def make_room(*, plan: Plan, meeting: Meeting, starts_at: datetime, place: Place, by: Account | None, now: datetime) -> Plan:
    """
    Make a draft in which ``meeting`` is there and those in the way are elsewhere, as few as possible; no meeting is left out for it.

    :raises MeetingNotInPlan: if it is not agreed any more.
    :raises NobodyCanMakeRoom: if none is found in a moment.
    """
    judge = judge_for(plan, now)
    name = _known(judge, plan, meeting)
    ground = Ground(plan.week, set())
    start, unit = ground.minute(starts_at), str(place.pk)
    if start not in judge.starts_of(name) or unit not in judge.units_for(name):
        raise MoveBreaks(number=meeting.number, count=len(judge.verdict(name, start, unit).broken))
    made = _with_room(judge, name, start, unit, ground.minute(now))
    if made is None:
        raise NobodyCanMakeRoom(number=meeting.number)
    details = {"from": plan.number, "starts_at": starts_at, "place": place.key}
    return _draft(plan, Plan.Origin.MADE_ROOM, judge, made, about=meeting, by=by, now=now, details=details)


@dataclass(frozen=True, slots=True)
class Restored:
    """A draft made of an earlier plan, and the meetings of that plan that could not come along, each with the rule against it."""

    plan: Plan
    left_out: tuple[tuple[Meeting, str], ...]


def restore_plan(*, plan: Plan, by: Account | None, now: datetime) -> Restored:
    """
    Make a draft of an earlier plan, as far as it still holds.

    :raises PlanNotPast: if it was not replaced.
    """
    if plan.state != Plan.State.PAST:
        raise PlanNotPast(number=plan.number)
    problem = problem_of(plan.week, now=now, weights=weights_of_plan(plan))
    then = plan_from(plan, problem)
    kept, against = _lawful_part(problem, then)
    whole = Explainer(problem).complete(kept)
    agreed = {str(row.pk): row for row in Meeting.objects.filter(to_be_placed(), week=plan.week)}
    left = {str(key): "starts_on_grid" for key in plan.placements.values_list("meeting_id", flat=True)}
    left = {key: against.get(key, rule) for key, rule in left.items() if key in agreed and key not in {row.meeting for row in kept}}
    with transaction.atomic():
        row = keep_draft(base=plan, origin=Plan.Origin.RESTORED, problem=problem, plan=whole, by=by)
        audit.record("plan.restored", about=row, by=by, at=now, details={"from": plan.number, "left_out": len(left)})
    return Restored(row, tuple((agreed[key], rule) for key, rule in sorted(left.items(), key=lambda pair: agreed[pair[0]].number)))


def _known(judge: Judge, plan: Plan, meeting: Meeting) -> str:
    name = str(meeting.pk)
    if name not in judge.meetings:
        raise MeetingNotInPlan(number=meeting.number, plan=plan.number)
    return name


def _draft(
    plan: Plan,
    origin: Plan.Origin,
    judge: Judge,
    made: found.Plan,
    *,
    about: Meeting,
    by: Account | None,
    now: datetime,
    details: dict[str, Any],
) -> Plan:
    with transaction.atomic():
        row = keep_draft(base=plan, origin=origin, problem=judge.problem, plan=judge.whole(made), by=by)
        audit.record("plan.drafted", about=row, by=by, at=now, details=details | {"plan": row.number, "meeting": about.number})
    return row


def _with_room(judge: Judge, name: str, start: int, unit: str, now: int) -> found.Plan | None:
    """Return a plan with the meeting there, others moved aside; none if that leaves another one out."""
    # Repairs need NumPy; most processes that read plans never make one.
    from hanhlang.engine.replan import MoveKind, repair

    fixed = replace(judge.meetings[name], fixed_start=start, fixed_unit=unit)
    changed = replace(judge.problem, meetings=tuple(fixed if row.id == name else row for row in judge.problem.meetings))
    # A meeting that has no place yet counts as new: else nobody would be moved for it.
    others = tuple(row for row in judge.problem.meetings if row.id != name or name in judge.placed)
    known = replace(judge.problem, meetings=others)
    before = found.Plan(tuple(judge.placed.values()))
    answer = repair(known, changed, before, now=max(0, now), alternatives=1, time_limit=ROOM_SECONDS)
    for way in answer.alternatives:
        placed = {row.meeting: row for row in way.plan.placements}
        there = placed.get(name)
        if there and (there.start, there.unit) == (start, unit) and not any(move.kind is MoveKind.LOST for move in way.moves):
            return way.plan
    return None


def _lawful_part(problem: engine.Problem, plan: found.Plan) -> tuple[tuple[found.Placement, ...], dict[str, str]]:
    """Return the placements that still hold together, and the rule against each of the others; of two the less weighty goes."""
    value = {meeting.id: meeting.value for meeting in problem.meetings}
    kept = {row.meeting: row for row in plan.placements}
    against: dict[str, str] = {}
    for _ in range(ROUNDS):
        names = set(value) - kept.keys()
        rest = tuple(found.Unplaced(name, found.Reason.CROWDED_OUT) for name in names)
        faults = check(problem, found.Plan(tuple(kept.values()), rest))
        if not faults:
            break
        for fault in faults:
            here = [name for name in fault.meetings if name in kept]
            if len(here) == len(fault.meetings) and here:
                gone = min(here, key=lambda name: (value[name], name))
                against[gone] = fault.rule
                del kept[gone]
    return tuple(kept.values()), against
