"""A plan found as rows, and back."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from uuid import UUID

from django.db import transaction

from hanhlang.domains.core import live
from hanhlang.domains.core.multitext import MultiText
from hanhlang.domains.meetings import services
from hanhlang.domains.meetings.actions.dropping import drop_plans
from hanhlang.domains.meetings.actions.numbers import lock_week, next_number
from hanhlang.domains.meetings.errors import PlanUnlawful
from hanhlang.domains.meetings.models import Placement, Plan, Run, Unplaced
from hanhlang.domains.meetings.planning.ground import Ground
from hanhlang.domains.meetings.planning.shared import Secret, open_bound, open_plan, open_problem, secret_meetings
from hanhlang.domains.meetings.reading import as_text, key_of
from hanhlang.domains.meetings.wording import sentences
from hanhlang.domains.people.models import Account
from hanhlang.engine import plan as found
from hanhlang.engine import problem as engine
from hanhlang.engine.checker import check
from hanhlang.engine.scoring import objective, score

BATCH = 1000
DRAFTS_KEPT = 5  # to be compared side by side


def store_plan(*, run: Run, problem: engine.Problem, plan: found.Plan, bound: int | None, seconds: float) -> Plan:
    """
    Keep a plan as the draft of its run, in place of the one before; of all drafts of the week the newest few stay.

    Its costs are those of the part that all staff may see.

    :raises PlanUnlawful: if the checker finds a fault in it; then nothing changes.
    """
    require_lawful(problem, plan)
    bound = open_bound(problem, secret_meetings(run.week), bound)
    said = sentences(run.week, problem, plan.unplaced)
    with transaction.atomic():
        lock_week(run.week)
        row = Plan.objects.filter(run=run, state=Plan.State.DRAFT, origin=Plan.Origin.SEARCH).first()
        if row is None:
            row = Plan(week=run.week, run=run, number=next_number(Plan.objects, run.week))  # type: ignore[arg-type]
        row.bound, row.found_after_seconds = bound, seconds
        fill(row, problem, plan, said)
    return row


def keep_draft(
    *, base: Plan, origin: Plan.Origin, problem: engine.Problem, plan: found.Plan, by: Account | None, bound: int | None = None
) -> Plan:
    """
    Keep a plan that was made from ``base`` without a search as a draft of its own.

    :raises PlanUnlawful: if the checker finds a fault in it; then nothing changes.
    """
    require_lawful(problem, plan)
    week = base.week
    bound = open_bound(problem, secret_meetings(week), bound) if bound is not None else None
    said = sentences(week, problem, plan.unplaced)
    with transaction.atomic():
        lock_week(week)
        number = next_number(Plan.objects, week)  # type: ignore[arg-type]
        row = Plan(week=week, run=base.run, number=number, origin=origin, base=base, made_by=by, bound=bound)
        fill(row, problem, plan, said)
    return row


def require_lawful(problem: engine.Problem, plan: found.Plan) -> None:
    """:raises PlanUnlawful: if the independent checker finds a fault in the plan."""
    if faults := check(problem, plan):
        raise PlanUnlawful(fault=faults[0].text.rstrip("."))


def fill(
    row: Plan,
    problem: engine.Problem,
    plan: found.Plan,
    said: Sequence[MultiText],
    carry: Callable[[Plan], Sequence[found.Placement]] | None = None,
    terms: Sequence[found.Term] | None = None,
) -> None:
    """
    Write a draft's figures, placements and what is left; call it under the week's lock.

    ``carry`` gives the row what stays as it was and returns the placements that are left to be written (default: all are).
    ``terms`` of the part that all staff may see, where they are known already.
    """
    if terms is None:
        secret = secret_meetings(row.week)
        terms = score(open_problem(problem, secret), open_plan(plan, secret))
    row.objective = objective(terms)
    row.terms = [{"name": term.name, "amount": term.amount, "cost": term.cost} for term in terms]
    row.save()
    row.placements.all().delete()
    row.unplaced.all().delete()
    _store_placements(row, problem, carry(row) if carry else plan.placements)
    _store_unplaced(row, plan.unplaced, said)
    drafts = Plan.objects.filter(week=row.week, state=Plan.State.DRAFT).order_by("-number")
    drop_plans(drafts[DRAFTS_KEPT:])
    live.bump(f"plan:{row.week.key}")


def digest_of(problem: engine.Problem, secret: Secret) -> bytes:
    """Return what the register of tools keeps a digest of: the part that all staff may see, since the register is public."""
    return hashlib.sha256(repr(open_problem(problem, secret)).encode()).digest()


def nearly_all(problem: engine.Problem, plan: found.Plan, bound: int | None) -> bool:
    """Tell whether a plan loses at most 1 % of the value beyond what is proven lost; ``bound`` is on the whole objective."""
    placed = {row.meeting for row in plan.placements}
    lost = sum(meeting.value for meeting in problem.meetings if meeting.id not in placed)
    return lost * problem.weights.unplaced <= (bound or 0) + sum(meeting.value for meeting in problem.meetings) // 100


def plan_from(row: Plan, problem: engine.Problem) -> found.Plan:
    """Return a stored plan as the engine knows it, to be judged again; what starts at an hour no longer offered is left out."""
    minute = Ground(row.week, set()).minutes_in()
    slots = {grid.id: {start: slot for slot, start in enumerate(grid.starts)} for grid in problem.grids}
    grids = {meeting.id: meeting.grid for meeting in problem.meetings}
    needs = {meeting.id: meeting.needs for meeting in problem.meetings}
    serves = {unit.id: pool.serves for pool in problem.pools if pool.serves for unit in pool.units}
    lent: dict[str, dict[str, str]] = defaultdict(dict)
    for meeting, unit in lent_in(row):
        lent[meeting][serves.get(unit, "")] = unit
    placements = []
    for key, starts_at, place in row.placements.order_by("pk").values_list(*as_text("meeting_id", "starts_at", "place_id")):
        meeting, start = key_of(key), minute(starts_at)
        if meeting in grids and start in slots[grids[meeting]]:
            # Where a need is new since, the checker finds that nothing serves it.
            teams = tuple(lent[meeting][need] for need in needs[meeting] if need in lent[meeting])
            placements.append(found.Placement(meeting, slots[grids[meeting]][start], start, key_of(place), teams))
    left = [
        found.Unplaced(
            str(unplaced.meeting_id),
            found.Reason(unplaced.reason),
            tuple(str(person.pk) for person in unplaced.people.all()),
            unplaced.resource,
        )
        for unplaced in row.unplaced.prefetch_related("people").order_by("pk")
        if str(unplaced.meeting_id) in grids
    ]
    return found.Plan(tuple(placements), tuple(left))


def lent_in(row: Plan) -> Iterator[tuple[str, str]]:
    """Yield the teams and things lent in a plan, each as the ids of a meeting and of what it has."""
    for through, thing in ((Placement.teams.through, "interpreterteam_id"), (Placement.equipment.through, "equipment_id")):
        for meeting, unit in through.objects.filter(placement__plan=row).values_list(*as_text("placement__meeting_id", thing)):
            yield key_of(meeting), key_of(unit)


def _store_placements(row: Plan, problem: engine.Problem, placements: Sequence[found.Placement]) -> None:
    ground = Ground(row.week, set())
    lengths = {meeting.id: meeting.minutes for meeting in problem.meetings}
    rows = [
        Placement(
            plan=row,
            meeting_id=UUID(placed.meeting),
            starts_at=ground.moment(placed.start),
            ends_at=ground.moment(placed.start + lengths[placed.meeting]),
            place_id=UUID(placed.unit),
        )
        for placed in placements
    ]
    Placement.objects.bulk_create(rows, batch_size=BATCH)
    things = {unit.id for pool in problem.pools if pool.serves and services.parts(pool.serves)[1] == 0 for unit in pool.units}
    Link, Thing = Placement.teams.through, Placement.equipment.through
    lent = [(made.pk, key) for made, placed in zip(rows, placements, strict=True) for key in dict.fromkeys(placed.teams)]
    teams = [Link(placement_id=made, interpreterteam_id=UUID(key)) for made, key in lent if key not in things]
    Link.objects.bulk_create(teams, batch_size=BATCH)
    Thing.objects.bulk_create([Thing(placement_id=made, equipment_id=UUID(key)) for made, key in lent if key in things], batch_size=BATCH)


def _store_unplaced(row: Plan, unplaced: Sequence[found.Unplaced], said: Sequence[MultiText]) -> None:
    rows = [
        Unplaced(
            plan=row,
            meeting_id=UUID(left.meeting),
            reason=left.reason.value,
            resource=left.resource[:60],
            text=text,
        )
        for left, text in zip(unplaced, said, strict=True)
    ]
    Unplaced.objects.bulk_create(rows, batch_size=BATCH)
    Link = Unplaced.people.through
    links = [
        Link(unplaced_id=made.pk, person_id=UUID(person))
        for made, left in zip(rows, unplaced, strict=True)
        for person in dict.fromkeys(left.people)
    ]
    Link.objects.bulk_create(links, batch_size=BATCH)
