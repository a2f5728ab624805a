"""What all staff may know of a plan and of a search: the part that no meeting's secrecy keeps back."""

from __future__ import annotations

from dataclasses import replace

from hanhlang.domains.events.models import Week
from hanhlang.domains.meetings.models import Meeting
from hanhlang.domains.meetings.visibility import open_to_staff
from hanhlang.engine import plan as found
from hanhlang.engine import problem as engine
from hanhlang.engine.scoring import objective, score

Secret = frozenset[str]


def secret_meetings(week: Week) -> Secret:
    """Return the engine's ids of the meetings that do not count in figures all staff share."""
    rows = Meeting.objects.filter(week=week).exclude(open_to_staff()).values_list("pk", flat=True)
    return frozenset(str(key) for key in rows)


def open_problem(problem: engine.Problem, secret: Secret) -> engine.Problem:
    """Return the problem as if the secret meetings were not; itself if there are none."""
    if not secret:
        return problem
    return replace(
        problem,
        meetings=tuple(meeting for meeting in problem.meetings if meeting.id not in secret),
        published=tuple(row for row in problem.published if row.meeting not in secret),
        precedences=tuple(row for row in problem.precedences if not secret & {row.earlier, row.later}),
        people=_people_of(problem, secret),
    )


def open_plan(plan: found.Plan, secret: Secret) -> found.Plan:
    """Return the plan as if the secret meetings were not; itself if there are none."""
    if not secret:
        return plan
    return found.Plan(
        tuple(row for row in plan.placements if row.meeting not in secret),
        tuple(row for row in plan.unplaced if row.meeting not in secret),
    )


def open_bound(problem: engine.Problem, secret: Secret, bound: int | None) -> int | None:
    """
    Return a proven bound on the cost of the open part.

    That of the whole problem holds for the whole plan only, so with secret meetings it is worked out anew; preparing the problem takes
    time linear in its meetings and their permitted hours.
    """
    if not secret:
        return bound
    from hanhlang.engine.search.prepare import prepare

    shown = open_problem(problem, secret)
    return prepare(shown).bound(objective(score(shown, found.Plan((), ()))))


def open_figures(problem: engine.Problem, plan: found.Plan, secret: Secret) -> tuple[int, int]:
    """Return what the open part of a plan costs and how many of its meetings are not placed."""
    shown, placed = open_problem(problem, secret), open_plan(plan, secret)
    return objective(score(shown, placed)), len(shown.meetings) - len(placed.placements)


def _people_of(problem: engine.Problem, secret: Secret) -> tuple[engine.Person, ...]:
    """Return the people without those who only are in secret meetings."""
    kept = {person for meeting in problem.meetings if meeting.id not in secret for person in meeting.people}
    only_there = {person for meeting in problem.meetings if meeting.id in secret for person in meeting.people} - kept
    return tuple(person for person in problem.people if person.id not in only_there)
