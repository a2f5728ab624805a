"""The import rules hold, and each bites when a fault is planted."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINT = Path(sys.executable).parent / "lint-imports"


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(folder / "src")}
    return subprocess.run([LINT, "--no-logo", "--no-cache"], cwd=folder, env=environment, capture_output=True, text=True)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tree")
    shutil.copytree(ROOT / "src", folder / "src", ignore=shutil.ignore_patterns("__pycache__", "static", "locale"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def test_the_tree_keeps_every_rule():
    done = lint(ROOT)

    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("module", "fault", "rule"),
    [
        ("domains/core/models.py", "import hanhlang.web.access", "The house"),
        ("engine/plan.py", "import hanhlang.domains.core.multitext", "The house"),
        ("domains/people/models.py", "import hanhlang.domains.events.models", "Domain apps import downwards"),
        ("domains/agenda/models.py", "import hanhlang.domains.agenda.actions", "Inside an app"),
        ("engine/plan.py", "import django", "The engine knows no Django"),
        ("engine/plan.py", "import numba", "Solvers stay"),
        ("web/access.py", "import ortools", "Solvers stay"),
        ("domains/meetings/rules.py", "import hanhlang.engine.plan", "A domain reaches the engine"),
    ],
)
def test_a_planted_fault_breaks_its_rule(copy: Path, module: str, fault: str, rule: str):
    path = copy / "src" / "hanhlang" / module
    before = path.read_text()
    path.write_text(f"{before}\n{fault}\n")

    try:
        done = lint(copy)
    finally:
        path.write_text(before)

    broken = [line for line in done.stdout.splitlines() if " BROKEN" in line]
    assert done.returncode == 1
    assert any(line.startswith(rule) for line in broken), done.stdout
