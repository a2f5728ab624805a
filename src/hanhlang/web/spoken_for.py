"""Which delegations a visitor speaks for, asked once for each page."""

from __future__ import annotations

from django.http import HttpRequest

from hanhlang.domains.delegations.models import Delegation
from hanhlang.domains.events.models import Role, Week
from hanhlang.domains.meetings.visibility import viewer_of


def spoken_for(request: HttpRequest) -> list[Delegation]:
    """Return the delegations of the request's week whose focal point the visitor is, in the order of the host's list."""
    known: list[Delegation] | None = getattr(request, "spoken_for", None)
    if known is None:
        week: Week = request.week  # type: ignore[attr-defined]
        is_focal_point = any(role.kind == Role.Kind.FOCAL_POINT for role in request.roles)  # type: ignore[attr-defined]
        mine = viewer_of(week, request.user).delegations if is_focal_point else None  # type: ignore[arg-type]
        known = list(Delegation.objects.filter(week=week, pk__in=mine).select_related("organisation", "week")) if mine else []
        request.spoken_for = known  # type: ignore[attr-defined]
    return known
