"""Who may open an address: declared on every view, checked before it runs."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from hanhlang.domains.events.models import Role, Week

PUBLIC = "public"
View = Callable[..., HttpResponse]


def access(*kinds: str) -> Callable[[View], View]:
    """
    Declare who may open a view: ``PUBLIC``, or role kinds of the week in the address.

    Puts the week on ``request.week`` and the account's roles in it on ``request.roles``. A stranger is sent to sign in;
    an account without such a role gets the answer for a page that does not exist.
    """

    def declare(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if "week" in kwargs:
                key = kwargs.pop("week")
                week = Week.objects.filter(key=key).select_related("host").first()
                if week is None and PUBLIC in kinds:
                    raise Http404
                request.week = week  # type: ignore[attr-defined]
            if PUBLIC not in kinds:
                if not request.user.is_authenticated:
                    return HttpResponseRedirect(f"{reverse('sign-in')}?{urlencode({'next': request.get_full_path()})}")
                week = getattr(request, "week", None)
                roles = list(Role.objects.filter(account=request.user, week=week, kind__in=kinds)) if week else []
                if not roles:
                    raise Http404
                request.roles = roles  # type: ignore[attr-defined]
            return view(request, *args, **kwargs)

        guarded.access = kinds  # type: ignore[attr-defined]
        return guarded

    return declare
