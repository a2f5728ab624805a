"""The desk after the meetings: figures, what nobody reported yet, what is to follow."""

from __future__ import annotations

from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from hanhlang.domains.core import clock
from hanhlang.domains.events.models import Week
from hanhlang.domains.meetings import after
from hanhlang.domains.meetings.models import FollowUp, Outcome, Satisfaction
from hanhlang.domains.meetings.outcome_rights import standing_of
from hanhlang.domains.meetings.parties import seats_with_parties, sides_of
from hanhlang.domains.meetings.visibility import viewer_of
from hanhlang.web.access import access
from hanhlang.web.after import After, finish
from hanhlang.web.desk.plan import DESK, MAY_LOOK, may_change

A_PAGE = 30


@access(*MAY_LOOK)
@require_safe
@never_cache
def figures(request: HttpRequest) -> HttpResponse:
    """Show what became of the meetings, how they were found, and what is still open."""
    week: Week = request.week  # type: ignore[attr-defined]
    viewer, now = viewer_of(week, request.user), clock.now()  # type: ignore[arg-type]
    seats = Prefetch("meeting__participants", seats_with_parties(week), to_attr="seats_taken")
    rows = Paginator(after.without_outcome(week, viewer, now).prefetch_related(seats), A_PAGE).get_page(request.GET.get("page", "1"))
    follow_ups = [(row, after.is_overdue(row, now)) for row in after.follow_ups_seen(week, viewer)]
    page = {
        "figures": [
            (
                one,
                [(word, one.outcomes.get(state, 0)) for state, word in Outcome.State.choices],
                [(word, one.marks.get(mark, 0)) for mark, word in Satisfaction.Mark.choices],
            )
            for one in after.figures(week, now)
        ],
        "least": after.LEAST_MARKS,
        "page": rows,
        "lines": [(row, sides_of(row.meeting.seats_taken)) for row in rows],  # type: ignore[attr-defined]
        "open": [(row, late) for row, late in follow_ups if row.done_at is None],
        "done": sum(row.done_at is not None for row, _ in follow_ups),
        "overdue": sum(late for _, late in follow_ups),
        "may_change": may_change(request),
    }
    return render(request, "desk/after.html", page)


@access(*MAY_LOOK)
@require_safe
@never_cache
def meeting(request: HttpRequest, number: int) -> HttpResponse:
    """Show one meeting after it."""
    return _after(request, number).page()


@access(*DESK)
@require_POST
def outcome(request: HttpRequest, number: int) -> HttpResponse:
    """Say what became of it."""
    return _after(request, number).record()


@access(*DESK)
@require_POST
def mark(request: HttpRequest, number: int) -> HttpResponse:
    """Say how one found it."""
    return _after(request, number).mark()


@access(*DESK)
@require_POST
def note(request: HttpRequest, number: int) -> HttpResponse:
    """Write the note of one's own side."""
    return _after(request, number).note()


@access(*DESK)
@require_POST
def follow_up(request: HttpRequest, number: int) -> HttpResponse:
    """Note what is to follow."""
    return _after(request, number).follow_up()


@access(*DESK)
@require_POST
def done(request: HttpRequest, follow_up: UUID) -> HttpResponse:
    """Mark something as done."""
    week: Week = request.week  # type: ignore[attr-defined]
    viewer = viewer_of(week, request.user)  # type: ignore[arg-type]
    row: FollowUp | None = after.follow_ups_seen(week, viewer).filter(pk=follow_up).first()
    if row is None:
        raise Http404
    finish(request, row, standing_of(viewer, row.meeting, may_change=True))
    return HttpResponseRedirect(reverse("desk-after", args=[week.key]))


def _after(request: HttpRequest, number: int) -> After:
    viewer = viewer_of(request.week, request.user)  # type: ignore[attr-defined, arg-type]
    return After(request, number, area="desk", viewer=viewer, may_change=may_change(request))
