"""What a week's id may be, and to what a role may be kept."""

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


# What a role of each kind may be kept to; empty: it is for the whole week.
REACHES: dict[str, frozenset[str]] = {
    "secretariat": frozenset({"", "site", "session"}),
    "protocol": frozenset({"", "site"}),
    "meetings": frozenset({"", "site"}),
    "focal_point": frozenset({"delegation"}),
    "liaison": frozenset({"delegation"}),
    "delegate": frozenset({""}),
    "auditor": frozenset({""}),
}


def reach_is_possible(kind: str, **kept_to: object) -> bool:
    """Tell whether a role of ``kind`` may be kept to what is given of ``site``, ``session`` and ``delegation``: at most one."""
    given = [name for name, value in kept_to.items() if value is not None]
    return len(given) < 2 and (given[0] if given else "") in REACHES.get(kind, frozenset())
