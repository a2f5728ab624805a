"""The page on one's own Excel file: its scripts and commands work as written."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from datetime import time
from pathlib import Path

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "plan-from-excel.md"
NAMES = ("An", "Bình", "Chi", "Dũng", "Em")
PAIRS = [(one, other) for n, one in enumerate(NAMES) for other in NAMES[n + 1 :]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with the page's scripts and a workbook: five people who all meet, An until 10:40, times as times and as text."""
    text = PAGE.read_text(encoding="utf-8")
    to_problem, to_excel = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    (tmp_path / "to_problem.py").write_text(to_problem, encoding="utf-8")
    (tmp_path / "to_excel.py").write_text(to_excel, encoding="utf-8")
    (tmp_path / "change.json").write_text(re.findall(r"```json\n(.*?)```", text, re.DOTALL)[0], encoding="utf-8")
    with xlsxwriter.Workbook(tmp_path / "event.xlsx") as book:
        clock = book.add_format({"num_format": "hh:mm"})
        rounds = book.add_worksheet("rounds")
        rounds.write(0, 0, "start")
        for n in range(6):
            rounds.write_datetime(n + 1, 0, time(9 + n // 3, 20 * (n % 3)), clock)
        people = book.add_worksheet("people")
        for line, row in enumerate([("name", "from", "until"), *((name, "", "10:40" if name == "An" else "") for name in NAMES)]):
            people.write_row(line, 0, row)
        meetings = book.add_worksheet("meetings")
        for line, row in enumerate([("one", "other"), *PAIRS]):
            meetings.write_row(line, 0, row)
    return tmp_path


def run(folder: Path, word: str) -> subprocess.CompletedProcess[str]:
    """Run the page's command line that holds this word."""
    line = next(line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("    .venv") and word in line)
    program, *words = shlex.split(line)
    command = [sys.executable, *(["-m", "hanhlang"] if program.endswith("hanhlang") else []), *words]
    source = str(Path(__file__).parents[2] / "src")
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": source})


def figures(answer: subprocess.CompletedProcess[str]) -> dict[str, object]:
    found: dict[str, object] = json.loads(answer.stdout.splitlines()[-1])
    return found


def test_the_workbook_becomes_a_proven_plan_and_a_workbook_again(folder: Path):
    assert run(folder, "to_problem.py").returncode == 0
    solved = run(folder, "solve")
    assert (solved.returncode, figures(solved)["status"]) == (0, "optimal")
    assert run(folder, "check").returncode == 0
    assert run(folder, "to_excel.py").returncode == 0
    heading, *rows = CalamineWorkbook.from_path(folder / "plan.xlsx").get_sheet_by_name("plan").to_python()
    assert heading == ["start", "table", "one", "other"]
    assert sorted((one, other) for _, _, one, other in rows) == sorted(PAIRS)
    assert all(start < "10:40" for start, _, one, other in rows if "An" in (one, other))


def test_the_change_on_the_page_is_answered_with_the_fewest_moves(folder: Path):
    run(folder, "to_problem.py")
    run(folder, "solve")
    changed = run(folder, "replan")
    assert changed.returncode == 0
    assert figures(changed)["proven"] is True


def test_too_few_rounds_are_proven_impossible_with_the_rules_that_collide(folder: Path):
    run(folder, "to_problem.py")
    problem = json.loads((folder / "problem.json").read_text(encoding="utf-8"))
    problem["grids"][0] = {**problem["grids"][0], "starts": problem["grids"][0]["starts"][:3], "blocks": [0] * 3}
    (folder / "problem.json").write_text(json.dumps(problem), encoding="utf-8")
    answer = run(folder, "solve")
    assert figures(answer)["status"] == "infeasible"
    assert "These rules cannot all hold" in answer.stdout


def test_somebody_who_is_not_in_the_list_of_people_is_named_in_one_line(folder: Path):
    run(folder, "to_problem.py")
    text = (folder / "problem.json").read_text(encoding="utf-8")
    (folder / "problem.json").write_text(text.replace('"id": "Chi"', '"id": "Chỉ"'), encoding="utf-8")
    answer = run(folder, "solve")
    assert answer.returncode == 2
    assert answer.stderr.count("\n") == 1
    assert "Chi is not a person" in answer.stderr
