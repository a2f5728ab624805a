"""Who was told what, and who is not reached yet."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from hanhlang.domains.core import clock
from hanhlang.domains.events.models import Week
from hanhlang.domains.meetings.actions import note_acknowledged, note_told
from hanhlang.domains.meetings.enums import Secrecy
from hanhlang.domains.meetings.models import Notice, Plan
from hanhlang.domains.meetings.told import owed
from hanhlang.domains.meetings.visibility import levels_of, seen_by, viewer_of
from hanhlang.web.access import access
from hanhlang.web.desk.plan import DESK

SHOWN = 200


@access(*DESK)
@require_safe
@never_cache
def notices(request: HttpRequest) -> HttpResponse:
    """Show who does not know yet, by minutes left, and what was acknowledged last."""
    week, viewer = _week(request), viewer_of(_week(request), request.user)  # type: ignore[arg-type]
    asked = request.GET.get("plan", "")
    plan = Plan.objects.filter(week=week, number=int(asked)).first() if asked.isdecimal() and len(asked) < 9 else None
    told = owed(week, None, clock.now(), plan)
    levels = levels_of(viewer, {one.notice.meeting_id: one.notice.meeting for one in told}.values())
    shown = [one for one in told if levels[one.notice.meeting_id] == Secrecy.ALL]
    known = Notice.objects.filter(seen_by(viewer, Secrecy.ALL, "meeting__"), week=week, acknowledged_at__isnull=False)
    if plan:
        known = known.filter(plan=plan)
    page = {
        "told": shown[:SHOWN],
        "more": max(0, len(shown) - SHOWN),
        "known": known.select_related("person__organisation", "acknowledged_by__person").order_by("-acknowledged_at")[:SHOWN],
        "plan": plan,
        "hows": [(how, how.label) for how in (Notice.How.PHONE, Notice.How.PERSON, Notice.How.MESSAGE)],
    }
    return render(request, "desk/notices.html", page)


@access(*DESK)
@require_POST
def tap(request: HttpRequest, notice: UUID) -> HttpResponse:
    """Note that the desk told somebody, or that somebody knows."""
    week = _week(request)
    viewer = viewer_of(week, request.user)  # type: ignore[arg-type]
    row = Notice.objects.filter(seen_by(viewer, Secrecy.ALL, "meeting__"), week=week, pk=notice).first()
    how = request.POST.get("how", "")
    if row is None or how not in Notice.How.values:
        raise Http404
    act = note_acknowledged if request.POST.get("knows") else note_told
    act(notice=row, how=how, by=request.user, now=clock.now())  # type: ignore[arg-type]
    return HttpResponseRedirect(reverse("desk-notices", args=[week.key]))


def _week(request: HttpRequest) -> Week:
    week: Week = request.week  # type: ignore[attr-defined]
    return week
