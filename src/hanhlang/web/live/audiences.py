"""Which audiences there are, and who may follow them; docs/reference/live.md lists what bumps each."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest

from hanhlang.domains.delegations.models import Delegation
from hanhlang.domains.events.models import Role, Week
from hanhlang.domains.events.rights import opens_week_pages
from hanhlang.domains.meetings.visibility import viewer_of

DESK: frozenset[str] = frozenset({Role.Kind.SECRETARIAT, Role.Kind.PROTOCOL, Role.Kind.MEETINGS, Role.Kind.AUDITOR})
# By the first part of an audience's name; the second is the week's key.
FOLLOWERS = {
    "plan": DESK,
    "change": DESK - {Role.Kind.AUDITOR},
    "liaison": frozenset({Role.Kind.LIAISON}),
    "notice": DESK - {Role.Kind.AUDITOR},
    "run": DESK,
    "business": DESK | {Role.Kind.FOCAL_POINT, Role.Kind.DELEGATE},
    "agenda": DESK | {Role.Kind.FOCAL_POINT, Role.Kind.DELEGATE},
    "requests": DESK,
}
# What one delegation alone follows: the third part of the name is its code.
OF_A_DELEGATION = "requests-of"


def followed_by(session_key: str | None, wanted: Iterable[str]) -> set[str]:
    """Return those of ``wanted`` that the holder of the session may follow; of what is not theirs nothing is said."""
    asked = {audience: audience.split(":") for audience in wanted}
    asked = {audience: parts for audience, parts in asked.items() if _is_known(parts)}
    if not asked or not session_key:
        return set()
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    user = get_user(request)
    if not user.is_authenticated:
        return set()
    roles = Role.objects.filter(account_id=user.pk, week__key__in={parts[1] for parts in asked.values()}).select_related("week")
    held = {(role.week.key, role.kind) for role in roles if opens_week_pages.test(role)}
    speaks_for = _spoken_for(user, held) if any(parts[0] == OF_A_DELEGATION for parts in asked.values()) else set()
    return {
        audience
        for audience, (kind, key, *code) in asked.items()
        if ((key, code[0]) in speaks_for if code else any((key, role) in held for role in FOLLOWERS[kind]))
    }


def _is_known(parts: list[str]) -> bool:
    return len(parts) == 3 if parts[0] == OF_A_DELEGATION else len(parts) == 2 and parts[0] in FOLLOWERS


def _spoken_for(user: Any, held: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Return the delegations the account speaks for, as (week, code)."""
    found = set()
    for week in Week.objects.filter(key__in=[key for key, kind in held if kind == Role.Kind.FOCAL_POINT]):
        own = Delegation.objects.filter(pk__in=viewer_of(week, user).delegations, week=week)
        found |= {(week.key, code) for code in own.values_list("code", flat=True)}
    return found
