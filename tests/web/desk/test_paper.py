"""Paper at the desk and in the portal: who gets which file."""

from __future__ import annotations

import io
import zipfile

import pytest

from factories import make_account, make_person, make_role
from factories.meetings import NOW, make_meeting, make_party, make_plan, make_ready_week
from hanhlang.domains.core import outbox
from hanhlang.domains.events.models import Place, Role
from hanhlang.domains.meetings.actions import publish_plan
from hanhlang.domains.meetings.models import Kind, PackSet
from hanhlang.jobs.queue import run_one

pytestmark = pytest.mark.django_db


@pytest.fixture
def met():
    week = make_ready_week()
    one, other = make_party(week), make_party(week)
    heads = [party.members.get(is_head=True).person for party in (one, other)]
    meeting = make_meeting(week, *heads, kind=Kind.BILATERAL)
    publish_plan(plan=make_plan(week, (meeting, "09:00", Place.objects.get(pool="rooms"))), by=None, now=NOW)
    meeting.one, meeting.other = one, other
    return meeting


def visitor(client, week, kind, **fields):
    account = make_account(person=make_person())
    make_role(week, account, kind, **fields)
    client.force_login(account)
    return client


def test_the_desk_gets_packs_cards_and_workbooks(client, met):
    visitor(client, met.week, Role.Kind.PROTOCOL)
    desk = f"/desk/{met.week.key}"

    for address, begins in (
        (f"{desk}/delegations/{met.one.key}/pack.pdf?language=en", b"%PDF"),
        (f"{desk}/meetings/{met.number}/card.pdf", b"%PDF"),
        (f"{desk}/paper/meetings.xlsx", b"PK"),
        (f"{desk}/delegations/{met.one.key}/agenda.xlsx", b"PK"),
    ):
        answer = client.get(address)
        assert (answer.status_code, answer.content[: len(begins)]) == (200, begins)
        assert answer["Cache-Control"] == "private, no-store"


def test_a_focal_point_gets_the_own_pack_and_card_and_no_other(client, met):
    stranger = make_party(met.week)
    visitor(client, met.week, Role.Kind.FOCAL_POINT, delegation_id=met.one.pk)
    portal = f"/portal/{met.week.key}"

    assert client.get(f"{portal}/delegations/{met.one.key}/pack.pdf").content[:4] == b"%PDF"
    assert client.get(f"{portal}/meetings/{met.number}/card.pdf").content[:4] == b"%PDF"
    for other in (met.other, stranger):
        assert client.get(f"{portal}/delegations/{other.key}/pack.pdf").status_code == 404
        assert client.get(f"{portal}/delegations/{other.key}/agenda.xlsx").status_code == 404


def test_a_stranger_gets_no_card_and_the_desk_none_of_a_hidden_meeting(client, met):
    visitor(client, met.week, Role.Kind.DELEGATE)
    assert client.get(f"/portal/{met.week.key}/meetings/{met.number}/card.pdf").status_code == 404

    met.secrecy = "place"
    met.save()
    visitor(client, met.week, Role.Kind.SECRETARIAT)
    assert client.get(f"/desk/{met.week.key}/meetings/{met.number}/card.pdf").status_code == 404


def test_all_packs_are_made_by_the_worker_for_whoever_ordered_them(client, met, django_capture_on_commit_callbacks):
    visitor(client, met.week, Role.Kind.SECRETARIAT)
    desk = f"/desk/{met.week.key}/paper/"
    for _ in range(2):
        client.post(f"{desk}packs/", {"language": "en"})
    assert PackSet.objects.count() == 1

    while outbox.deliver():
        pass
    while run_one("worker"):
        pass

    order = PackSet.objects.get()
    assert (order.state, order.packs) == ("done", 2)
    archive = client.get(f"{desk}packs/{order.pk}.zip")
    names = zipfile.ZipFile(io.BytesIO(archive.content)).namelist()
    assert sorted(name.split("-")[1] for name in names) == sorted([met.one.code, met.other.code])
    visitor(client, met.week, Role.Kind.SECRETARIAT)
    assert client.get(f"{desk}packs/{order.pk}.zip").status_code == 404
    assert client.post(f"{desk}packs/", {"language": "xx"}).status_code == 404
