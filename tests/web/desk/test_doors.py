"""Door signs: what anybody who passes may read."""

from __future__ import annotations

import pytest

from factories import local, make_account, make_person, make_role, make_session, make_site
from factories.meetings import DAY, NOW, make_meeting, make_party, make_plan, make_ready_week
from hanhlang.domains.core import clock
from hanhlang.domains.events.models import Place, Role
from hanhlang.domains.meetings.actions import publish_plan
from hanhlang.domains.meetings.models import Kind
from hanhlang.domains.people.models import Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def met(settings):
    settings.DEMO = True
    week = make_ready_week()
    one, other = make_party(week), make_party(week)
    heads = [party.members.get(is_head=True).person for party in (one, other)]
    meeting = make_meeting(week, *heads, kind=Kind.BILATERAL, minutes=30)
    meeting.room = Place.objects.get(pool="rooms")
    publish_plan(plan=make_plan(week, (meeting, "09:00", meeting.room)), by=None, now=NOW)
    meeting.one, meeting.other = one, other
    clock.move_demo(local(week, DAY, "09:10"))
    return meeting


def sign(client, meeting, **role):
    account = make_account(person=make_person(), language="en")
    make_role(meeting.week, account, Role.Kind.SECRETARIAT, **role)
    client.force_login(account)
    client.cookies["hanhlang_language"] = "en"
    return client.get(f"/desk/{meeting.week.key}/doors/{meeting.room.key}/")


def test_an_open_meeting_is_named_while_it_is_on_and_gone_when_it_is_over(client, met):
    page = sign(client, met).content.decode()
    assert met.one.name.shown("en") in page
    assert met.other.name.shown("vi") in page

    clock.move_demo(local(met.week, DAY, "09:30"))
    later = sign(client, met).content.decode()
    assert met.one.name.shown("en") not in later
    assert "Free" in later


@pytest.mark.parametrize("level", ["busy", "place"])
def test_a_meeting_that_is_not_open_is_taken_and_nothing_more(client, met, level):
    met.secrecy = level
    met.save()
    page = sign(client, met).content.decode()

    assert "Taken" in page
    for party in (met.one, met.other):
        assert party.name.shown("en") not in page
        assert party.name.shown("vi") not in page


def test_a_meeting_that_nobody_may_know_of_leaves_the_sign_as_if_it_were_not(client, met):
    met.secrecy = "nothing"
    met.save()
    hidden = sign(client, met)
    clock.move_demo(local(met.week, DAY, "09:10"))
    met.delete()

    assert [hidden.context["on"], hidden.context["coming"]] == [[], []]
    assert "Free" in hidden.content.decode()


def test_with_somebody_protected_in_it_a_meeting_is_only_taken(client, met):
    Person.objects.filter(pk=met.participants.first().person_id).update(is_protected=True)

    page = sign(client, met).content.decode()

    assert "Taken" in page
    assert met.other.name.shown("en") not in page


def test_sessions_stand_on_the_sign_and_closed_ones_without_their_title(client, met):
    times = {"starts_at": local(met.week, DAY, "10:00"), "ends_at": local(met.week, DAY, "11:00"), "place": met.room}
    shown = make_session(met.week, **times)
    closed = make_session(met.week, is_public=False, **times)

    page = sign(client, met).content.decode()

    assert shown.title.shown("en") in page
    assert closed.title.shown("en") not in page


def test_whoever_runs_one_site_has_its_signs_and_no_other(client, met):
    assert sign(client, met, site=met.room.site).status_code == 200
    assert sign(client, met, site=make_site(met.week)).status_code == 404


def test_the_list_leads_to_each_sign_on_paper_in_both_languages_for_the_day_chosen(client, met):
    sign(client, met)
    doors = f"/desk/{met.week.key}/doors/"
    page = client.get(doors, {"day": "2025-10-28"}).content.decode()

    for language in ("vi", "en"):
        address = f"{doors}{met.room.key}/sign.pdf?language={language}&amp;day=2025-10-28"
        assert f'href="{address}"' in page
        answer = client.get(address.replace("&amp;", "&"))
        assert (answer.status_code, answer.content[:4]) == (200, b"%PDF")
        assert answer["Content-Disposition"] == f'inline; filename="{met.week.key}-door-{met.room.key}-2025-10-28-{language}.pdf"'
        assert answer["Cache-Control"] == "private, no-store"
    assert "day=2025-10-27" in client.get(doors).content.decode().split("sign.pdf", 1)[1]


def test_whoever_runs_a_site_prints_its_signs_and_no_other_and_the_public_none(client, met):
    there = make_site(met.week)
    elsewhere = Place.objects.create(week=met.week, site=there, key="far", name=met.room.name, kind="room")
    assert sign(client, met, site=met.room.site).status_code == 200

    assert client.get(f"/desk/{met.week.key}/doors/{met.room.key}/sign.pdf").status_code == 200
    assert client.get(f"/desk/{met.week.key}/doors/{elsewhere.key}/sign.pdf").status_code == 404
    client.logout()
    assert client.get(f"/desk/{met.week.key}/doors/{met.room.key}/sign.pdf").status_code == 302
