from __future__ import annotations

from dataclasses import fields

import pytest

from factories import local, make_site
from factories.meetings import DAY, DAYS, NOW, make_meeting, make_plan, make_ready_week, make_room, make_table
from hanhlang.domains.events.models import Place, Week
from hanhlang.domains.meetings import actions, weights
from hanhlang.domains.meetings.errors_planning import LimitUnusable, NothingInScope, ScopeUnusable, UnknownWeight, WeightUnusable
from hanhlang.domains.meetings.models import Grid, Kind
from hanhlang.domains.meetings.planning import problem_of, within
from hanhlang.domains.meetings.scope import Scope, checked, scope_from
from hanhlang.engine.plan import Placement as Placed
from hanhlang.engine.plan import Plan as Found
from hanhlang.engine.problem import Weights

pytestmark = pytest.mark.django_db
NINE = 9 * 60


@pytest.fixture
def week() -> Week:
    return make_ready_week()


@pytest.fixture
def table(week: Week) -> Place:
    return week.places.get(pool="tables")


def asked(week: Week, **limits: object) -> dict[str, tuple[int | None, str | None]]:
    """Return what a search within limits is asked: the fixed start and unit of each meeting."""
    searched = within(problem_of(week), week, Scope(**limits)).searched  # type: ignore[arg-type]
    return {meeting.id: (meeting.fixed_start, meeting.fixed_unit) for meeting in searched.meetings}


def test_without_limits_everything_is_asked_and_nothing_is_fixed(week: Week, table: Place) -> None:
    meeting = make_meeting(week)
    make_plan(week, (meeting, "09:20", table))

    whole = problem_of(week)

    assert within(whole, week, Scope()).searched is whole
    assert asked(week) == {str(meeting.pk): (None, None)}


def test_what_is_outside_stays_where_the_plan_has_it(week: Week, table: Place) -> None:
    placed, free = make_meeting(week), make_meeting(week, kind=Kind.BILATERAL)
    make_plan(week, (placed, "09:20", table))

    assert asked(week, kind=Kind.BILATERAL) == {str(placed.pk): (NINE + 20, str(table.pk)), str(free.pk): (None, None)}
    assert asked(week, kind=Kind.BUSINESS) == {str(placed.pk): (None, None)}


def test_only_what_has_no_place_is_looked_for(week: Week, table: Place) -> None:
    placed, left = make_meeting(week), make_meeting(week)
    make_plan(week, (placed, "09:20", table))

    assert asked(week, unplaced=True) == {str(placed.pk): (NINE + 20, str(table.pk)), str(left.pk): (None, None)}


def test_a_search_of_one_day_leaves_the_others_and_stays_in_that_day(week: Week, table: Place) -> None:
    Grid.objects.update(blocks=[{"day": day, "from": "09:00", "to": "12:00"} for day in DAYS[:2]])
    here, left, elsewhere = make_meeting(week), make_meeting(week), make_meeting(week)
    plan = make_plan(week, (here, "09:00", table), (elsewhere, "09:20", table))
    there = plan.placements.get(meeting=elsewhere)
    there.starts_at, there.ends_at = local(week, DAYS[1], "09:20"), local(week, DAYS[1], "09:40")
    there.save()

    asked = within(problem_of(week), week, Scope(day=DAY))

    by_id = {meeting.id: meeting for meeting in asked.searched.meetings}
    assert by_id[str(elsewhere.pk)].fixed_start == 1440 + NINE + 20
    for meeting in (here, left):
        assert by_id[str(meeting.pk)].fixed_start is None
        assert [(window.start, window.end) for window in by_id[str(meeting.pk)].windows] == [(0, 1440)]


def test_a_search_of_one_city_uses_its_rooms_alone(week: Week) -> None:
    near = week.sites.get()
    make_room(make_site(week))
    meeting = make_meeting(week, kind=Kind.BILATERAL)
    make_plan(week)

    searched = within(problem_of(week), week, Scope(site=near.key)).searched

    (found,) = searched.meetings
    sites = {pool.id: pool.site for pool in searched.pools}
    assert found.id == str(meeting.pk)
    assert [sites[pool] for pool in found.pools] == [str(near.pk)]


def test_a_meeting_whose_place_is_gone_is_not_fixed_to_it(week: Week, table: Place) -> None:
    meeting = make_meeting(week)
    make_plan(week, (meeting, "09:20", make_table(make_site(week), pool="elsewhere")))
    make_meeting(week, kind=Kind.BILATERAL)

    assert str(meeting.pk) not in asked(week, kind=Kind.BILATERAL)


def test_the_answer_of_a_limited_search_is_told_for_the_whole_week(week: Week, table: Place) -> None:
    placed, left, other = make_meeting(week), make_meeting(week, value=30), make_meeting(week, kind=Kind.BILATERAL, value=50)
    make_plan(week, (placed, "09:20", table))
    asked = within(problem_of(week), week, Scope(kind=Kind.BILATERAL))
    part = Found((Placed(str(placed.pk), 1, NINE + 20, str(table.pk)),))

    whole = asked.complete(part)

    assert {row.meeting for row in whole.unplaced} == {str(left.pk), str(other.pk)}
    assert asked.bound(part, 50) == 80


def test_a_run_keeps_its_limits_and_weights(week: Week, table: Place) -> None:
    make_meeting(week)
    plan = make_plan(week)

    run = actions.start_run(week=week, by=None, now=NOW, scope=Scope(kind=Kind.BUSINESS), weights={"breaks": 2, "meal": 9})

    assert scope_from(run.scope) == Scope(kind=Kind.BUSINESS, plan=plan.number)
    assert run.weights == {"meal": 9}
    assert problem_of(week, weights=run.weights).weights == Weights(meal=9, moved=0)


@pytest.mark.parametrize("limits", [{"kind": "dinner"}, {"day": "2025-11-30"}, {"site": "nowhere"}, {"plan": 99, "kind": "business"}])
def test_limits_the_week_does_not_have_are_refused(week: Week, limits: dict[str, object]) -> None:
    make_meeting(week)

    with pytest.raises(ScopeUnusable):
        checked(week, Scope(**limits))  # type: ignore[arg-type]


def test_a_search_for_nothing_is_refused(week: Week) -> None:
    make_meeting(week)

    with pytest.raises(NothingInScope):
        actions.start_run(week=week, by=None, now=NOW, scope=Scope(kind=Kind.BILATERAL))


@pytest.mark.parametrize("seconds", [0, 3601])
def test_a_search_has_bounds_in_time(week: Week, seconds: int) -> None:
    make_meeting(week)

    with pytest.raises(LimitUnusable):
        actions.start_run(week=week, by=None, now=NOW, limit_seconds=seconds)


@pytest.mark.parametrize(
    ("name", "value"), [("meal", -1), ("meal", 1001), ("unplaced", 0), ("breaks", True), ("breaks", "2"), ("meal_minutes", 5)]
)
def test_weights_outside_their_bounds_are_refused(name: str, value: object) -> None:
    with pytest.raises(WeightUnusable):
        weights.checked({name: value})


def test_weights_nobody_knows_are_refused() -> None:
    with pytest.raises(UnknownWeight):
        weights.checked({"beauty": 3})


def test_the_weights_offered_are_those_of_the_engine_with_its_defaults() -> None:
    defaults = {field.name: field.default for field in fields(Weights)}

    assert {name: weight.default for name, weight in weights.WEIGHTS.items()} == defaults | {"moved": weights.MOVED_COST}
