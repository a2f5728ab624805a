"""What a program's token may be allowed to do, and which roles allow it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

SECRETARIAT, PROTOCOL, MEETINGS = "secretariat", "protocol", "meetings"
FOCAL_POINT, DELEGATE, LIAISON, AUDITOR = "focal_point", "delegate", "liaison", "auditor"

DESK = frozenset({SECRETARIAT, PROTOCOL, MEETINGS})
LOOKING = DESK | {AUDITOR}
SPEAKING_FOR_A_DELEGATION = DESK | {FOCAL_POINT}
TAKING_PART = DESK | {FOCAL_POINT, DELEGATE}

SCOPES: Mapping[str, frozenset[str]] = {
    "people:read": DESK,
    "delegations:read": DESK,
    "requests:read": SPEAKING_FOR_A_DELEGATION,
    "requests:write": SPEAKING_FOR_A_DELEGATION,
    "wishes:read": TAKING_PART,
    "wishes:write": TAKING_PART,
    "business:read": TAKING_PART,
    "business:write": TAKING_PART,
    "profiles:validate": DESK,
    "meetings:read": LOOKING,
    "meetings:write": DESK,
    "locks:write": DESK,
    "plans:read": LOOKING,
    "drafts:read": LOOKING,
    "plans:publish": DESK,
    "runs:read": LOOKING,
    "runs:write": DESK,
    "changes:read": DESK,
    "changes:write": DESK,
    "notices:read": TAKING_PART | {LIAISON},
    "notices:write": TAKING_PART | {LIAISON},
    "agendas:read": TAKING_PART,
    "papers:read": TAKING_PART,
    "audit:read": frozenset({SECRETARIAT, AUDITOR}),
    "roles:read": frozenset({SECRETARIAT}),
}


def allowed(asked: Iterable[str], *, whole_week: Iterable[str], in_part: Iterable[str]) -> frozenset[str]:
    """
    Return those of the scopes ``asked`` that the role kinds allow.

    ``whole_week`` are kinds held for the whole week, ``in_part`` those held for one site, session or delegation only: these allow no
    more than a focal point's or a delegate's own business, because nothing here is narrowed to a site.
    """
    kinds = frozenset(whole_week) | (frozenset(in_part) & {FOCAL_POINT, DELEGATE, LIAISON})
    return frozenset(scope for scope in asked if SCOPES.get(scope, frozenset()) & kinds)
