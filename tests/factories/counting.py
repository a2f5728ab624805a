"""Numbers that never repeat within a test run."""

from __future__ import annotations

from itertools import count

_numbers = count(1)


def small_number() -> int:
    """Return a number for a column that holds small ones only, as an order does; it comes again after a while."""
    return next_number() % 30_000


def next_number() -> int:
    """Return 1, 2, 3, …"""
    return next(_numbers)
