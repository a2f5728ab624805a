"""Answers of the example week as the document shows them; a test asks for each and compares."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("examples.json")


@cache
def _read() -> dict[str, Any]:
    examples: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return examples


EXAMPLES = _read()
