"""Bilaterals of a delegation in the portal of its focal point: what waits for whom, asking, answering, notes of one's own side."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from hanhlang.domains.core import clock
from hanhlang.domains.core.errors import CodedError
from hanhlang.domains.delegations.models import Delegation
from hanhlang.domains.events.models import Role
from hanhlang.domains.meetings import actions
from hanhlang.domains.meetings.models import Brief, Request
from hanhlang.domains.meetings.visibility import viewer_of
from hanhlang.web.access import access
from hanhlang.web.portal.own_hours import own_hours
from hanhlang.web.requests.deeds import DEEDS, doer_of, possible
from hanhlang.web.requests.forms import AskForm, PullAsideForm
from hanhlang.web.requests.pages import ask as file_asked
from hanhlang.web.requests.pages import do_deed, show_ask
from hanhlang.web.requests.telling import asked_for, grouped, lines_of, told
from hanhlang.web.spoken_for import spoken_for


@access(Role.Kind.FOCAL_POINT)
@require_safe
@never_cache
def requests(request: HttpRequest, key: str) -> HttpResponse:
    """List a delegation's requests by what waits for whom."""
    ours = _delegation(request, key)
    lines = lines_of(asked_for(ours.week, Q(asking=ours) | Q(asked=ours)), ours.pk)
    return render(request, "portal/requests.html", {"groups": grouped(lines, ours.pk), **_frame(request, ours)})


@access(Role.Kind.FOCAL_POINT)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def ask(request: HttpRequest, key: str) -> HttpResponse:
    """Ask another delegation for a bilateral."""
    ours = _delegation(request, key)
    frame = _frame(request, ours) | {"back": reverse("portal-requests", args=[ours.week.key, key])}
    typed = request.POST if request.method == "POST" else None
    form = AskForm(typed, week=ours.week, asking=ours, initial={"asked": request.GET.get("with")})
    form.hours["preferred"].drawing = own_hours(ours, viewer_of(ours.week, request.user))  # type: ignore[arg-type]
    if request.method != "POST":
        return show_ask(request, form, frame)
    doer = doer_of(request, ours, on_behalf=False, now=clock.now())
    filed, refused = file_asked(request, form, ours, doer, frame)
    if refused is not None or filed is None:
        return refused or show_ask(request, form, frame)
    messages.success(request, gettext("Your request is sent to %(delegation)s.") % {"delegation": filed.asked.name})
    return HttpResponseRedirect(reverse("portal-request", args=[ours.week.key, key, filed.number]))


@access(Role.Kind.FOCAL_POINT)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def pull_aside(request: HttpRequest, key: str) -> HttpResponse:
    """Write down a pull-aside after it happened."""
    ours = _delegation(request, key)
    back = reverse("portal-requests", args=[ours.week.key, key])
    form = PullAsideForm(request.POST if request.method == "POST" else None, week=ours.week, side=ours)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            values: dict[str, Any] = dict(form.cleaned_data) | {"starts_at": form.moment("starts_at")}
            person = values.pop("people")
            try:
                who = {"by": request.user, "now": clock.now(), "people": [person] if person else []}
                meeting = actions.log_pull_aside(asking=ours, **values, **who)
            except CodedError as refusal:
                form.refuse(refusal)
                status = refusal.status
            else:
                messages.success(request, gettext("The pull-aside is written down."))
                return HttpResponseRedirect(reverse("portal-request", args=[ours.week.key, key, meeting.request.number]))  # type: ignore[union-attr]
    page = {"form": form, "summary": form.summary(), **_frame(request, ours), "back": back}
    return render(request, "requests/pull_aside.html", page, status=status)


@access(Role.Kind.FOCAL_POINT)
@require_safe
@never_cache
def one(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """Show one request: how it stands, what is on the table, what was done, and what can be done now."""
    ours = _delegation(request, key)
    row = _request(ours, number)
    actions.log_look(at=row, by=request.user, now=clock.now())  # type: ignore[arg-type]
    page = {
        "told": told(row, ours),
        "deeds": possible(row, ours),
        "brief": Brief.objects.filter(request=row, delegation=ours).first(),
        **_frame(request, ours),
    }
    return render(request, "portal/request.html", page)


@access(Role.Kind.FOCAL_POINT)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def deed(request: HttpRequest, key: str, number: int, deed: str) -> HttpResponse:
    """Do one thing to a request for one's own delegation."""
    ours = _delegation(request, key)
    row = _request(ours, number)
    back = reverse("portal-request", args=[ours.week.key, key, number])
    if deed not in DEEDS or deed == "sign-off":
        raise Http404
    if request.method != "POST" and deed not in [each.key for each in possible(row, ours)]:
        # Somebody was faster: the page of the request says how it stands.
        return HttpResponseRedirect(back)
    doer = doer_of(request, ours, on_behalf=False, now=clock.now())
    return do_deed(request, row, DEEDS[deed], doer, _frame(request, ours) | {"back": back})


def _delegation(request: HttpRequest, key: str) -> Delegation:
    """Return the delegation of the address if the visitor speaks for it."""
    found = next((one for one in spoken_for(request) if one.key == key), None)
    if found is None:
        raise Http404
    return found


def _request(ours: Delegation, number: int) -> Request:
    row = asked_for(ours.week, Q(asking=ours) | Q(asked=ours)).filter(number=number).first()
    if row is None:
        raise Http404
    return row


def _frame(request: HttpRequest, ours: Delegation) -> dict[str, Any]:
    return {"frame": "portal/base.html", "delegation": ours, "here": "requests", "follows": [ours]}
