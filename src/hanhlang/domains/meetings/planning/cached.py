"""Judges that are ready: built once for what a week and a plan are now, kept in the process, and built anew when either changes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Q, QuerySet

from hanhlang.domains.agenda.models import Claim, Equipment, InterpreterTeam, Travel
from hanhlang.domains.delegations.models import Member
from hanhlang.domains.events.models import Participation, Place, Week
from hanhlang.domains.meetings.models import BusinessSettings, Grid, KeepApart, Lock, Meeting, Participant, Plan, Request
from hanhlang.domains.meetings.planning.judging import Judge
from hanhlang.domains.meetings.planning.problem import problem_of
from hanhlang.domains.meetings.planning.shared import secret_meetings
from hanhlang.domains.meetings.planning.storing import plan_from

KEPT = 4
_kept: OrderedDict[str, Judge] = OrderedDict()
_building = threading.Lock()


def judge_for(plan: Plan, now: datetime) -> Judge:
    """Return the judge of moves in ``plan`` as everything is now. One is kept for each of the last few plans asked about."""
    version = version_of(plan, now)
    # One builds, the others wait: each would need the same second of the processor.
    with _building:
        judge = _kept.get(version)
        if judge is None:
            judge = _built(plan, now)
            _kept[version] = judge
            while len(_kept) > KEPT:
                _kept.popitem(last=False)
        _kept.move_to_end(version)
    return judge


def _built(plan: Plan, now: datetime) -> Judge:
    problem = problem_of(plan.week, now=now, weights=weights_of_plan(plan))
    return Judge(problem, plan_from(plan, problem), secret_meetings(plan.week))


def weights_of_plan(plan: Plan) -> dict[str, int]:
    """Return the weights that differed from the defaults when the plan was searched."""
    return dict(plan.run.weights) if plan.run else {}


def version_of(plan: Plan, now: datetime) -> str:
    """Return a text that changes whenever a move in ``plan`` could be judged otherwise; always as many queries, cheap sums only."""
    week: Week = plan.week
    asked: list[QuerySet[Any]] = [
        Meeting.objects.filter(week=week),
        Participant.objects.filter(meeting__week=week),
        Lock.objects.filter(Q(expires_at=None) | Q(expires_at__gt=now), meeting__week=week),
        Claim.objects.filter(resource__week=week, kind__in=(Claim.Kind.SESSION, Claim.Kind.CLOSED)),
        Grid.objects.filter(week=week),
        Place.objects.filter(week=week),
        InterpreterTeam.objects.filter(week=week),
        Participation.objects.filter(week=week),
        Member.objects.filter(delegation__week=week),
        Travel.objects.filter(week=week),
        Equipment.objects.filter(week=week),
        KeepApart.objects.filter(week=week),
        BusinessSettings.objects.filter(week=week),
        Request.objects.filter(week=week),
        Plan.objects.filter(week=week, state=Plan.State.PUBLISHED),
    ]
    sums = [tuple(rows.aggregate(rows=Count("id"), last=Max("changed_at")).values()) for rows in asked]
    return repr((plan.pk, plan.changed_at, week.changed_at, sums))
