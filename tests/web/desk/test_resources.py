"""Resources and transfers at the desk."""

from __future__ import annotations

import pytest

from factories import local, make_account, make_person, make_role, make_session, make_site, make_speaking, make_team, make_travel
from factories.meetings import DAY, NOW, make_meeting, make_party, make_plan, make_ready_week, make_room
from hanhlang.domains.agenda.models import Equipment, InterpreterTeam, Vehicle, WaitingArea
from hanhlang.domains.events.models import Place, Role, Site
from hanhlang.domains.meetings import lent
from hanhlang.domains.meetings.actions import publish_plan
from hanhlang.domains.meetings.actions.resources import keep_apart
from hanhlang.domains.meetings.models import KeepApart, Kind, Placement
from hanhlang.domains.meetings.visibility import Viewer

pytestmark = pytest.mark.django_db
DESK = Viewer(None, is_staff=True)


@pytest.fixture
def week():
    return make_ready_week()


@pytest.fixture
def desk(client, week):
    account = make_account(person=make_person(), language="en")
    make_role(week, account, Role.Kind.PROTOCOL)
    client.force_login(account)
    client.cookies["hanhlang_language"] = "en"
    return client


def test_the_desk_adds_and_takes_away_what_meetings_need(desk, week):
    base = f"/desk/{week.key}/resources/"
    site = Site.objects.get(week=week)
    one, other = make_party(week), make_party(week)
    lounge = Place.objects.create(week=week, site=site, key="lounge", kind="room", sharing="shared")
    room = Place.objects.get(pool="rooms")

    desk.post(f"{base}equipment/", {"name_vi": "Bộ nghe", "name_en": "Whisper set", "kind": "whisper-set", "site": site.pk})
    desk.post(f"{base}vehicle/", {"name": "29A-1", "kind": "car", "seats": "3", "site": site.pk})
    desk.post(f"{base}apart/", {"first": one.pk, "second": other.pk, "reason": "A dispute."})
    desk.post(f"{base}waiting/", {"place": room.pk, "area": lounge.pk})

    assert (Equipment.objects.get().kind, Vehicle.objects.get().seats, KeepApart.objects.count()) == ("whisper-set", 3, 1)
    assert WaitingArea.objects.get().area == lounge
    page = desk.get(base).content.decode()
    for words in ("Whisper set", "29A-1", "A dispute."):
        assert words in page
    for what, row in (("equipment", Equipment.objects.get()), ("vehicle", Vehicle.objects.get()), ("apart", KeepApart.objects.get())):
        desk.post(f"{base}{what}/{row.pk}/remove/")
    assert (Equipment.objects.count(), Vehicle.objects.count(), KeepApart.objects.count()) == (0, 0, 0)


def test_what_cannot_be_is_said_beside_its_form(desk, week):
    site = Site.objects.get(week=week)
    answer = desk.post(f"/desk/{week.key}/resources/vehicle/", {"name": "Bus", "kind": "coach", "seats": "900", "site": site.pk})

    assert answer.status_code == 422
    assert "between 1 and 80 seats" in answer.content.decode()
    assert desk.post(f"/desk/{week.key}/resources/dragons/").status_code == 404


def test_a_teams_hours_are_typed_as_lines_and_come_back_as_typed(desk, week):
    team = make_team(Site.objects.get(week=week))
    address = f"/desk/{week.key}/resources/teams/{team.key}/"
    given = {"size": "3", "daily_minutes": "360", "hours": "2025-10-27 09:00-12:30\n2025-10-28 13:00–17:00\n"}

    assert desk.post(address, given).status_code == 302
    assert InterpreterTeam.objects.get().size == 3
    assert "2025-10-28 13:00-17:00" in desk.get(address).content.decode()
    for wrong in ("tomorrow", "2025-10-27 12:00-09:00", "2025-13-40 09:00-10:00"):
        assert desk.post(address, given | {"hours": wrong}).status_code == 422


def test_only_the_desk_sees_who_is_kept_apart(client, week):
    for kind in (Role.Kind.FOCAL_POINT, Role.Kind.DELEGATE, Role.Kind.AUDITOR):
        account = make_account(person=make_person())
        make_role(week, account, kind)
        client.force_login(account)
        assert client.get(f"/desk/{week.key}/resources/").status_code == 404


def test_two_kept_apart_who_follow_each_other_into_a_room_are_shown(week):
    parties = [make_party(week) for _ in range(4)]
    heads = [party.members.get(is_head=True).person for party in parties]
    first = make_meeting(week, *heads[:2], kind=Kind.BILATERAL, minutes=30)
    second = make_meeting(week, *heads[2:], kind=Kind.BILATERAL, minutes=30)
    room = Place.objects.get(pool="rooms")
    publish_plan(plan=make_plan(week, (first, "09:00", room), (second, "09:45", room)), by=None, now=NOW)
    keep_apart(one=parties[0], other=parties[3], reason="A dispute.", by=None, now=NOW)

    (near,) = lent.too_near(week, DESK)
    assert (near.earlier.meeting, near.later.meeting) == (first, second)

    publish_plan(plan=make_plan(week, (first, "09:00", room), (second, "10:00", room)), by=None, now=NOW)
    assert lent.too_near(week, DESK) == []


def test_a_team_beyond_its_ceiling_is_shown_and_one_within_is_not(week):
    team = make_team(Site.objects.get(week=week), daily_minutes=30)
    meeting = make_meeting(week, kind=Kind.BILATERAL, minutes=45)
    publish_plan(plan=make_plan(week, (meeting, "09:00", Place.objects.get(pool="rooms"))), by=None, now=NOW)
    Placement.objects.get().teams.add(team)

    (working,) = lent.teams_at_work(week)
    assert ([f"{day}" for day in working.over], list(working.days.values())) == ([DAY], [45])

    InterpreterTeam.objects.update(daily_minutes=45)
    assert lent.teams_at_work(week)[0].over == []


def test_transfers_show_who_leaves_when_and_who_has_no_seat(desk, week):
    near, far = Site.objects.get(week=week), make_site(week)
    make_travel(near, far, 60)
    make_travel(far, near, 60)
    one, other = make_party(week), make_party(week)
    heads = [party.members.get(is_head=True).person for party in (one, other)]
    meeting = make_meeting(week, *heads, kind=Kind.BILATERAL)
    publish_plan(plan=make_plan(week, (meeting, "09:00", make_room(far))), by=None, now=NOW)
    session = make_session(week, starts_at=local(week, DAY, "14:00"), ends_at=local(week, DAY, "15:00"), site=near)
    make_speaking(session, heads[0])

    page = desk.get(f"/desk/{week.key}/transfers/?day={DAY}").content.decode()

    assert "12:45" in page
    assert heads[0].name in page
    assert "Without a seat:" in page
