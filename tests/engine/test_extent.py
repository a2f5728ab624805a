"""Small files that would take all memory are refused in one line; what a large week has is not."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine.small import at, day, grid, meeting, plan
from hanhlang.engine.cli import main
from hanhlang.engine.explain import reasons
from hanhlang.engine.formats.faults import FormatFault
from hanhlang.engine.formats.hanhlang import MOST_FIELDS, read_plan, read_problem, write_problem
from hanhlang.engine.hours import Starts
from hanhlang.engine.plan import Reason
from hanhlang.engine.problem import Apart, Grid, Interval, Person, Pool, Unit
from hanhlang.engine.search import prepare as preparing
from hanhlang.engine.validate import MOST_CALENDARS, MOST_FAULTS, MOST_PLACE_STARTS, MOST_STARTS, BadProblem, problem_faults

GIGABYTE = 1 << 30
GOOD: dict[str, Any] = json.loads(write_problem(day(meeting())))


def long(starts: int) -> Grid:
    return grid(starts, minutes=1)


def shut(units: int) -> Pool:
    """Return a pool whose units are all closed at times of their own."""
    return Pool("hall", "here", tuple(Unit(f"t{number}", (Interval(number, number + 1),)) for number in range(units)))


HOSTILE = {
    "a million zeros for sites": {"sites": [0] * 1_000_000},
    "a million zeros for people of a meeting": {"meetings": [{**GOOD["meetings"][0], "people": [0] * 1_000_000}]},
    "four thousand sites without roads": {"sites": [{"id": f"s{number}"} for number in range(4000)]},
    "a record of a hundred thousand fields": {"sites": [{"id": "here", **{f"f{number}": 0 for number in range(100_000)}}]},
    "a grid of seventy thousand starts": {
        "grids": [{"id": "g", "starts": list(range(70_000)), "minutes": 1, "blocks": [0] * 70_000}],
    },
    "thirty thousand grids for thirty thousand people": {
        "grids": [{**GOOD["grids"][0], "id": f"g{number}"} for number in range(30_000)],
        "people": [{"id": f"p{number}"} for number in range(30_000)],
    },
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_small_file_that_would_take_all_memory_is_refused_in_one_line(name: str, tmp_path: Path):
    path = tmp_path / "hostile.json"
    path.write_text(json.dumps({**GOOD, **HOSTILE[name]}))

    ended = subprocess.run(
        [sys.executable, "-m", "hanhlang", "solve", str(path)],
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (GIGABYTE, GIGABYTE)),
        timeout=60,
    )

    assert (ended.returncode, ended.stdout) == (2, "")
    assert len(ended.stderr.strip().splitlines()) == 1


def test_a_grid_may_have_a_week_of_minutes_and_no_more():
    assert problem_faults(day(meeting(), grids=(long(MOST_STARTS),))) == ()
    (fault,) = problem_faults(day(meeting(), grids=(long(MOST_STARTS + 1),)))
    assert (fault.record, fault.field) == ("grid g", "starts")


def test_places_closed_at_times_of_their_own_count_with_every_start_and_length():
    most = MOST_PLACE_STARTS // 2 // 1000
    two = (meeting("m", minutes=20), meeting("n", minutes=30))

    assert problem_faults(day(*two, grids=(long(1000),), pools=(shut(most),))) == ()
    (fault,) = problem_faults(day(*two, grids=(long(1000),), pools=(shut(most + 1),)))
    assert (fault.record, fault.field) == ("problem", "grids, pools")
    alike = Pool("hall", "here", tuple(Unit(f"t{number}") for number in range(most + 1)))
    assert problem_faults(day(*two, grids=(long(1000),), pools=(alike,))) == ()


def test_a_unit_that_a_lock_names_counts_as_one_of_its_own():
    units = MOST_PLACE_STARTS // 1000
    locked = meeting(fixed_unit="t0")

    assert problem_faults(day(meeting(), grids=(long(1000),), pools=(shut(units),))) == ()
    assert [fault.field for fault in problem_faults(day(locked, grids=(long(1000),), pools=(shut(units),)))] == ["grids, pools"]


def test_calendars_of_people_on_grids_are_bounded():
    grids = tuple(replace(long(1), id=f"g{number}") for number in range(MOST_CALENDARS // 5000))
    people = tuple(Person(f"p{number}") for number in range(5000))
    problem = replace(day(), grids=grids, people=people)

    assert problem_faults(problem) == ()
    (fault,) = problem_faults(replace(problem, people=(*people, Person("ann"))))
    assert (fault.record, fault.field) == ("problem", "grids")


def test_no_more_faults_are_listed_than_anybody_reads():
    lost = tuple(meeting(f"m{number}", grid="moon") for number in range(MOST_FAULTS + 5))

    assert len(problem_faults(day(*lost))) == MOST_FAULTS
    with pytest.raises(FormatFault, match=rf"moon is not a grid \(and at least {MOST_FAULTS - 1} more\)"):
        read_problem(write_problem(day(*lost)))


@pytest.mark.parametrize("fields", [MOST_FIELDS, MOST_FIELDS + 1])
def test_a_record_of_very_many_fields_is_named_and_not_each_field(fields: int):
    row = {"id": "here", **{f"f{number}": 0 for number in range(fields - 1)}}

    with pytest.raises(FormatFault, match="f0" if fields <= MOST_FIELDS else f"record 'here', fields: has {fields}"):
        read_problem(json.dumps({**GOOD, "sites": [row]}))


def test_of_a_plan_with_nothing_right_in_it_the_first_fault_is_told():
    with pytest.raises(FormatFault, match=r"placements\.0"):
        read_plan(json.dumps({"format": "hanhlang-plan/1", "placements": [0] * 1000}), day(meeting()))


def test_more_hours_to_choose_from_than_fit_are_refused_and_not_prepared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    problem = day(*(meeting(f"m{n}", windows=(Interval(0, 600 + 20 * n),)) for n in range(4)))
    path = tmp_path / "week.json"
    path.write_text(write_problem(problem))
    preparing.prepare(problem)
    monkeypatch.setattr(preparing, "MOST_PIECES", 10)

    with pytest.raises(BadProblem, match="too many hours and places"):
        preparing.prepare(problem)
    assert main(["solve", str(path)]) == 2
    assert "too many hours and places" in capsys.readouterr().err


def test_of_very_many_enemies_only_those_in_a_meeting_count():
    enemies = tuple(Apart("ann", f"p{number}") for number in range(3000))
    people = tuple(Person(f"p{number}") for number in range(3000))
    meetings = tuple(meeting(f"m{number}") for number in range(3000))

    assert problem_faults(day(*meetings, people=people, apart=enemies)) == ()
    faults = problem_faults(day(meeting("x", ("p7", "ann")), *meetings, people=people, apart=enemies))
    assert [fault.record for fault in faults] == ["meeting x"]


def test_very_many_who_wait_for_the_same_two_people_are_explained_from_one_look_at_their_agendas(monkeypatch: pytest.MonkeyPatch):
    slots = 80
    many = tuple(meeting(f"m{number:04}", minutes=1) for number in range(4 * slots))
    problem = day(*many, grids=(grid(slots, minutes=1),))
    looked: list[int] = []
    taken = Starts.taken

    def counted(self: Starts, start: int, *where: Any) -> int:
        looked.append(start)
        return taken(self, start, *where)

    monkeypatch.setattr(Starts, "taken", counted)

    found = reasons(problem, plan(*(at(slot, f"m{slot:04}", minutes=1) for slot in range(slots))))

    assert len(looked) == 2 * slots  # each meeting of each of the two
    assert len(found) == 3 * slots
    assert {(each.reason, each.people) for each in found} == {(Reason.CROWDED_OUT, ("ann", "bob"))}
