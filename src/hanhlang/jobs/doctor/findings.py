"""What a check says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.utils import translation
from django.utils.functional import Promise

Words = str | Promise
OK, NOTE, BAD = "ok", "note", "bad"


@dataclass(frozen=True)
class Finding:
    """One thing looked at: ``ok``, ``note`` (worth knowing) or ``bad`` (mend it), and then the remedy."""

    name: str
    state: str
    said: Words
    remedy: Words = ""
    details: dict[str, Any] = field(default_factory=dict)

    def words(self, language: str) -> str:
        with translation.override(language):
            return " ".join(str(part) % self.details if self.details else str(part) for part in (self.said, self.remedy) if part)


Check = Callable[[], Finding]


def ok(name: str, said: Words, **details: Any) -> Finding:
    return Finding(name, OK, said, details=details)


def note(name: str, said: Words, remedy: Words, **details: Any) -> Finding:
    return Finding(name, NOTE, said, remedy, details)


def bad(name: str, said: Words, remedy: Words, **details: Any) -> Finding:
    return Finding(name, BAD, said, remedy, details)
