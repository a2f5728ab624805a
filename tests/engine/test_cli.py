"""The command line keeps its contract: last line JSON, exit codes, one clear line for bad input."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hanhlang.engine.cli import main
from hanhlang.engine.formats.faults import FormatFault
from hanhlang.engine.formats.hanhlang import read_problem, write_problem
from hanhlang.engine.generate_week import generate_week
from hanhlang.engine.problem import Interval, Meeting, Person, Problem


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("week") / "week.json"
    assert main(["generate", "week", "--people", "60", "--meetings", "100", "--bilaterals", "6", "--seed", "4", "--out", str(path)]) == 0
    return path


def figures(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    found: dict[str, object] = json.loads(capsys.readouterr().out.strip().splitlines()[-1])
    return found


def test_solving_a_week_ends_with_figures_and_a_plan_the_checker_accepts(week: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    plan = tmp_path / "plan.json"

    assert main(["solve", str(week), "--iterations", "200000", "--workers", "1", "--out", str(plan), "--quiet"]) == 0

    solved = figures(capsys)
    assert set(solved) == {"status", "objective", "bound", "unplaced", "seconds", "first_feasible_seconds", "terms"}
    assert main(["check", str(week), str(plan)]) == 0
    checked = figures(capsys)
    assert (checked["violations"], checked["objective"]) == (0, solved["objective"])
    assert checked["terms"] == solved["terms"]


def test_equal_seeds_and_iterations_give_equal_bytes(week: Path, tmp_path: Path):
    for name in ("one", "other"):
        main(["solve", str(week), "--iterations", "100000", "--workers", "1", "--seed", "3", "--out", str(tmp_path / name), "--quiet"])

    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()


def test_a_plan_with_a_broken_rule_fails_the_check(week: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    plan = tmp_path / "plan.json"
    main(["solve", str(week), "--iterations", "50000", "--workers", "1", "--out", str(plan), "--quiet"])
    broken = json.loads(plan.read_text())
    broken["placements"].append(broken["placements"][0])
    plan.write_text(json.dumps(broken))

    assert main(["check", str(week), str(plan)]) == 1
    assert int(figures(capsys)["violations"]) >= 1  # type: ignore[call-overload]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", "format"),
        ("{", "line 1"),
        ('{"format": "hanhlang-problem/9"}', "hanhlang-problem/1"),
        ('{"format": "hanhlang-problem/1"}', "sites"),
        ("nBusiness = ", "line"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(text: str, names: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = tmp_path / "bad.json"
    path.write_text(text)

    assert main(["solve", str(path)]) == 2

    said = capsys.readouterr()
    assert len(said.err.strip().splitlines()) == 1
    assert names in said.err
    assert said.out == ""


def test_text_that_is_not_utf8_and_a_missing_file_are_bad_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = tmp_path / "utf16.json"
    path.write_bytes("{}".encode("utf-16"))

    assert main(["solve", str(path)]) == 2
    assert "save it as UTF-8" in capsys.readouterr().err
    assert main(["solve", str(tmp_path / "nowhere.json")]) == 2
    assert "nowhere.json" in capsys.readouterr().err


def test_a_record_that_points_nowhere_is_named_with_field_and_remedy(week: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    body = json.loads(week.read_text())
    body["meetings"][0]["people"] = ["nobody"]
    path = tmp_path / "week.json"
    path.write_text(json.dumps(body))

    assert main(["solve", str(path)]) == 2
    assert f"meeting {body['meetings'][0]['id']}, people: nobody is not a person" in capsys.readouterr().err


def never_proven() -> Problem:
    """Return a week with a break that no plan avoids and no bound sees: the search goes on until it is told to stop."""
    problem, _ = generate_week(60, 100, 6, 2, 4)
    starts = problem.grids[0].starts
    first, third = (Interval(start, start + 20) for start in (starts[0], starts[2]))
    people = (Person("asked"), Person("early", windows=(first,)), Person("late", windows=(third,)))
    meetings = tuple(Meeting(f"x-{name}", ("asked", name), 20, problem.grids[0].id, ("tables",), 5000) for name in ("early", "late"))
    return replace(problem, people=problem.people + people, meetings=problem.meetings + meetings)


def test_ctrl_c_writes_the_best_plan_and_exits_130(tmp_path: Path):
    week, plan = tmp_path / "week.json", tmp_path / "plan.json"
    week.write_text(write_problem(never_proven()))
    command = [sys.executable, "-m", "hanhlang", "solve", str(week), "--time-limit", "120", "--workers", "1", "--out", str(plan), "--quiet"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(8)

    process.send_signal(signal.SIGINT)

    out, _ = process.communicate(timeout=120)
    assert process.returncode == 130
    assert json.loads(out.strip().splitlines()[-1])["status"] == "feasible"
    assert main(["check", str(week), str(plan)]) == 0


def test_the_engine_starts_without_django(week: Path):
    code = (
        "import sys; from hanhlang.engine.cli import main; import hanhlang.engine.solve, hanhlang.engine.generate_week;"
        "sys.exit('django' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 1000))
def test_a_problem_survives_being_written_and_read(seed: int):
    problem, _ = generate_week(40, 40, 4, 2, seed)

    assert read_problem(write_problem(problem)) == problem


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_damaged_problem_is_read_or_refused_but_never_crashes(data: st.DataObject):
    problem, _ = generate_week(20, 10, 2, 2, 1)
    text = write_problem(problem)
    at = data.draw(st.integers(0, len(text) - 1))
    cut = data.draw(st.integers(0, 40))
    put = data.draw(st.text(max_size=8))

    try:
        read_problem(text[:at] + put + text[at + cut :])
    except FormatFault as fault:
        assert "\n" not in str(fault)
