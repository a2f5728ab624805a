"""Tokens of programs: one's own, made here and shown once; the secretariat sees and ends those of the whole week."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from hanhlang.domains.core import clock
from hanhlang.domains.core.errors import CodedError
from hanhlang.domains.events.models import ApiToken, Role, Week
from hanhlang.domains.events.tokens import make_token, revoke_token, scopes_offered
from hanhlang.web.access import access

USUAL_DAYS = 30
SHOWN = 200
# What each scope lets a program do, in the order of the list.
WORDS = {
    "people:read": _("see everybody who takes part"),
    "delegations:read": _("see who is in the delegations"),
    "requests:read": _("see requests for bilaterals"),
    "requests:write": _("file and answer requests"),
    "wishes:read": _("see wishes for business meetings"),
    "wishes:write": _("make and answer wishes"),
    "business:read": _("find firms; see your own profile, hours and blocks"),
    "business:write": _("write your own profile, hours and blocks; act at your tables"),
    "profiles:validate": _("validate profiles of firms"),
    "meetings:read": _("see agreed meetings and locks"),
    "meetings:write": _("call meetings off, say what became of them"),
    "locks:write": _("lock, hold and unlock meetings"),
    "plans:read": _("see the published plan"),
    "drafts:read": _("see drafts and earlier plans"),
    "plans:publish": _("publish a plan: people are told"),
    "runs:read": _("see searches for a plan"),
    "runs:write": _("start and stop searches"),
    "changes:read": _("see what has changed on the day, and ways to answer it"),
    "changes:write": _("report changes, take them in and answer them"),
    "notices:read": _("read what people were told, and whether they know"),
    "notices:write": _("note who told whom, and that somebody knows"),
    "agendas:read": _("see personal agendas"),
    "papers:read": _("print cards and agenda packs, read door signs"),
    "audit:read": _("read the audit"),
    "roles:read": _("see who holds which role"),
}
KINDS = tuple(Role.Kind)


class TokenForm(forms.Form):
    """What the program is called, until when it may call, and what it may do."""

    name = forms.CharField(
        label=_("Name of the program"),
        max_length=80,
        help_text=_("So that you know later what it was for, such as “Hall screens”."),
        error_messages={"required": _("Give the program a name.")},
    )
    expires_on = forms.DateField(
        label=_("Last day"),
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        error_messages={"required": _("Choose the last day."), "invalid": _("Give the day as 2025-10-28.")},
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose at least one thing that the program may do."),
            "invalid_choice": _("Choose among the things that are listed."),
        },
    )

    def __init__(self, *args: Any, offered: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scopes"].choices = [(scope, WORDS[scope]) for scope in offered]  # type: ignore[attr-defined]


@access(*KINDS)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def tokens(request: HttpRequest) -> HttpResponse:
    """List tokens; make one."""
    week: Week = request.week  # type: ignore[attr-defined]
    now = clock.now()
    today = now.astimezone(ZoneInfo(week.timezone)).date()
    offered = scopes_offered(request.user, week)  # type: ignore[arg-type]
    if request.method != "POST":
        form = TokenForm(offered=offered, initial={"expires_on": max(today, week.ends_on) + timedelta(days=USUAL_DAYS)})
        return render(request, "desk/tokens.html", _page(request, form))
    form = TokenForm(request.POST, offered=offered)
    if not form.is_valid():
        return render(request, "desk/tokens.html", _page(request, form), status=422)
    try:
        token = make_token(
            week=week,
            account=request.user,  # type: ignore[arg-type]
            name=form.cleaned_data["name"],
            scopes=form.cleaned_data["scopes"],
            expires_at=_end_of(form.cleaned_data["expires_on"], week),
            by=request.user,  # type: ignore[arg-type]
            now=now,
        )
    except CodedError as refusal:
        for field in refusal.fields or [None]:
            form.add_error(field if field in form.fields else None, str(refusal))
        return render(request, "desk/tokens.html", _page(request, form), status=refusal.status)
    example = request.build_absolute_uri("/api/v1/me")
    return render(request, "desk/token_made.html", {"token": token, "name": form.cleaned_data["name"], "example": example})


@access(*KINDS)
@require_POST
def revoke(request: HttpRequest, token: UUID) -> HttpResponse:
    """End a token at once."""
    row = _tokens(request).filter(pk=token).first()
    if row is None:
        raise Http404
    if revoke_token(token=row, by=request.user, now=clock.now()):  # type: ignore[arg-type]
        messages.success(request, gettext("The token “%(name)s” has ended; its next call is refused.") % {"name": row.name})
    return HttpResponseRedirect(reverse("desk-tokens", args=[request.week.key]))  # type: ignore[attr-defined]


def _tokens(request: HttpRequest) -> QuerySet[ApiToken]:
    rows = ApiToken.objects.filter(week=request.week, revoked_at=None).select_related("account__person")  # type: ignore[attr-defined]
    return rows if request.may_give_roles else rows.filter(account=request.user)  # type: ignore[attr-defined,misc]


def _page(request: HttpRequest, form: TokenForm) -> dict[str, Any]:
    now = clock.now()
    kinds = {role.kind for role in request.roles}  # type: ignore[attr-defined]
    rows = list(_tokens(request).filter(expires_at__gt=now)[:SHOWN])
    return {
        "form": form,
        "offered": bool(form.fields["scopes"].choices),  # type: ignore[attr-defined]
        "rows": [_line(row) for row in rows],
        "frame": "portal/base.html" if kinds <= {Role.Kind.FOCAL_POINT, Role.Kind.DELEGATE} else "desk/base.html",
        "may_change": kinds != {Role.Kind.AUDITOR},
        "here": "tokens",
    }


def _line(row: ApiToken) -> tuple[ApiToken, list[Any], datetime]:
    """Return a token, what it may do in words, and its last moment: the day it ends at midnight is no longer its day."""
    return row, [WORDS[scope] for scope in row.scopes if scope in WORDS], row.expires_at - timedelta(seconds=1)


def _end_of(day: date, week: Week) -> datetime:
    """Return midnight after ``day`` on the week's clocks."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=ZoneInfo(week.timezone))
