"""Where the demonstration may be used without proof of who one is: on this machine only."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from ipaddress import ip_address
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.request import split_domain_port

HOSTS = ("localhost", "127.0.0.1")
PASSED_ON = ("HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_VIA")


def is_demo_visit(request: HttpRequest) -> bool:
    """Tell whether this is a demonstration and the visitor sits at this machine, with no proxy between."""
    return settings.DEMO and _is_loopback(request.META.get("REMOTE_ADDR", "")) and _host(request) in HOSTS and not _was_passed_on(request)


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def _host(request: HttpRequest) -> str:
    return split_domain_port(request.get_host())[0]


def _was_passed_on(request: HttpRequest) -> bool:
    # A proxy on this machine would make every visitor of the world look like loopback.
    return any(name in PASSED_ON or name.startswith("HTTP_X_FORWARDED") for name in request.META)


def demo_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer as a missing page unless this is a demo visit."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not is_demo_visit(request):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded
