"""Ids of rows as they come from outside."""

from __future__ import annotations

from uuid import UUID


def is_key(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
