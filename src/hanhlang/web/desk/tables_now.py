"""Who is at a table now, who does not come, and who could come instead."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from hanhlang.domains.core import clock
from hanhlang.domains.core.errors import CodedError
from hanhlang.domains.events.models import Week
from hanhlang.domains.meetings.actions import ask_to_come_now, record_no_show
from hanhlang.domains.meetings.business_day import free_now
from hanhlang.domains.meetings.enums import Secrecy
from hanhlang.domains.meetings.models import Meeting, MissingReport, Participant, Placement, Plan
from hanhlang.domains.meetings.visibility import seen_by, viewer_of
from hanhlang.web.access import access
from hanhlang.web.desk.plan import DESK

SHOWN = 250
OFFERED = 5


@access(*DESK)
@require_safe
@never_cache
def tables(request: HttpRequest) -> HttpResponse:
    """Show who waits for somebody, with whom to ask instead, and every meeting that is on now."""
    week, now = _week(request), clock.now()
    viewer = viewer_of(week, request.user)  # type: ignore[arg-type]
    reports = MissingReport.objects.filter(seen_by(viewer, Secrecy.ALL, "meeting__"), meeting__week=week, until__gt=now)
    reports = reports.select_related("meeting__week", "waiting__organisation").prefetch_related("missing", "asks__asked").order_by("at")
    on = Placement.objects.filter(seen_by(viewer, Secrecy.ALL, "meeting__"), plan__week=week, plan__state=Plan.State.PUBLISHED)
    on = on.filter(starts_at__lte=now, ends_at__gt=now, meeting__state=Meeting.State.AGREED).select_related("meeting", "place")
    seats = Prefetch("meeting__participants", Participant.objects.select_related("person").order_by("side", "person__sorted"))
    page = {
        "waiting": [(one, free_now(one, now=now)[:OFFERED]) for one in reports],
        "on": on.prefetch_related(seats).order_by("place__order", "starts_at")[:SHOWN],
    }
    return render(request, "desk/tables.html", page)


@access(*DESK)
@require_POST
def no_show(request: HttpRequest, number: int) -> HttpResponse:
    """Note that somebody did not come."""
    week = _week(request)
    viewer = viewer_of(week, request.user)  # type: ignore[arg-type]
    meeting = Meeting.objects.filter(seen_by(viewer, Secrecy.ALL), week=week, number=number).select_related("week").first()
    seats = meeting.participants.select_related("person") if meeting else []
    person = next((seat.person for seat in seats if str(seat.person_id) == request.POST.get("person")), None)
    if meeting is None or person is None:
        raise Http404
    try:
        told = record_no_show(meeting=meeting, person=person, by=request.user, now=clock.now())  # type: ignore[arg-type]
    except CodedError as refusal:
        messages.error(request, str(refusal), extra_tags="refuses")
    else:
        words = ngettext("%(people)d person was told.", "%(people)d people were told.", len(told)) % {"people": len(told)}
        messages.success(request, gettext("The table is free.") + " " + words)
    return HttpResponseRedirect(reverse("desk-tables", args=[week.key]))


@access(*DESK)
@require_POST
def come_now(request: HttpRequest, report: UUID) -> HttpResponse:
    """Ask somebody who is free to come to the table where another waits."""
    week = _week(request)
    viewer = viewer_of(week, request.user)  # type: ignore[arg-type]
    rows = MissingReport.objects.filter(seen_by(viewer, Secrecy.ALL, "meeting__"), meeting__week=week, pk=report)
    row = rows.select_related("meeting__week", "waiting").first()
    offered = free_now(row, now=clock.now()) if row else []
    person = next((one.person for one in offered if str(one.person.pk) == request.POST.get("person")), None)
    if row is None or person is None:
        raise Http404
    try:
        ask_to_come_now(report=row, asked=person, by=request.user, now=clock.now())  # type: ignore[arg-type]
    except CodedError as refusal:
        messages.error(request, str(refusal), extra_tags="refuses")
    else:
        messages.success(request, gettext("%(person)s was asked to come.") % {"person": person.name})
    return HttpResponseRedirect(reverse("desk-tables", args=[week.key]))


def _week(request: HttpRequest) -> Week:
    week: Week = request.week  # type: ignore[attr-defined]
    return week
