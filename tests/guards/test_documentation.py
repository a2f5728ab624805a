"""What the documentation names exists: commands, targets, files, settings."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.management import get_commands

from hanhlang.project.command import ENGINE_WORDS

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
TARGET = re.compile(r"(?:^|`)make ([a-z0-9-]+)", re.MULTILINE)
COMMAND = re.compile(r"(?:\.venv/bin/|`)hanhlang ([a-z-]+)")
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")
SETTING = re.compile(r"HANHLANG_[A-Z_]+")


def targets() -> set[str]:
    return set(re.findall(r"^([a-z0-9-]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE))


def gaps(page: Path, text: str) -> list[str]:
    """Return what ``text`` names that does not exist."""
    commands = {*get_commands(), *ENGINE_WORDS}
    missing = [f"make {name}" for name in TARGET.findall(text) if name not in targets()]
    missing += [f"hanhlang {name}" for name in COMMAND.findall(text) if name not in commands]
    return missing + [name for name in LINK.findall(text) if not (page.parent / name.strip()).exists()]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_what_a_page_names_exists(page: Path):
    assert gaps(page, page.read_text()) == []


@pytest.mark.parametrize("text", ["`make coffee`", "`.venv/bin/hanhlang fly`", "[a page](nowhere.md)"])
def test_a_name_of_nothing_is_found(text: str):
    assert len(gaps(ROOT / "README.md", text)) == 1


def test_every_target_has_its_line_and_every_setting_its_row():
    source = "".join(path.read_text() for path in [*(ROOT / "src").rglob("*.py"), ROOT / "Makefile", *(ROOT / "benchmarks").glob("*.py")])
    documented = set(SETTING.findall((ROOT / "docs" / "reference" / "settings.md").read_text()))

    assert len(targets()) > 6
    assert set(SETTING.findall(source)) - documented == set()


def unshown(pictures: set[str], text: str) -> set[str]:
    """Return the pictures that ``text`` does not show."""
    return pictures - set(re.findall(r"([\w-]+\.png)\)", text))


def test_every_picture_is_shown_on_a_page():
    text = "".join(page.read_text() for page in PAGES)
    made = {path.name for path in (ROOT / "docs" / "pictures").glob("*.png")}

    assert unshown(made, text) == set()
    assert unshown(made | {"forgotten.png"}, text) == {"forgotten.png"}
