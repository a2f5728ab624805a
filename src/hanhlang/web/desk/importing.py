"""A week as an Excel workbook at the desk: take it out, bring one in, see every change before anything is written."""

from __future__ import annotations

import io
from importlib import import_module
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hanhlang.domains.core import clock
from hanhlang.domains.core.errors import CodedError
from hanhlang.domains.events.models import Role, Week
from hanhlang.web.access import access

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROWS_A_PAGE = 100
MOST_FAULTS = 1000


class UploadForm(forms.Form):
    """The workbook somebody brings."""

    file = forms.FileField(
        label=_("Excel workbook"),
        help_text=_("An .xlsx file made from the template or taken out here, at most 20 MB."),
        widget=forms.FileInput({"accept": f".xlsx,{XLSX}"}),
        error_messages={
            "required": _("Choose the file."),
            "empty": _("The file is empty. Choose another one."),
            "missing": _("Choose the file."),
        },
    )


@access(Role.Kind.SECRETARIAT)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def upload(request: HttpRequest) -> HttpResponse:
    """Ask for a workbook; keep the one that is brought and go on to what it would do."""
    if request.method != "POST":
        return render(request, "desk/import.html", {"form": UploadForm()})
    form, workbook = UploadForm(request.POST, request.FILES), _workbook()
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            token = workbook.keep(file.chunks(), name=file.name, **_whose(request), language=_language())
        except workbook.LoadRefused as refusal:
            for fault in refusal.faults:
                form.add_error("file", fault.sentence(_language()))
        else:
            return HttpResponseRedirect(reverse("desk-import-look", args=[_week(request).key, token]))
    return render(request, "desk/import.html", {"form": form}, status=422)


@access(Role.Kind.SECRETARIAT)
@require_safe
@never_cache
def look(request: HttpRequest, token: UUID) -> HttpResponse:
    """Show every change a workbook would make, or every fault of it."""
    return _look(request, token)


@access(Role.Kind.SECRETARIAT)
@require_POST
def apply(request: HttpRequest, token: UUID) -> HttpResponse:
    """Write what was looked at, all or nothing; what would be something else by now is shown again instead."""
    workbook = _workbook()
    try:
        loaded = workbook.apply(token, **_whose(request), now=clock.now())
    except (workbook.ChangedMeanwhile, workbook.LoadRefused) as refusal:
        return _look(request, token, again=True, refusal=refusal, status=409)
    if loaded is None:
        return _look(request, token)
    count = loaded.preview.rows
    told = ngettext("%(count)d row was written.", "%(count)d rows were written.", count) % {"count": count}
    messages.success(request, told)
    return HttpResponseRedirect(reverse("desk-import", args=[_week(request).key]))


@access(Role.Kind.SECRETARIAT)
@require_POST
def forget(request: HttpRequest, token: UUID) -> HttpResponse:
    """Throw a kept workbook away."""
    _workbook().forget(token, **_whose(request))
    messages.success(request, gettext("The file was thrown away. Nothing was written."))
    return HttpResponseRedirect(reverse("desk-import", args=[_week(request).key]))


@access(Role.Kind.SECRETARIAT)
@require_safe
def template(request: HttpRequest) -> FileResponse:
    """Give the empty workbook."""
    target = io.BytesIO()
    _workbook().write_template(target)
    return _file(target, "hanhlang-template.xlsx")


@access(Role.Kind.SECRETARIAT)
@require_POST
def export(request: HttpRequest) -> FileResponse:
    """Give the week as a workbook; that it was taken is written down."""
    target, week = io.BytesIO(), _week(request)
    _workbook().export_week(week=week, target=target, by=request.user, now=clock.now())
    return _file(target, f"{week.key}.xlsx")


def _look(request: HttpRequest, token: UUID, *, again: bool = False, refusal: CodedError | None = None, status: int = 200) -> HttpResponse:
    found = _workbook().look(token, **_whose(request), language=_language(), again=again)
    if found is None:
        if request.method != "POST":
            raise Http404
        messages.error(request, gettext("The file is no longer kept: an hour is over. Bring it again."), extra_tags="refuses")
        return HttpResponseRedirect(reverse("desk-import", args=[_week(request).key]))
    filled = [sheet for sheet in found.sheets if sheet["rows"]]
    wanted = request.GET.get("sheet", "")
    current = next((sheet for sheet in filled if sheet["key"] == wanted), filled[0] if filled else None)
    page = Paginator(current["rows"], ROWS_A_PAGE).get_page(request.GET.get("page")) if current else None
    context = {
        "token": token,
        "look": found,
        "filled": filled,
        "current": current,
        "page": page,
        "faults": found.faults[:MOST_FAULTS],
        "more_faults": max(0, len(found.faults) - MOST_FAULTS),
        "unchanged": sum(sheet["unchanged"] for sheet in found.sheets),
        "refusal": refusal,
    }
    return render(request, "desk/import_look.html", context, status=status)


def _workbook() -> Any:
    # Pages know no jobs; the project, which stands above both, says who reads workbooks.
    return import_module(settings.WORKBOOK)


def _whose(request: HttpRequest) -> dict[str, Any]:
    return {"week": _week(request), "by": request.user}


def _week(request: HttpRequest) -> Week:
    week: Week = request.week  # type: ignore[attr-defined]
    return week


def _language() -> str:
    return "vi" if (get_language() or "vi").startswith("vi") else "en"


def _file(target: io.BytesIO, name: str) -> FileResponse:
    target.seek(0)
    answer = FileResponse(target, as_attachment=True, filename=name, content_type=XLSX)
    answer["Cache-Control"] = "no-store"
    return answer
