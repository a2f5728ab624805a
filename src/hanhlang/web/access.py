"""Who may open an address: declared on every view, checked before it runs."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from hanhlang.domains.events.models import Role, Week
from hanhlang.domains.events.rights import opens_site_pages, opens_week_pages, reaches_week, sites_reached

PUBLIC = "public"
SIGNED_IN = "signed in"
# Seen by tests alone: the page for a missing address never says why.
NOT_YOURS = "not yours"
View = Callable[..., HttpResponse]


def access(*kinds: str, also_for_sites: bool = False) -> Callable[[View], View]:
    """
    Declare who may open a view: ``PUBLIC``, ``SIGNED_IN``, or role kinds of the week in the address.

    Puts the week on ``request.week`` and the account's roles in it that open this view on ``request.roles``. A stranger is sent
    to sign in; an account without such a role gets the answer for a page that does not exist. A role for one site, session or
    delegation opens no page of the desk, unless ``also_for_sites``: then the view keeps its queries to ``request.sites`` (ids,
    or ``None`` for all).
    """
    opens = opens_site_pages if also_for_sites else opens_week_pages
    needs_role = PUBLIC not in kinds and SIGNED_IN not in kinds

    def declare(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if PUBLIC not in kinds and not request.user.is_authenticated:
                return HttpResponseRedirect(f"{reverse('sign-in')}?{urlencode({'next': request.get_full_path()})}")
            if needs_role or "week" in kwargs:
                week = Week.objects.filter(key=kwargs.pop("week", "")).select_related("host").first()
                if needs_role:
                    _keep_to_roles(request, week, kinds, opens)
                if week is None:
                    raise Http404
                # Only now: the page for a missing address must not show that there is such a week.
                request.week = week  # type: ignore[attr-defined]
            return view(request, *args, **kwargs)

        guarded.access = kinds  # type: ignore[attr-defined]
        guarded.also_for_sites = also_for_sites  # type: ignore[attr-defined]
        return guarded

    return declare


def _keep_to_roles(request: HttpRequest, week: Week | None, kinds: tuple[str, ...], opens: Any) -> None:
    held = Role.objects.filter(account=request.user, week=week, kind__in=kinds).order_by("created_at", "id") if week else []
    roles = [role for role in held if opens.test(role)]
    if not roles:
        raise Http404(NOT_YOURS)
    request.roles = roles  # type: ignore[attr-defined]
    request.may_give_roles = any(role.kind == Role.Kind.SECRETARIAT and reaches_week.test(role) for role in roles)  # type: ignore[attr-defined]
    request.sites = sites_reached(roles)  # type: ignore[attr-defined]
