"""The portal after the meetings: what to report, how it was, what is to follow."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from hanhlang.domains.core import clock
from hanhlang.domains.events.models import Week
from hanhlang.domains.meetings import after
from hanhlang.domains.meetings.models import FollowUp, Participant, Satisfaction
from hanhlang.domains.meetings.outcome_rights import standing_of, standings_of
from hanhlang.domains.meetings.parties import seats_with_parties, sides_of
from hanhlang.domains.meetings.visibility import Viewer, viewer_of
from hanhlang.web.access import access
from hanhlang.web.after import After, finish
from hanhlang.web.portal.views import TAKING_PART
from hanhlang.web.portal.views import _delegations as spoken_for


@access(*TAKING_PART)
@require_safe
@never_cache
def overview(request: HttpRequest) -> HttpResponse:
    """Show what of the visitor's own waits for a word, and what is to follow."""
    week, viewer, now = _week(request), _viewer(request), clock.now()
    seats = Prefetch("meeting__participants", seats_with_parties(week), to_attr="seats_taken")
    own = after.over_and_seen(week, viewer, now).prefetch_related(seats)
    marked = set(Satisfaction.objects.filter(person=viewer.person, meeting__week=week).values_list("meeting_id", flat=True))
    there = set(Participant.objects.filter(person=viewer.person, meeting__week=week).values_list("meeting_id", flat=True))
    standings = standings_of(viewer, [row.meeting for row in own], may_change=False)
    lines = [
        (row, sides_of(row.meeting.seats_taken), row.meeting_id in there and row.meeting_id not in marked)  # type: ignore[attr-defined]
        for row in own
    ]
    unsaid = {row.meeting_id for row in own if standings[row.meeting_id].may_record and getattr(row.meeting, "outcome", None) is None}
    waiting = [line for line in lines if line[2] or line[0].meeting_id in unsaid]
    follow_ups = [
        (row, after.is_overdue(row, now), row.done_at is None and (row.owner_id == viewer.person or _may(viewer, row)))
        for row in after.follow_ups_seen(week, viewer)
    ]
    page = {"waiting": waiting, "follow_ups": follow_ups, "here": "after"}
    return render(request, "portal/after.html", page)


@access(*TAKING_PART)
@require_safe
@never_cache
def meeting(request: HttpRequest, number: int) -> HttpResponse:
    """Show one meeting after it."""
    return _after(request, number).page()


@access(*TAKING_PART)
@require_POST
def outcome(request: HttpRequest, number: int) -> HttpResponse:
    """Say what became of it."""
    return _after(request, number).record()


@access(*TAKING_PART)
@require_POST
def mark(request: HttpRequest, number: int) -> HttpResponse:
    """Say how one found it: one tap to choose, one to send."""
    return _after(request, number).mark()


@access(*TAKING_PART)
@require_POST
def note(request: HttpRequest, number: int) -> HttpResponse:
    """Write the note of one's own side."""
    return _after(request, number).note()


@access(*TAKING_PART)
@require_POST
def follow_up(request: HttpRequest, number: int) -> HttpResponse:
    """Note what is to follow."""
    return _after(request, number).follow_up()


@access(*TAKING_PART)
@require_POST
def done(request: HttpRequest, follow_up: UUID) -> HttpResponse:
    """Mark something as done."""
    week, viewer = _week(request), _viewer(request)
    row = after.follow_ups_seen(week, viewer).filter(pk=follow_up).first()
    if row is None:
        raise Http404
    finish(request, row, standing_of(viewer, row.meeting, may_change=False))
    return HttpResponseRedirect(reverse("portal-after", args=[week.key]))


def _may(viewer: Viewer, row: FollowUp) -> bool:
    return standing_of(viewer, row.meeting, may_change=False).may_record


def _week(request: HttpRequest) -> Week:
    return request.week  # type: ignore[attr-defined, no-any-return]


def _viewer(request: HttpRequest) -> Viewer:
    viewer = viewer_of(_week(request), request.user)  # type: ignore[arg-type]
    named = frozenset(delegation.pk for delegation in spoken_for(request))
    # In the portal nobody is staff: what they may see here is what is theirs.
    return replace(viewer, delegations=viewer.delegations | named, is_staff=False)


def _after(request: HttpRequest, number: int) -> After:
    return After(request, number, area="portal", viewer=_viewer(request), may_change=False)
