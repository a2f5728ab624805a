"""A tiny week to be planned: a plan is published, so that changes can come at once."""

from __future__ import annotations

import json
from datetime import timedelta
from itertools import pairwise

from factories import make_account, make_person, make_role, make_site, make_team, make_week
from factories.meetings import make_grid, make_guest, make_party, make_plan, make_room, make_table
from factories.programs import token_of
from hanhlang.domains.core import clock
from hanhlang.domains.meetings.actions import accept_wish, make_wish, publish_plan
from hanhlang.domains.meetings.models import Invitee, Kind, Run
from soak.planning_clients import WEEK

# The day the demonstration's clock begins is left out: nothing is over while the clients work.
DAY = "2025-10-28"


def make(guests: int = 8, delegations: int = 4) -> str:
    """Make the week and its first published plan; return what a program needs to know, as JSON."""
    week = make_week(key=WEEK)
    site = make_site(week)
    for _ in range(2):
        make_room(site)
    tables = [make_table(site) for _ in range(3)]
    make_team(site, "ko-vi")
    for kind in (Kind.BILATERAL, Kind.BUSINESS):
        make_grid(week, kind, blocks=[{"day": DAY, "from": "09:00", "to": "15:00"}])
    parties = [make_party(week) for _ in range(delegations)]
    people = [make_guest(week) for _ in range(guests)]
    for number, person in enumerate(people[:-2]):
        make_account(email=f"guest-{number}@soak.example", person=person, is_demo=True)
        if number % 2:
            Invitee.objects.create(week=week, person=person)
    desk = make_account(email="desk@soak.example", person=make_person(), is_demo=True)
    make_role(week, desk)

    who = {"by": desk, "now": clock.now()}
    wishes = [make_wish(week=week, asking=one, asked=other, **who) for one, other in list(pairwise(people))[:3]]
    meetings = [accept_wish(wish=wish, **who) for wish in wishes]
    hours = ("09:00", "09:20", "09:40")
    plan = make_plan(week, *zip(meetings, hours, tables, strict=True), run=None, number=1)
    for placement in plan.placements.all():
        placement.starts_at, placement.ends_at = placement.starts_at + timedelta(days=1), placement.ends_at + timedelta(days=1)
        placement.save()
    # The factory's search was never asked for.
    Run.objects.all().delete()
    publish_plan(plan=plan, **who)
    keys = {"delegations": [party.key for party in parties], "guests": [person.key for person in people]}
    return json.dumps({"token": token_of(week, desk), **keys})
