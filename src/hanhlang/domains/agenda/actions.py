"""Taking and freeing people's and places' time, and the addresses of personal calendars."""

from __future__ import annotations

import itertools
import secrets
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.db.models import Q

from hanhlang.domains.agenda import queries
from hanhlang.domains.agenda.errors import AlreadyTaken, ClaimIsEmpty, PlaceFull
from hanhlang.domains.agenda.minutes import minute_of, moment_of
from hanhlang.domains.agenda.models import Claim, Feed, Resource, Travel
from hanhlang.domains.core import audit
from hanhlang.domains.core.multitext import MultiText
from hanhlang.domains.events.models import Place, Week
from hanhlang.domains.people.models import Account, Person

BATCH = 500
# Calendars ask every quarter of an hour; to the hour is enough to see whether one is still in use.
READ_AGAIN = timedelta(hours=1)


@dataclass(frozen=True)
class NewClaim:
    """
    A claim to be made; ``end`` of a place's claim includes its turn-round.

    ``beside``: a fact that stands beside what is taken there, such as a room that is lost or somebody ill: nothing may be placed
    there any more, but what was promised stays until somebody has answered.
    """

    resource: int
    start: datetime
    end: datetime
    kind: str
    source: str
    beside: bool = False


@transaction.atomic
def replace_claims(*, week: Week, drop: Iterable[str], claims: Iterable[NewClaim], by: Account | None, now: datetime) -> int:
    """
    Free everything claimed for the sources in ``drop``, then claim anew; return how many claims were made.

    Both happen in one transaction and the database judges the end state, so two people may swap hours.
    Of two who do this in one week at once, the second waits and judges what the first left.

    :raises ClaimIsEmpty: if a claim does not last a whole minute.
    :raises AlreadyTaken: if a person, team or exclusive place would be taken twice.
    :raises PlaceFull: if more claims than its capacity would meet at a shared place.
    """
    # Without it two who replace one source at once would both miss what the other inserts, and the source were claimed twice.
    # SQLite ignores the row lock; there the IMMEDIATE transaction does its work.
    Week.objects.select_for_update(no_key=True).only("pk").get(pk=week.pk)
    dropped = sorted(set(drop))
    shared = _shared_places(week)
    rows = [
        Claim(
            resource_id=claim.resource,
            start=minute_of(claim.start),
            end=minute_of(claim.end),
            is_exclusive=claim.resource not in shared and not claim.beside,
            kind=claim.kind,
            source=claim.source,
        )
        for claim in claims
    ]
    for row in rows:
        if row.end <= row.start:
            raise ClaimIsEmpty(who=_label(row.resource_id), **_hours(week, row.start, row.end))
    for first in range(0, len(dropped), BATCH):
        Claim.objects.filter(resource__week=week, source__in=dropped[first : first + BATCH]).delete()
    _insert(week, rows + _outdated(week), shared)
    # Without counts: with those of what is public they would tell of meetings that not all who read the audit may know of.
    audit.record("agenda.claims_replaced", about=week, by=by, at=now)
    return len(rows)


def _shared_places(week: Week) -> dict[int, Place]:
    resources = Resource.objects.filter(week=week, place__sharing=Place.Sharing.SHARED).select_related("place")
    return {resource.pk: resource.place for resource in resources if resource.place}


def _outdated(week: Week) -> list[Claim]:
    """Free the claims made before their place became shared or exclusive, and return them as they must be now."""
    place_is_shared = Q(resource__place__sharing=Place.Sharing.SHARED)
    of_week = Claim.objects.filter(resource__week=week)
    # A closure beside what is taken is neither: it was never meant to exclude.
    wrongly_apart = ~place_is_shared & Q(is_exclusive=False) & ~Q(kind=Claim.Kind.CLOSED)
    outdated = of_week.filter(place_is_shared & Q(is_exclusive=True) | wrongly_apart)
    rows = list(outdated)
    Claim.objects.filter(pk__in=[row.pk for row in rows]).delete()
    for row in rows:
        row.is_exclusive = not row.is_exclusive
    return rows


def _insert(week: Week, rows: list[Claim], shared: dict[int, Place]) -> None:
    try:
        with transaction.atomic():
            Claim.objects.bulk_create(rows, batch_size=BATCH)
    except IntegrityError as refusal:
        raise _taken(week, rows) from refusal
    _keep_capacity(week, {row.resource_id: shared[row.resource_id] for row in rows if not row.is_exclusive and row.resource_id in shared})


def _taken(week: Week, rows: list[Claim]) -> AlreadyTaken:
    """Name the first overlap, among the new claims or with what is kept. Costs the claims of the resources concerned."""
    lanes: dict[int, list[Claim]] = defaultdict(list)
    for row in rows:
        if row.is_exclusive:
            lanes[row.resource_id].append(row)
    numbers = sorted(lanes)
    for first in range(0, len(numbers), BATCH):
        for kept in Claim.objects.filter(resource__in=numbers[first : first + BATCH], is_exclusive=True):
            lanes[kept.resource_id].append(kept)
    for number, lane in sorted(lanes.items()):
        lane.sort(key=lambda claim: (claim.start, claim.end))
        for earlier, later in itertools.pairwise(lane):
            if later.start < earlier.end:
                there = earlier if later in rows else later
                return AlreadyTaken(
                    who=_label(number), what=Claim.Kind(there.kind).label, **_hours(week, later.start, min(earlier.end, later.end))
                )
    raise RuntimeError("The database refused claims that do not overlap.")


def _keep_capacity(week: Week, places: dict[int, Place]) -> None:
    for number, place in sorted(places.items()):
        if place.capacity is None:
            continue
        edges: list[tuple[int, int]] = []
        for start, end in Claim.objects.filter(resource=number).values_list("start", "end"):
            edges += [(start, 1), (end, -1)]
        there = 0
        for minute, change in sorted(edges):
            there += change
            if there > place.capacity:
                raise PlaceFull(place=place.name, capacity=place.capacity, wanted=there, start=_hours(week, minute, minute)["start"])


def _label(number: int) -> str | MultiText:
    """Name a person, place, team or piece of equipment; in the language of the reader, so not yet a string."""
    resource = Resource.objects.select_related("person", "place", "team", "equipment").get(pk=number)
    if resource.person:
        return resource.person.name
    thing = resource.place or resource.team or resource.equipment
    return (thing.name or thing.key) if thing else ""


def _hours(week: Week, start: int, end: int) -> dict[str, str]:
    zone = ZoneInfo(week.timezone)
    shown = [moment_of(minute).astimezone(zone) for minute in (start, end)]
    same_day = shown[0].date() == shown[1].date()
    return {"start": f"{shown[0]:%d/%m %H:%M}", "end": f"{shown[1]:{'%H:%M' if same_day else '%d/%m %H:%M'}}"}


@transaction.atomic
def make_feed(*, week: Week, person: Person, by: Account | None, now: datetime) -> str:
    """Give a person a calendar address and return its token, which is shown once and kept only as a hash. An earlier one ends."""
    # Two presses at once: the second waits, and ends the first one's address instead of failing on it.
    Person.objects.select_for_update(no_key=True).only("pk").get(pk=person.pk)
    Feed.objects.filter(week=week, person=person, revoked_at=None).update(revoked_at=now)
    token = secrets.token_urlsafe(32)
    feed = Feed.objects.create(week=week, person=person, token_hash=queries.token_hash(token))
    audit.record("feed.made", about=feed, by=by, at=now, people=[person.pseudonym])
    return token


def note_reading(*, feed: Feed, now: datetime) -> bool:
    """Write down that a calendar address was read, at most once an hour; return whether it was written now."""
    if feed.last_read_at and feed.last_read_at <= now < feed.last_read_at + READ_AGAIN:
        return False
    return bool(Feed.objects.filter(pk=feed.pk, last_read_at=feed.last_read_at).update(last_read_at=now))


@transaction.atomic
def revoke_feed(*, week: Week, person: Person, by: Account | None, now: datetime) -> bool:
    """End a person's calendar address; return whether there was one."""
    ended = Feed.objects.filter(week=week, person=person, revoked_at=None).update(revoked_at=now)
    if ended:
        audit.record("feed.revoked", about=week, by=by, at=now, people=[person.pseudonym])
    return bool(ended)


@transaction.atomic
def set_travel(*, way: Travel, minutes: Iterable[int], by: Account | None, now: datetime) -> Travel:
    """Say how long a road takes when leaving in each of the 24 hours of a day."""
    way = Travel.objects.select_for_update(of=("self",)).get(pk=way.pk)
    way.minutes = list(minutes)
    way.save(update_fields=["minutes", "changed_at"])
    audit.record("travel.set", about=way, by=by, at=now, details={"minutes": way.minutes})
    return way
