"""Work left on the desk, and accounts to look at it with; all of it about invented delegations."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, time, timedelta
from itertools import combinations
from zoneinfo import ZoneInfo

from hanhlang.domains.delegations.models import Delegation
from hanhlang.domains.events.models import Place, Role, Week
from hanhlang.domains.meetings import rules
from hanhlang.domains.meetings.actions import counter_request, file_request, lock_meeting, make_wishes, report_change
from hanhlang.domains.meetings.models import Change, Kind, Participant, Wish
from hanhlang.domains.people.models import Account, Person
from hanhlang.engine.generate import CannotDraw
from hanhlang.jobs.cast.meetings import Draw, agree_between, bilateral_pools, heads
from hanhlang.jobs.cast.people import Cast

OPEN_REQUESTS = 5
OPEN_WISHES = 12
HELD_MINUTES = 30
ROOM_LEFT = 5


def hold_one(week: Week, cast: Cast, draw: Draw, met: set[frozenset[str]], now: datetime) -> None:
    """
    Agree one more bilateral and hold it at an hour that is free beside everything drawn, so that all still fits.

    :raises CannotDraw: if there is no such hour.
    """
    asking, asked = _strangers(cast, met)
    people = [str(person.pk) for delegation in (asking, asked) for person in heads(delegation)]
    pools = {pool.id: pool for pool in draw.problem.pools}
    origin = datetime.combine(week.starts_on, time.min, tzinfo=ZoneInfo(week.timezone))
    for minute in range(10 * 60, 3 * 1440, 5):
        for name in bilateral_pools(week, draw.problem):
            pool, end = pools[name], minute + HELD_MINUTES
            in_hours = 10 * 60 <= minute % 1440 <= 17 * 60
            if in_hours and all(draw.calendar.free(person, minute, end, pool.site) for person in people):
                unit = draw.calendar.unit(pool, minute, end)
                if unit is not None:
                    meeting = agree_between(asking, asked, now=now, minutes=HELD_MINUTES)
                    starts_at = origin + timedelta(minutes=minute)
                    lock_meeting(
                        meeting=meeting,
                        starts_at=starts_at,
                        place=Place.objects.get(pk=unit),
                        reason="Chờ đoàn xác nhận giờ họp / Waiting for the delegation to confirm the hour",
                        expires_at=max(starts_at - timedelta(hours=1), now + timedelta(hours=6)),
                        by=None,
                        now=now,
                    )
                    return
    raise CannotDraw("No hour is left for a held meeting. Give more rooms or hours.")


def leave_work(week: Week, cast: Cast, met: set[frozenset[str]], now: datetime) -> None:
    """Leave open requests, a counter-offer, open wishes and a late arrival waiting."""
    zone = ZoneInfo(week.timezone)
    for _ in range(OPEN_REQUESTS):
        asking, asked = _strangers(cast, met)
        file_request(asking=asking, asked=asked, minutes=20, subjects="Hợp tác đào tạo nhân lực số", by=None, now=now)
    asking, asked = _strangers(cast, met)
    request = file_request(asking=asking, asked=asked, minutes=30, subjects="Kết nối hạ tầng số", by=None, now=now)
    last = datetime.combine(week.ends_on, time(9), tzinfo=zone)
    counter_request(request=request, minutes=20, windows=[(last, last + timedelta(hours=2))], by=None, now=now)
    late = cast.parties[cast.invented[0].key][0]
    arrives_at = datetime.combine(week.starts_on, time(13, 40), tzinfo=zone)
    note = "Chuyến bay đến muộn / Late flight"
    report_change(week=week, kind=Change.Kind.LATE, people=[late], starts_at=arrives_at, note=note, by=None, now=now)
    known = {frozenset(pair) for pair in Wish.objects.filter(week=week).values_list("asking_id", "asked_id")}
    counts = Counter(Participant.objects.filter(meeting__week=week, meeting__kind=Kind.BUSINESS).values_list("person_id", flat=True))
    quiet = sorted(cast.business, key=lambda person: (counts[person.pk], person.key))[: 4 * OPEN_WISHES]
    pairs = [
        (one, other)
        for one, other in zip(quiet, reversed(quiet), strict=True)
        if one.organisation_id != other.organisation_id and frozenset((one.pk, other.pk)) not in known
    ]
    make_wishes(week=week, pairs=pairs[: min(OPEN_WISHES, len(pairs) // 2)], by=None, now=now)


def make_accounts(week: Week, cast: Cast) -> list[Account]:
    """Make an account for each of five demonstration roles, and a liaison officer's for the delegation that is late and the busiest."""
    delegation = _busiest(cast)
    focal_point = cast.parties[delegation.key][-1]
    delegation.focal_point = focal_point
    delegation.save(update_fields=["focal_point", "changed_at"])
    counts = Counter(Participant.objects.filter(meeting__week=week, meeting__kind=Kind.BUSINESS).values_list("person_id", flat=True))
    founders = [person for person in cast.business if person.title.shown("en") == "Founder"] or cast.business
    # One who still has room for a few more: whoever looks in as the founder should be able to answer and to ask.
    with_room = [person for person in founders if counts[person.pk] <= rules.MOST_BUSINESS_MEETINGS - ROOM_LEFT] or founders
    founder = max(with_room, key=lambda person: (counts[person.pk], person.key))
    secretary, planner, auditor, officer = cast.staff[:4]
    liaison = _account(week, "liaison", officer, Role.Kind.LIAISON, cast.invented[0])
    if delegation != cast.invented[0]:
        Role.objects.create(week=week, account=liaison, kind=Role.Kind.LIAISON, delegation_id=delegation.pk)
    return [
        _account(week, "secretariat", secretary, Role.Kind.SECRETARIAT),
        _account(week, "meetings", planner, Role.Kind.MEETINGS),
        _account(week, "focal-point", focal_point, Role.Kind.FOCAL_POINT, delegation),
        _account(week, "founder", founder, Role.Kind.DELEGATE),
        _account(week, "auditor", auditor, Role.Kind.AUDITOR),
        liaison,
    ]


def _account(week: Week, name: str, person: Person, kind: str, delegation: Delegation | None = None) -> Account:
    account = Account.objects.create_account(email=f"{name}@{week.key}.example", person=person, language="vi")
    account.is_demo = True
    account.save(update_fields=["is_demo"])
    Role.objects.create(week=week, account=account, kind=kind, delegation_id=delegation.pk if delegation else None)
    return account


def _busiest(cast: Cast) -> Delegation:
    """Return the invented delegation with most meetings, those with planted impossible ones included."""
    heads_of = {delegation.key: cast.parties[delegation.key][0].pk for delegation in cast.invented}
    counts = Counter(Participant.objects.filter(person__in=heads_of.values()).values_list("person_id", flat=True))
    return max(cast.invented, key=lambda delegation: (counts[heads_of[delegation.key]], delegation.key))


def _strangers(cast: Cast, met: set[frozenset[str]]) -> tuple[Delegation, Delegation]:
    """Return two invented delegations that neither met nor asked each other, and note that they have now."""
    for asking, asked in combinations(cast.invented[:-9][::-1], 2):
        pair = frozenset((asking.key, asked.key))
        if pair not in met:
            met.add(pair)
            return asking, asked
    raise CannotDraw("Every two invented delegations meet already. Ask for more people.")
