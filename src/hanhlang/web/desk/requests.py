"""Requests for bilaterals at the desk: what waits, for whom, until when; filed and answered on behalf; gaps in rank accepted."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from hanhlang.domains.core import clock
from hanhlang.domains.core.folding import fold
from hanhlang.domains.delegations.models import Delegation
from hanhlang.domains.events.models import Role, Week
from hanhlang.domains.meetings import actions
from hanhlang.domains.meetings.models import Request
from hanhlang.domains.meetings.visibility import requests_seen_by, viewer_of
from hanhlang.web.access import access
from hanhlang.web.desk.plan import DESK
from hanhlang.web.requests.deeds import DEEDS, OF_EITHER, doer_of, possible, side_of
from hanhlang.web.requests.forms import AskForm
from hanhlang.web.requests.pages import ask as file_asked
from hanhlang.web.requests.pages import do_deed, show_ask
from hanhlang.web.requests.telling import WAITING, asked_for, lines_of, told

A_PAGE = 50
SOON = timedelta(hours=24)
HOST = (Role.Kind.SECRETARIAT, Role.Kind.PROTOCOL)
SHOWN = {
    "waiting": (_("waiting for an answer"), Q(state__in=WAITING)),
    "soon": (_("ending within a day"), None),
    "gap": (_("gap in rank to accept"), Q(state=Request.State.ACCEPTED, rank_gap__gt=0, signed_off_at=None)),
    "agreed": (_("agreed"), Q(state=Request.State.ACCEPTED)),
    "ended": (_("ended"), Q(state__in=(Request.State.DECLINED, Request.State.WITHDRAWN, Request.State.EXPIRED))),
}


@access(*DESK)
@require_safe
@never_cache
def requests(request: HttpRequest) -> HttpResponse:
    """List the requests this reader may see, narrowed by how they stand, by a delegation and by words."""
    week: Week = request.week  # type: ignore[attr-defined]
    chosen = {name: request.GET.get(name, "").strip()[:100] for name in ("state", "delegation", "q")}
    found = _seen(request).filter(_narrowed(chosen, clock.now()))
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "lines": lines_of(page.object_list),
        "page": page,
        "chosen": chosen,
        "query": urlencode({name: value for name, value in chosen.items() if value}),
        "states": [(key, word) for key, (word, _condition) in SHOWN.items()],
        "parties": Delegation.objects.filter(week=week).order_by("precedence", "code"),
        **_frame(),
    }
    return render(request, "desk/requests.html", context)


@access(*DESK)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def ask(request: HttpRequest) -> HttpResponse:
    """Ask on behalf of a delegation."""
    week: Week = request.week  # type: ignore[attr-defined]
    frame = _frame() | {"back": reverse("desk-requests", args=[week.key])}
    if request.method != "POST":
        return show_ask(request, AskForm(week=week), frame)
    doer = doer_of(request, None, on_behalf=True, now=clock.now())
    filed, refused = file_asked(request, AskForm(request.POST, week=week), None, doer, frame)
    if refused is not None or filed is None:
        return refused or show_ask(request, AskForm(week=week), frame)
    said = gettext("The request of %(asking)s is sent to %(asked)s.") % {"asking": filed.asking.name, "asked": filed.asked.name}
    messages.success(request, said)
    return HttpResponseRedirect(reverse("desk-request", args=[week.key, filed.number]))


@access(*DESK)
@require_safe
@never_cache
def one(request: HttpRequest, number: int) -> HttpResponse:
    """Show one request: how it stands, what is on the table, what was done, and what the desk can do now."""
    row = _request(request, number)
    actions.log_look(at=row, by=request.user, now=clock.now())  # type: ignore[arg-type]
    page = {"told": told(row, None), "deeds": possible(row, None, is_desk=True, is_host=_is_host(request)), **_frame()}
    return render(request, "desk/request.html", page)


@access(*DESK)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def deed(request: HttpRequest, number: int, deed: str) -> HttpResponse:
    """Do one thing to a request on behalf of the side whose turn it is, or as the host's protocol."""
    row = _request(request, number)
    back = reverse("desk-request", args=[row.week.key, number])
    if deed not in DEEDS or deed == "brief" or (deed == "sign-off" and not _is_host(request)):
        raise Http404
    side = side_of(DEEDS[deed], row)
    is_possible = deed in [each.key for each in possible(row, None, is_desk=True, is_host=_is_host(request))]
    if not is_possible and (request.method != "POST" or side is None):
        # Somebody was faster: the page of the request says how it stands.
        return HttpResponseRedirect(back)
    doer = doer_of(request, side, on_behalf=side is not None or deed in OF_EITHER, now=clock.now())
    answer = do_deed(request, row, DEEDS[deed], doer, _frame() | {"back": back})
    if answer.status_code == 302 and not _seen(request).filter(number=number).exists():
        # Who keeps a request from the desk may have kept it from oneself.
        return HttpResponseRedirect(reverse("desk-requests", args=[row.week.key]))
    return answer


def _narrowed(chosen: dict[str, str], now: datetime) -> Q:
    condition = Q()
    if chosen["state"] == "soon":
        ends = Q(expires_at__lte=now + SOON) & (Q(held_until=None) | Q(held_until__lte=now + SOON))
        condition &= Q(state__in=WAITING) & ends
    elif chosen["state"] in SHOWN:
        condition &= SHOWN[chosen["state"]][1] or Q()
    if chosen["delegation"]:
        condition &= Q(asking__key=chosen["delegation"]) | Q(asked__key=chosen["delegation"])
    for word in fold(chosen["q"]).split():
        condition &= Q(asking__folded__contains=word) | Q(asked__folded__contains=word) | Q(subjects__icontains=word)
    return condition


def _seen(request: HttpRequest) -> QuerySet[Request]:
    week: Week = request.week  # type: ignore[attr-defined]
    return asked_for(week, requests_seen_by(viewer_of(week, request.user)))  # type: ignore[arg-type]


def _request(request: HttpRequest, number: int) -> Request:
    row = _seen(request).filter(number=number).first()
    if row is None:
        raise Http404
    return row


def _is_host(request: HttpRequest) -> bool:
    return any(role.kind in HOST for role in request.roles)  # type: ignore[attr-defined]


def _frame() -> dict[str, Any]:
    return {"frame": "desk/base.html", "here": "requests"}
