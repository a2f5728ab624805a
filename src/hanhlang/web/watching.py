"""One line in the log and one count in the metrics for each request, with the name of its address instead of the address."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

from hanhlang.web import metrics

log = logging.getLogger("hanhlang.requests")
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class WatchMiddleware:
    """Measure every answer; put it first, so that nothing escapes it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        begun = time.perf_counter()
        # Ours, never the caller's: what a stranger sends does not belong into the log.
        mark = secrets.token_hex(8)
        request.mark = mark  # type: ignore[attr-defined]
        response = self.get_response(request)
        took = time.perf_counter() - begun
        response.headers["X-Request-ID"] = mark
        route = route_of(request)
        metrics.count(route, response.status_code, took)
        seen = {"route": route, "method": method_of(request), "status": response.status_code, "ms": round(took * 1000, 1), "request": mark}
        log.log(logging.ERROR if response.status_code >= 500 else logging.INFO, "request", extra={"seen": seen})
        return response


def method_of(request: HttpRequest) -> str:
    """Return the method, or ``other``: a stranger may send any word."""
    return request.method if request.method in METHODS else "other"


def route_of(request: HttpRequest) -> str:
    """Return the name of the address asked for, ``static`` for a file, ``none`` for what is none of ours."""
    match = request.resolver_match
    if match is None and request.path_info.startswith(settings.STATIC_URL):
        return "static"
    if match is None:
        # A page from the cache was answered before anybody looked its address up.
        try:
            match = resolve(request.path_info)
        except Resolver404:
            return "none"
    return match.view_name or "unnamed"
