"""After the meetings, at the desk and in the portal."""

from __future__ import annotations

import pytest

from factories import local, make_account, make_person, make_role
from factories.meetings import DAY, NOW, make_meeting, make_party, make_plan, make_ready_week
from hanhlang.domains.core import clock
from hanhlang.domains.events.models import Place, Role
from hanhlang.domains.meetings.actions import publish_plan
from hanhlang.domains.meetings.models import FollowUp, Kind, Outcome, OutcomeNote, Satisfaction

pytestmark = pytest.mark.django_db


@pytest.fixture
def met(settings):
    settings.DEMO = True
    week = make_ready_week()
    one, other = make_party(week), make_party(week)
    meeting = make_meeting(week, *[party.members.get(is_head=True).person for party in (one, other)], kind=Kind.BILATERAL)
    publish_plan(plan=make_plan(week, (meeting, "09:00", Place.objects.get(pool="rooms"))), by=None, now=NOW)
    meeting.one, meeting.other = one, other
    clock.move_demo(local(week, DAY, "09:30"))
    return meeting


def sign_in(client, week, kind, person=None, **fields):
    account = make_account(person=person or make_person(), language="en")
    make_role(week, account, kind, **fields)
    client.force_login(account)
    client.cookies["hanhlang_language"] = "en"
    return account


def test_a_focal_point_reports_notes_and_follows_up_in_the_portal(client, met):
    sign_in(client, met.week, Role.Kind.FOCAL_POINT, delegation_id=met.one.pk)
    base = f"/portal/{met.week.key}/meetings/{met.number}/after/"
    head = met.one.members.get(is_head=True).person

    assert met.other.name.shown("en") in client.get(f"/portal/{met.week.key}/after/").content.decode()
    client.post(f"{base}outcome/", {"state": "no_show", "absent_side": "2", "why": "Their flight was late."})
    client.post(f"{base}note/", {"text": "Ask again in Geneva."})
    client.post(f"{base}follow-up/", {"text": "Send the draft", "owner": head.pk, "due_on": "2025-11-03"})

    assert Outcome.objects.values_list("state", "absent_side", "is_desk").get() == ("no_show", 2, False)
    assert OutcomeNote.objects.values_list("side", "text").get() == (1, "Ask again in Geneva.")
    row = FollowUp.objects.get()
    clock.move_demo(local(met.week, "2025-11-04", "09:00"))
    assert "overdue" in client.get(f"/portal/{met.week.key}/after/").content.decode()
    client.post(f"/portal/{met.week.key}/after/{row.pk}/done/")
    row.refresh_from_db()
    assert row.done_at is not None


def test_what_is_wrong_is_said_beside_the_form_and_what_was_typed_is_kept(client, met):
    sign_in(client, met.week, Role.Kind.FOCAL_POINT, delegation_id=met.one.pk)
    base = f"/portal/{met.week.key}/meetings/{met.number}/after/"

    answer = client.post(f"{base}outcome/", {"state": "no_show", "why": "Nobody there"})
    assert answer.status_code == 422
    assert "Say which side did not come" in answer.content.decode()
    assert "Nobody there" in answer.content.decode()
    assert client.post(f"{base}follow-up/", {"text": ""}).status_code == 422
    assert not Outcome.objects.exists()


def test_a_participant_marks_with_one_tap_and_one_send(client, met):
    sign_in(client, met.week, Role.Kind.DELEGATE, person=met.one.members.get(is_head=True).person)
    base = f"/portal/{met.week.key}/meetings/{met.number}/after/"

    assert client.get(base).content.decode().count('name="mark"') == 3
    assert client.post(f"{base}mark/", {"mark": "3"}).status_code == 302
    assert client.post(f"{base}mark/", {"mark": "9"}).status_code == 422
    assert Satisfaction.objects.get().mark == 3


def test_the_other_sides_note_and_a_strangers_meeting_are_not_shown(client, met):
    OutcomeNote.objects.create(meeting=met, side=2, text="They are late again.")
    address = f"meetings/{met.number}/after/"

    sign_in(client, met.week, Role.Kind.FOCAL_POINT, delegation_id=met.one.pk)
    assert "late again" not in client.get(f"/portal/{met.week.key}/{address}").content.decode()
    sign_in(client, met.week, Role.Kind.SECRETARIAT)
    assert "late again" not in client.get(f"/desk/{met.week.key}/{address}").content.decode()
    sign_in(client, met.week, Role.Kind.FOCAL_POINT, delegation_id=make_party(met.week).pk)
    assert client.get(f"/portal/{met.week.key}/{address}").status_code == 404
    assert client.post(f"/portal/{met.week.key}/{address}outcome/", {"state": "held"}).status_code == 404


def test_the_desk_sees_figures_and_what_nobody_reported_and_settles_it(client, met):
    sign_in(client, met.week, Role.Kind.MEETINGS)
    desk = f"/desk/{met.week.key}"
    before = client.get(f"{desk}/after/")
    assert before.context["figures"][0][0].unknown == 1
    assert met.one.name.shown("en") in before.content.decode()

    client.post(f"{desk}/meetings/{met.number}/after/outcome/", {"state": "held"})

    after = client.get(f"{desk}/after/")
    assert (after.context["figures"][0][0].outcomes, after.context["lines"]) == ({"held": 1}, [])
    assert Outcome.objects.get().is_desk


def test_an_auditor_looks_and_changes_nothing(client, met):
    sign_in(client, met.week, Role.Kind.AUDITOR)
    assert client.get(f"/desk/{met.week.key}/after/").status_code == 200
    assert client.post(f"/desk/{met.week.key}/meetings/{met.number}/after/outcome/", {"state": "held"}).status_code == 404


def test_a_hidden_meeting_is_in_no_list_and_no_figure_of_the_desk(client, met):
    met.secrecy = "busy"
    met.save()
    sign_in(client, met.week, Role.Kind.SECRETARIAT)
    page = client.get(f"/desk/{met.week.key}/after/")

    assert (page.context["figures"][0][0].over, page.context["lines"]) == (0, [])
    assert client.get(f"/desk/{met.week.key}/meetings/{met.number}/after/").status_code == 404
