"""Who calls: nobody in particular, or a program with a token. A session's cookie signs nobody in here, so no page can forge a call."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest

from hanhlang.api.v1.errors import NotFound, TokenMissing, TokenRefused
from hanhlang.domains.core import clock
from hanhlang.domains.delegations.models import Delegation
from hanhlang.domains.events.models import ApiToken, Week
from hanhlang.domains.events.scopes import DESK, FOCAL_POINT
from hanhlang.domains.events.tokens import Rights, bearer_of
from hanhlang.domains.meetings.visibility import Viewer, viewer_of
from hanhlang.domains.people.models import Account

NO_RIGHTS = Rights(frozenset(), frozenset(), frozenset())


class Caller:
    """Who calls and what the call may do; ``token`` is ``None`` for the public."""

    def __init__(self, token: ApiToken | None, rights: Rights) -> None:
        self.token = token
        self.rights = rights
        self._viewer: Viewer | None = None

    @property
    def account(self) -> Account | None:
        return self.token.account if self.token else None

    @property
    def person_id(self) -> UUID | None:
        return self.token.account.person_id if self.token else None

    @property
    def is_desk(self) -> bool:
        """Tell whether the whole week's business is the caller's."""
        return bool(self.rights.kinds & DESK)

    def may(self, scope: str, week: Week) -> bool:
        return self.token is not None and self.token.week_id == week.pk and scope in self.rights.scopes

    def viewer(self, week: Week) -> Viewer:
        """Return how much of the week's meetings the caller may see; kept, for one call asks it often."""
        if self._viewer is None:
            self._viewer = viewer_of(week, self.account)
        return self._viewer

    def delegations(self) -> frozenset[UUID]:
        """Return the delegations the caller speaks for. One query, for those who are named on a delegation itself."""
        if self.token is None:
            return frozenset()
        named = self.rights.delegations
        if self.person_id and FOCAL_POINT in self.rights.kinds:
            own = Delegation.objects.filter(week=self.token.week_id, focal_point=self.person_id)
            named |= frozenset(own.values_list("pk", flat=True))
        return named


def caller_of(request: HttpRequest) -> Caller:
    """
    Return who calls; the answer is kept on the request.

    :raises TokenRefused: if there is a token that is not alive: an answer for the public would hide that.
    """
    known: Caller | None = getattr(request, "caller", None)
    if known is None:
        known = request.caller = _caller(request.headers.get("Authorization", ""))  # type: ignore[attr-defined]
    return known


def _caller(header: str) -> Caller:
    if not header:
        return Caller(None, NO_RIGHTS)
    kind, _, token = header.partition(" ")
    bearer = bearer_of(token.strip(), clock.now()) if kind.lower() == "bearer" else None
    if bearer is None:
        raise TokenRefused()
    return Caller(bearer.token, bearer.rights)


class Needs:
    """
    What an operation asks of its caller: a scope, or nothing. ninja calls it before it reads any value.

    Puts the week of the address on ``request.week``. A token of another week or without the scope gets the answer for what does not exist.
    """

    def __init__(self, scope: str = "") -> None:
        self.scope = scope

    def __call__(self, request: HttpRequest) -> Caller:
        caller = caller_of(request)
        if self.scope and caller.token is None:
            raise TokenMissing()
        key = request.resolver_match.kwargs.get("week") if request.resolver_match else None
        if key is not None:
            week = Week.objects.filter(key=key).select_related("host", "co_host").first()
            if week is None or (self.scope and not caller.may(self.scope, week)):
                raise NotFound()
            request.week = week  # type: ignore[attr-defined]
        elif self.scope and self.scope not in caller.rights.scopes:
            raise NotFound()
        return caller


PUBLIC = Needs()


def needs(scope: str) -> Callable[[HttpRequest], Caller]:
    """Return what an operation of this scope asks of its caller."""
    return Needs(scope)
