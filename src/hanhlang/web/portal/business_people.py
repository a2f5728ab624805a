"""What every business page begins with: who looks, at which week, and what stands in the way of an action."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from hanhlang.domains.core.errors import CodedError
from hanhlang.domains.events.models import Week
from hanhlang.domains.people.models import Person


def me(request: HttpRequest) -> tuple[Week, Person]:
    """Return the week and the visitor's person; an account of nobody has no business here."""
    person: Person | None = request.user.person  # type: ignore[union-attr]
    if person is None:
        raise Http404
    return request.week, person  # type: ignore[attr-defined]


def back(request: HttpRequest, name: str = "portal-business", *args: Any) -> HttpResponse:
    """Go on to a page of the week."""
    return HttpResponseRedirect(reverse(name, args=[request.week.key, *args]))  # type: ignore[attr-defined]


def refuse(request: HttpRequest, refusal: CodedError) -> None:
    """Say on the next page why nothing was done."""
    messages.error(request, str(refusal), extra_tags="refuses")
