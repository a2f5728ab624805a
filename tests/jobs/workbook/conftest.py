from __future__ import annotations

from pathlib import Path

import pytest

from factories.workbooks import Workbook


@pytest.fixture
def workbook(tmp_path: Path) -> Workbook:
    """A small sound workbook that a test changes in one place."""
    return Workbook(tmp_path / "tuần lễ.xlsx")
