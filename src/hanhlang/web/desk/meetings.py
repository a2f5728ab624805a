"""One meeting at the desk: its two sides, where each plan has it, and its lock."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from hanhlang.domains.core import clock
from hanhlang.domains.core.errors import CodedError
from hanhlang.domains.events.models import Place, Week
from hanhlang.domains.meetings.actions import log_look
from hanhlang.domains.meetings.actions.locks import lock_meeting, unlock_meeting
from hanhlang.domains.meetings.enums import Secrecy
from hanhlang.domains.meetings.models import Kind, Lock, Meeting, Placement, Plan, Unplaced
from hanhlang.domains.meetings.visibility import seen_by, viewer_of
from hanhlang.web.access import access
from hanhlang.web.desk.plan import DESK, MAY_LOOK, may_change
from hanhlang.web.parties import seats_with_parties, sides_of

LOCAL = "%Y-%m-%dT%H:%M"


class LockForm(forms.Form):
    """Where a meeting is to stay, why, and until when if it is only held."""

    starts_at = forms.DateTimeField(
        label=_("Day and hour"),
        input_formats=[LOCAL],
        widget=forms.DateTimeInput({"type": "datetime-local", "step": 300}, LOCAL),
        error_messages={"required": _("Choose the day and hour it is to keep."), "invalid": _("Give the hour as 2025-10-28 14:30.")},
    )
    place = forms.ModelChoiceField(
        Place.objects.none(),
        label=_("Place"),
        required=False,
        empty_label=_("any that is free"),
        error_messages={"required": _("Choose one of your places.")},
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        error_messages={"required": _("Say in one sentence why it may not move.")},
    )
    expires_at = forms.DateTimeField(
        label=_("Only hold until"),
        required=False,
        input_formats=[LOCAL],
        widget=forms.DateTimeInput({"type": "datetime-local", "step": 300}, LOCAL),
        help_text=_("Empty: locked until somebody unlocks it. With an hour: only held, and free by itself after it."),
        error_messages={"invalid": _("Give the hour as 2025-10-28 14:30.")},
    )

    def __init__(self, *args: Any, meeting: Meeting, sites: frozenset[UUID] | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = ZoneInfo(meeting.week.timezone)
        places = Place.objects.filter(week=meeting.week, pool__in=meeting.pools).select_related("site")
        if sites is not None:
            # Whoever runs a site keeps meetings at it, not at any place of the week.
            places = places.filter(site__in=sites)
            self.fields["place"].required = True
        self.fields["place"].queryset = places  # type: ignore[attr-defined]

    def moment(self, name: str) -> datetime | None:
        """Return a field's moment: people type the week's own hours."""
        given: datetime | None = self.cleaned_data[name]
        return given.replace(tzinfo=self.zone) if given else None


@access(*MAY_LOOK, also_for_sites=True)
@require_safe
@never_cache
def meeting_page(request: HttpRequest, number: int) -> HttpResponse:
    """Show one meeting."""
    meeting = _meeting(request, number)
    log_look(at=meeting, by=request.user, now=clock.now())  # type: ignore[arg-type]
    return _answer(request, meeting)


@access(*DESK, also_for_sites=True)
@require_POST
def lock(request: HttpRequest, number: int) -> HttpResponse:
    """Lock a meeting where it is to stay, or hold it until an hour."""
    meeting = _meeting(request, number)
    form = LockForm(request.POST, meeting=meeting, sites=request.sites)  # type: ignore[attr-defined]
    if not form.is_valid():
        return _answer(request, meeting, form, status=422)
    try:
        lock_meeting(
            meeting=meeting,
            starts_at=form.moment("starts_at"),  # type: ignore[arg-type]
            place=form.cleaned_data["place"],
            reason=form.cleaned_data["reason"],
            expires_at=form.moment("expires_at"),
            by=request.user,  # type: ignore[arg-type]
            now=clock.now(),
        )
    except CodedError as refusal:
        for field in refusal.fields or [None]:
            form.add_error(field if field in form.fields else None, str(refusal))
        return _answer(request, meeting, form, status=refusal.status)
    messages.success(request, gettext("Meeting %(number)d keeps its hour. Nobody was told.") % {"number": number})
    return _back(request, number)


@access(*DESK, also_for_sites=True)
@require_POST
def unlock(request: HttpRequest, number: int) -> HttpResponse:
    """Let a meeting move again."""
    try:
        unlock_meeting(meeting=_meeting(request, number), by=request.user, now=clock.now())  # type: ignore[arg-type]
    except CodedError as refusal:
        messages.error(request, str(refusal), extra_tags="refuses")
    else:
        messages.success(request, gettext("Meeting %(number)d may move in the next search. Nobody was told.") % {"number": number})
    return _back(request, number)


def _meeting(request: HttpRequest, number: int) -> Meeting:
    week: Week = request.week  # type: ignore[attr-defined]
    seats = Prefetch("participants", seats_with_parties(week), to_attr="seats_taken")
    placements = Placement.objects.filter(plan__state__in=Plan.CURRENT).select_related("plan", "place__site").prefetch_related("teams")
    unplaced = Unplaced.objects.filter(plan__state__in=Plan.CURRENT).select_related("plan").prefetch_related("people")
    meeting = (
        _meetings_of(week, request.sites)  # type: ignore[attr-defined]
        .filter(seen_by(viewer_of(week, request.user), Secrecy.ALL), number=number)  # type: ignore[arg-type]
        .select_related("week", "grid", "request", "lock__place")
        .prefetch_related(
            seats,
            Prefetch("placements", placements.order_by("-plan__number"), to_attr="placed"),
            Prefetch("unplaced", unplaced.order_by("-plan__number"), to_attr="not_placed"),
        )
        .first()
    )
    if meeting is None:
        raise Http404
    return meeting


def _meetings_of(week: Week, sites: frozenset[UUID] | None) -> QuerySet[Meeting]:
    """Return the week's meetings; for those who run sites only what a plan or a lock has there."""
    meetings = Meeting.objects.filter(week=week)
    if sites is None:
        return meetings
    there = Placement.objects.filter(plan__state__in=Plan.CURRENT).filter(place__site__in=sites).values("meeting")
    return meetings.filter(Q(pk__in=there) | Q(lock__place__site__in=sites))


def _answer(request: HttpRequest, meeting: Meeting, form: LockForm | None = None, *, status: int = 200) -> HttpResponse:
    first, second = sides_of(meeting.seats_taken)  # type: ignore[attr-defined]
    lock: Lock | None = getattr(meeting, "lock", None)
    page = {
        "meeting": meeting,
        "first": first,
        "second": second,
        "sides": [side for side in (first, second) if side],
        "is_bilateral": meeting.kind == Kind.BILATERAL,
        "lock": lock,
        "form": form or LockForm(meeting=meeting, sites=request.sites, initial=_present(meeting, lock)),
        "has_card": may_change(request) and request.sites is None and any(row.plan.state == Plan.State.PUBLISHED for row in meeting.placed),  # type: ignore[attr-defined]
        "may_change": may_change(request) and meeting.state == Meeting.State.AGREED,
    }
    return render(request, "desk/meeting.html", page, status=status)


def _present(meeting: Meeting, lock: Lock | None) -> dict[str, Any]:
    """Return the form's first values: the lock as it is, else the newest placement."""
    placed: list[Placement] = meeting.placed  # type: ignore[attr-defined]
    there = lock or (placed[0] if placed else None)
    if there is None:
        return {}
    moment = there.starts_at.astimezone(ZoneInfo(meeting.week.timezone))
    return {"starts_at": moment.strftime(LOCAL), "place": there.place_id, "reason": lock.reason if lock else ""}


def _back(request: HttpRequest, number: int) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("desk-meeting", args=[request.week.key, number]))  # type: ignore[attr-defined]
