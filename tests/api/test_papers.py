"""Packs and cards as PDF, door signs as words: for whom they are, and made once for whoever has them."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader

from factories import local, make_account, make_person
from factories.meetings import DAY, NOW, make_meeting, make_party, make_plan, make_ready_week
from hanhlang.domains.core import clock
from hanhlang.domains.core.models import AuditEntry
from hanhlang.domains.events.models import Place, Role
from hanhlang.domains.meetings.actions import publish_plan
from hanhlang.domains.meetings.models import Kind, Reader

pytestmark = pytest.mark.django_db
BASE = "weeks/vidw-2025"


@pytest.fixture
def met(settings):
    settings.DEMO = True
    week = make_ready_week(key="vidw-2025")
    parties = [make_party(week), make_party(week)]
    meeting = make_meeting(week, *[party.members.get(is_head=True).person for party in parties], kind=Kind.BILATERAL)
    meeting.room = Place.objects.get(pool="rooms")
    publish_plan(plan=make_plan(week, (meeting, "09:00", meeting.room)), by=None, now=NOW)
    clock.move_demo(local(week, DAY, "08:30"))
    meeting.one, meeting.other = parties
    return meeting


def focal_point(program, met, *scopes):
    return program(met.week, *scopes, kind=Role.Kind.FOCAL_POINT, delegation_id=met.one.pk)


def test_the_desk_gets_every_pack_and_card_in_the_language_asked_for(program, met):
    desk = program(met.week)

    pack = desk.get(f"{BASE}/delegations/{met.other.key}/pack.pdf?language=en")
    card = desk.get(f"{BASE}/meetings/{met.number}/card.pdf", **{"accept-language": "vi"})

    assert (pack["Content-Type"], pack["Content-Disposition"]) == (
        "application/pdf",
        f'inline; filename="vidw-2025-{met.other.key}-en.pdf"',
    )
    assert met.other.name.shown("en") in PdfReader(io.BytesIO(pack.content)).metadata["/Title"]
    assert card["Content-Disposition"].endswith(f'meeting-{met.number}-vi.pdf"')


def test_whoever_has_the_paper_gets_304_until_something_changes(program, met):
    desk = program(met.week)
    address = f"{BASE}/meetings/{met.number}/card.pdf"
    tag = desk.get(address)["ETag"]
    assert desk.get(address, **{"if-none-match": tag}).status_code == 304

    publish_plan(plan=make_plan(met.week, (met, "10:00", met.room)), by=None, now=NOW)

    assert desk.get(address, **{"if-none-match": tag}).status_code == 200


def test_a_focal_point_gets_the_own_pack_and_card_and_no_other(program, met):
    own = focal_point(program, met)

    assert own.get(f"{BASE}/delegations/{met.one.key}/pack.pdf").content[:5] == b"%PDF-"
    assert own.get(f"{BASE}/meetings/{met.number}/card.pdf").content[:5] == b"%PDF-"
    assert own.get(f"{BASE}/delegations/{met.other.key}/pack.pdf").status_code == 404
    assert own.get(f"{BASE}/places/{met.room.key}/door").status_code == 404


def test_without_the_scope_there_is_nothing(program, public, met):
    for caller in (public, program(met.week, "meetings:read")):
        for address in (f"delegations/{met.one.key}/pack.pdf", f"meetings/{met.number}/card.pdf", f"places/{met.room.key}/door"):
            assert caller.get(f"{BASE}/{address}").status_code in (401, 404)


def test_a_kept_meeting_has_no_card_for_the_desk_and_a_look_of_its_own_side_is_recorded(program, met):
    met.secrecy = "nothing"
    met.save()

    assert program(met.week).get(f"{BASE}/meetings/{met.number}/card.pdf").status_code == 404
    assert AuditEntry.objects.filter(event="meeting.looked_at").count() == 0
    assert focal_point(program, met).get(f"{BASE}/meetings/{met.number}/card.pdf").status_code == 200
    assert AuditEntry.objects.filter(event="meeting.looked_at").count() == 1


def test_a_look_at_a_kept_meeting_is_recorded_and_one_at_an_open_one_is_not(program, met):
    account = make_account(person=make_person())
    desk = program(met.week, account=account)
    assert desk.get(f"{BASE}/meetings/{met.number}").status_code == 200
    assert AuditEntry.objects.filter(event="meeting.looked_at").count() == 0

    met.secrecy = "nothing"
    met.save()
    Reader.objects.create(meeting=met, account=account, level="all")
    assert desk.get(f"{BASE}/meetings/{met.number}").status_code == 200
    assert AuditEntry.objects.filter(event="meeting.looked_at").count() == 1


def test_a_door_says_in_both_languages_who_meets_and_of_a_kept_meeting_nothing(program, met):
    desk = program(met.week)

    (entry,) = desk.get(f"{BASE}/places/{met.room.key}/door").json()["entries"]
    assert (entry["starts_at"], entry["is_taken"]) == (f"{DAY}T09:00:00+07:00", False)
    for language in ("vi", "en"):
        assert met.one.name.shown(language) in entry["title"][language]

    met.secrecy = "busy"
    met.save()
    (entry,) = desk.get(f"{BASE}/places/{met.room.key}/door").json()["entries"]
    assert (entry["title"], entry["is_taken"]) == ({"vi": "Đã có việc", "en": "Taken"}, True)
    met.secrecy = "nothing"
    met.save()
    assert desk.get(f"{BASE}/places/{met.room.key}/door").json()["entries"] == []
