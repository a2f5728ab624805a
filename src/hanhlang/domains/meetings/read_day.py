"""
Reading one day of the week: sessions with a role, meetings of one plan, holds, closures.

``read_day`` asks the same number of queries for ten people and for a thousand; ``version_of_day`` tells cheaply whether it would differ.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Max, Q, QuerySet

from hanhlang.domains.agenda.minutes import minute_of
from hanhlang.domains.agenda.models import Claim, Travel
from hanhlang.domains.delegations.models import Delegation, Member
from hanhlang.domains.events.models import Participation, Place, Site, Topic, Week
from hanhlang.domains.meetings.day import DAY_MINUTES, Day, Guest, Left, Sides, Spot, Taken, mark_clashes
from hanhlang.domains.meetings.enums import Secrecy
from hanhlang.domains.meetings.models import Change, Grid, Kind, Lock, Meeting, Participant, Placement, Plan, Unplaced
from hanhlang.domains.meetings.queries import newest_draft
from hanhlang.domains.meetings.visibility import Viewer, kept_from, seen_by
from hanhlang.domains.people.models import Organisation, Person
from hanhlang.domains.programme.models import Session, Speaking


def day_start(week: Week, day: date) -> datetime:
    """Return local midnight at which ``day`` begins."""
    return datetime.combine(day, time(), tzinfo=ZoneInfo(week.timezone))


def plan_shown(week: Week, asked: str) -> tuple[Plan | None, list[Plan]]:
    """Return the plan asked for (``draft``, ``published``, a number; empty: published, else newest draft) and all plans, newest first."""
    plans = list(Plan.objects.filter(week=week).order_by("-number"))
    published = next((plan for plan in plans if plan.state == Plan.State.PUBLISHED), None)
    draft = newest_draft(plans)
    if asked.isdecimal() and len(asked) < 9:
        return next((plan for plan in plans if plan.number == int(asked)), None), plans
    return {"": published or draft, "published": published, "draft": draft}.get(asked), plans


def version_of_day(week: Week, plans: Iterable[Plan | None], now: datetime, viewer: Viewer) -> str:
    """Return a text that changes whenever a day of the week would read otherwise. Cheap sums only, always as many queries."""
    asked: list[QuerySet[Any]] = [
        Session.objects.filter(week=week),
        Speaking.objects.filter(session__week=week),
        Meeting.objects.filter(seen_by(viewer), week=week),
        _living_locks(week, now).filter(seen_by(viewer, prefix="meeting__")),
        Claim.objects.filter(resource__week=week, kind__in=(Claim.Kind.HOLD, Claim.Kind.CLOSED)),
        Place.objects.filter(week=week),
        Participation.objects.filter(week=week),
        Person.objects.filter(participations__week=week),
        Delegation.objects.filter(week=week),
        Member.objects.filter(delegation__week=week),
        Travel.objects.filter(week=week),
        Change.objects.filter(week=week),
    ]
    sums = [tuple(rows.aggregate(rows=Count("id"), last=Max("changed_at")).values()) for rows in asked]
    shown = [(plan.pk, plan.state, plan.changed_at) if plan else None for plan in plans]
    return repr((week.changed_at, shown, sums))


def read_day(week: Week, day: date, plan: Plan | None, published: Plan | None, now: datetime, viewer: Viewer) -> Day:
    """Return the day as ``plan`` has it and ``viewer`` may see it, with what differs from ``published`` marked, clashes found."""
    midnight = day_start(week, day)
    places = {place.pk: place for place in Place.objects.filter(week=week)}
    members, heads = _members(week)
    meetings = _meetings(week, plan, published, midnight, places, now, kept_from(viewer, week))
    taken = [*_sessions(week, midnight, places), *meetings, *_claims(week, midnight, places)]
    read = Day(
        week=week,
        day=day,
        plan=plan,
        published=published,
        sites=tuple(Site.objects.filter(week=week)),
        places=places,
        topics=tuple(Topic.objects.filter(week=week)),
        people=_guests(week, midnight),
        delegations=tuple(Delegation.objects.filter(week=week).select_related("organisation")),
        members=members,
        heads=heads,
        taken=tuple(sorted(taken, key=lambda one: (one.spot.start, one.spot.end, one.key))),
        waiting=_waiting(plan, viewer),
        roads={(way.origin_id, way.destination_id): tuple(way.minutes) for way in Travel.objects.filter(week=week)},
        hours=_hours(week, day),
    )
    mark_clashes(read)
    return read


def left_out(plan: Plan, viewer: Viewer) -> list[Left]:
    """Return what the plan could not place of what ``viewer`` sees, the weightiest first. Two queries."""
    seen = Unplaced.objects.filter(seen_by(viewer, Secrecy.ALL, "meeting__"), plan=plan)
    rows = list(seen.select_related("meeting").order_by("-meeting__value", "meeting__number"))
    seats = Participant.objects.filter(meeting__unplaced__plan=plan)
    sides = _sides(seats)
    return [Left(row.meeting.number, sides.get(row.meeting_id, ((), ())), row.reason, row.text) for row in rows]


def _living_locks(week: Week, now: datetime) -> QuerySet[Lock]:
    return Lock.objects.filter(Q(expires_at=None) | Q(expires_at__gt=now), meeting__week=week)


def _waiting(plan: Plan | None, viewer: Viewer) -> dict[UUID, int]:
    """Return how many meetings of each person the plan could not place."""
    seen = seen_by(viewer, Secrecy.ALL, "meeting__")
    rows = Participant.objects.filter(seen, meeting__unplaced__plan=plan) if plan else Participant.objects.none()
    return {row["person_id"]: row["n"] for row in rows.values("person_id").annotate(n=Count("id")).order_by()}


def _minute(moment: datetime, midnight: datetime) -> int:
    return minute_of(moment) - minute_of(midnight)


def _in_day(midnight: datetime, prefix: str = "") -> Q:
    """Return the condition that a span touches the day that begins at ``midnight``."""
    return Q(**{f"{prefix}starts_at__lt": midnight + timedelta(days=1), f"{prefix}ends_at__gt": midnight})


def _spot(starts_at: datetime, ends_at: datetime, place: UUID | None, midnight: datetime, places: dict[UUID, Place]) -> Spot:
    """Return a span as minutes of the day. It may begin before the day or end after it, as one of another day does."""
    return Spot(_minute(starts_at, midnight), _minute(ends_at, midnight), place, places[place].site_id if place else None)


def _guests(week: Week, midnight: datetime) -> dict[UUID, Guest]:
    reported = Change.objects.filter(week=week, kind=Change.Kind.LATE, state=Change.State.REPORTED, people__isnull=False)
    late = dict(reported.values_list("people", "starts_at"))
    theirs = Organisation.objects.filter(people__in=Person.objects.filter(participations__week=week)).distinct()
    organisations = {row.pk: row for row in theirs.only("name", "folded")}
    found = {}
    shown = (f"person__{name}" for name in ("name", "folded", "organisation_id", "is_protected"))
    for row in Participation.objects.filter(week=week).select_related("person").only("category", "arrives_at", "leaves_at", *shown):
        person, organisation = row.person, organisations.get(row.person.organisation_id)  # type: ignore[arg-type]
        found[person.pk] = Guest(
            id=person.pk,
            name=person.name,
            folded=person.folded,
            organisation=str(organisation.name) if organisation else "",
            organisation_folded=organisation.folded if organisation else "",
            category=row.category,
            is_protected=person.is_protected,
            arrives=_within(row.arrives_at, midnight),
            leaves=_within(row.leaves_at, midnight),
            reported_arrival=_within(late.get(person.pk), midnight),
        )
    return found


def _within(moment: datetime | None, midnight: datetime) -> int | None:
    """Return the minute of the day, cut to it; ``None`` for no moment."""
    return None if moment is None else min(max(_minute(moment, midnight), 0), DAY_MINUTES)


def _members(week: Week) -> tuple[dict[UUID, tuple[UUID, ...]], dict[UUID, UUID]]:
    members: dict[UUID, list[UUID]] = defaultdict(list)
    heads: dict[UUID, UUID] = {}
    rows = Member.objects.filter(delegation__week=week).order_by("-is_head", "order", "id")
    for delegation, person, is_head in rows.values_list("delegation_id", "person_id", "is_head"):
        members[delegation].append(person)
        if is_head:
            heads[delegation] = person
    return {key: tuple(people) for key, people in members.items()}, heads


def _hours(week: Week, day: date) -> tuple[int, int] | None:
    blocks = [block for blocks in Grid.objects.filter(week=week).values_list("blocks", flat=True) for block in blocks]
    spans = [(_clock(block["from"]), _clock(block["to"])) for block in blocks if block["day"] == day.isoformat()]
    return (min(start for start, _ in spans), max(end for _, end in spans)) if spans else None


def _clock(hour: str) -> int:
    return int(hour[:2]) * 60 + int(hour[3:5])


def _sessions(week: Week, midnight: datetime, places: dict[UUID, Place]) -> Iterator[Taken]:
    rows = list(Session.objects.filter(_in_day(midnight), week=week).prefetch_related("topics").defer("description", "note", "source"))
    roles: dict[UUID, dict[tuple[datetime, datetime], list[Speaking]]] = defaultdict(lambda: defaultdict(list))
    for speaking in Speaking.objects.filter(_in_day(midnight, "session__"), session__week=week).select_related("session"):
        start, end = speaking.starts_at or speaking.session.starts_at, speaking.ends_at or speaking.session.ends_at
        if start and end:
            roles[speaking.session_id][start, end].append(speaking)
    for row in rows:
        if row.starts_at is None or row.ends_at is None:
            continue
        topics = list(row.topics.all())
        spot = _spot(row.starts_at, row.ends_at, row.place_id, midnight, places)
        whole = Taken(
            key=f"s-{row.key}",
            kind="session",
            spot=replace(spot, site=row.site_id or spot.site),
            title=str(row.title),
            session=row.key,
            topics=tuple(topic.key for topic in topics),
            hatch=topics[0].hatch if topics else "",
            is_public=row.is_public,
            is_illustrative=row.is_illustrative("starts_at") or row.is_illustrative("place"),
        )
        spans = roles[row.pk]
        yield replace(whole, clashes=set(), **_who(spans.pop((row.starts_at, row.ends_at), [])))
        for (start, end), speakings in spans.items():
            part = replace(_spot(start, end, row.place_id, midnight, places), site=whole.spot.site)
            key = f"{whole.key}-{part.start}-{part.end}"
            yield replace(whole, key=key, spot=part, is_part=True, clashes=set(), **_who(speakings))


def _who(speakings: Iterable[Speaking]) -> dict[str, Any]:
    people = dict.fromkeys(one.person_id for one in speakings if one.person_id)
    # A seat without a name belongs to the delegation of that organisation.
    organisations = dict.fromkeys(one.organisation_id for one in speakings if one.organisation_id and not one.person_id)
    return {"people": tuple(people), "organisations": tuple(organisations)}


def _meetings(
    week: Week,
    plan: Plan | None,
    published: Plan | None,
    midnight: datetime,
    places: dict[UUID, Place],
    now: datetime,
    secret: dict[UUID, Secrecy],
) -> Iterator[Taken]:
    kept = _living_locks(week, now).select_related("meeting")
    locks = {lock.meeting_id: lock for lock in kept if secret.get(lock.meeting_id) is not Secrecy.NOTHING}
    compared = published if plan and published and published.pk != plan.pk else None
    shown = list(_placements(plan, _in_day(midnight))) if plan else []
    sides = _sides(_seats(plan, compared, midnight, locks))
    before: dict[UUID, dict[str, Any]] = {}
    if compared:
        here = Placement.objects.filter(_in_day(midnight), plan=plan).values("meeting")
        before = {row["meeting_id"]: row for row in _placements(compared, _in_day(midnight) | Q(meeting__in=here))}
    for row in shown:
        level = secret.get(row["meeting_id"], Secrecy.ALL)
        if level is not Secrecy.ALL:
            locks.pop(row["meeting_id"], None)
            before.pop(row["meeting_id"], None)
            yield from _busy(_meeting(row, sides, midnight, places), level)
            continue
        lock = locks.get(row["meeting_id"])
        if lock and lock.starts_at == row["starts_at"]:
            locks.pop(row["meeting_id"])
        else:
            lock = None
        meeting = _meeting(row, sides, midnight, places)
        meeting.is_locked, meeting.is_held = bool(lock and not lock.expires_at), bool(lock and lock.expires_at)
        if compared:
            earlier = before.pop(row["meeting_id"], None)
            meeting.is_new = earlier is None
            if earlier and (earlier["starts_at"], earlier["place_id"]) != (row["starts_at"], row["place_id"]):
                meeting.was = _spot(earlier["starts_at"], earlier["ends_at"], earlier["place_id"], midnight, places)
        yield meeting
    for row in before.values():
        # That a secret meeting is gone is nobody's to see who did not see it.
        if row["meeting_id"] in secret:
            continue
        yield replace(_meeting(row, sides, midnight, places), clashes=set(), is_leaving=True)
    for lock in locks.values():
        for one in _kept(lock, sides, midnight, places):
            yield from (_busy(one, secret[lock.meeting_id]) if lock.meeting_id in secret else (one,))


def _busy(one: Taken, level: Secrecy) -> Iterator[Taken]:
    """Yield what is seen of a secret meeting: that its people are busy, and at *place* that its place is."""
    if level is not Secrecy.NOTHING:
        spot = one.spot if level is Secrecy.PLACE else replace(one.spot, place=None, site=None)
        yield Taken(f"x-{one.key}", one.kind, spot, one.people, sides=one.sides, is_secret=True)


def _placements(plan: Plan | None, where: Q) -> Iterable[Any]:
    rows = Placement.objects.filter(where, plan=plan).exclude(meeting__state=Meeting.State.CANCELLED)
    return rows.values("meeting_id", "meeting__number", "meeting__kind", "starts_at", "ends_at", "place_id")


def _seats(plan: Plan | None, compared: Plan | None, midnight: datetime, locks: Iterable[UUID]) -> QuerySet[Participant]:
    plans = [one.pk for one in (plan, compared) if one]
    wanted = Placement.objects.filter(_in_day(midnight), plan__in=plans).values("meeting")
    return Participant.objects.filter(Q(meeting__in=wanted) | Q(meeting__in=list(locks)))


def _sides(seats: QuerySet[Participant]) -> dict[UUID, Sides]:
    sides: dict[UUID, tuple[list[UUID], list[UUID]]] = defaultdict(lambda: ([], []))
    for meeting, person, side in seats.order_by("person__name", "id").values_list("meeting_id", "person_id", "side"):
        sides[meeting][side - 1].append(person)
    return {meeting: (tuple(asking), tuple(asked)) for meeting, (asking, asked) in sides.items()}


def _meeting(row: dict[str, Any], sides: dict[UUID, Sides], midnight: datetime, places: dict[UUID, Place]) -> Taken:
    asking, asked = sides.get(row["meeting_id"], ((), ()))
    return Taken(
        key=f"m-{row['meeting__number']}",
        kind="bilateral" if row["meeting__kind"] == Kind.BILATERAL else "business",
        spot=_spot(row["starts_at"], row["ends_at"], row["place_id"], midnight, places),
        people=(*asking, *asked),
        sides=(asking, asked),
        number=row["meeting__number"],
        is_illustrative=places[row["place_id"]].standing != Place.Standing.REPORTED,
    )


def _kept(lock: Lock, sides: dict[UUID, Sides], midnight: datetime, places: dict[UUID, Place]) -> Iterator[Taken]:
    """Yield the hour kept for a meeting that the plan does not place there."""
    spot = _spot(lock.starts_at, lock.starts_at + timedelta(minutes=lock.meeting.minutes), lock.place_id, midnight, places)
    if spot.start < DAY_MINUTES and spot.end > 0:
        asking, asked = sides.get(lock.meeting_id, ((), ()))
        number, held = lock.meeting.number, bool(lock.expires_at)
        people = (*asking, *asked)
        yield Taken(f"k-{number}", "hold", spot, people, sides=(asking, asked), number=number, is_locked=not held, is_held=held)


def _claims(week: Week, midnight: datetime, places: dict[UUID, Place]) -> Iterator[Taken]:
    first = minute_of(midnight)
    kinds = (Claim.Kind.HOLD, Claim.Kind.CLOSED)
    rows = Claim.objects.filter(resource__week=week, kind__in=kinds, start__lt=first + DAY_MINUTES, end__gt=first)
    # Meetings' own holds are read from their locks, which know whom they are for.
    for claim in rows.exclude(source__startswith="hold:").select_related("resource"):
        place, person = claim.resource.place_id, claim.resource.person_id
        spot = Spot(claim.start - first, claim.end - first, place, places[place].site_id if place else None)
        yield Taken(key=f"c-{claim.pk}", kind=str(claim.kind), spot=spot, people=(person,) if person else ())
