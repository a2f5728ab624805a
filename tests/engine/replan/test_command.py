"""``hanhlang replan`` and ``explain`` keep the contract of the command line, and ``solve`` names the rules that collide."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.small import at, day, meeting, plan
from hanhlang.engine.cli import main
from hanhlang.engine.formats.hanhlang import write_plan, write_problem
from hanhlang.engine.problem import Interval, Person

PROBLEM = day(meeting("m"), meeting("n", people=("bob", "cid")), people=(Person("ann"),), origin="2025-10-27")


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str, Path]:
    (tmp_path / "week.json").write_text(write_problem(PROBLEM))
    (tmp_path / "plan.json").write_text(write_plan(plan(at(0, "m"), at(1, "n")), PROBLEM))
    return str(tmp_path / "week.json"), str(tmp_path / "plan.json"), tmp_path / "change.json"


def happened(path: Path, *changes: dict[str, object]) -> str:
    path.write_text(json.dumps({"format": "hanhlang-change/1", "changes": changes}))
    return str(path)


def test_the_last_line_holds_the_figures_and_the_best_plan_passes_the_check(files, capsys: pytest.CaptureFixture[str]):
    week, before, change = files
    after, changed = str(change.parent / "after.json"), str(change.parent / "changed.json")

    code = main(
        [
            "replan",
            week,
            before,
            happened(change, {"kind": "late", "person": "ann", "until": 560}),
            "--out",
            after,
            "--out-problem",
            changed,
        ]
    )

    figures = json.loads(capsys.readouterr().out.strip().splitlines()[-1])
    assert (code, figures["status"], figures["moves"], figures["bound"], figures["proven"]) == (0, "optimal", 1, 1, True)
    assert figures["alternatives"][0]["told_people"] == ["ann", "bob"]
    assert figures["alternatives"][0]["moved_meetings"][0]["before"] == {"slot": 0, "start": "2025-10-27T09:00", "place": "t1"}
    assert main(["check", changed, after]) == 0


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        (({"kind": "late", "person": "nobody", "until": 560},), "change late, person"),
        (({"kind": "late", "person": "ann"},), "until"),
        (
            ({"kind": "meeting_added", "meeting": {"id": "o", "people": ["zoe"], "minutes": 20, "grid": "g", "pools": ["hall"]}},),
            "meeting o, people",
        ),
    ],
)
def test_a_change_that_makes_no_sense_is_bad_input_named_in_one_line(files, changes, named: str, capsys: pytest.CaptureFixture[str]):
    week, before, change = files

    code = main(["replan", week, before, happened(change, *changes)])

    told = capsys.readouterr().err.strip()
    assert code == 2
    assert named in told
    assert "\n" not in told


@pytest.mark.parametrize("depth", [10, 600, 100_000])
def test_lists_in_lists_in_lists_are_bad_input(files, depth: int, capsys: pytest.CaptureFixture[str]):
    week, before, change = files
    change.write_text('{"format": "hanhlang-change/1", "changes": ' + "[" * depth + "]" * depth + "}")

    code = main(["replan", week, before, str(change)])

    told = capsys.readouterr().err.strip()
    assert code == 2
    assert "nesting: is too deep" in told or depth == 10
    assert "\n" not in told


def test_a_plan_that_breaks_a_rule_is_no_plan_to_start_from(files, capsys: pytest.CaptureFixture[str]):
    week, before, change = files
    Path(before).write_text(write_plan(plan(at(0, "m"), at(0, "n", unit="t2")), PROBLEM))

    code = main(["replan", week, before, happened(change)])

    assert code == 2
    assert "nobody_in_two_places" in capsys.readouterr().err


def test_nothing_is_left_out_where_every_meeting_must_be_placed(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    event = tmp_path / "event.dzn"
    event.write_text(
        "nBusiness = 3; nMeetings = 2; nTables = 1; nTotalSlots = 2; nMorningSlots = 2; requested = [| 1,2,3 | 1,3,3 |];"
        "forbidden = [{0},{0},{0}]; fixed = [0,0]; precedences = [{},{}];"
    )
    (tmp_path / "plan.json").write_text(
        '{"format": "hanhlang-plan/1", "placements": [{"meeting": 1, "slot": 1, "place": "1"}, {"meeting": 2, "slot": 2, "place": "1"}]}'
    )

    both = main(
        [
            "replan",
            str(event),
            str(tmp_path / "plan.json"),
            happened(tmp_path / "c.json", {"kind": "absent", "person": "2", "start": 0, "end": 1}),
        ]
    )
    swapped = json.loads(capsys.readouterr().out.strip().splitlines()[-1])
    none = main(
        [
            "replan",
            str(event),
            str(tmp_path / "plan.json"),
            happened(tmp_path / "c.json", {"kind": "absent", "person": "1", "start": 0, "end": 1}),
        ]
    )
    refused = json.loads(capsys.readouterr().out.strip().splitlines()[-1])

    assert (both, swapped["status"], swapped["moves"]) == (0, "optimal", 2)
    assert (none, refused["status"]) == (0, "infeasible")


def last_line(capsys: pytest.CaptureFixture[str]) -> tuple[str, dict]:
    told = capsys.readouterr().out.strip().splitlines()
    return "\n".join(told[:-1]), json.loads(told[-1])


def test_explain_says_in_both_languages_why_a_meeting_is_not_placed_and_what_would_help(files, capsys: pytest.CaptureFixture[str]):
    week, before, _ = files
    narrow = day(meeting("m", windows=(Interval(0, 1),)), meeting("n", people=("bob", "cid")), people=(Person("ann"),), origin="2025-10-27")
    Path(week).write_text(write_problem(narrow))
    Path(before).write_text(write_plan(plan(at(1, "n"), lost=("m",)), narrow))

    code = main(["explain", week, before])

    words, figures = last_line(capsys)
    assert code == 0
    assert "Cuộc gặp m chưa xếp được vì: ngoài khung giờ của chính cuộc gặp" in words
    assert "It fits 2025-10-27 09:00 in hall if you widen the meeting's windows." in words
    (answer,) = figures["meetings"]
    assert (answer["meeting"], answer["placed"], answer["causes"][0]["kind"]) == ("m", False, "own_window")
    assert answer["helps"][0]["gives_up"] == [{"kind": "own_window", "who": "m"}]


def test_explain_says_where_else_a_placed_meeting_could_be(files, capsys: pytest.CaptureFixture[str]):
    week, before, _ = files

    assert main(["explain", week, before, "m"]) == 0

    (answer,) = last_line(capsys)[1]["meetings"]
    # Six slots, of which bob spends one in meeting n and one here.
    assert (answer["placed"], answer["place"], answer["free_elsewhere"]) == (True, "t1", 4)


def test_explain_refuses_a_meeting_that_is_not_there(files, capsys: pytest.CaptureFixture[str]):
    week, before, _ = files

    assert main(["explain", week, before, "zzz"]) == 2
    assert "zzz is not a meeting" in capsys.readouterr().err


def test_solve_names_the_rules_that_collide(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    event = tmp_path / "event.dzn"
    event.write_text(
        "nBusiness = 3; nMeetings = 2; nTables = 2; nTotalSlots = 2; nMorningSlots = 2; requested = [| 1,2,3 | 1,3,3 |];"
        "forbidden = [{1},{0},{0}]; fixed = [0,0]; precedences = [{},{}];"
    )

    code = main(["solve", str(event), "--quiet"])

    words, figures = last_line(capsys)
    assert (code, figures["status"], figures["rules_minimal"]) == (0, "infeasible", True)
    assert [(rule["kind"], rule["who"]) for rule in figures["rules"]] == [("busy", ["1"]), ("window", ["1"])]
    assert "These rules cannot all hold: 1 can be in one meeting at a time; the hours at which 1 is there." in words
