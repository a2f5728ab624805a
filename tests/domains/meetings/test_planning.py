from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from factories import local, make_session, make_site, make_speaking, make_team, make_travel
from factories.meetings import DAY, NOW, make_guest, make_meeting, make_plan, make_ready_week, make_room
from hanhlang.domains.agenda.actions import NewClaim, replace_claims
from hanhlang.domains.agenda.models import Claim
from hanhlang.domains.agenda.queries import resource_ids
from hanhlang.domains.events.models import Participation, Week
from hanhlang.domains.meetings.actions import cancel_meeting, lock_meeting, publish_plan
from hanhlang.domains.meetings.errors import PlanUnlawful
from hanhlang.domains.meetings.models import Kind, Placement, Plan, Run
from hanhlang.domains.meetings.planning import plan_from, problem_of, store_plan
from hanhlang.domains.meetings.planning.storing import DRAFTS_KEPT
from hanhlang.domains.programme.actions import claim_sessions
from hanhlang.engine.explain import reasons
from hanhlang.engine.plan import Placement as Placed
from hanhlang.engine.plan import Plan as Found
from hanhlang.engine.problem import Interval, Problem
from hanhlang.engine.validate import problem_faults

pytestmark = pytest.mark.django_db
NINE = 9 * 60


@pytest.fixture
def week() -> Week:
    return make_ready_week()


def test_a_week_becomes_a_sound_problem_with_only_the_people_concerned(week: Week) -> None:
    meeting = make_meeting(week)
    make_guest(week)

    problem = problem_of(week)

    assert problem_faults(problem) == ()
    assert len(problem.people) == 2
    (asked,) = problem.meetings
    (business,) = (grid for grid in problem.grids if grid.id == str(meeting.grid_id))
    assert business.starts == tuple(range(NINE, 12 * 60, 20))
    assert asked.minutes == 20
    assert problem.origin == DAY


def test_meetings_called_off_are_not_planned(week: Week) -> None:
    kept, gone = make_meeting(week), make_meeting(week)
    cancel_meeting(meeting=gone, by=None, now=NOW)

    assert [meeting.id for meeting in problem_of(week).meetings] == [str(kept.pk)]


def test_a_role_in_a_session_is_an_engagement_at_its_site(week: Week) -> None:
    busy = make_guest(week)
    make_meeting(week, busy, make_guest(week))
    far = make_site(week)
    session = make_session(week, starts_at=local(week, DAY, "09:00"), ends_at=local(week, DAY, "10:00"), site=far)
    make_speaking(session, busy)
    claim_sessions(week=week, by=None, now=NOW)

    (person,) = (person for person in problem_of(week).people if person.id == str(busy.pk))

    (engagement,) = person.engagements
    assert (engagement.start, engagement.end, engagement.site) == (NINE, NINE + 60, str(far.pk))


def test_arrival_and_departure_bound_a_person(week: Week) -> None:
    late = make_guest(week)
    make_meeting(week, late, make_guest(week))
    Participation.objects.filter(person=late).update(arrives_at=local(week, DAY, "09:00"), leaves_at=local(week, DAY, "11:00"))

    windows = {person.id: person.windows for person in problem_of(week).people}

    assert windows.pop(str(late.pk)) == (Interval(NINE, 11 * 60),)
    assert list(windows.values()) == [()]


def test_closed_places_and_teams_stay_closed(week: Week) -> None:
    room = week.places.get(pool="rooms")
    team = make_team(room.site, "ko-vi")
    resources = resource_ids(week)
    hours = (local(week, DAY, "09:00"), local(week, DAY, "10:00"))
    claims = [NewClaim(number, *hours, Claim.Kind.CLOSED, "closed:1") for number in (resources.place(room.pk), resources.team(team.pk))]
    replace_claims(week=week, drop=[], claims=claims, by=None, now=NOW)

    closed = {unit.id: unit.closed for pool in problem_of(week).pools for unit in pool.units if unit.closed}

    assert closed == {str(room.pk): (Interval(NINE, NINE + 60),), str(team.pk): (Interval(NINE, NINE + 60),)}


def test_rooms_of_one_name_that_differ_are_pools_apart(week: Week) -> None:
    room = week.places.get(pool="rooms")
    make_room(room.site, capacity=50)
    make_room(make_site(week))
    meeting = make_meeting(week, kind=Kind.BILATERAL)

    problem = problem_of(week)

    (asked,) = problem.meetings
    seats = sorted((pool.seats or 0, pool.site == str(room.site_id)) for pool in problem.pools if pool.id in asked.pools)
    assert meeting.pools == ["rooms"]
    assert seats == [(20, False), (20, True), (50, True)]


def test_travel_is_taken_over_in_both_directions(week: Week) -> None:
    near, far = week.sites.get(), make_site(week)
    make_travel(near, far, 100)
    make_travel(far, near, 120)

    roads = {(road.origin, road.destination): road.minutes[9] for road in problem_of(week).roads}

    assert roads == {(str(near.pk), str(far.pk)): 100, (str(far.pk), str(near.pk)): 120}


def test_a_hold_counts_until_its_hour_and_a_lock_for_good(week: Week) -> None:
    held, kept = make_meeting(week), make_meeting(week)
    table, expires = week.places.get(pool="tables"), NOW + timedelta(hours=1)
    lock_meeting(meeting=held, starts_at=local(week, DAY, "09:00"), place=table, reason="Asked", expires_at=expires, by=None, now=NOW)
    lock_meeting(meeting=kept, starts_at=local(week, DAY, "09:20"), place=None, reason="Asked", by=None, now=NOW)

    def fixed(problem: Problem) -> dict[str, tuple[int | None, str | None]]:
        return {meeting.id: (meeting.fixed_start, meeting.fixed_unit) for meeting in problem.meetings}

    assert fixed(problem_of(week, now=NOW)) == {str(held.pk): (NINE, str(table.pk)), str(kept.pk): (NINE + 20, None)}
    assert fixed(problem_of(week, now=expires)) == {str(held.pk): (None, None), str(kept.pk): (NINE + 20, None)}


def test_a_published_plan_prices_moves(week: Week) -> None:
    meeting, table = make_meeting(week), week.places.get(pool="tables")
    assert problem_of(week).weights.moved == 0
    publish_plan(plan=make_plan(week, (meeting, "09:40", table)), by=None, now=NOW)

    problem = problem_of(week)

    assert [(placed.meeting, placed.start, placed.unit) for placed in problem.published] == [(str(meeting.pk), NINE + 40, str(table.pk))]
    assert problem.weights.moved > 0


def test_a_plan_comes_back_from_its_rows_as_it_was_found(week: Week) -> None:
    meeting, left, table = make_meeting(week), make_meeting(week), week.places.get(pool="tables")
    problem = problem_of(week)
    placed = (Placed(str(meeting.pk), 1, NINE + 20, str(table.pk)),)
    found = Found(placed, reasons(problem, Found(placed)))

    row = store_plan(run=Run.objects.create(week=week), problem=problem, plan=found, bound=0, seconds=1.5)

    assert plan_from(row, problem) == found
    assert row.placements.get().starts_at == local(week, DAY, "09:20")
    assert (row.objective, row.unplaced.get().meeting) == (100, left)
    assert str(left.number) in row.unplaced.get().text.shown("vi")
    assert str(left.pk) not in row.unplaced.get().text.shown("vi")


def test_a_run_has_one_draft_and_of_all_runs_the_newest_few_stay(week: Week) -> None:
    meeting, table = make_meeting(week), week.places.get(pool="tables")
    problem, run = problem_of(week), Run.objects.create(week=week)
    for slot in (0, 1):
        found = Found((Placed(str(meeting.pk), slot, NINE + 20 * slot, str(table.pk)),))
        store_plan(run=run, problem=problem, plan=found, bound=None, seconds=0)
    assert Placement.objects.get().starts_at == local(week, DAY, "09:20")

    newer = [store_plan(run=Run.objects.create(week=week), problem=problem, plan=found, bound=None, seconds=0) for _ in range(DRAFTS_KEPT)]

    assert list(Plan.objects.order_by("number")) == newer


def test_an_unlawful_plan_is_never_stored(week: Week) -> None:
    busy, table = make_guest(week), week.places.get(pool="tables")
    meetings = [make_meeting(week, busy, make_guest(week)) for _ in range(2)]
    problem = problem_of(week)
    lawful = tuple(Placed(str(meeting.pk), slot, NINE + 20 * slot, str(table.pk)) for slot, meeting in enumerate(meetings))
    twice = (lawful[0], replace(lawful[1], slot=0, start=NINE))
    run = Run.objects.create(week=week)

    with pytest.raises(PlanUnlawful):
        store_plan(run=run, problem=problem, plan=Found(twice), bound=None, seconds=0)
    assert not Plan.objects.exists()

    assert store_plan(run=run, problem=problem, plan=Found(lawful), bound=None, seconds=0).objective == 0
