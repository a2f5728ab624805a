"""What every test shares."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# The compiled kernel is worth sharing with the installation: it takes a minute to make.
os.environ.setdefault("NUMBA_CACHE_DIR", str(ROOT / "var" / "numba"))
