"""What the desk proposes to the two sides of a bilateral that has no place: a shorter length, or other hours."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hanhlang.domains.meetings.models import RequestStep

PROPOSED, ACCEPTED, DECLINED = "proposed", "proposal_accepted", "proposal_declined"
EVENTS = (PROPOSED, ACCEPTED, DECLINED)
SIDES = 2


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposal that waits: the minutes to book, hours to add (none: only the length changes), and which sides have said yes."""

    minutes: int
    windows: Sequence[Sequence[str]]
    at: datetime
    agreed: frozenset[UUID]


def open_proposal(steps: Iterable[RequestStep]) -> Proposal | None:
    """Return the proposal that still waits for an answer, of a request's ``steps`` in their order; the latest counts."""
    found: RequestStep | None = None
    agreed: set[UUID] = set()
    for step in steps:
        if step.event == PROPOSED:
            found, agreed = step, set()
        elif step.event == ACCEPTED and step.side_id:
            agreed.add(step.side_id)
        elif step.event == DECLINED:
            found = None
    if found is None or len(agreed) >= SIDES:
        return None
    return Proposal(found.offer["minutes"], found.offer.get("windows", []), found.at, frozenset(agreed))
