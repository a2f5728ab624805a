"""The reference of sheets and columns says what the code reads."""

from __future__ import annotations

import importlib.util
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def test_the_page_of_the_documentation_says_the_same() -> None:
    spec = importlib.util.spec_from_file_location("workbook_reference", ROOT / "tools" / "workbook_reference.py")
    assert spec and spec.loader
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)

    written = (ROOT / "docs" / "reference" / "workbook.md").read_text(encoding="utf-8")

    assert tool.table() == written, "Run: .venv/bin/python tools/workbook_reference.py"
