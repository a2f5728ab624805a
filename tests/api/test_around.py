"""Resources, outcomes and follow-ups for programs."""

from __future__ import annotations

import pytest

from factories import local, make_team
from factories.meetings import DAY, NOW, make_meeting, make_party, make_plan, make_ready_week
from hanhlang.domains.agenda import supplies
from hanhlang.domains.core import clock
from hanhlang.domains.core.multitext import MultiText
from hanhlang.domains.events.models import Place, Site
from hanhlang.domains.meetings.actions import publish_plan
from hanhlang.domains.meetings.models import Kind

pytestmark = pytest.mark.django_db


@pytest.fixture
def met(settings):
    settings.DEMO = True
    week = make_ready_week(key="vidw-2025")
    parties = [make_party(week), make_party(week)]
    meeting = make_meeting(week, *[party.members.get(is_head=True).person for party in parties], kind=Kind.BILATERAL)
    publish_plan(plan=make_plan(week, (meeting, "09:00", Place.objects.get(pool="rooms"))), by=None, now=NOW)
    clock.move_demo(local(week, DAY, "09:30"))
    meeting.head = meeting.participants.get(side=1).person
    return meeting


def test_teams_equipment_and_vehicles_are_listed(program, met):
    site = Site.objects.get(week=met.week)
    make_team(site, key="team-ko")
    supplies.add_equipment(week=met.week, name=MultiText({"vi": "Bộ nghe", "en": "Set"}), kind="set", site=site, by=None, now=NOW)
    supplies.add_vehicle(week=met.week, name="29A-1", kind="car", seats=3, site=site, by=None, now=NOW)
    desk = program(met.week)

    (team,) = desk.get("weeks/vidw-2025/teams").json()["items"]
    assert (team["key"], team["size"], team["hours"], team["daily_minutes"]) == ("team-ko", 2, [], 420)
    assert desk.get("weeks/vidw-2025/equipment").json()["items"][0]["kind"] == "set"
    assert desk.get("weeks/vidw-2025/vehicles").json()["items"][0]["seats"] == 3


def test_a_program_reports_an_outcome_and_follow_ups(program, met):
    desk = program(met.week)
    base = f"weeks/vidw-2025/meetings/{met.number}"

    kept = desk.post(f"{base}/outcome", {"state": "no_show", "absent_side": 2}).json()
    assert kept == {"meeting": met.number, "state": "no_show", "absent_side": 2, "why": "", "is_desk": True}
    assert desk.post(f"{base}/outcome", {"state": "held", "absent_side": 2}).json()["code"] == "meetings.who_was_absent"

    made = desk.post(f"{base}/follow-ups", {"text": "Send the draft", "owner": met.head.key, "due_on": "2025-11-03"})
    assert made.status_code == 201
    done = desk.post(f"weeks/vidw-2025/follow-ups/{made.json()['id']}/done")
    assert done.json()["is_done"] is True
    assert desk.get("weeks/vidw-2025/follow-ups").json()["items"][0]["text"] == "Send the draft"
    nobody = desk.post(f"{base}/follow-ups", {"text": "x", "owner": "nobody", "due_on": "2025-11-03"})
    assert nobody.json()["code"] == "meetings.owner_not_there"


def test_a_hidden_meeting_is_missing_for_programs_too(program, met):
    desk = program(met.week)
    desk.post(f"weeks/vidw-2025/meetings/{met.number}/follow-ups", {"text": "x", "owner": met.head.key, "due_on": "2025-11-03"})
    met.secrecy = "busy"
    met.save()

    hidden = desk.post(f"weeks/vidw-2025/meetings/{met.number}/outcome", {"state": "held"})
    missing = desk.post("weeks/vidw-2025/meetings/999999/outcome", {"state": "held"})
    assert (hidden.status_code, hidden.content) == (missing.status_code, missing.content)
    assert desk.get("weeks/vidw-2025/follow-ups").json()["items"] == []
