"""Programs of both sides read what the secretariat proposes for their meeting, and answer it."""

from __future__ import annotations

import pytest

from factories.events import local
from factories.meetings import DAY, NOW, make_party, make_ready_week
from hanhlang.domains.events.models import Role
from hanhlang.domains.meetings import actions
from hanhlang.domains.meetings.actions.request_steps import Who, write_step
from hanhlang.domains.meetings.models import Meeting

pytestmark = pytest.mark.django_db
ADDRESS = "weeks/vidw-2025/requests/1"


@pytest.fixture
def sides():
    week = make_ready_week(key="vidw-2025")
    sides = make_party(week), make_party(week)
    request = actions.file_request(asking=sides[0], asked=sides[1], by=None, now=NOW)
    actions.accept_request(request=request, by=None, now=NOW)
    hours = [[local(week, DAY, hour).isoformat() for hour in ("14:00", "14:20")]]
    write_step("proposed", request, Who(None, NOW), offer={"minutes": 20, "windows": hours})
    return sides


def test_both_sides_say_yes_and_the_meeting_is_shorter(program, sides):
    one, other = (program(side.week, kind=Role.Kind.FOCAL_POINT, delegation_id=side.pk) for side in sides)

    read = one.get(ADDRESS).json()
    assert (read["proposal"]["minutes"], read["proposal"]["agreed"]) == (20, [])
    assert one.post(f"{ADDRESS}/proposal", {"accept": True, "seen": read["steps"]}).status_code == 200
    assert other.get(ADDRESS).json()["proposal"]["agreed"] == [sides[0].key]
    assert Meeting.objects.get().minutes == 30
    assert one.post(f"{ADDRESS}/proposal", {"accept": True}).json()["code"] == "meetings.nothing_proposed"

    other.post(f"{ADDRESS}/proposal", {"accept": True})
    assert other.get(ADDRESS).json()["proposal"] is None
    assert Meeting.objects.get().minutes == 20


def test_whoever_has_the_request_gets_it_anew_once_something_is_proposed_or_answered(program, sides):
    one, other = (program(side.week, kind=Role.Kind.FOCAL_POINT, delegation_id=side.pk) for side in sides)
    addresses = (ADDRESS, "weeks/vidw-2025/requests")
    tags = {address: other.get(address)["ETag"] for address in addresses}
    assert [other.get(address, **{"if-none-match": tags[address]}).status_code for address in addresses] == [304, 304]

    one.post(f"{ADDRESS}/proposal", {"accept": True})

    assert [other.get(address, **{"if-none-match": tags[address]}).status_code for address in addresses] == [200, 200]


def test_a_no_ends_it_and_a_stranger_has_no_say(program, sides):
    stranger = program(sides[0].week, kind=Role.Kind.FOCAL_POINT, delegation_id=make_party(sides[0].week).pk)
    assert stranger.post(f"{ADDRESS}/proposal", {"accept": True}).status_code == 404

    desk = program(sides[0].week)
    desk.post(f"{ADDRESS}/proposal", {"accept": False, "side": sides[1].key, "why": "Half an hour is needed."})

    read = desk.get(ADDRESS).json()
    assert (read["proposal"], read["history"][-1]["event"], read["history"][-1]["on_behalf"]) == (None, "proposal_declined", True)
    assert Meeting.objects.get().minutes == 30
