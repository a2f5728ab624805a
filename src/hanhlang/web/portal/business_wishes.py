"""One wish: what was written, who it is from, and its answer."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from hanhlang.domains.core import clock
from hanhlang.domains.core.errors import CodedError
from hanhlang.domains.meetings import business
from hanhlang.domains.meetings.actions import accept_wish, decline_wish, withdraw_wish
from hanhlang.domains.meetings.models import Wish
from hanhlang.domains.people.models import Person
from hanhlang.web.access import access
from hanhlang.web.portal import business_words as words
from hanhlang.web.portal.business_people import back, me, refuse
from hanhlang.web.portal.business_search import line_of
from hanhlang.web.portal.views import TAKING_PART

STATES = {
    Wish.State.OPEN: "waiting",
    Wish.State.ACCEPTED: "confirmed",
    Wish.State.DECLINED: "declined",
    Wish.State.WITHDRAWN: "withdrawn",
    Wish.State.EXPIRED: "expired",
}


class DeclineForm(forms.Form):
    """Why not, in the other side's words to read."""

    why = forms.CharField(
        label=_("Why not"),
        help_text=_("The other side reads it. A short reason helps them to find somebody else."),
        max_length=300,
        required=False,
        widget=forms.Textarea({"rows": 2}),
        error_messages={"max_length": _("Write at most %(limit_value)d letters.")},
    )


@access(*TAKING_PART)
@require_safe
@never_cache
def wish(request: HttpRequest, wish: UUID) -> HttpResponse:
    """Show a wish to the two it is between."""
    return _page(request, _wish(request, wish))


@access(*TAKING_PART)
@require_POST
def accept(request: HttpRequest, wish: UUID) -> HttpResponse:
    """Say yes: it becomes a meeting, not yet placed."""
    row = _asked_of_me(request, wish)
    try:
        accept_wish(wish=row, by=request.user, now=clock.now())  # type: ignore[arg-type]
    except CodedError as refusal:
        refuse(request, refusal)
        return back(request, "portal-business-wish", row.pk)
    said = gettext("You meet %(person)s. The hour and the table are told when they are placed.")
    messages.success(request, said % {"person": row.asking.name})
    return back(request)


@access(*TAKING_PART)
@require_POST
def decline(request: HttpRequest, wish: UUID) -> HttpResponse:
    """Say no, with a reason or without."""
    row = _asked_of_me(request, wish)
    form = DeclineForm(request.POST)
    if not form.is_valid():
        return _page(request, row, form, status=422)
    try:
        decline_wish(wish=row, why=form.cleaned_data["why"], by=request.user, now=clock.now())  # type: ignore[arg-type]
    except CodedError as refusal:
        refuse(request, refusal)
        return back(request, "portal-business-wish", row.pk)
    messages.success(request, gettext("%(person)s reads your answer.") % {"person": row.asking.name})
    return back(request)


@access(*TAKING_PART)
@require_POST
def withdraw(request: HttpRequest, wish: UUID) -> HttpResponse:
    """Take one's own wish back."""
    row = _wish(request, wish)
    if row.asking_id != _me(request).pk:
        raise Http404
    try:
        withdraw_wish(wish=row, by=request.user, now=clock.now())  # type: ignore[arg-type]
    except CodedError as refusal:
        refuse(request, refusal)
        return back(request, "portal-business-wish", row.pk)
    messages.success(request, gettext("You no longer ask %(person)s.") % {"person": row.asked.name})
    return back(request)


def _me(request: HttpRequest) -> Person:
    return me(request)[1]


def _wish(request: HttpRequest, key: UUID) -> Wish:
    week, person = me(request)
    row = business.wishes_of(week, person).filter(pk=key).select_related("week").first()
    if row is None:
        raise Http404
    return row


def _asked_of_me(request: HttpRequest, key: UUID) -> Wish:
    row = _wish(request, key)
    if row.asked_id != _me(request).pk:
        raise Http404
    return row


def _page(request: HttpRequest, row: Wish, form: DeclineForm | None = None, *, status: int = 200) -> HttpResponse:
    week, person = me(request)
    is_mine = row.asking_id == person.pk
    other = row.asked if is_mine else row.asking
    now = clock.now()
    is_over = row.state == Wish.State.OPEN and bool(row.expires_at and row.expires_at <= now)
    profile = business.shown_profile_of(week, other.organisation_id) if other.organisation_id else None
    meeting: Any = getattr(row, "meeting", None)
    page = {
        "wish": row,
        "other": other,
        "is_mine": is_mine,
        "state": "expired" if is_over else STATES[Wish.State(row.state)],
        "is_open": row.state == Wish.State.OPEN and not is_over,
        "line": line_of(profile) if profile else None,
        "languages": [words.language_name(code) for code in profile.languages] if profile else [],
        "meeting": meeting,
        "form": form or DeclineForm(),
        "here": "business",
    }
    return render(request, "portal/business/wish.html", page, status=status)
