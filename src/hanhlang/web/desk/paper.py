"""Paper at the desk: packs, cards, workbooks, and all packs at once."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from hanhlang.domains.core import clock
from hanhlang.domains.delegations.models import Delegation
from hanhlang.domains.events.models import Week
from hanhlang.domains.meetings.actions.looks import PUBLISHED, of_delegation, record_looks
from hanhlang.domains.meetings.actions.paper import order_packs
from hanhlang.domains.meetings.models import PackSet, Plan
from hanhlang.domains.meetings.paper import CardNotSeen, agenda_sheet, card_of, pack_of, placements_sheet
from hanhlang.domains.meetings.visibility import Viewer, viewer_of
from hanhlang.web.access import access
from hanhlang.web.desk.plan import DESK
from hanhlang.web.papers import PDF, XLSX, ZIP, file_answer, language_of

LANGUAGES = ("vi", "en")


@access(*DESK)
@require_safe
@never_cache
def paper(request: HttpRequest) -> HttpResponse:
    """Show what can be printed."""
    week = _week(request)
    orders = PackSet.objects.filter(week=week, asked_by=request.user).defer("archive")  # type: ignore[misc]
    page = {
        "delegations": list(Delegation.objects.filter(week=week).select_related("organisation")),
        "published": Plan.objects.filter(week=week, state=Plan.State.PUBLISHED).first(),
        "orders": [(language, next((order for order in orders if order.language == language), None)) for language in LANGUAGES],
    }
    return render(request, "desk/paper.html", page)


@access(*DESK)
@require_safe
def pack(request: HttpRequest, key: str) -> HttpResponse:
    """Give the pack of one delegation, without its brief."""
    language = language_of(request)
    made = pack_of(delegation=_delegation(request, key), viewer=_viewer(request), language=language, now=clock.now())
    _record(request, of_delegation(key))
    return file_answer(made, PDF, f"{_week(request).key}-{key}-{language}.pdf")


@access(*DESK)
@require_safe
def agenda_book(request: HttpRequest, key: str) -> HttpResponse:
    """Give the agenda of one delegation as a workbook."""
    made = agenda_sheet(delegation=_delegation(request, key), viewer=_viewer(request), now=clock.now())
    _record(request, of_delegation(key))
    return file_answer(made, XLSX, f"{_week(request).key}-{key}.xlsx")


@access(*DESK)
@require_safe
def card(request: HttpRequest, number: int) -> HttpResponse:
    """Give the card of one meeting."""
    language = language_of(request)
    try:
        made = card_of(week=_week(request), number=number, viewer=_viewer(request), language=language, now=clock.now())
    except CardNotSeen as refusal:
        raise Http404 from refusal
    _record(request, Q(number=number))
    return file_answer(made, PDF, f"{_week(request).key}-meeting-{number}-{language}.pdf")


@access(*DESK)
@require_safe
def meetings_book(request: HttpRequest) -> HttpResponse:
    """Give all published meetings as a workbook."""
    made = placements_sheet(week=_week(request), viewer=_viewer(request), now=clock.now())
    _record(request, PUBLISHED)
    return file_answer(made, XLSX, f"{_week(request).key}-meetings.xlsx")


@access(*DESK)
@require_POST
def order(request: HttpRequest) -> HttpResponse:
    """Order all packs in a language."""
    language = request.POST.get("language", "")
    if language not in LANGUAGES:
        raise Http404
    order_packs(week=_week(request), language=language, by=request.user, now=clock.now())  # type: ignore[arg-type]
    return HttpResponseRedirect(reverse("desk-paper", args=[_week(request).key]))


@access(*DESK)
@require_safe
def archive(request: HttpRequest, order: UUID) -> HttpResponse:
    """Give an archive to whoever ordered it: it shows what they may see."""
    done = PackSet.objects.filter(pk=order, week=_week(request), asked_by=request.user, state=PackSet.State.DONE).first()  # type: ignore[misc]
    if done is None:
        raise Http404
    _record(request, PUBLISHED)
    return file_answer(bytes(done.archive), ZIP, f"{_week(request).key}-packs-{done.language}.zip")


def _record(request: HttpRequest, which: Q) -> None:
    record_looks(which, week=_week(request), viewer=_viewer(request), by=request.user, now=clock.now())  # type: ignore[arg-type]


def _week(request: HttpRequest) -> Week:
    return request.week  # type: ignore[attr-defined, no-any-return]


def _viewer(request: HttpRequest) -> Viewer:
    return viewer_of(_week(request), request.user)  # type: ignore[arg-type]


def _delegation(request: HttpRequest, key: str) -> Delegation:
    found = Delegation.objects.filter(week=_week(request), key=key).select_related("organisation", "week").first()
    if found is None:
        raise Http404
    return found
