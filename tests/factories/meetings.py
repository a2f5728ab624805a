"""Hours, requests, wishes and meetings."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from factories.agenda import make_team, make_travel
from factories.counting import next_number
from factories.delegations import make_delegation, make_member
from factories.events import local, make_participation, make_place, make_site, make_week
from factories.people import make_organisation, make_person
from hanhlang.domains.core.multitext import MultiText
from hanhlang.domains.delegations.models import Delegation
from hanhlang.domains.events.models import Participation, Place, Site, Week
from hanhlang.domains.meetings.models import Grid, Kind, Meeting, Participant, Placement, Plan, Run
from hanhlang.domains.people.models import Person

DAY = "2025-10-27"
DAYS = (DAY, "2025-10-28", "2025-10-29")
TABLES = 20
NOW = datetime.fromisoformat("2025-10-20T09:00:00+07:00")


def make_grid(week: Week, kind: str = Kind.BILATERAL, **fields: Any) -> Grid:
    """Let meetings of a kind start on the first day from 09:00 to 12:00: every 5 minutes, business ones every 20."""
    business = kind == Kind.BUSINESS
    defaults = {
        "week": week,
        "key": f"grid-{next_number()}",
        "kind": kind,
        "minutes": 20 if business else 5,
        "blocks": [{"day": DAY, "from": "09:00", "to": "12:00"}],
        "pools": ["tables"] if business else ["rooms"],
    }
    return Grid.objects.create(**(defaults | fields))


def make_room(site: Site, **fields: Any) -> Place:
    """Make a room for bilaterals, with 15 minutes of turn-round."""
    return make_place(site, **({"pool": "rooms", "turnround_minutes": 15} | fields))


def make_table(site: Site, **fields: Any) -> Place:
    """Make a table for business meetings."""
    return make_place(site, **({"pool": "tables", "kind": Place.Kind.TABLE, "capacity": 4} | fields))


def make_ready_week(**fields: Any) -> Week:
    """Make a week with one site, one room, one table and hours for both kinds of meetings."""
    week = make_week(**fields)
    site = make_site(week)
    make_room(site)
    make_table(site)
    make_grid(week, Kind.BILATERAL)
    make_grid(week, Kind.BUSINESS)
    return week


def make_party(week: Week, members: int = 2) -> Delegation:
    """Make a delegation with a head and more members who take part."""
    delegation = make_delegation(week)
    for order in range(members):
        member = make_member(delegation, is_head=order == 0, order=order)
        make_participation(week, member.person)
    return delegation


def make_guest(week: Week, **fields: Any) -> Person:
    """Make a business person of a firm of their own who takes part."""
    person = make_person(**({"organisation": make_organisation(kind="company")} | fields))
    make_participation(week, person, category=Participation.Category.BUSINESS)
    return person


def make_meeting(week: Week, *sides: Person, **fields: Any) -> Meeting:
    """Make an agreed business meeting of two people, by default of new ones."""
    people = sides or (make_guest(week), make_guest(week))
    grid = Grid.objects.filter(week=week, kind=fields.get("kind", Kind.BUSINESS)).first()
    assert grid is not None, "Make a grid first."
    defaults = {
        "week": week,
        "number": next_number(),
        "kind": Kind.BUSINESS,
        "minutes": 20,
        "grid": grid,
        "pools": grid.pools,
        "seats": len(people),
    }
    meeting = Meeting.objects.create(**(defaults | fields))
    Participant.objects.bulk_create(Participant(meeting=meeting, person=person, side=1 + index % 2) for index, person in enumerate(people))
    return meeting


def make_plan(week: Week, *placed: tuple[Meeting, str, Place], **fields: Any) -> Plan:
    """Make a draft that places meetings at local hours of the first day, not looked at by the checker."""
    run = Run.objects.create(week=week, state=Run.State.DONE)
    plan = Plan.objects.create(**({"week": week, "number": next_number(), "run": run, "objective": 0} | fields))
    for meeting, hour, place in placed:
        start = local(week, DAY, hour)
        end = datetime.fromtimestamp(start.timestamp() + meeting.minutes * 60, tz=start.tzinfo)
        Placement.objects.create(plan=plan, meeting=meeting, starts_at=start, ends_at=end, place=place)
    return plan


def make_empty_week(tables: int) -> Week:
    """Make a week as it is before anybody comes: two cities, rooms, tables, interpreters, hours, three real states."""
    week = make_week(key="vidw-2025")
    near, far = make_site(week), make_site(week)
    make_travel(near, far)
    make_travel(far, near)
    for _ in range(5):
        make_room(near, pool="bilateral-near", capacity=16)
    for _ in range(3):
        make_room(far, pool="bilateral-far", capacity=16)
    for _ in range(tables):
        make_table(near)
    for pair in ("ko-vi", "ja-vi", "fr-vi", "fr-vi"):
        make_team(near, pair)
    make_team(near, "pt-vi")
    for pair in ("ko-vi", "ja-vi", "fr-vi"):
        make_team(far, pair)
    mornings = [{"day": day, "from": start, "to": end} for day in DAYS[:2] for start, end in (("09:00", "12:00"), ("13:30", "16:30"))]
    make_grid(week, Kind.BUSINESS, blocks=mornings)
    long_days = [{"day": day, "from": "08:00", "to": "18:30"} for day in DAYS]
    make_grid(week, Kind.BILATERAL, blocks=long_days, pools=["bilateral-near", "bilateral-far"])
    for country, attendance in (("VN", "host"), ("KR", "reported_present"), ("JP", "reported_present")):
        make_organisation(
            kind="country",
            country=country,
            attendance=attendance,
            is_invented=False,
            name=MultiText({"vi": f"Nước {country}", "en": f"State {country}"}),
            sort_name=f"State {country}",
        )
    return week
