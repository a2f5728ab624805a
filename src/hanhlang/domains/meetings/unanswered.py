"""What somebody put to a side of an agreed bilateral and has no answer to: a proposal of the desk, or somebody else who would come."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch

from hanhlang.domains.delegations.models import Delegation, Member
from hanhlang.domains.events.models import Week
from hanhlang.domains.meetings.models import Meeting, Placement, Plan, Request, RequestStep, StandIn
from hanhlang.domains.meetings.proposals import EVENTS, PROPOSED, open_proposal
from hanhlang.domains.meetings.visibility import Viewer, requests_seen_by


@dataclass(frozen=True, slots=True)
class Unanswered:
    """Who waits (``None``: the desk, with something else than was agreed) since when for whose answer, and who has said yes to it."""

    request: Request
    since: datetime
    waits: Delegation | None
    answers: tuple[Delegation, ...]
    agreed: tuple[Delegation, ...] = ()


def unanswered(week: Week, now: datetime, viewer: Viewer) -> list[Unanswered]:
    """Return what waits longest first, as far as ``viewer`` may know of it; the same few queries for any number."""
    return sorted([*_proposals(week, viewer), *_stand_ins(week, now, viewer)], key=lambda one: (one.since, one.request.number))


def _proposals(week: Week, viewer: Viewer) -> Iterator[Unanswered]:
    steps = RequestStep.objects.filter(event__in=EVENTS)
    proposed = steps.filter(event=PROPOSED, request__week=week).values("request")
    # One that has its hour by now needs no other.
    placed = Placement.objects.filter(plan__week=week, plan__state=Plan.State.PUBLISHED, meeting__request__isnull=False)
    rows = Request.objects.filter(requests_seen_by(viewer), week=week, pk__in=proposed, meeting__state=Meeting.State.AGREED)
    rows = rows.exclude(pk__in=placed.values("meeting__request")).select_related("asking", "asked")
    for row in rows.prefetch_related(Prefetch("steps", steps, to_attr="proposal_steps")):
        proposal = open_proposal(row.proposal_steps)  # type: ignore[attr-defined]
        if proposal is not None:
            sides = (row.asking, row.asked)
            agreed = tuple(side for side in sides if side.pk in proposal.agreed)
            yield Unanswered(row, proposal.at, None, tuple(side for side in sides if side not in agreed), agreed)


def _stand_ins(week: Week, now: datetime, viewer: Viewer) -> Iterator[Unanswered]:
    over = Placement.objects.filter(plan__week=week, plan__state=Plan.State.PUBLISHED, ends_at__lte=now).values("meeting")
    rows = StandIn.objects.filter(requests_seen_by(viewer, "meeting__request__"), meeting__week=week, state=StandIn.State.PUT)
    rows = rows.filter(meeting__state=Meeting.State.AGREED).exclude(meeting__in=over)
    put = list(rows.select_related("meeting__request__asking", "meeting__request__asked"))
    members = Member.objects.filter(delegation__week=week, person__in=[row.absent_id for row in put])
    theirs = dict(members.values_list("person_id", "delegation_id"))
    for row in put:
        request = row.meeting.request
        if request is not None:
            is_asked = theirs.get(row.absent_id) == request.asked_id
            waits, answers = (request.asked, request.asking) if is_asked else (request.asking, request.asked)
            yield Unanswered(request, row.named_at, waits, (answers,))
