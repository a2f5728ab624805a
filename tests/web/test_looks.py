"""A look at a meeting that is not open to all staff goes on record, on whichever page or paper; one at an open meeting does not."""

from __future__ import annotations

import pytest

from factories import local, make_account, make_person, make_role
from factories.meetings import DAY, NOW, make_meeting, make_party, make_plan, make_ready_week
from hanhlang.domains.core import clock
from hanhlang.domains.core.models import AuditEntry
from hanhlang.domains.events.models import Place, Role
from hanhlang.domains.meetings.actions import publish_plan
from hanhlang.domains.meetings.enums import Secrecy
from hanhlang.domains.meetings.models import Kind, Reader

pytestmark = pytest.mark.django_db
DESK = ("meetings/{number}/", "meetings/{number}/card.pdf", "meetings/{number}/after/", "delegations/{key}/pack.pdf")
SHEETS = ("delegations/{key}/agenda.xlsx", "paper/meetings.xlsx")
PORTAL = ("meetings/{number}/card.pdf", "meetings/{number}/after/", "delegations/{key}/pack.pdf", "delegations/{key}/agenda.xlsx")


@pytest.fixture
def met(settings):
    settings.DEMO = True
    week = make_ready_week()
    one, other = make_party(week), make_party(week)
    meeting = make_meeting(week, *[party.members.get(is_head=True).person for party in (one, other)], kind=Kind.BILATERAL)
    publish_plan(plan=make_plan(week, (meeting, "09:00", Place.objects.get(pool="rooms"))), by=None, now=NOW)
    meeting.one = one
    clock.move_demo(local(week, DAY, "09:30"))
    return meeting


def keep_secret(meeting, secrecy=Secrecy.NOTHING):
    meeting.secrecy = secrecy
    meeting.save()


def visitor(client, week, kind, **fields):
    account = make_account(person=make_person())
    make_role(week, account, kind, **fields)
    client.force_login(account)
    return account


def looks():
    return AuditEntry.objects.filter(event="meeting.looked_at").count()


def opened(client, met, area, address):
    return client.get(f"/{area}/{met.week.key}/" + address.format(number=met.number, key=met.one.key)).status_code


@pytest.mark.parametrize("address", DESK + SHEETS)
def test_a_reader_at_the_desk_is_recorded_once_in_a_quarter_of_an_hour(client, met, address):
    keep_secret(met)
    Reader.objects.create(meeting=met, account=visitor(client, met.week, Role.Kind.PROTOCOL), level=Secrecy.ALL)

    for _ in range(2):
        assert opened(client, met, "desk", address) == 200

    assert looks() == 1


@pytest.mark.parametrize("address", PORTAL)
def test_a_focal_point_is_recorded_too(client, met, address):
    keep_secret(met)
    visitor(client, met.week, Role.Kind.FOCAL_POINT, delegation_id=met.one.pk)

    assert opened(client, met, "portal", address) == 200

    assert looks() == 1


@pytest.mark.parametrize("address", DESK + SHEETS)
def test_an_open_meeting_is_looked_at_without_a_record(client, met, address):
    visitor(client, met.week, Role.Kind.PROTOCOL)

    assert opened(client, met, "desk", address) == 200

    assert looks() == 0


@pytest.mark.parametrize("secrecy", [Secrecy.NOTHING, Secrecy.PLACE])
def test_whoever_is_not_shown_it_has_not_looked_at_it(client, met, secrecy):
    keep_secret(met, secrecy)
    visitor(client, met.week, Role.Kind.SECRETARIAT)

    for address in DESK + SHEETS:
        opened(client, met, "desk", address)

    assert looks() == 0
