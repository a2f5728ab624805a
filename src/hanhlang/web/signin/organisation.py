"""Signing in through the organisation's own OpenID Connect provider."""

from __future__ import annotations

from allauth.socialaccount.providers.openid_connect import views as allauth
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from hanhlang.web.access import PUBLIC, access


@access(PUBLIC)
@require_GET
@never_cache
def start(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Go to the provider."""
    kept = QueryDict(mutable=True)
    if following := request.GET.get("next"):
        kept["next"] = following
    # Nothing else: allauth would also tie a stranger's identity to the visitor's account if the address said so.
    request.GET = kept  # type: ignore[assignment]
    return allauth.login(request, provider_id)  # type: ignore[no-any-return]


@access(PUBLIC)
@require_GET
@never_cache
def back(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Come back from the provider, with a proof of who one is or without."""
    return allauth.callback(request, provider_id)  # type: ignore[no-any-return]


@access(PUBLIC)
@require_GET
@never_cache
def cancelled(request: HttpRequest) -> HttpResponse:
    """Say that signing in was broken off at the provider."""
    return render(request, "signin/cancelled.html")
