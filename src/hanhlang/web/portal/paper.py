"""Paper for those who take part: the pack of one's own delegation, the card of one's own meeting."""

from __future__ import annotations

from dataclasses import replace

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from hanhlang.domains.core import clock
from hanhlang.domains.delegations.models import Delegation
from hanhlang.domains.events.models import Week
from hanhlang.domains.meetings.actions.looks import of_delegation, record_looks
from hanhlang.domains.meetings.paper import CardNotSeen, agenda_sheet, card_of, pack_of
from hanhlang.domains.meetings.visibility import Viewer, viewer_of
from hanhlang.web.access import access
from hanhlang.web.papers import PDF, XLSX, file_answer, language_of
from hanhlang.web.portal.views import TAKING_PART
from hanhlang.web.portal.views import _delegations as spoken_for


@access(*TAKING_PART)
@require_safe
def pack(request: HttpRequest, key: str) -> HttpResponse:
    """Give the pack of a delegation to those who speak for it."""
    delegation, language = _own(request, key), language_of(request)
    made = pack_of(delegation=delegation, viewer=_viewer(request), language=language, now=clock.now())
    _record(request, of_delegation(key))
    return file_answer(made, PDF, f"{_week(request).key}-{key}-{language}.pdf")


@access(*TAKING_PART)
@require_safe
def agenda_book(request: HttpRequest, key: str) -> HttpResponse:
    """Give the agenda of a delegation as a workbook, to the same."""
    made = agenda_sheet(delegation=_own(request, key), viewer=_viewer(request), now=clock.now())
    _record(request, of_delegation(key))
    return file_answer(made, XLSX, f"{_week(request).key}-{key}.xlsx")


@access(*TAKING_PART)
@require_safe
def card(request: HttpRequest, number: int) -> HttpResponse:
    """Give the card of a meeting of one's own, with one's own side's brief."""
    language = language_of(request)
    try:
        made = card_of(week=_week(request), number=number, viewer=_viewer(request), language=language, now=clock.now())
    except CardNotSeen as refusal:
        raise Http404 from refusal
    _record(request, Q(number=number))
    return file_answer(made, PDF, f"{_week(request).key}-meeting-{number}-{language}.pdf")


def _record(request: HttpRequest, which: Q) -> None:
    record_looks(which, week=_week(request), viewer=_viewer(request), by=request.user, now=clock.now())  # type: ignore[arg-type]


def _week(request: HttpRequest) -> Week:
    return request.week  # type: ignore[attr-defined, no-any-return]


def _viewer(request: HttpRequest) -> Viewer:
    viewer = viewer_of(_week(request), request.user)  # type: ignore[arg-type]
    named = frozenset(delegation.pk for delegation in spoken_for(request))
    # In the portal nobody is staff: what they may see here is what is theirs.
    return replace(viewer, delegations=viewer.delegations | named, is_staff=False)


def _own(request: HttpRequest, key: str) -> Delegation:
    for delegation in spoken_for(request):
        if delegation.key == key:
            return delegation
    raise Http404
