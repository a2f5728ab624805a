"""What a week's id may be."""

from __future__ import annotations

import re

WEEK_KEY = re.compile(r"[a-z0-9-]{3,40}")

# First parts of our own addresses: a week of that name would hide them.
RESERVED = frozenset(
    {
        "account",
        "admin",
        "agenda",
        "api",
        "demo",
        "desk",
        "favicon",
        "gate",
        "healthz",
        "live",
        "media",
        "metrics",
        "portal",
        "readyz",
        "robots",
        "sign-in",
        "sign-out",
        "static",
    }
)


def week_key_fault(key: str, languages: frozenset[str]) -> str:
    """Return why ``key`` cannot name a week: ``shape``, ``reserved`` or nothing."""
    if not WEEK_KEY.fullmatch(key):
        return "shape"
    return "reserved" if key in RESERVED or key in languages else ""
