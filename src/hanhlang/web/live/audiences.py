"""Which audiences there are, and who may follow them; docs/reference/live.md lists what bumps each."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module

from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest

from hanhlang.domains.events.models import Role
from hanhlang.domains.events.rights import opens_week_pages

DESK = frozenset({Role.Kind.SECRETARIAT, Role.Kind.PROTOCOL, Role.Kind.MEETINGS, Role.Kind.AUDITOR})
# By the first part of an audience's name; the second is the week's key.
FOLLOWERS = {
    "plan": DESK,
    "run": DESK,
    "business": DESK | {Role.Kind.FOCAL_POINT, Role.Kind.DELEGATE},
    "agenda": DESK | {Role.Kind.FOCAL_POINT, Role.Kind.DELEGATE},
}


def followed_by(session_key: str | None, wanted: Iterable[str]) -> set[str]:
    """Return those of ``wanted`` that the holder of the session may follow; of what is not theirs nothing is said."""
    parts = {audience: audience.partition(":") for audience in wanted}
    asked = {audience: (kind, key) for audience, (kind, _, key) in parts.items() if kind in FOLLOWERS}
    if not asked or not session_key:
        return set()
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    user = get_user(request)
    if not user.is_authenticated:
        return set()
    roles = Role.objects.filter(account_id=user.pk, week__key__in={key for _, key in asked.values()}).select_related("week")
    held = {(role.week.key, role.kind) for role in roles if opens_week_pages.test(role)}
    return {audience for audience, (kind, key) in asked.items() if any((key, role) in held for role in FOLLOWERS[kind])}
