"""A focal point asks and answers in the portal, without scripts."""

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
from hanhlang.domains.meetings.models import Brief, Meeting, Request

pytestmark = pytest.mark.django_db


@pytest.fixture
def week(settings):
    settings.DEMO = True
    week = make_ready_week(key="vidw-2025")
    clock.move_demo(local(week, DAY, "08:00") - timedelta(days=6))
    return week


@pytest.fixture
def sides(week):
    return make_party(week), make_party(week)


def focal(delegation, language="en"):
    account = make_account(person=make_person(), language=language)
    make_role(delegation.week, account, Role.Kind.FOCAL_POINT, delegation_id=delegation.pk)
    client = Client(HTTP_HOST="localhost")
    client.force_login(account)
    client.cookies["hanhlang_language"] = language
    client.where = f"/portal/vidw-2025/delegations/{delegation.key}/requests/"
    return client


def wanted(other, **more):
    plain = {"asked": other.key, "format": "formal", "minutes": "30", "subjects": "Data", "interpreting": "none", "press": "none"}
    return plain | {"secrecy": "all"} | more


def file(sides, **more):
    return actions.file_request(asking=sides[0], asked=sides[1], by=None, now=clock.now(), **more)


def errors(page):
    return page.context["summary"]


def test_what_is_asked_for_reaches_the_other_side_with_everything_that_was_said(sides):
    one, other = focal(sides[0]), focal(sides[1])
    hours = {"preferred-0-day": DAY, "preferred-0-from": "10:00", "preferred-0-to": "11:00", "impossible-3-day": DAY}
    hours |= {"impossible-3-from": "00:00", "impossible-3-to": "09:00"}
    more = {
        "format": "one_plus_n",
        "companions": "1",
        "level": "deputy_minister",
        "press": "photo",
        "languages": ["en", "vi"],
        "why": "Gladly",
    }

    sent = one.post(one.where + "new/", wanted(sides[1], **hours, **more, interpreting="consecutive"))

    assert (sent.status_code, sent.headers["Location"]) == (302, one.where + "1/")
    row = Request.objects.get()
    assert (row.seats, row.level, row.languages, len(row.preferred), len(row.impossible)) == (4, "deputy_minister", ["en", "vi"], 1, 1)
    page = other.get(other.where + "1/").content.decode()
    for words in ("with interpreting 50 are booked", "Deputy Minister", "Gladly", "photographs at the start", "Mon 27 Oct 10:00–11:00"):
        assert words in page
    assert "It is your turn to answer" in page


def test_everything_wrong_is_said_first_with_a_link_and_nothing_typed_is_lost(sides):
    one = focal(sides[0])
    half = {"preferred-1-day": DAY, "preferred-1-from": "11:00", "preferred-1-to": "10:00", "impossible-0-from": "09:00"}

    page = one.post(one.where + "new/", wanted(sides[1], asked="", subjects="", why="Kept", **half))

    assert page.status_code == 422
    assert [line["id"] for line in errors(page)["lines"]] == ["id_asked", "id_subjects", "id_preferred-1-day", "id_impossible-0-day"]
    html = page.content.decode()
    assert 'href="#id_preferred-1-day"' in html
    assert html.index('href="#id_asked"') < html.index("<h1>")
    for kept in ("Kept", 'name="preferred-1-from" value="11:00"', 'name="impossible-0-from" value="09:00"'):
        assert kept in html
    assert not Request.objects.exists()


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"format": "courtesy", "minutes": "60"}, "id_minutes"),
        ({"companions": "2"}, "id_companions"),
        ({"address": "12 Tràng Thi"}, "id_site"),
        ({"impossible-0-day": DAY, "impossible-0-from": "00:00", "impossible-0-to": "00:00"}, ""),
        ({"preferred-0-day": DAY, "preferred-0-from": "09:00", "preferred-0-to": "09:10"}, "id_preferred-0-day"),
    ],
)
def test_a_rule_of_the_action_ends_in_the_same_summary(sides, more, field):
    one = focal(sides[0])

    page = one.post(one.where + "new/", wanted(sides[1], **more))

    if field:
        assert page.status_code == 422
        assert [line["id"] for line in errors(page)["lines"]] == [field]
    else:
        assert page.status_code == 302


def test_a_second_press_of_send_files_nothing_twice_and_says_so(sides):
    one = focal(sides[0])
    one.post(one.where + "new/", wanted(sides[1]))

    again = one.post(one.where + "new/", wanted(sides[1]))

    assert (again.status_code, Request.objects.count()) == (409, 1)
    assert "still waits for an answer" in errors(again)["general"][0]


def test_offers_go_to_and_fro_and_the_first_accepts(sides):
    file(sides, minutes=45)
    one, other = focal(sides[0]), focal(sides[1])
    hours = {"windows-0-day": DAY, "windows-0-from": "10:00", "windows-0-to": "12:00"}

    countered = other.post(other.where + "1/counter/", {"minutes": "20", "level": "", "seen": "1", "why": "A full day", **hours})
    accept = one.get(one.where + "1/accept/")
    people = [box.data["value"] for box in accept.context["form"]["people"]]
    accepted = one.post(one.where + "1/accept/", {"people": [str(key) for key in people[:1]], "seen": "2"})

    assert (countered.status_code, accepted.status_code) == (302, 302)
    meeting = Meeting.objects.get()
    assert (meeting.minutes, meeting.participants.filter(side=1).count(), len(meeting.windows)) == (20, 1, 1)
    page = one.get(one.where + "1/").content.decode()
    assert "The hour and the room are told when a plan is published." in page
    assert "A full day" in page


def test_an_answer_to_what_has_moved_on_is_refused_and_points_to_what_is_offered_now(sides):
    row = file(sides)
    other = focal(sides[1])
    for minutes in (20, 25):
        actions.counter_request(request=row, minutes=minutes, by=None, now=clock.now())
    members = [member.person.key for member in sides[1].members.all()]

    page = other.post(other.where + "1/accept/", {"people": members, "seen": "1"})

    assert (page.status_code, Meeting.objects.count()) == (409, 0)
    assert "25 minutes" in page.content.decode()


def test_whose_turn_it_is_not_is_led_back_and_cannot_answer(sides):
    file(sides)
    one = focal(sides[0])

    assert one.get(one.where + "1/accept/").headers["Location"] == one.where + "1/"
    assert one.post(one.where + "1/decline/", {"why": "No"}).status_code == 409
    assert one.post(one.where + "1/withdraw/", {}).status_code == 302
    assert Request.objects.get().state == "withdrawn"


def test_a_no_needs_its_reason_and_time_to_think_its_hour(sides):
    file(sides)
    other = focal(sides[1])

    no_hour = other.post(other.where + "1/hold/", {"until": ""})
    far = other.post(other.where + "1/hold/", {"until": "2025-10-29T09:00"})
    held = other.post(other.where + "1/hold/", {"until": "2025-10-22T09:00"})
    no_reason = other.post(other.where + "1/decline/", {"why": ""})

    assert [page.status_code for page in (no_hour, far, held, no_reason)] == [422, 422, 302, 422]
    assert "Thinks about it until" in other.get(other.where + "1/").content.decode()
    assert other.post(other.where + "1/decline/", {"why": "The minister leaves"}).status_code == 302


def test_the_list_says_what_waits_for_whom(sides, week):
    file(sides)
    actions.file_request(asking=make_party(week), asked=sides[0], by=None, now=clock.now())
    ended = actions.file_request(asking=sides[0], asked=make_party(week), by=None, now=clock.now())
    actions.withdraw_request(request=ended, by=None, now=clock.now())
    one = focal(sides[0])

    page = one.get(one.where)

    assert [(group["key"], len(group["lines"])) for group in page.context["groups"]] == [("ours", 1), ("theirs", 1), ("ended", 1)]
    assert f'data-live="requests-of:vidw-2025:{sides[0].code} agenda:vidw-2025"' in page.content.decode()


@pytest.mark.parametrize("count", [1, 4])
def test_the_list_costs_the_same_for_any_number(sides, week, count, django_assert_max_num_queries):
    for _ in range(count):
        actions.file_request(asking=sides[0], asked=make_party(week), by=None, now=clock.now())
    one = focal(sides[0])

    with django_assert_max_num_queries(14):
        assert one.get(one.where).status_code == 200


def test_nobody_else_sees_a_request_or_answers_it(sides, week):
    file(sides)
    third = focal(make_party(week))

    for where in (f"{third.where}1/", f"/portal/vidw-2025/delegations/{sides[0].key}/requests/1/"):
        assert third.get(where).status_code == 404
        assert third.post(where + "accept/", {}).status_code == 404


def test_a_brief_is_read_by_its_own_side_only(sides):
    file(sides)
    one, other = focal(sides[0]), focal(sides[1])

    one.post(one.where + "1/brief/", {"text": "Ask for the scholarship"})

    assert "Ask for the scholarship" in one.get(one.where + "1/").content.decode()
    assert "Ask for the scholarship" in one.get(one.where + "1/brief/").content.decode()
    for where in ("1/", "1/brief/"):
        assert "scholarship" not in other.get(other.where + where).content.decode()
    assert Brief.objects.get().delegation == sides[0]


def test_who_sees_it_is_set_with_its_readers_and_looks_are_recorded(sides, week):
    file(sides)
    staff = make_account(person=make_person(name="Lê Thị Nghi Lễ"))
    make_role(week, staff, Role.Kind.PROTOCOL)
    other = focal(sides[1])
    assert "Lê Thị Nghi Lễ" in other.get(other.where + "1/secrecy/").content.decode()

    other.post(other.where + "1/secrecy/", {"secrecy": "busy", "readers": [str(staff.pk)]})
    other.get(other.where + "1/")
    other.get(other.where + "1/")

    row = Request.objects.get()
    assert (row.secrecy, [reader.account for reader in row.readers.all()]) == ("busy", [staff])
    assert AuditEntry.objects.filter(event="request.looked_at").count() == 1
    other.post(other.where + "1/secrecy/", {"secrecy": "busy"})
    assert not row.readers.exists()


def test_either_side_calls_an_agreed_meeting_off_and_says_why(sides):
    row = file(sides)
    actions.accept_request(request=row, by=None, now=clock.now())
    one, other = focal(sides[0]), focal(sides[1])

    assert one.post(one.where + "1/call-off/", {"why": ""}).status_code == 422
    assert one.post(one.where + "1/call-off/", {"why": "Called home"}).status_code == 302

    assert Meeting.objects.get().state == "cancelled"
    page = other.get(other.where + "1/").content.decode()
    assert "Called home" in page
    assert "Cancelled" in page
    assert other.get(other.where + "1/call-off/").headers["Location"] == other.where + "1/"
    assert other.post(other.where + "1/call-off/", {"why": "So do we"}).status_code == 409


def test_a_pull_aside_is_written_down_afterwards(sides, week):
    one = focal(sides[0])
    body = {"asked": sides[1].key, "starts_at": f"{DAY}T10:05", "minutes": "5", "secrecy": "all"}
    assert one.post(one.where + "pull-aside/", body).status_code == 422
    clock.move_demo(local(week, DAY, "11:00"))

    assert one.post(one.where + "pull-aside/", body).status_code == 302
    assert Meeting.objects.get().state == "logged"


def test_both_languages_say_it(sides):
    file(sides)
    for language, words in (("vi", "Đến lượt quý vị trả lời"), ("en", "It is your turn to answer")):
        other = focal(sides[1], language)
        assert words in other.get(other.where + "1/").content.decode()


def proposed(sides):
    """Agree on a bilateral, and let the desk propose a shorter one at another hour."""
    file(sides)
    row = Request.objects.get()
    actions.accept_request(request=row, by=None, now=clock.now())
    hours = [[local(row.week, DAY, "14:00").isoformat(), local(row.week, DAY, "14:20").isoformat()]]
    write_step("proposed", row, Who(None, clock.now()), offer={"minutes": 20, "windows": hours})
    return row


def test_what_the_secretariat_proposes_is_shown_to_both_sides_and_made_true_by_two_times_yes(sides):
    proposed(sides)
    one, other = focal(sides[0]), focal(sides[1])

    groups = one.get(one.where).context["groups"]
    assert [(group["key"], group["lines"][0].is_proposed) for group in groups] == [("ours", True)]
    for client in (one, other):
        page = client.get(client.where + "1/").content.decode()
        assert "20 minutes, Mon 27 Oct 14:00–14:20" in page
        assert "Say yes to the proposal" in page

    question = one.get(one.where + "1/agree/")
    assert "20 minutes" in question.content.decode()
    one.post(one.where + "1/agree/", {"seen": "3", "why": ""})
    assert [group["key"] for group in one.get(one.where).context["groups"]] == ["theirs"]
    assert "has said yes." in other.get(other.where + "1/").content.decode()
    assert Meeting.objects.get().minutes == 30

    other.post(other.where + "1/agree/", {"seen": "4", "why": "Gladly"})
    assert Meeting.objects.get().minutes == 20
    assert "Say yes to the proposal" not in other.get(other.where + "1/").content.decode()


def test_a_no_to_the_proposal_says_why_and_changes_nothing(sides):
    proposed(sides)
    one, other = focal(sides[0]), focal(sides[1])

    refused = other.post(other.where + "1/disagree/", {"seen": "3", "why": ""})
    assert (refused.status_code, errors(refused)["lines"][0]["id"]) == (422, "id_why")
    other.post(other.where + "1/disagree/", {"seen": "3", "why": "Half an hour is needed."})

    assert Meeting.objects.get().minutes == 30
    page = one.get(one.where + "1/").content.decode()
    assert "Half an hour is needed." in page
    assert "Say yes to the proposal" not in page
    late = one.post(one.where + "1/agree/", {"seen": "4", "why": ""})
    assert late.status_code == 409


def test_a_stranger_answers_no_proposal(sides, week):
    proposed(sides)
    stranger = focal(make_party(week))

    assert stranger.post(stranger.where + "1/agree/", {"seen": "3"}).status_code == 404
    assert Meeting.objects.get().minutes == 30
