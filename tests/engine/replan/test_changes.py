"""Each kind of change does to the problem what its name says, and refuses what makes no sense."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.small import NINE, at, day, meeting, plan
from hanhlang.engine.formats.changes import change_schema, read_changes
from hanhlang.engine.formats.faults import FormatFault
from hanhlang.engine.problem import Engagement, Interval, Person, Problem
from hanhlang.engine.replan import BadChange, Change, apply
from hanhlang.engine.replan import changes as happened
from hanhlang.engine.replan.changes import CLOSED_ROAD_MINUTES

SCHEMA = Path(__file__).parents[3] / "docs" / "reference" / "change.schema.json"
ANN = Person("ann", windows=(Interval(480, 720),), engagements=(Engagement(480, 500, "here", "opening"),))
PROBLEM = day(meeting("m"), meeting("n", people=("bob", "cid")), people=(ANN,), origin="2025-10-27")
BEFORE = plan(at(0, "m"), at(1, "n"))


def after(change: Change) -> Problem:
    return apply(PROBLEM, BEFORE, [change])


def person(problem: Problem, name: str) -> Person:
    return next(each for each in problem.people if each.id == name)


def test_absence_is_cut_out_of_the_windows():
    assert person(after(happened.Absent("ann", 540, 600)), "ann").windows == (Interval(480, 540), Interval(600, 720))


def test_who_is_always_absent_keeps_a_window_after_everything_since_none_would_mean_always():
    (window,) = person(after(happened.Absent("bob")), "bob").windows

    assert window.start > 1440


def test_who_is_late_is_missing_from_midnight_until_then():
    assert person(after(happened.Late("ann", 600)), "ann").windows == (Interval(600, 720),)


def test_who_leaves_does_not_come_back():
    assert person(after(happened.Leaves("ann", 600)), "ann").windows == (Interval(480, 600),)


def test_a_lost_room_is_closed_for_the_time_given():
    assert after(happened.UnitClosed("t2", 540, 600)).pools[0].units[1].closed == (Interval(540, 600),)


def test_an_added_table_is_the_last_of_its_pool():
    assert [unit.id for unit in after(happened.UnitAdded("hall", "t3")).pools[0].units] == ["t1", "t2", "t3"]


def test_a_reduced_pool_keeps_its_first_units():
    first, second = after(happened.PoolReduced("hall", 1, 540, 600)).pools[0].units

    assert (first.closed, second.closed) == ((), (Interval(540, 600),))


@pytest.mark.parametrize(("minutes", "now"), [(90, 90), (None, CLOSED_ROAD_MINUTES)])
def test_a_road_is_slower_or_closed_in_its_hours_only(minutes: int | None, now: int):
    there, back = after(happened.RoadSlower("here", "there", minutes, 9, 11)).roads

    assert [there.minutes[hour] for hour in (8, 9, 10, 11)] == [60, now, now, 60]
    assert back.minutes == (60,) * 24


def test_meetings_come_and_go_and_grow():
    assert [each.id for each in after(happened.MeetingAdded(meeting("o"))).meetings] == ["m", "n", "o"]
    assert [each.id for each in after(happened.MeetingWithdrawn("m")).meetings] == ["n"]
    assert after(happened.MeetingLength("m", 40)).meetings[0].minutes == 40


def test_a_session_moves_for_everybody_named():
    old, new = Interval(480, 500), Engagement(540, 560, "there", "opening")

    assert person(after(happened.SessionMoved(("ann",), old, new)), "ann").engagements == (new,)
    assert person(after(happened.SessionMoved(("ann",), old)), "ann").engagements == ()
    assert person(after(happened.SessionMoved(("bob",), None, new)), "bob").engagements == (new,)


def test_a_lock_without_a_place_holds_the_meeting_where_it_is_and_an_unlock_frees_it():
    locked = after(happened.Locked("n"))

    assert (locked.meetings[1].fixed_start, locked.meetings[1].fixed_unit) == (NINE + 20, "t1")
    assert apply(locked, BEFORE, [happened.Unlocked("n")]).meetings == PROBLEM.meetings


def test_the_plan_before_is_what_counts_as_published():
    assert {placed.meeting for placed in after(happened.MeetingWithdrawn("m")).published} == {"n"}


@pytest.mark.parametrize(
    "change",
    [
        happened.Absent("nobody"),
        happened.Absent("ann", 600, 600),
        happened.UnitClosed("nothing"),
        happened.UnitAdded("hall", "f1"),
        happened.UnitAdded("nowhere", "t9"),
        happened.PoolReduced("hall", 3),
        happened.RoadSlower("here", "moon", 10),
        happened.RoadSlower("here", "there", -1),
        happened.RoadSlower("here", "there", 10, 11, 9),
        happened.MeetingAdded(meeting("m")),
        happened.MeetingWithdrawn("nothing"),
        happened.MeetingLength("m", 0),
        happened.SessionMoved(("ann",)),
        happened.SessionMoved(("ann",), Interval(1, 2)),
        happened.Locked("nothing"),
        happened.Unlocked("nothing"),
    ],
    ids=repr,
)
def test_a_change_that_does_not_fit_is_refused_with_its_field_and_a_remedy(change: Change):
    with pytest.raises(BadChange) as refusal:
        after(change)

    assert refusal.value.kind == change.kind
    assert refusal.value.field and refusal.value.remedy


def test_a_file_may_give_moments_as_minutes_or_as_local_time():
    file = {
        "format": "hanhlang-change/1",
        "now": "2025-10-27T09:10",
        "changes": [{"kind": "late", "person": "ann", "until": "2025-10-27T10:00"}],
    }

    read = read_changes(json.dumps(file), PROBLEM)

    assert (read.now, read.changes) == (550, (happened.Late("ann", 600),))


@pytest.mark.parametrize(
    ("broken", "named"),
    [
        ('{"format": "hanhlang-change/1"', "line 1"),
        ('{"format": "hanhlang-change/2", "changes": []}', "format"),
        ('{"format": "hanhlang-change/1"}', "changes"),
        ('{"format": "hanhlang-change/1", "changes": [{"kind": "earthquake"}]}', "changes.0"),
        ('{"format": "hanhlang-change/1", "changes": [{"kind": "late", "person": "ann"}]}', "until"),
        ('{"format": "hanhlang-change/1", "changes": [{"kind": "late", "person": "ann", "until": "noon"}]}', "until"),
        ('{"format": "hanhlang-change/1", "changes": [{"kind": "late", "person": "ann", "until": 5, "by": 1}]}', "by"),
    ],
)
def test_a_broken_file_is_refused_in_one_line_that_names_the_field(broken: str, named: str):
    with pytest.raises(FormatFault) as refusal:
        read_changes(broken, PROBLEM)

    assert named in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_the_published_schema_is_what_the_reader_takes():
    assert json.loads(SCHEMA.read_text(encoding="utf-8")) == change_schema(), "run python tools/schemas.py"
