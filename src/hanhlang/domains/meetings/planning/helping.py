"""What would help a meeting without a place: asked of the engine, and made real where the desk may decide it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from hanhlang.domains.core import audit
from hanhlang.domains.meetings.actions.locks import unlock_meeting
from hanhlang.domains.meetings.actions.request_steps import Who, locked, tell, write_step
from hanhlang.domains.meetings.errors_planning import HelpNeedsOthers, HelpNotOffered, WhatIfNotReady
from hanhlang.domains.meetings.models import Lock, Meeting, Plan, Request, WhatIf
from hanhlang.domains.meetings.planning.cached import weights_of_plan
from hanhlang.domains.meetings.planning.ground import Ground
from hanhlang.domains.meetings.planning.judging import Judge
from hanhlang.domains.meetings.planning.problem import problem_of
from hanhlang.domains.meetings.planning.shared import Secret, open_figures
from hanhlang.domains.meetings.planning.storing import keep_draft, plan_from
from hanhlang.domains.people.models import Account
from hanhlang.engine import plan as found
from hanhlang.engine import problem as engine

# What the desk may give up by itself; a length and the meeting's own hours are the delegations' to change.
OF_THE_DESK = frozenset({"meeting", "lock", "permitted"})
OF_THE_SIDES = frozenset({"own_window"})


@dataclass(frozen=True, slots=True)
class Stuck:
    """A meeting without a place, with the problem and the plan in which it has none."""

    problem: engine.Problem
    plan: found.Plan
    unplaced: found.Unplaced


def stuck_of(what_if: WhatIf, *, now: datetime) -> Stuck | None:
    """Return what the engine is asked; nothing if the meeting is not waiting in the plan any more."""
    problem = problem_of(what_if.plan.week, now=now, weights=weights_of_plan(what_if.plan))
    plan = plan_from(what_if.plan, problem)
    left = next((row for row in plan.unplaced if row.meeting == str(what_if.meeting_id)), None)
    return None if left is None else Stuck(problem, plan, left)


def with_open_costs(stuck: Stuck, answer: dict[str, Any], secret: Secret) -> dict[str, Any]:
    """Return the answer with what each help costs more in the part that all staff may see; itself if that is all."""
    if not secret:
        return answer
    judge = Judge(stuck.problem, stuck.plan)
    before = open_figures(stuck.problem, stuck.plan, secret)[0]

    def open_cost(help: dict[str, Any]) -> int:
        name = stuck.unplaced.meeting
        shorter = replace(judge.meetings[name], minutes=judge.meetings[name].minutes - help["shorter"])
        problem = replace(stuck.problem, meetings=tuple(shorter if row.id == name else row for row in stuck.problem.meetings))
        return open_figures(problem, judge.moved(_placement(judge, row) for row in help["moves"]), secret)[0] - before

    return answer | {"helps": [help | {"cost": open_cost(help)} for help in answer["helps"]]}


def decides(help: dict[str, Any]) -> str:
    """Return who gives a help: ``desk``, ``sides`` (the delegations of the meeting's request) or ``others``."""
    kinds = {kind for kind, *_ in help["gives_up"]}
    if help["shorter"] or kinds & OF_THE_SIDES:
        return "sides" if kinds <= OF_THE_SIDES else "others"
    return "desk" if kinds <= OF_THE_DESK else "others"


@transaction.atomic
def take_help(*, what_if: WhatIf, number: int, by: Account | None, now: datetime) -> Plan:
    """
    Make a draft that places the meeting, giving up what help ``number`` says; locks lifted and rooms permitted for it stay so.

    :raises WhatIfNotReady, HelpNotOffered: if there is no such help.
    :raises HelpNeedsOthers: if it is not the desk's to give.
    :raises PlanUnlawful: if it no longer holds; then nothing changes.
    """
    help = _help(what_if, number)
    meeting, plan = what_if.meeting, what_if.plan
    if decides(help) != "desk":
        raise HelpNeedsOthers(number=meeting.number)
    before = problem_of(plan.week, now=now)
    for kind, who, *_ in help["gives_up"]:
        if kind == "permitted":
            _permit(meeting, who, before)
        else:
            other = Meeting.objects.get(pk=UUID(who))
            if Lock.objects.filter(meeting=other).exists():
                unlock_meeting(meeting=other, by=by, now=now)
    problem = problem_of(plan.week, now=now, weights=weights_of_plan(plan))
    judge = Judge(problem, plan_from(plan, problem))
    moved = [_placement(judge, row) for row in help["moves"] if row[0] in judge.meetings]
    draft = keep_draft(base=plan, origin=Plan.Origin.HELPED, problem=problem, plan=judge.whole(judge.moved(moved)), by=by)
    details = {"from": plan.number, "plan": draft.number, "gives_up": [kind for kind, *_ in help["gives_up"]]}
    audit.record("meeting.helped", about=meeting, by=by, at=now, details=details)
    return draft


@transaction.atomic
def propose_help(*, what_if: WhatIf, number: int, by: Account | None, now: datetime) -> Request:
    """
    Put other hours or a shorter length to the two delegations; nothing changes before they say yes.

    :raises WhatIfNotReady, HelpNotOffered: if there is no such help.
    :raises HelpNeedsOthers: if it is not for the two delegations to give, or the meeting has no request.
    """
    help = _help(what_if, number)
    meeting = what_if.meeting
    if decides(help) != "sides" or meeting.request is None:
        raise HelpNeedsOthers(number=meeting.number)
    request, ground = locked(meeting.request), Ground(what_if.plan.week, set())
    minutes = meeting.minutes - help["shorter"]
    start = ground.moment(help["start"])
    hours = [[start.isoformat(), ground.moment(help["start"] + minutes).isoformat()]]
    offer = {"minutes": minutes, "windows": hours if any(kind in OF_THE_SIDES for kind, *_ in help["gives_up"]) else []}
    write_step("proposed", request, Who(by, now), offer=offer)
    tell(request)
    return request


def _help(what_if: WhatIf, number: int) -> dict[str, Any]:
    if what_if.state != WhatIf.State.DONE:
        raise WhatIfNotReady(number=what_if.meeting.number)
    helps = what_if.answer.get("helps", [])
    if not 0 <= number < len(helps):
        raise HelpNotOffered(number=what_if.meeting.number)
    help: dict[str, Any] = helps[number]
    return help


def _permit(meeting: Meeting, pool: str, problem: engine.Problem) -> None:
    """Let the meeting use rooms of a name; ids of pools are their names and a number."""
    name = pool.rsplit("/", 1)[0]
    if all(each.id != pool for each in problem.pools):
        raise HelpNotOffered(number=meeting.number)
    if name not in meeting.pools:
        meeting.pools = [*meeting.pools, name]
        meeting.save(update_fields=["pools", "changed_at"])


def _placement(judge: Judge, row: list[Any]) -> found.Placement:
    name, start, unit, teams = row
    starts = judge.starts_of(name)
    return found.Placement(name, starts.index(start) if start in starts else -1, start, unit, tuple(teams))
