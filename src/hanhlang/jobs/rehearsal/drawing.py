"""What happens in a rehearsal: how many changes of each kind, when, and about whom, all from one seed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from hanhlang.domains.agenda.models import Travel
from hanhlang.domains.delegations.models import Member
from hanhlang.domains.events.models import Week
from hanhlang.domains.meetings.models import Change, Meeting, Participant, Placement, Plan
from hanhlang.domains.people.models import Person

# Of a hundred changes; late heads are at least an hour late.
MIX = {
    Change.Kind.LATE: 30,
    Change.Kind.PLACE: 15,
    Change.Kind.TEAM: 10,
    Change.Kind.ROAD: 10,
    Change.Kind.ABSENT: 20,
    Change.Kind.URGENT: 15,
}
FIRST, LAST = time(7, 30), time(15, 30)
LATE_MINUTES = (60, 75, 90, 120, 150)
LOST_HOURS = (2, 3, 4)
SLOWER = (1.25, 1.5, 2.0)
URGENT_MINUTES = (15, 20, 30)


@dataclass(frozen=True, slots=True)
class Due:
    """A change of a kind at a moment; whom and what it is about is chosen when it comes, from what stands then."""

    kind: str
    at: datetime


def draw(week: Week, count: int, random: Random) -> list[Due]:
    """Return ``count`` changes in the order of their moments, of each kind as many as :data:`MIX` says, rounded fairly."""
    shares = {kind: count * percent / 100 for kind, percent in MIX.items()}
    whole = {kind: int(share) for kind, share in shares.items()}
    largest = sorted(MIX, key=lambda kind: whole[kind] - shares[kind])
    for kind in largest[: count - sum(whole.values())]:
        whole[kind] += 1
    kinds = [kind for kind, number in whole.items() for _ in range(number)]
    random.shuffle(kinds)
    return [Due(kind, at) for kind, at in zip(kinds, sorted(_moments(week, count, random)), strict=True)]


def _moments(week: Week, count: int, random: Random) -> list[datetime]:
    zone = ZoneInfo(week.timezone)
    days = (week.ends_on - week.starts_on).days + 1
    span = (datetime.combine(week.starts_on, LAST) - datetime.combine(week.starts_on, FIRST)).seconds // 60
    found = []
    for _ in range(count):
        day = week.starts_on + timedelta(days=random.randrange(days))
        found.append(datetime.combine(day, FIRST, tzinfo=zone) + timedelta(minutes=random.randrange(span)))
    return found


def about(week: Week, due: Due, random: Random) -> dict[str, Any] | None:
    """Return what to report for a change that is due, as ``report_change`` takes it; ``None`` if it could touch nothing any more."""
    ahead = _ahead(week, due.at)
    if due.kind == Change.Kind.URGENT:
        return _urgent(week, due.at, random)
    if due.kind == Change.Kind.ROAD:
        return _road(week, due.at, random)
    if not ahead:
        return None
    chosen = random.choice(ahead)
    hours = {"starts_at": due.at, "ends_at": due.at + timedelta(hours=random.choice(LOST_HOURS))}
    if due.kind == Change.Kind.PLACE:
        return {"place": chosen.place, **hours}
    if due.kind == Change.Kind.TEAM:
        teams = sorted({team for row in ahead for team in row.teams.all()}, key=lambda team: team.key)
        return {"team": random.choice(teams), **hours} if teams else None
    if due.kind == Change.Kind.LATE:
        heads = _people_of(week, ahead, is_head=True)
        minutes = random.choice(LATE_MINUTES)
        return {"people": [random.choice(heads)], "starts_at": due.at + timedelta(minutes=minutes)} if heads else None
    people = _people_of(week, ahead, is_head=False)
    return {"people": [random.choice(people)], **hours} if people else None


def _ahead(week: Week, now: datetime) -> list[Placement]:
    """Return what is published for the rest of the day."""
    zone = ZoneInfo(week.timezone)
    midnight = datetime.combine(now.astimezone(zone).date(), time(), tzinfo=zone) + timedelta(days=1)
    rows = Placement.objects.filter(plan__week=week, plan__state=Plan.State.PUBLISHED, starts_at__gt=now, ends_at__lte=midnight)
    rows = rows.exclude(meeting__state=Meeting.State.CANCELLED).select_related("place").prefetch_related("teams")
    return list(rows.order_by("meeting__number"))


def _people_of(week: Week, ahead: Sequence[Placement], *, is_head: bool) -> list[Person]:
    """Return heads of delegations with something ahead, or everybody else; of heads the invented ones where there are any."""
    seats = Participant.objects.filter(meeting__in=[row.meeting_id for row in ahead]).values("person")
    heads = Member.objects.filter(delegation__week=week, is_head=True)
    people = Person.objects.filter(pk__in=seats).order_by("key")
    if not is_head:
        return list(people.exclude(pk__in=heads.values("person")))
    invented = heads.filter(delegation__organisation__is_invented=True).values("person")
    return list(people.filter(pk__in=invented)) or list(people.filter(pk__in=heads.values("person")))


def _road(week: Week, now: datetime, random: Random) -> dict[str, Any] | None:
    ways = list(Travel.objects.filter(week=week).order_by("pk"))
    if not ways:
        return None
    way = random.choice(ways)
    hour = now.astimezone(ZoneInfo(week.timezone)).hour
    minutes = min(300, int(way.minutes[hour] * random.choice(SLOWER)))
    data = {"origin": str(way.origin_id), "destination": str(way.destination_id), "both_ways": True}
    return {"data": data, "minutes": minutes, "starts_at": now, "ends_at": now + timedelta(hours=random.choice(LOST_HOURS))}


def _urgent(week: Week, now: datetime, random: Random) -> dict[str, Any] | None:
    heads = Member.objects.filter(delegation__week=week, is_head=True).select_related("person").order_by("delegation__key")
    invented = list(heads.filter(delegation__organisation__is_invented=True)) or list(heads)
    if len(invented) < 2:
        return None
    people = [member.person for member in random.sample(invented, 2)]
    return {"people": people, "minutes": random.choice(URGENT_MINUTES), "starts_at": now + timedelta(minutes=30)}
