"""The delegations as the desk sees them: who is in each, who speaks for it, what it asked for."""

from __future__ import annotations

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from hanhlang.domains.delegations.models import Delegation, Member
from hanhlang.domains.events.models import Week
from hanhlang.domains.meetings.models import Meeting, Placement, Plan, Request
from hanhlang.domains.meetings.visibility import Viewer, requests_seen_by, viewer_of
from hanhlang.domains.programme import directory
from hanhlang.web.access import access
from hanhlang.web.components import kinds
from hanhlang.web.desk.plan import DESK
from hanhlang.web.public.directory import asked_of

A_PAGE = 100
# What each state of a request means to who reads a list of them.
STATES = {
    Request.State.OPEN: "waiting",
    Request.State.COUNTERED: "waiting",
    Request.State.ACCEPTED: "confirmed",
    Request.State.DECLINED: "declined",
    Request.State.WITHDRAWN: "withdrawn",
    Request.State.EXPIRED: "expired",
}


@access(*DESK)
@require_safe
@never_cache
def delegations(request: HttpRequest) -> HttpResponse:
    """List the delegations in order of precedence, with head, focal point, members and requests; the same few queries for any number."""
    week: Week = request.week  # type: ignore[attr-defined]
    asked = asked_of(request)
    counts = {
        "member_count": Count("members", distinct=True),
        "to_answer": Count("requests_received", filter=Q(requests_received__state=Request.State.OPEN), distinct=True),
    }
    found = directory.delegations(week, asked).select_related("focal_point").annotate(**counts)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    lines = [
        {"delegation": row, "head": row.heads[0].person if row.heads else None, "rank": kinds.rank(row.rank)}  # type: ignore[attr-defined]
        for row in page.object_list
    ]
    query = urlencode({"q": asked}) if asked else ""
    return render(request, "desk/delegations.html", {"lines": lines, "page": page, "asked": asked, "query": query})


@access(*DESK)
@require_safe
@never_cache
def delegation(request: HttpRequest, key: str) -> HttpResponse:
    """Show one delegation: its members, its focal point, its requests and where their meetings stand."""
    week: Week = request.week  # type: ignore[attr-defined]
    found = directory.delegations(week).filter(key=key).select_related("focal_point").first()
    if found is None:
        raise Http404
    members = Member.objects.filter(delegation=found).select_related("person").order_by("-is_head", "order", "person__sorted")
    page = {
        "delegation": found,
        "kind": kinds.organisation_kind(found.organisation.kind),
        "rank": kinds.rank(found.rank),
        "members": [{"member": row, "person": row.person, "rank": kinds.rank(row.person.rank)} for row in members],
        "requests": [_asked(found, row) for row in _requests(found, viewer_of(week, request.user))],  # type: ignore[arg-type],
    }
    return render(request, "desk/delegation.html", page)


def _requests(delegation: Delegation, viewer: Viewer) -> QuerySet[Request]:
    """Return what the delegation asked for and was asked for, each with its meeting and the published placement of it."""
    published = Placement.objects.filter(plan__state=Plan.State.PUBLISHED).select_related("place")
    meetings = Meeting.objects.prefetch_related(Prefetch("placements", published, to_attr="published"))
    found = Request.objects.filter(Q(asking=delegation) | Q(asked=delegation)).select_related("asking__organisation", "asked__organisation")
    return found.filter(requests_seen_by(viewer)).prefetch_related(Prefetch("meeting", meetings)).order_by("number")


def _asked(delegation: Delegation, row: Request) -> dict[str, object]:
    is_ours = row.asking_id == delegation.pk
    meeting: Meeting | None = getattr(row, "meeting", None)
    placements: list[Placement] = meeting.published if meeting else []  # type: ignore[attr-defined]
    return {
        "request": row,
        "is_ours": is_ours,
        "other": row.asked if is_ours else row.asking,
        "state": "cancelled" if meeting and meeting.state == Meeting.State.CANCELLED else STATES[Request.State(row.state)],
        "meeting": meeting,
        "placement": placements[0] if placements else None,
    }
