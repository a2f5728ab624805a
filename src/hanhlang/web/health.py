"""Addresses for those who watch the installation: does it answer, may it be sent visitors, how is it doing."""

from __future__ import annotations

import sys
from ipaddress import ip_address

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from hanhlang.domains.agenda import readiness
from hanhlang.web import metrics
from hanhlang.web.access import PUBLIC, access

PLAIN = "text/plain; charset=utf-8"


@access(PUBLIC)
@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer as long as the process does; asks nobody else."""
    return HttpResponse("ok\n", content_type=PLAIN)


@access(PUBLIC)
@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """Answer 200 when the database is there, at this version's state and guarded; else 503 with the code of what is wrong."""
    try:
        readiness.require_ready()
    except readiness.NotReady as fault:
        # The code only: who asks from outside need not learn the database's address.
        return HttpResponse(f"{fault.code}\n", status=503, content_type=PLAIN)
    return HttpResponse("ready\n", content_type=PLAIN)


@access(PUBLIC)
@require_safe
@never_cache
def show_metrics(request: HttpRequest) -> HttpResponse:
    """Show the figures to this machine, or to who has the token; to all others there is nothing here."""
    if not (_has_token(request) or _sits_here(request)):
        raise Http404
    return HttpResponse(metrics.text(), content_type="text/plain; version=0.0.4; charset=utf-8")


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a fault: 503 where the database could not save or answer and trying again may help, else 500."""
    is_database = isinstance(sys.exc_info()[1], OperationalError | InterfaceError)
    if is_database and not connection.in_atomic_block:
        # A connection that broke stays broken; the page asks who is signed in.
        connection.close()
    status = 503 if is_database else 500
    try:
        return render(request, f"{status}.html", status=status)
    except DatabaseError:
        return HttpResponse(render_to_string("database_away.html"), status=503)


def _has_token(request: HttpRequest) -> bool:
    token: str = settings.METRICS_TOKEN
    return bool(token) and constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {token}")


def _sits_here(request: HttpRequest) -> bool:
    # A proxy on this machine would make every visitor of the world look like loopback.
    if any(name.startswith(("HTTP_X_FORWARDED", "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_VIA")) for name in request.META):
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
