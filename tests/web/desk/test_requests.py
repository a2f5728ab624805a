"""Requests at the desk: found, filed and answered on behalf, gaps in rank accepted, secret ones not there."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from factories.events import local, make_role
from factories.meetings import DAY, make_party, make_ready_week
from factories.people import make_account, make_person
from hanhlang.domains.core import clock
from hanhlang.domains.core.models import AuditEntry
from hanhlang.domains.events.models import Role
from hanhlang.domains.meetings import actions
from hanhlang.domains.meetings.actions.request_steps import Who, write_step
from hanhlang.domains.meetings.models import Meeting, Request
from hanhlang.domains.people.models import Person

pytestmark = pytest.mark.django_db
WHERE = "/desk/vidw-2025/requests/"


@pytest.fixture
def week(settings):
    settings.DEMO = True
    week = make_ready_week(key="vidw-2025")
    clock.move_demo(local(week, DAY, "08:00") - timedelta(days=6))
    return week


@pytest.fixture
def sides(week):
    return make_party(week), make_party(week)


def staff(week, kind=Role.Kind.SECRETARIAT):
    account = make_account(person=make_person(), language="en")
    make_role(week, account, kind)
    client = Client(HTTP_HOST="localhost")
    client.force_login(account)
    client.cookies["hanhlang_language"] = "en"
    client.account = account
    return client


def file(sides, **more):
    return actions.file_request(asking=sides[0], asked=sides[1], by=None, now=clock.now(), **more)


def listed(page):
    return [line.request.number for line in page.context["lines"]]


def test_the_desk_asks_and_answers_on_behalf_and_the_page_says_so(week, sides):
    desk = staff(week)
    body = {"asking": sides[0].key, "asked": sides[1].key, "format": "courtesy", "minutes": "20", "subjects": "Kinh tế số"}

    sent = desk.post(WHERE + "new/", body | {"interpreting": "none", "press": "none", "secrecy": "all"})
    form = desk.get(WHERE + "1/accept/").content.decode()
    people = [member.person.key for member in sides[1].members.all()]
    accepted = desk.post(WHERE + "1/accept/", {"people": people, "seen": "1"})

    assert (sent.status_code, accepted.status_code) == (302, 302)
    assert f"on behalf of {sides[1].name.shown('en')}" in form
    row = Request.objects.get()
    assert [(step.side, step.on_behalf) for step in row.steps.all()] == [(sides[0], True), (sides[1], True)]
    assert "the secretariat on its behalf" in desk.get(WHERE + "1/").content.decode()


def test_a_request_is_found_by_how_it_stands_by_delegation_and_by_words(week, sides):
    file(sides, subjects="Cáp quang biển")
    other = file((make_party(week), make_party(week)))
    actions.withdraw_request(request=other, by=None, now=clock.now())
    desk = staff(week)

    assert listed(desk.get(WHERE)) == [2, 1]
    for query, numbers in (
        ({"state": "waiting"}, [1]),
        ({"state": "ended"}, [2]),
        ({"state": "soon"}, []),
        ({"delegation": sides[1].key}, [1]),
        ({"q": str(sides[0].name.shown("en"))}, [1]),
        ({"q": "quang"}, [1]),
        ({"q": "nothing like it"}, []),
    ):
        assert listed(desk.get(WHERE, query)) == numbers, query
    clock.move_demo(Request.objects.get(number=1).expires_at - timedelta(hours=3))
    assert listed(desk.get(WHERE, {"state": "soon"})) == [1]


def test_protocol_accepts_a_gap_in_rank_and_the_meetings_desk_cannot(week, sides):
    row = file(sides)
    for side, rank in zip(sides, ("minister", "director"), strict=True):
        Person.objects.filter(memberships__delegation=side).update(rank=rank)
    actions.accept_request(request=row, by=None, now=clock.now())
    protocol, meetings = staff(week, Role.Kind.PROTOCOL), staff(week, Role.Kind.MEETINGS)

    assert listed(protocol.get(WHERE, {"state": "gap"})) == [1]
    assert "No hour is set before" in meetings.get(WHERE + "1/").content.decode()
    assert meetings.post(WHERE + "1/sign-off/", {}).status_code == 404
    assert protocol.post(WHERE + "1/sign-off/", {"why": "Old friends"}).status_code == 302
    row.refresh_from_db()
    assert row.signed_off_by == protocol.account
    assert listed(protocol.get(WHERE, {"state": "gap"})) == []


def test_a_secret_request_is_not_there_but_for_those_let_in(week, sides):
    row = file(sides, secrecy="place")
    desk, friend = staff(week), staff(week, Role.Kind.PROTOCOL)
    actions.let_read(request=row, account=friend.account, by=None, now=clock.now())

    assert listed(desk.get(WHERE)) == []
    for where in ("/", "/accept/", "/secrecy/"):
        assert desk.get(f"{WHERE}{row.number}{where}").status_code == 404
    assert desk.post(f"{WHERE}{row.number}/accept/", {}).status_code == 404
    assert listed(friend.get(WHERE)) == [row.number]
    assert friend.get(f"{WHERE}{row.number}/").status_code == 200
    assert AuditEntry.objects.filter(event="request.looked_at").count() == 1


def test_who_keeps_a_request_from_the_desk_and_oneself_is_led_to_the_list(week, sides):
    file(sides)
    desk = staff(week)
    mine = str(desk.account.pk)

    stays = desk.post(WHERE + "1/secrecy/", {"secrecy": "busy", "readers": [mine]})
    leaves = desk.post(WHERE + "1/secrecy/", {"secrecy": "busy"})

    assert (stays.headers["Location"], leaves.headers["Location"]) == (WHERE + "1/", WHERE)
    assert listed(desk.get(WHERE)) == []


def test_nobody_at_the_desk_reads_or_writes_a_brief(week, sides):
    row = file(sides)
    focal = make_account(person=make_person())
    make_role(week, focal, Role.Kind.FOCAL_POINT, delegation_id=sides[0].pk)
    actions.write_brief(request=row, delegation=sides[0], text="Ask for the scholarship", by=focal, now=clock.now())
    desk = staff(week)

    assert "scholarship" not in desk.get(WHERE + "1/").content.decode()
    assert desk.get(WHERE + "1/brief/").status_code == 404
    assert desk.post(WHERE + "1/brief/", {"text": "x"}).status_code == 404


def test_what_cannot_be_done_any_more_leads_back_and_a_late_press_is_told(week, sides):
    row = file(sides)
    desk = staff(week)
    actions.withdraw_request(request=row, by=None, now=clock.now())

    assert desk.get(WHERE + "1/accept/").headers["Location"] == WHERE + "1/"
    assert desk.post(WHERE + "1/accept/", {}).headers["Location"] == WHERE + "1/"
    assert not Meeting.objects.exists()


@pytest.mark.parametrize("count", [1, 4])
def test_the_list_costs_the_same_for_any_number(week, count, django_assert_max_num_queries):
    for _ in range(count):
        file((make_party(week), make_party(week)))
    desk = staff(week)

    with django_assert_max_num_queries(14):
        assert len(listed(desk.get(WHERE))) == count


def test_the_desk_answers_a_proposal_for_the_side_that_has_told_it(week, sides):
    row = file(sides)
    actions.accept_request(request=row, by=None, now=clock.now())
    write_step("proposed", row, Who(None, clock.now()), offer={"minutes": 20, "windows": []})
    desk = staff(week)

    nobody = desk.post(WHERE + "1/agree/", {"seen": "3", "why": ""})
    assert nobody.status_code == 422
    assert "Choose the side that has told you." in nobody.content.decode()

    for seen, side in ((3, sides[1]), (4, sides[0])):
        assert desk.post(WHERE + "1/agree/", {"seen": seen, "why": "", "for_side": side.key}).status_code == 302

    assert Meeting.objects.get().minutes == 20
    steps = row.steps.filter(event="proposal_accepted")
    assert [(step.side, step.on_behalf) for step in steps] == [(sides[1], True), (sides[0], True)]
    assert "agree" not in [deed.key for deed in desk.get(WHERE + "1/").context["deeds"]]
