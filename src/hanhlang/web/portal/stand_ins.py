"""Somebody else comes: named by a focal point for their own side, answered by the other side's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
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
    form: forms.Form


class NameForm(forms.Form):
    """Who comes instead of whom, and why."""

    absent = forms.ChoiceField(label=_("Instead of"))
    person = forms.ChoiceField(label=_("Who comes instead"), error_messages={"required": _("Choose who comes.")})
    note = forms.CharField(label=_("Why"), required=False, max_length=300)

    def __init__(self, *args: Any, number: int, ours: list[Participant], members: list[Member], **kwargs: Any) -> None:
        super().__init__(*args, auto_id=f"meeting-{number}-%s", **kwargs)
        self.fields["absent"].choices = [(str(seat.person_id), seat.person.name) for seat in ours]  # type: ignore[attr-defined]
        names = [(str(member.person_id), member.person.name) for member in members]
        self.fields["person"].choices = [("", gettext("choose")), *names]  # type: ignore[attr-defined]


@access(Role.Kind.FOCAL_POINT)
@require_safe
@never_cache
def stand_ins(request: HttpRequest) -> HttpResponse:
    """Show what the other sides ask, and one's own meetings to send somebody else to."""
    return _page(request, _ahead(request))


@access(Role.Kind.FOCAL_POINT)
@require_POST
def name(request: HttpRequest, number: int) -> HttpResponse:
    """Send somebody else of one's own delegation."""
    ahead = _ahead(request, typed=number)
    one = next((one for one in ahead if one.placement.meeting.number == number), None)
    if one is None:
        raise Http404
    if not one.form.is_valid():
        return _page(request, ahead, 422)
    given = one.form.cleaned_data
    people = {str(person.pk): person for person in [*(seat.person for seat in one.ours), *(member.person for member in one.members)]}
    person = people[given["person"]]
    try:
        row = name_stand_in(
            meeting=one.placement.meeting,
            absent=people[given["absent"]],
            person=person,
            note=given["note"],
            by=request.user,  # type: ignore[arg-type]
            now=clock.now(),
        )
    except CodedError as refusal:
        one.form.add_error("person", str(refusal))
        return _page(request, ahead, refusal.status)
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


def _page(request: HttpRequest, ahead: list[Ahead], status: int = 200) -> HttpResponse:
    asked = [(row, list(_shorter(row.meeting))) for row in _put_to(request)]
    wrong = next((one.form for one in ahead if one.form.errors), None)
    page = {"asked": asked, "ahead": ahead, "wrong": wrong, "week": _week(request), "here": "stand-ins"}
    return render(request, "portal/stand_ins.html", page, status=status)


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


def _ahead(request: HttpRequest, typed: int | None = None) -> list[Ahead]:
    """Return the meetings to send somebody else to, the form of the meeting with the number ``typed`` filled as it was sent."""
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
        number = row.meeting.number
        form = NameForm(request.POST if number == typed else None, number=number, ours=mine, members=free)
        found.append(Ahead(row, party_of([seat for seat in there if seat.person_id not in keys]), mine, free, form))
    return found


def _shorter(meeting: Meeting) -> range:
    return range(rules.LEAST_MINUTES, meeting.minutes, rules.STEP_MINUTES)


def _back(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect(reverse("portal-stand-ins", args=[_week(request).key]))
