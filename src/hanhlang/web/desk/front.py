"""The desk's first page: what waits for a decision."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from hanhlang.domains.core import clock
from hanhlang.domains.meetings.models import Plan
from hanhlang.domains.meetings.queries import waiting
from hanhlang.domains.meetings.visibility import viewer_of
from hanhlang.web.access import access
from hanhlang.web.desk import stuck
from hanhlang.web.desk.plan import DESK


@access(*DESK)
@require_safe
@never_cache
def front(request: HttpRequest) -> HttpResponse:
    """Show what waits for me."""
    week, now = request.week, clock.now()  # type: ignore[attr-defined]
    left = waiting(week, now, viewer_of(week, request.user))  # type: ignore[arg-type]
    plans = Plan.objects.filter(week=week).order_by("-number")
    draft = plans.filter(state=Plan.State.DRAFT).first()
    published = plans.filter(state=Plan.State.PUBLISHED).first()
    newer = draft if draft and (published is None or draft.number > published.number) else None
    kept_back = stuck.how_many()
    of_sides = left.requests or left.counters or left.proposals
    page = {
        "stuck": kept_back,
        "left": left,
        "draft": newer,
        "published": published,
        "nothing": not (kept_back or of_sides or left.holds or left.changes or left.unplaced or newer),
    }
    return render(request, "desk/front.html", page)
