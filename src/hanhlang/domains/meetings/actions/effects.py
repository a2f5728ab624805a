"""What a change makes true, by ordinary rows: hours of presence, closures, roads, ends of sessions, meetings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from hanhlang.domains.agenda.actions import NewClaim, replace_claims, set_travel
from hanhlang.domains.agenda.models import Claim, Travel
from hanhlang.domains.agenda.queries import resource_ids
from hanhlang.domains.core import audit, outbox
from hanhlang.domains.delegations.models import Member
from hanhlang.domains.events.actions import change_participation
from hanhlang.domains.events.models import Participation, Week
from hanhlang.domains.meetings import rules
from hanhlang.domains.meetings.actions.numbers import next_number
from hanhlang.domains.meetings.errors import NoGrid
from hanhlang.domains.meetings.errors_changes import NotAnOverrun
from hanhlang.domains.meetings.models import Change, Grid, Kind, Meeting, Participant, Placement, Plan
from hanhlang.domains.people.models import Account, Person
from hanhlang.domains.programme.actions import save_session, taken_by
from hanhlang.domains.programme.models import Session

# A road nobody gets through takes longer than any day.
CLOSED_ROAD_MINUTES = 100 * 24 * 60
URGENT_VALUE = 1000
URGENT_MINUTES = 20

Effect = Callable[..., None]


def make_true(change: Change, *, by: Account | None, now: datetime) -> None:
    """Alter what is true of the week; call it inside the transaction that takes the change in."""
    _EFFECTS[change.kind](change, by=by, now=now)


def change_source(change: Change) -> str:
    """Return the source of the claims that a change makes."""
    return f"change:{change.pk}"


def last_moment(week: Week) -> datetime:
    """Return local midnight after the week's last day."""
    return datetime.combine(week.ends_on, time(), tzinfo=ZoneInfo(week.timezone)) + timedelta(days=1)


def _late(change: Change, *, by: Account | None, now: datetime) -> None:
    for person in change.people.all():
        if _was_here(change.week, person, now):
            _away(change, [person], *_hours_until(change, now), by=by, now=now)
        else:
            _stay(change, person, arrives_at=change.starts_at, by=by, now=now)


def _left(change: Change, *, by: Account | None, now: datetime) -> None:
    for person in change.people.all():
        _stay(change, person, leaves_at=change.starts_at, by=by, now=now)


def _absent(change: Change, *, by: Account | None, now: datetime) -> None:
    start, end = _hours(change, now)
    _away(change, list(change.people.all()), start, end, by=by, now=now)


def _place_lost(change: Change, *, by: Account | None, now: datetime) -> None:
    start, end = _hours(change, now)
    _close(change, [resource_ids(change.week).places[change.place_id]], start, end, by=by, now=now)  # type: ignore[index]


def _team_away(change: Change, *, by: Account | None, now: datetime) -> None:
    start, end = _hours(change, now)
    _close(change, [resource_ids(change.week).teams[change.team_id]], start, end, by=by, now=now)  # type: ignore[index]


def _road(change: Change, *, by: Account | None, now: datetime) -> None:
    """Make the road slower in its hours, both ways if asked; the hours hold on every day."""
    zone = ZoneInfo(change.week.timezone)
    first = (change.starts_at or now).astimezone(zone)
    last = change.ends_at.astimezone(zone) if change.ends_at else None
    until = 24 if last is None or last.date() != first.date() else last.hour + bool(last.minute)
    took = CLOSED_ROAD_MINUTES if change.minutes is None else change.minutes
    pairs = [(change.data["origin"], change.data["destination"])]
    if change.data.get("both_ways"):
        pairs.append((change.data["destination"], change.data["origin"]))
    for origin, destination in pairs:
        for way in Travel.objects.filter(week=change.week, origin=origin, destination=destination):
            change.data.setdefault("was", {})[f"{origin}:{destination}"] = way.minutes
            slower = [took if first.hour <= hour < until else minutes for hour, minutes in enumerate(way.minutes)]
            set_travel(way=way, minutes=slower, by=by, now=now)


def _overruns(change: Change, *, by: Account | None, now: datetime) -> None:
    """Let the session end later; who is taken until its planned end, and its place, are taken until the new one."""
    session = Session.objects.select_for_update(of=("self",)).select_related("place").get(pk=change.session_id or "")
    planned, end = session.ends_at, change.ends_at
    if planned is None or end is None or end <= planned:
        raise NotAnOverrun(hour=f"{planned.astimezone(ZoneInfo(change.week.timezone)):%H:%M}" if planned else "–")
    held = [person for person, stretches in taken_by(session).items() if any(stop == planned for _, stop in stretches)]
    resources = resource_ids(change.week, held)
    change.data["was"] = planned.isoformat()
    save_session(
        week=change.week,
        key=session.key,
        by=by,
        now=now,
        topics=session.topics.all(),
        organisers=session.organisers.all(),
        supporters=session.supporters.all(),
        ends_at=end,
    )
    # As closures beside what stands there, until an answer has moved it; the source tells where people are meanwhile.
    source = f"session:{session.pk}:overruns:{change.number}"
    claims = [_closure(resources.person(person), planned, end, source) for person in held]
    if session.place_id and session.place:
        cleared = timedelta(minutes=session.place.turnround_minutes)
        claims.append(_closure(resources.place(session.place_id), planned + cleared, end + cleared, source))
    replace_claims(week=change.week, drop=[source], claims=claims, by=by, now=now)


def _urgent(change: Change, *, by: Account | None, now: datetime) -> None:
    """Agree a meeting at once, of more value than others, in the hours given."""
    people = list(change.people.all())
    parties = dict(Member.objects.filter(delegation__week=change.week, person__in=people).values_list("person_id", "delegation_id"))
    kind = Kind.BILATERAL if parties else Kind.BUSINESS
    grid = Grid.objects.filter(week=change.week, kind=kind).order_by("key").first()
    if grid is None:
        raise NoGrid()
    start, end = _hours(change, now)
    first = parties.get(people[0].pk, people[0].organisation_id)
    meeting = Meeting.objects.create(
        week=change.week,
        number=next_number(Meeting.objects, change.week),  # type: ignore[arg-type]
        kind=kind,
        minutes=grid.minutes if kind == Kind.BUSINESS else change.minutes or URGENT_MINUTES,
        value=URGENT_VALUE,
        grid=grid,
        pools=grid.pools,
        windows=rules.to_json([(start, end)]),
        seats=len(people),
    )
    Participant.objects.bulk_create(
        Participant(meeting=meeting, person=person, side=1 if parties.get(person.pk, person.organisation_id) == first else 2)
        for person in people
    )
    change.meeting = meeting
    audit.record("meeting.agreed", about=meeting, by=by, at=now, people=[person.pseudonym for person in people])
    outbox.post("meeting.agreed", meeting=meeting.pk)


def _hours(change: Change, now: datetime) -> tuple[datetime, datetime]:
    """Return from when to when, without what is past: what has been cannot be undone."""
    start, end = max(change.starts_at or now, now), change.ends_at or last_moment(change.week)
    # To the whole minute, as claims are; something over already still has to be said of one minute.
    start = start.replace(second=0, microsecond=0)
    return start, max(end, start + timedelta(minutes=1))


def _hours_until(change: Change, now: datetime) -> tuple[datetime, datetime]:
    start = now.replace(second=0, microsecond=0)
    return start, max(change.starts_at or start, start + timedelta(minutes=1))


def _was_here(week: Week, person: Person, now: datetime) -> bool:
    """Tell whether the person has met somebody in this week already: then they do not arrive, they come back."""
    begun = Placement.objects.filter(plan__week=week, plan__state=Plan.State.PUBLISHED, starts_at__lt=now)
    return begun.filter(meeting__participants__person=person).exists()


def _stay(change: Change, person: Person, *, by: Account | None, now: datetime, **hours: datetime | None) -> None:
    row = Participation.objects.get(week=change.week, person=person)
    was = {name: getattr(row, name).isoformat() if getattr(row, name) else None for name in hours}
    change.data.setdefault("was", {})[str(person.pk)] = was
    change_participation(participation=row, by=by, now=now, **hours)


def _away(change: Change, people: list[Person], start: datetime, end: datetime, *, by: Account | None, now: datetime) -> None:
    resources = resource_ids(change.week, [person.pk for person in people])
    _close(change, [resources.person(person.pk) for person in people], start, end, by=by, now=now)


def _close(change: Change, resources: list[int], start: datetime, end: datetime, *, by: Account | None, now: datetime) -> None:
    held = Claim.objects.filter(source=change_source(change)).values_list("resource_id", flat=True)
    resources = [resource for resource in resources if resource not in set(held)]
    claims = [_closure(resource, start, end, change_source(change)) for resource in resources]
    replace_claims(week=change.week, drop=[], claims=claims, by=by, now=now)


def _closure(resource: int, start: datetime, end: datetime, source: str) -> NewClaim:
    return NewClaim(resource=resource, start=start, end=end, kind=Claim.Kind.CLOSED, source=source, beside=True)


_EFFECTS: dict[str, Effect] = {
    Change.Kind.LATE: _late,
    Change.Kind.LEFT: _left,
    Change.Kind.ABSENT: _absent,
    Change.Kind.PLACE: _place_lost,
    Change.Kind.TEAM: _team_away,
    Change.Kind.ROAD: _road,
    Change.Kind.SESSION: _overruns,
    Change.Kind.URGENT: _urgent,
}
