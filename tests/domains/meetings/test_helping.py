"""What would help a meeting without a place, and what of it the desk may do."""

from __future__ import annotations

import pytest

from factories import local
from factories.meetings import DAY, NOW, make_guest, make_meeting, make_party, make_plan, make_ready_week, make_table
from hanhlang.domains.core.multitext import MultiText
from hanhlang.domains.events.models import Place, Week
from hanhlang.domains.meetings.actions import file_request, lock_meeting
from hanhlang.domains.meetings.actions.what_ifs import ask_what_if, keep_answer
from hanhlang.domains.meetings.errors_planning import HasAPlace, HelpNeedsOthers, HelpNotOffered, WhatIfNotReady
from hanhlang.domains.meetings.models import Grid, Kind, Lock, Meeting, Plan, Unplaced, WhatIf
from hanhlang.domains.meetings.planning.helping import decides, propose_help, stuck_of, take_help, with_open_costs
from hanhlang.engine.explain.compact import what_would_help
from hanhlang.jobs.helping import work_out

pytestmark = pytest.mark.django_db


@pytest.fixture
def week() -> Week:
    week = make_ready_week()
    Grid.objects.filter(kind=Kind.BUSINESS).update(blocks=[{"day": DAY, "from": "09:00", "to": "09:40"}])
    return week


@pytest.fixture
def table(week: Week) -> Place:
    return week.places.get(pool="tables")


def without_a_place(plan: Plan, meeting: Meeting) -> None:
    Unplaced.objects.create(plan=plan, meeting=meeting, reason="crowded_out", text=MultiText({"vi": "", "en": ""}))


def answered(plan: Plan, meeting: Meeting) -> WhatIf:
    what_if = ask_what_if(plan=plan, meeting=meeting, by=None, now=NOW)
    stuck = stuck_of(what_if, now=NOW)
    assert stuck is not None
    keep_answer(what_if=what_if, answer=what_would_help(stuck.problem, stuck.plan, stuck.unplaced), now=NOW)
    return WhatIf.objects.select_related("plan__week", "plan__run", "meeting__request").get(pk=what_if.pk)


def number_of(what_if: WhatIf, *kinds: str) -> int:
    """Return the number of the first help that gives up exactly these kinds."""
    found = [sorted(kind for kind, *_ in help["gives_up"]) for help in what_if.answer["helps"]]
    return found.index(sorted(kinds))


def test_another_meeting_is_moved_aside_where_that_helps(week: Week, table: Place) -> None:
    busy, second_table = make_guest(week), make_table(table.site)
    other, left = make_meeting(week, busy, make_guest(week)), make_meeting(week, busy, make_guest(week))
    plan = make_plan(week, (other, "09:20", table))
    without_a_place(plan, left)
    lock_meeting(meeting=left, starts_at=local(week, DAY, "09:20"), place=second_table, reason="wished", by=None, now=NOW)
    what_if = answered(plan, left)

    draft = take_help(what_if=what_if, number=number_of(what_if, "meeting"), by=None, now=NOW)

    hours = {row.meeting: row.starts_at for row in draft.placements.all()}
    assert hours[left] == local(week, DAY, "09:20")
    assert hours[other] == local(week, DAY, "09:00")
    assert draft.origin == Plan.Origin.HELPED


def test_its_own_lock_is_lifted_where_that_helps(week: Week, table: Place) -> None:
    left, other = make_meeting(week), make_meeting(week)
    plan = make_plan(week, (other, "09:20", table))
    without_a_place(plan, left)
    lock_meeting(meeting=left, starts_at=local(week, DAY, "09:20"), place=None, reason="wished", by=None, now=NOW)
    what_if = answered(plan, left)

    draft = take_help(what_if=what_if, number=number_of(what_if, "lock"), by=None, now=NOW)

    assert draft.placements.count() == 2
    assert not Lock.objects.exists()


def test_what_takes_a_room_more_is_not_the_desks_to_give(week: Week, table: Place) -> None:
    first, second, left = (make_meeting(week) for _ in range(3))
    plan = make_plan(week, (first, "09:00", table), (second, "09:20", table))
    without_a_place(plan, left)
    what_if = answered(plan, left)
    number = number_of(what_if, "full")
    assert decides(what_if.answer["helps"][number]) == "others"

    with pytest.raises(HelpNeedsOthers):
        take_help(what_if=what_if, number=number, by=None, now=NOW)

    assert list(Plan.objects.all()) == [plan]


def test_other_hours_are_put_to_both_sides_and_change_nothing(week: Week) -> None:
    asking, asked = make_party(week), make_party(week)
    request = file_request(asking=asking, asked=asked, by=None, now=NOW)
    heads = [party.members.get(is_head=True).person for party in (asking, asked)]
    hours = [local(week, DAY, hour).isoformat() for hour in ("13:00", "14:00")]
    left = make_meeting(week, *heads, kind=Kind.BILATERAL, minutes=30, windows=[hours], request=request)
    plan = make_plan(week)
    without_a_place(plan, left)
    what_if = answered(plan, left)

    propose_help(what_if=what_if, number=number_of(what_if, "own_window"), by=None, now=NOW)

    step = request.steps.get(event="proposed")
    assert step.offer["windows"]
    left.refresh_from_db()
    assert left.windows == [hours]
    assert list(Plan.objects.all()) == [plan]


def test_a_meeting_with_a_place_needs_no_help(week: Week, table: Place) -> None:
    meeting = make_meeting(week)
    plan = make_plan(week, (meeting, "09:00", table))

    with pytest.raises(HasAPlace):
        ask_what_if(plan=plan, meeting=meeting, by=None, now=NOW)


def test_help_is_taken_only_when_it_is_worked_out_and_offered(week: Week) -> None:
    left = make_meeting(week)
    plan = make_plan(week)
    without_a_place(plan, left)
    waiting = ask_what_if(plan=plan, meeting=left, by=None, now=NOW)

    with pytest.raises(WhatIfNotReady):
        take_help(what_if=waiting, number=0, by=None, now=NOW)
    with pytest.raises(HelpNotOffered):
        take_help(what_if=answered(plan, left), number=9, by=None, now=NOW)


def test_asked_again_an_answer_stays_and_a_failure_is_tried_anew(week: Week) -> None:
    left = make_meeting(week)
    plan = make_plan(week)
    without_a_place(plan, left)
    what_if = ask_what_if(plan=plan, meeting=left, by=None, now=NOW)
    keep_answer(what_if=what_if, answer=None, fault="It died.", now=NOW)
    assert WhatIf.objects.get().state == WhatIf.State.FAILED

    assert ask_what_if(plan=plan, meeting=left, by=None, now=NOW).state == WhatIf.State.WAITING
    assert answered(plan, left).state == WhatIf.State.DONE
    assert ask_what_if(plan=plan, meeting=left, by=None, now=NOW).state == WhatIf.State.DONE


def test_what_a_help_costs_is_told_without_meetings_nobody_may_know_of(week: Week, table: Place) -> None:
    busy, second_table = make_guest(week), make_table(table.site)
    Grid.objects.filter(kind=Kind.BUSINESS).update(blocks=[{"day": DAY, "from": "09:00", "to": "10:20"}])
    hidden = make_meeting(week, busy, make_guest(week), secrecy="nothing")
    left = make_meeting(week, busy, make_guest(week))
    plan = make_plan(week, (hidden, "10:00", table))
    without_a_place(plan, left)
    lock_meeting(meeting=left, starts_at=local(week, DAY, "09:00"), place=second_table, reason="wished", by=None, now=NOW)
    what_if = ask_what_if(plan=plan, meeting=left, by=None, now=NOW)
    stuck = stuck_of(what_if, now=NOW)
    assert stuck is not None
    placed = {"gives_up": [], "shorter": 0, "moves": [[str(left.pk), 9 * 60, str(second_table.pk), []]]}

    (told,) = with_open_costs(stuck, {"helps": [placed | {"cost": 1}]}, frozenset({str(hidden.pk)}))["helps"]
    (alone,) = with_open_costs(stuck, {"helps": [placed | {"cost": 1}]}, frozenset({"another"}))["helps"]

    value = stuck.problem.weights.unplaced * left.value
    assert told["cost"] == -value, "a free day has no breaks"
    assert alone["cost"] > told["cost"], "the break between the two costs"


@pytest.mark.django_db(transaction=True)
def test_the_worker_answers_what_is_asked(week: Week, table: Place) -> None:
    left, other = make_meeting(week), make_meeting(week)
    plan = make_plan(week, (other, "09:20", table))
    without_a_place(plan, left)
    lock_meeting(meeting=left, starts_at=local(week, DAY, "09:20"), place=None, reason="wished", by=None, now=NOW)
    what_if = ask_what_if(plan=plan, meeting=left, by=None, now=NOW)

    work_out.func(str(what_if.pk))

    what_if.refresh_from_db()
    assert (what_if.state, what_if.fault) == (WhatIf.State.DONE, "")
    assert number_of(what_if, "lock") >= 0
