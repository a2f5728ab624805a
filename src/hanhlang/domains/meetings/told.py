"""Who was told what, who knows, and who must still be spoken to; the most pressing first."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from hanhlang.domains.delegations.models import Delegation, Member
from hanhlang.domains.events.models import Role, Week
from hanhlang.domains.meetings.models import Notice, Plan, Promise
from hanhlang.domains.people.models import Account, Person


@dataclass(frozen=True, slots=True)
class Owed:
    """A notice not acknowledged yet, with the minutes until the hour it is about."""

    notice: Notice
    starts_at: datetime
    minutes_left: int

    @property
    def is_told(self) -> bool:
        return self.notice.told_at is not None


def told_otherwise() -> Exists:
    """Return whether the person of a promise was told something else of its meeting before; a calendar entry sent again is nothing else."""
    said = Notice.objects.filter(person=OuterRef("person"), meeting=OuterRef("meeting"))
    return Exists(said.exclude(kind=Notice.Kind.NEW))


def unseen(week: Week, person: Person | None, now: datetime) -> list[Notice]:
    """Return what a person was told and has not acknowledged, of hours that are not over, newest last."""
    if person is None:
        return []
    rows = Notice.objects.filter(week=week, person=person, acknowledged_at=None).exclude(kind=Notice.Kind.NEW, sequence=0)
    return [row for row in _latest(rows) if hour_of(row) >= now]


def owed(week: Week, people: Collection[UUID] | None, now: datetime, plan: Plan | None = None) -> list[Owed]:
    """
    Return what somebody must still be told or has not acknowledged, by minutes left; ``people`` ``None``: everybody's.

    First notices of a meeting are no change: they count only for those who cannot be written to.
    """
    rows = Notice.objects.filter(week=week, acknowledged_at=None).select_related("person__organisation", "meeting", "told_by__person")
    rows = rows.exclude(kind=Notice.Kind.NEW, sequence=0)
    if people is not None:
        rows = rows.filter(person__in=people)
    if plan is not None:
        rows = rows.filter(plan=plan)
    found = []
    for row in _latest(rows):
        hour = hour_of(row)
        if hour >= now:
            found.append(Owed(row, hour, int((hour - now).total_seconds() // 60)))
    return sorted(found, key=lambda one: (one.is_told, one.minutes_left, one.notice.person.sorted))


def hour_of(notice: Notice) -> datetime:
    """Return the hour by which a person has to know: of what was and what is now, the earlier."""
    hours = [spot["starts_at"] for spot in (notice.before, notice.after) if spot]
    return min(datetime.fromisoformat(hour) for hour in hours)


def led_by(week: Week, account: Account) -> QuerySet[Delegation]:
    """Return the delegations a liaison officer accompanies."""
    roles = Role.objects.filter(week=week, account=account, kind=Role.Kind.LIAISON).values("delegation_id")
    return Delegation.objects.filter(week=week, pk__in=roles).select_related("organisation")


def next_meetings(week: Week, delegations: Iterable[Delegation], now: datetime, most: int = 12) -> list[Promise]:
    """Return the next meetings of the members of some delegations, as they were told, each once, in order of time."""
    people = Member.objects.filter(delegation__in=list(delegations)).values("person")
    rows = Promise.objects.filter(Q(person__in=people), meeting__week=week, is_cancelled=False, ends_at__gt=now)
    found: dict[UUID, Promise] = {}
    for row in rows.select_related("meeting", "place__site", "person").order_by("starts_at", "person__sorted"):
        found.setdefault(row.meeting_id, row)
        if len(found) >= most:
            break
    return list(found.values())


def _latest(rows: QuerySet[Notice]) -> list[Notice]:
    """Keep of several notices about one meeting to one person the last: it says what is true now."""
    newest: dict[tuple[UUID, UUID], Notice] = {}
    for row in rows.order_by("written_at", "sequence"):
        newest[row.person_id, row.meeting_id] = row
    return sorted(newest.values(), key=lambda row: (row.written_at, row.sequence))
