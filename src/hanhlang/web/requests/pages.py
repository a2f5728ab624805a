"""The pages that portal and desk share: asking, doing one thing to a request, and what a refusal looks like."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from hanhlang.domains.core.errors import CodedError
from hanhlang.domains.delegations.models import Delegation
from hanhlang.domains.meetings import actions
from hanhlang.domains.meetings.models import Request
from hanhlang.web.requests.deeds import Deed, Doer
from hanhlang.web.requests.forms import AskForm, WordedForm
from hanhlang.web.requests.telling import told

# Where a page stands: which template frames it, what its navigation needs, where it leads back.
Frame = dict[str, Any]


def do_deed(request: HttpRequest, row: Request, deed: Deed, doer: Doer, frame: Frame) -> HttpResponse:
    """Show the form of one deed, or carry it out and go back to the request."""
    form = deed.make(request.POST if request.method == "POST" else None, row, doer)
    if request.method != "POST":
        return _show(request, row, deed, doer, form, frame)
    if not form.is_valid():
        return _show(request, row, deed, doer, form, frame, status=422)
    try:
        deed.do(row, form, doer)
    except CodedError as refusal:
        form.refuse(refusal)
        return _show(request, row, deed, doer, form, frame, status=refusal.status)
    messages.success(request, str(deed.said))
    return HttpResponseRedirect(frame["back"])


def ask(
    request: HttpRequest, form: AskForm, asking: Delegation | None, doer: Doer, frame: Frame
) -> tuple[Request | None, HttpResponse | None]:
    """File what the form holds; return the request, or the page that says what is to be put right."""
    if not form.is_valid():
        return None, show_ask(request, form, frame, status=422)
    values = dict(form.cleaned_data)
    party = values.pop("asking", None) or asking
    values["companions"] = values["companions"] or 0
    values = {name: value for name, value in values.items() if name != "seen"}
    hours = {name: rows.windows for name, rows in form.hours.items()}
    try:
        filed = actions.file_request(asking=party, on_behalf=doer.on_behalf, by=doer.account, now=doer.now, **values, **hours)
    except CodedError as refusal:
        form.refuse(refusal)
        return None, show_ask(request, form, frame, status=refusal.status)
    return filed, None


def show_ask(request: HttpRequest, form: WordedForm, frame: Frame, status: int = 200) -> HttpResponse:
    return render(request, "requests/ask.html", {"form": form, "summary": form.summary(), **frame}, status=status)


def _show(request: HttpRequest, row: Request, deed: Deed, doer: Doer, form: WordedForm, frame: Frame, status: int = 200) -> HttpResponse:
    page = {
        "deed": deed,
        "form": form,
        "summary": form.summary(),
        "told": told(row, None if doer.on_behalf else doer.side),
        "for_side": doer.side if doer.on_behalf else None,
        **frame,
    }
    return render(request, "requests/deed.html", page, status=status)
