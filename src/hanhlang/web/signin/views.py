"""Signing in and out, and the demonstration's clock."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.contrib.auth import login, logout
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from hanhlang.domains.core import clock
from hanhlang.domains.people.models import Account
from hanhlang.web.access import PUBLIC, access
from hanhlang.web.signin.demo import demo_only, is_demo_visit
from hanhlang.web.signin.places import demo_accounts, first_page

BACKEND = "django.contrib.auth.backends.ModelBackend"
DEMO_TIMEZONE = ZoneInfo("Asia/Ho_Chi_Minh")


@access(PUBLIC)
@require_GET
@never_cache
def sign_in(request: HttpRequest) -> HttpResponse:
    """Offer the ways to sign in there are."""
    is_demo = is_demo_visit(request)
    offered = {"accounts": demo_accounts() if is_demo else [], "is_demo": is_demo, "next": _safe(request, request.GET.get("next", ""))}
    return render(request, "signin/sign_in.html", offered)


@access(PUBLIC)
@require_POST
@demo_only
def sign_in_for_demo(request: HttpRequest) -> HttpResponse:
    """Sign in as one of the demonstration's accounts."""
    account = Account.objects.filter(is_demo=True, is_active=True, email=request.POST.get("account", "")).first()
    if account is None:
        raise Http404
    # A session kept from before sign-in could have been planted by someone else.
    request.session.flush()
    login(request, account, backend=BACKEND)
    request.session["language"] = account.language
    return HttpResponseRedirect(_safe(request, request.POST.get("next", "")) or first_page(account))


@access(PUBLIC)
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return HttpResponseRedirect("/")


@access(PUBLIC)
@require_POST
@demo_only
def move_clock(request: HttpRequest) -> HttpResponse:
    """Move the demonstration's clock to a local hour and go back to the page."""
    try:
        moment = datetime.fromisoformat(request.POST.get("to", ""))
    except ValueError:
        return render(request, "signin/clock_refused.html", {"given": request.POST.get("to", "")}, status=422)
    clock.move_demo(moment if moment.tzinfo else moment.replace(tzinfo=DEMO_TIMEZONE))
    return HttpResponseRedirect(_safe(request, request.POST.get("next", "")) or reverse("sign-in"))


def _safe(request: HttpRequest, address: str) -> str:
    """Return ``address`` if it stays on this site, else nothing."""
    return address if url_has_allowed_host_and_scheme(address, allowed_hosts=None) else ""
