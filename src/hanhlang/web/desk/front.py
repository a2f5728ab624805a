"""The desk's first page: what waits for a decision."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from hanhlang.domains.core import clock
from hanhlang.domains.core.errors import CodedError
from hanhlang.domains.meetings.actions.arrivals import take_in_late_arrival
from hanhlang.domains.meetings.models import LateArrival, Plan
from hanhlang.domains.meetings.queries import waiting
from hanhlang.web.access import access
from hanhlang.web.desk import stuck
from hanhlang.web.desk.plan import DESK


@access(*DESK)
@require_safe
@never_cache
def front(request: HttpRequest) -> HttpResponse:
    """Show what waits for me."""
    week, now = request.week, clock.now()  # type: ignore[attr-defined]
    left = waiting(week, now)
    plans = Plan.objects.filter(week=week).order_by("-number")
    draft = plans.filter(state=Plan.State.DRAFT).first()
    published = plans.filter(state=Plan.State.PUBLISHED).first()
    newer = draft if draft and (published is None or draft.number > published.number) else None
    kept_back = stuck.how_many()
    page = {
        "stuck": kept_back,
        "left": left,
        "draft": newer,
        "published": published,
        "nothing": not (kept_back or left.requests or left.counters or left.holds or left.late_arrivals or left.unplaced or newer),
    }
    return render(request, "desk/front.html", page)


@access(*DESK)
@require_POST
def take_in(request: HttpRequest, arrival: UUID) -> HttpResponse:
    """Make a late arrival count for the next search."""
    late = LateArrival.objects.filter(pk=arrival, week=request.week).select_related("person").first()  # type: ignore[attr-defined]
    if late is None:
        raise Http404
    try:
        take_in_late_arrival(arrival=late, by=request.user, now=clock.now())  # type: ignore[arg-type]
    except CodedError as refusal:
        messages.error(request, str(refusal), extra_tags="refuses")
    else:
        told = gettext("The later arrival of %(person)s counts from the next search on. Nobody was told yet.")
        messages.success(request, told % {"person": late.person.name})
    return HttpResponseRedirect(reverse("desk", args=[request.week.key]))  # type: ignore[attr-defined]
