"""What is read about meetings that are over: what became of them, how they were found, what is to follow."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet

from hanhlang.domains.events.models import Week
from hanhlang.domains.meetings.enums import Secrecy
from hanhlang.domains.meetings.models import FollowUp, Kind, Meeting, Outcome, Placement, Plan, Satisfaction
from hanhlang.domains.meetings.visibility import Viewer, open_to_staff, seen_by

# Fewer marks than this could be laid at somebody's door.
LEAST_MARKS = 3


@dataclass(frozen=True, slots=True)
class Figures:
    """One kind of meeting: how many are over, what became of them (by ``Outcome.State``; the rest is not known), and its marks."""

    kind: str
    over: int
    outcomes: dict[str, int]
    marks: dict[int, int] = field(default_factory=dict)

    @property
    def unknown(self) -> int:
        return self.over - sum(self.outcomes.values())

    @property
    def mark_count(self) -> int:
        return sum(self.marks.values())


def figures(week: Week, now: datetime) -> list[Figures]:
    """Return the figures all staff share, kind by kind; marks only where at least ``LEAST_MARKS`` were given."""
    over = _over(week, now).filter(open_to_staff(prefix="meeting__"))
    counted = Counter(dict(over.values_list("meeting__kind").annotate(count=Count("pk")).order_by()))
    meetings = over.values("meeting")
    became = Outcome.objects.filter(meeting__in=meetings).values_list("meeting__kind", "state").annotate(count=Count("pk")).order_by()
    marked = Satisfaction.objects.filter(meeting__in=meetings).values_list("meeting__kind", "mark").annotate(count=Count("pk")).order_by()
    outcomes, marks = list(became), list(marked)
    found = []
    for kind in Kind.values:
        given = {mark: count for its, mark, count in marks if its == kind}
        shown = given if sum(given.values()) >= LEAST_MARKS else {}
        found.append(Figures(kind, counted[kind], {state: count for its, state, count in outcomes if its == kind}, shown))
    return found


def without_outcome(week: Week, viewer: Viewer, now: datetime) -> QuerySet[Placement]:
    """Return the published meetings that are over, of which nobody said what became, and that ``viewer`` sees whole; oldest first."""
    rows = _over(week, now).filter(seen_by(viewer, Secrecy.ALL, "meeting__"), meeting__outcome=None)
    return rows.select_related("meeting__week", "place__site").order_by("starts_at", "meeting__number")


def over_and_seen(week: Week, viewer: Viewer, now: datetime) -> QuerySet[Placement]:
    """Return the published meetings that are over and that ``viewer`` sees whole, the newest first."""
    rows = _over(week, now).filter(seen_by(viewer, Secrecy.ALL, "meeting__"))
    return rows.select_related("meeting__week", "meeting__outcome", "place__site").order_by("-starts_at", "meeting__number")


def follow_ups_seen(week: Week, viewer: Viewer) -> QuerySet[FollowUp]:
    """Return what is to follow from the meetings ``viewer`` sees whole and what they own themselves, by day."""
    own = Q(owner=viewer.person) if viewer.person else Q(pk__in=[])
    rows = FollowUp.objects.filter(seen_by(viewer, Secrecy.ALL, "meeting__") | own, meeting__week=week)
    return rows.select_related("meeting__week", "owner__organisation").order_by("due_on", "created_at", "pk")


def is_overdue(row: FollowUp, now: datetime) -> bool:
    """Tell whether the day is over, by the week's clocks, and the thing not done."""
    return row.done_at is None and row.due_on < today(row.meeting.week, now)


def today(week: Week, now: datetime) -> date:
    """Return the day it is where the week is."""
    return now.astimezone(ZoneInfo(week.timezone)).date()


def _over(week: Week, now: datetime) -> QuerySet[Placement]:
    return Placement.objects.filter(
        plan__week=week, plan__state=Plan.State.PUBLISHED, ends_at__lte=now, meeting__state=Meeting.State.AGREED
    )
