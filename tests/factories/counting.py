"""Numbers that never repeat within a test run."""

from __future__ import annotations

from itertools import count

_numbers = count(1)


def next_number() -> int:
    """Return 1, 2, 3, …"""
    return next(_numbers)
