"""What every test shares."""

from __future__ import annotations

import os
from pathlib import Path

from django.conf import settings

ROOT = Path(__file__).resolve().parent.parent
# The compiled kernel is worth sharing with the installation: it takes a minute to make.
os.environ.setdefault("NUMBA_CACHE_DIR", str(ROOT / "var" / "numba"))


def pytest_configure() -> None:
    # A test changes a row and looks at the page at once. The settings are read before this file, so the environment would be too late.
    settings.PAGE_AGE = 0
