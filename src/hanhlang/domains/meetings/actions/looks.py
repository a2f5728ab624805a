"""Looks at meetings that are not open to all staff go on record, whichever page or paper shows them."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from hanhlang.domains.events.models import Week
from hanhlang.domains.meetings.actions.sides import log_look
from hanhlang.domains.meetings.enums import Secrecy
from hanhlang.domains.meetings.models import Meeting, Plan
from hanhlang.domains.meetings.visibility import Viewer, seen_by
from hanhlang.domains.people.models import Account

PUBLISHED = Q(placements__plan__state=Plan.State.PUBLISHED)


def record_looks(which: Q, *, week: Week, viewer: Viewer, by: Account, now: datetime) -> None:
    """Record that ``by`` is shown all of the week's meetings for which ``which`` holds; of an open meeting and one not seen nothing."""
    rows = Meeting.objects.filter(seen_by(viewer, Secrecy.ALL), which, week=week).exclude(secrecy=Secrecy.ALL).distinct()
    for row in rows.select_related("week"):
        log_look(at=row, by=by, now=now)


def of_delegation(key: str) -> Q:
    """Return the condition for published meetings in which a member of the delegation sits."""
    return PUBLISHED & Q(participants__person__memberships__delegation__key=key)
