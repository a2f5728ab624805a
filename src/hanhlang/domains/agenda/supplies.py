"""What a week can lend its meetings, changed by the desk: interpreters' hours, equipment, vehicles, waiting areas."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from django.db import transaction

from hanhlang.domains.agenda.errors import (
    CeilingUnusable,
    EquipmentInUse,
    HoursUpsideDown,
    KindUnusable,
    NoWaitingThere,
    SeatsUnusable,
    SiteOfAnotherWeek,
    TeamEmpty,
)
from hanhlang.domains.agenda.models import Claim, Equipment, InterpreterTeam, Vehicle, WaitingArea
from hanhlang.domains.agenda.rules import Window
from hanhlang.domains.core import audit, live, outbox
from hanhlang.domains.core.multitext import MultiText
from hanhlang.domains.events.models import Place, Site, Week
from hanhlang.domains.people.models import Account

LEAST_CEILING, MOST_CEILING = 30, 600
MOST_PEOPLE, MOST_SEATS = 12, 80
KIND = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z", re.ASCII)


@transaction.atomic
def set_team(
    *, team: InterpreterTeam, size: int, hours: Sequence[Window], daily_minutes: int, by: Account | None, now: datetime
) -> InterpreterTeam:
    """
    Say how many take turns in a team, when it works and the most it works in a day; the next search keeps to it.

    :raises TeamEmpty, HoursUpsideDown, CeilingUnusable: as their names say.
    """
    if not 1 <= size <= MOST_PEOPLE:
        raise TeamEmpty()
    if not LEAST_CEILING <= daily_minutes <= MOST_CEILING:
        raise CeilingUnusable(minutes=daily_minutes)
    team = InterpreterTeam.objects.select_for_update(of=("self",)).select_related("week").get(pk=team.pk)
    team.size, team.hours, team.daily_minutes = size, as_json(hours), daily_minutes
    team.save(update_fields=["size", "hours", "daily_minutes", "changed_at"])
    audit.record("team.set", about=team, by=by, at=now, details={"size": size, "hours": team.hours, "daily_minutes": daily_minutes})
    _announce("team.set", team.week, team=team.pk)
    return team


@transaction.atomic
def add_equipment(
    *, week: Week, name: MultiText, kind: str, site: Site, hours: Sequence[Window] = (), by: Account | None, now: datetime
) -> Equipment:
    """
    Add a thing that meetings may need.

    :raises KindUnusable, SiteOfAnotherWeek, HoursUpsideDown: as their names say.
    """
    if not KIND.match(kind) or len(kind) > 40:
        raise KindUnusable()
    _same_week(week, site)
    key = f"{kind[:40]}-{uuid4().hex[:8]}"
    thing = Equipment.objects.create(week=week, key=key, name=name, kind=kind, site=site, hours=as_json(hours), standing="reported")
    audit.record("equipment.added", about=thing, by=by, at=now, details={"kind": kind})
    _announce("equipment.added", week, equipment=thing.pk)
    return thing


@transaction.atomic
def remove_equipment(*, equipment: Equipment, by: Account | None, now: datetime) -> None:
    """
    Take a thing away.

    :raises EquipmentInUse: if something published needs it.
    """
    if Claim.objects.filter(resource__equipment=equipment).exists():
        raise EquipmentInUse(name=equipment.name)
    audit.record("equipment.removed", about=equipment, by=by, at=now, details={"kind": equipment.kind})
    week = equipment.week
    equipment.delete()
    _announce("equipment.removed", week)


@transaction.atomic
def add_vehicle(*, week: Week, name: str, kind: str, seats: int, site: Site, by: Account | None, now: datetime) -> Vehicle:
    """
    Add a vehicle that stands at a site in the morning.

    :raises SeatsUnusable, SiteOfAnotherWeek: as their names say.
    """
    if not 1 <= seats <= MOST_SEATS:
        raise SeatsUnusable()
    _same_week(week, site)
    vehicle = Vehicle.objects.create(
        week=week, key=f"{kind}-{uuid4().hex[:8]}", name=name.strip(), kind=Vehicle.Kind(kind), seats=seats, site=site
    )
    audit.record("vehicle.added", about=vehicle, by=by, at=now, details={"kind": kind, "seats": seats})
    _announce("vehicle.added", week, vehicle=vehicle.pk)
    return vehicle


@transaction.atomic
def remove_vehicle(*, vehicle: Vehicle, by: Account | None, now: datetime) -> None:
    """Take a vehicle away; the transfers are counted anew without it."""
    audit.record("vehicle.removed", about=vehicle, by=by, at=now, details={"kind": vehicle.kind})
    week = vehicle.week
    vehicle.delete()
    _announce("vehicle.removed", week)


@transaction.atomic
def set_waiting_area(*, place: Place, area: Place | None, by: Account | None, now: datetime) -> None:
    """
    Say where guests of a place wait; with ``area`` ``None`` they wait nowhere in particular.

    :raises NoWaitingThere: unless it is another, shared place in the same city.
    """
    if area is None:
        WaitingArea.objects.filter(place=place).delete()
    else:
        if area == place or area.sharing != Place.Sharing.SHARED or area.site_id != place.site_id or area.week_id != place.week_id:
            raise NoWaitingThere(area=area.name, place=place.name)
        WaitingArea.objects.update_or_create(place=place, defaults={"area": area})
    audit.record("place.waiting_area_set", about=place, by=by, at=now, details={"area": area.key if area else ""})
    _announce("place.waiting_area_set", place.week, place=place.pk)


def as_json(hours: Sequence[Window]) -> list[list[str]]:
    """
    Return hours as rows keep them.

    :raises HoursUpsideDown: if one ends before it starts.
    """
    for start, end in hours:
        if end <= start:
            raise HoursUpsideDown(start=f"{start:%Y-%m-%d %H:%M}", end=f"{end:%Y-%m-%d %H:%M}")
    return [[start.isoformat(), end.isoformat()] for start, end in sorted(hours)]


def from_json(hours: Sequence[Sequence[str]]) -> list[Window]:
    """Return hours as they were before :func:`as_json`."""
    return [(datetime.fromisoformat(start), datetime.fromisoformat(end)) for start, end in hours]


def _same_week(week: Week, site: Site) -> None:
    if site.week_id != week.pk:
        raise SiteOfAnotherWeek()


def _announce(topic: str, week: Week, **payload: object) -> None:
    outbox.post(topic, week=week.pk, **payload)
    live.bump(f"plan:{week.key}")
