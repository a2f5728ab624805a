"""Somebody else comes: named by a focal point for their own side, answered by the other side's."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from hanhlang.domains.core import clock
from hanhlang.domains.core.errors import CodedError
from hanhlang.domains.delegations.models import Member
from hanhlang.domains.events.models import Role, Week
from hanhlang.domains.meetings import rules
from hanhlang.domains.meetings.actions import answer_stand_in, name_stand_in
from hanhlang.domains.meetings.models import Kind, Meeting, Participant, Placement, Plan, StandIn
from hanhlang.domains.meetings.parties import Party, party_of, seats_with_parties
from hanhlang.domains.meetings.visibility import viewer_of
from hanhlang.web.access import access


@dataclass(frozen=True)
class Ahead:
    """A bilateral of one's own side still to come, and who of the side might come instead."""

    placement: Placement
    theirs: Party | None
    ours: list[Participant]
    members: list[Member]


@access(Role.Kind.FOCAL_POINT)
@require_safe
@never_cache
def stand_ins(request: HttpRequest) -> HttpResponse:
    """Show what the other sides ask, and one's own meetings to send somebody else to."""
    week = _week(request)
    asked = [(row, list(_shorter(row.meeting))) for row in _put_to(request)]
    page = {"asked": asked, "ahead": _ahead(request), "week": week}
    return render(request, "portal/stand_ins.html", page)


@access(Role.Kind.FOCAL_POINT)
@require_POST
def name(request: HttpRequest, number: int) -> HttpResponse:
    """Send somebody else of one's own delegation."""
    one = next((one for one in _ahead(request) if one.placement.meeting.number == number), None)
    absent = next((seat.person for seat in one.ours if str(seat.person_id) == request.POST.get("absent")), None) if one else None
    person = next((member.person for member in one.members if str(member.person_id) == request.POST.get("person")), None) if one else None
    if one is None or absent is None or person is None:
        raise Http404
    note = request.POST.get("note", "")[:300]
    try:
        row = name_stand_in(
            meeting=one.placement.meeting,
            absent=absent,
            person=person,
            note=note,
            by=request.user,  # type: ignore[arg-type]
            now=clock.now(),
        )
    except CodedError as refusal:
        messages.error(request, str(refusal), extra_tags="refuses")
    else:
        told = gettext("The other side was told that %(person)s comes.")
        put = gettext("It was put to the other side whether it meets %(person)s; until it answers nothing changes.")
        messages.success(request, (told if row.state == StandIn.State.NOTIFIED else put) % {"person": person.name})
    return _back(request)


@access(Role.Kind.FOCAL_POINT)
@require_POST
def answer(request: HttpRequest, stand_in: UUID) -> HttpResponse:
    """Accept, shorten or decline for one's own side."""
    row = next((row for row in _put_to(request) if row.pk == stand_in), None)
    chosen = request.POST.get("answer", "")
    if row is None or chosen not in (StandIn.State.ACCEPTED, StandIn.State.SHORTENED, StandIn.State.DECLINED):
        raise Http404
    minutes = request.POST.get("minutes", "")
    try:
        answer_stand_in(
            stand_in=row,
            answer=chosen,
            minutes=int(minutes) if minutes.isdecimal() and len(minutes) < 4 else None,
            by=request.user,  # type: ignore[arg-type]
            now=clock.now(),
        )
    except CodedError as refusal:
        messages.error(request, str(refusal), extra_tags="refuses")
    else:
        messages.success(request, gettext("Your answer was passed on; everybody in the meeting was told what it changes."))
    return _back(request)


def _week(request: HttpRequest) -> Week:
    week: Week = request.week  # type: ignore[attr-defined]
    return week


def _ours(request: HttpRequest) -> QuerySet[Member]:
    viewer = viewer_of(_week(request), request.user)  # type: ignore[arg-type]
    return Member.objects.filter(delegation__in=viewer.delegations)


def _put_to(request: HttpRequest) -> list[StandIn]:
    """Return the open proposals that one's own side has to answer: it is in the meeting and did not make it."""
    ours = set(_ours(request).values_list("person_id", flat=True))
    rows = StandIn.objects.filter(state=StandIn.State.PUT, meeting__week=_week(request), meeting__participants__person__in=ours)
    rows = rows.exclude(absent__in=ours).select_related("meeting__week", "absent__organisation", "person__organisation").distinct()
    return list(rows.order_by("named_at"))


def _ahead(request: HttpRequest) -> list[Ahead]:
    week, ours = _week(request), list(_ours(request).select_related("person"))
    keys = {member.person_id for member in ours}
    rows = Placement.objects.filter(plan__week=week, plan__state=Plan.State.PUBLISHED, starts_at__gt=clock.now())
    rows = rows.filter(meeting__kind=Kind.BILATERAL, meeting__state=Meeting.State.AGREED, meeting__participants__person__in=keys).distinct()
    seats = Prefetch("meeting__participants", seats_with_parties(week), to_attr="seats_taken")
    found = []
    for row in rows.select_related("meeting__week", "place").prefetch_related(seats).order_by("starts_at"):
        there = row.meeting.seats_taken  # type: ignore[attr-defined]
        mine = [seat for seat in there if seat.person_id in keys]
        free = [member for member in ours if member.person_id not in {seat.person_id for seat in there}]
        found.append(Ahead(row, party_of([seat for seat in there if seat.person_id not in keys]), mine, free))
    return found


def _shorter(meeting: Meeting) -> range:
    return range(rules.LEAST_MINUTES, meeting.minutes, rules.STEP_MINUTES)


def _back(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect(reverse("portal-stand-ins", args=[_week(request).key]))
