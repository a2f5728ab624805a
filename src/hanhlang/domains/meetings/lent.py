"""What is read about the resources of a week: how long teams work each day, and who comes too near whom."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from hanhlang.domains.agenda.models import InterpreterTeam
from hanhlang.domains.agenda.rules import minutes_by_day
from hanhlang.domains.delegations.models import Member
from hanhlang.domains.events.models import Week
from hanhlang.domains.meetings.enums import Secrecy
from hanhlang.domains.meetings.models import KeepApart, Meeting, Participant, Placement, Plan
from hanhlang.domains.meetings.visibility import Viewer, open_to_staff, seen_by

# Between two who are kept apart in one room: the first must be gone before the second comes.
CLEAR = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Working:
    """One team and its published minutes on each day; ``over`` are the days beyond its ceiling."""

    team: InterpreterTeam
    days: dict[date, int]

    @property
    def over(self) -> list[date]:
        return [day for day, minutes in sorted(self.days.items()) if minutes > self.team.daily_minutes]


@dataclass(frozen=True, slots=True)
class TooNear:
    """Two meetings in one place, one soon after the other, of delegations that are kept apart."""

    pair: KeepApart
    earlier: Placement
    later: Placement


def teams_at_work(week: Week) -> list[Working]:
    """Return every team with its published minutes by day, as far as all staff may count them."""
    zone = ZoneInfo(week.timezone)
    rows = _published(week).filter(open_to_staff(prefix="meeting__")).exclude(teams=None)
    spans = defaultdict(list)
    for team, start, end in rows.values_list("teams", "starts_at", "ends_at"):
        spans[team].append((start.astimezone(zone), end.astimezone(zone)))
    teams = InterpreterTeam.objects.filter(week=week).select_related("site").order_by("site__order", "pair", "key")
    return [Working(team, dict(sorted(minutes_by_day(spans[team.pk]).items()))) for team in teams]


def too_near(week: Week, viewer: Viewer) -> list[TooNear]:
    """
    Return where delegations that are kept apart follow each other into one place within half an hour, in the published plan.

    The planner keeps them that long out of rooms of one kind; a plan from before they were kept apart may not, so the desk must look.
    """
    pairs = list(KeepApart.objects.filter(week=week).select_related("first", "second"))
    if not pairs:
        return []
    concerned = {key for pair in pairs for key in (pair.first_id, pair.second_id)}
    members = dict(Member.objects.filter(delegation__in=concerned).values_list("person_id", "delegation_id"))
    parties: dict[UUID, set[UUID]] = defaultdict(set)
    for meeting, person in Participant.objects.filter(person__in=members, meeting__week=week).values_list("meeting_id", "person_id"):
        parties[meeting].add(members[person])
    rows = (
        _published(week).filter(seen_by(viewer, Secrecy.PLACE, "meeting__"), meeting__in=parties).select_related("place__site", "meeting")
    )
    rooms: dict[UUID, list[Placement]] = defaultdict(list)
    for row in rows.order_by("starts_at"):
        rooms[row.place_id].append(row)
    found = []
    for pair in pairs:
        for there in rooms.values():
            for earlier, later in combinations(there, 2):
                who = parties[earlier.meeting_id], parties[later.meeting_id]
                crossed = any(pair.first_id in one and pair.second_id in other for one, other in (who, who[::-1]))
                if crossed and later.starts_at - earlier.ends_at < CLEAR:
                    found.append(TooNear(pair, earlier, later))
    return found


def _published(week: Week) -> QuerySet[Placement]:
    return Placement.objects.filter(plan__week=week, plan__state=Plan.State.PUBLISHED, meeting__state=Meeting.State.AGREED)
