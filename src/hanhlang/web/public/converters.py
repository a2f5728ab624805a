"""Parts of addresses that are more than text."""

from __future__ import annotations

from datetime import date


class Language:
    """One of the two languages of the interface."""

    regex = "vi|en"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class Day:
    """A day as 2025-10-28."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)

    def to_url(self, value: date) -> str:
        return value.isoformat()
