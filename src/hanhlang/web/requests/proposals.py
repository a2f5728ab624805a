"""What the desk proposes, as the pages of a request tell it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Prefetch
from django.utils.translation import gettext

from hanhlang.domains.delegations.models import Delegation
from hanhlang.domains.meetings.models import Meeting, Request, RequestStep
from hanhlang.domains.meetings.proposals import EVENTS, Proposal, open_proposal
from hanhlang.web.requests.words import hours_in_words

STEPS = Prefetch("steps", RequestStep.objects.filter(event__in=EVENTS), to_attr="proposal_steps")


@dataclass(frozen=True)
class ProposalTold:
    """A proposal in words: what it is, and who has said yes."""

    what: str
    agreed: list[Delegation]


def proposal_of(row: Request) -> Proposal | None:
    """Return what waits for an answer; nothing once the meeting is called off or has a place."""
    meeting: Meeting | None = getattr(row, "meeting", None)
    if meeting is None or meeting.state != Meeting.State.AGREED or getattr(meeting, "published", []):
        return None
    return open_proposal(row.proposal_steps)  # type: ignore[attr-defined]


def still_to_answer(row: Request) -> list[Delegation]:
    """Return the sides whose answer a proposal waits for."""
    proposal = proposal_of(row)
    return [side for side in (row.asking, row.asked) if side.pk not in proposal.agreed] if proposal else []


def proposal_told(row: Request) -> ProposalTold | None:
    """Return the proposal in words."""
    proposal = proposal_of(row)
    if proposal is None:
        return None
    parts = [gettext("%(minutes)d minutes") % {"minutes": proposal.minutes}]
    parts += [hours_in_words(proposal.windows, row.week)] if proposal.windows else []
    return ProposalTold(", ".join(parts), [side for side in (row.asking, row.asked) if side.pk in proposal.agreed])
