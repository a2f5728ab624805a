"""The pages of a change: reported, taken in, compared, answered; who was told and who knows; the liaison officer's phone."""

from __future__ import annotations

import html
import re
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from factories import make_account, make_person, make_role
from factories.events import local
from factories.meetings import DAY, make_meeting, make_party, make_plan, make_ready_week
from hanhlang.domains.core import clock
from hanhlang.domains.delegations.models import Delegation
from hanhlang.domains.events.models import Place, Role, Week
from hanhlang.domains.meetings.actions import publish_plan
from hanhlang.domains.meetings.models import Change, Kind, Meeting, Notice, Plan
from hanhlang.jobs import changes as answering

pytestmark = pytest.mark.django_db
MORNING = datetime.fromisoformat("2025-10-27T08:00:00+07:00")


class Day:
    """A published bilateral at 09:00 with a free room at any hour, the desk, a delegate and a liaison officer."""

    def __init__(self) -> None:
        self.week: Week = make_ready_week(key="vidw-2025")
        self.ours, self.theirs = make_party(self.week), make_party(self.week)
        self.head = self.ours.members.get(is_head=True).person
        self.other = self.theirs.members.get(is_head=True).person
        self.delegate = self.client(Role.Kind.DELEGATE, person=self.other)
        self.meeting: Meeting = make_meeting(self.week, self.head, self.other, kind=Kind.BILATERAL, minutes=30)
        room = Place.objects.get(week=self.week, pool="rooms")
        publish_plan(plan=make_plan(self.week, (self.meeting, "09:00", room), number=1), by=None, now=MORNING)
        self.desk = self.client(Role.Kind.MEETINGS)

    def client(self, kind: str, person: Any = None, delegation: Delegation | None = None) -> Client:
        account = make_account(person=person or make_person(), language="en")
        make_role(self.week, account, kind, delegation_id=delegation.pk if delegation else None)
        client = Client(headers={"Accept-Language": "en"})
        client.force_login(account)
        client.cookies["hanhlang_language"] = "en"
        return client

    def late(self, **more: Any) -> Any:
        given = {"kind": "late", "people": [str(self.head.pk)], "starts_at": "2025-10-27T09:40", "note": "QH 414"}
        return self.desk.post("/desk/vidw-2025/changes/", given | more)

    def answered(self) -> Plan:
        assert answering.answer_next(clock.now())
        return Plan.objects.filter(state=Plan.State.ALTERNATIVE).order_by("number")[0]


def said(answer: Any) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())))


@pytest.fixture
def day(settings: Any) -> Day:
    settings.DEMO = True
    clock.move_demo(MORNING)
    return Day()


def test_a_change_is_taken_in_compared_published_and_seen_by_the_other_side(day: Day) -> None:
    taken = day.late()
    address = taken["Location"]
    waiting = said(day.desk.get(address))
    best = day.answered()

    page = day.desk.get(address)

    assert address == "/desk/vidw-2025/changes/1/"
    assert "Ways to answer are being looked for" in waiting
    assert "1 meeting cannot stay where it is." in said(page)
    assert "Publish A, tell 2 people" in said(page)
    read = sorted(text.split()[0] for one in page.context["told"] for text in one.texts)
    assert read == ["Gặp", "Meeting"], "each in their own language"
    answer = day.desk.post(f"{address}{best.number}/publish/", follow=True)
    assert "2 people were told." in said(answer)
    assert "Answered by plan" in said(answer)

    agenda = said(day.delegate.get("/portal/vidw-2025/?day=2025-10-27"))
    assert "1 change in your agenda" in agenda
    notice = Notice.objects.get(person=day.other, kind="moved")
    assert "instead of 09:00" in notice.text
    day.delegate.post("/portal/vidw-2025/notices/seen/", {"notice": str(notice.pk)})
    notice.refresh_from_db()
    assert notice.acknowledged_how == Notice.How.PORTAL
    assert "change in your agenda" not in said(day.delegate.get("/portal/vidw-2025/"))


def test_publish_pressed_twice_and_a_way_that_is_gone_get_a_clear_answer(day: Day) -> None:
    day.late()
    best = day.answered()
    address = f"/desk/vidw-2025/changes/1/{best.number}/publish/"
    day.desk.post(address)

    assert day.desk.post(address).status_code == 409
    assert "no longer there" in said(day.desk.post("/desk/vidw-2025/changes/1/999/publish/"))
    assert Notice.objects.filter(kind="moved").count() == 2


def test_a_report_may_wait_and_be_put_aside_or_taken_in(day: Day) -> None:
    day.late(only="report")
    assert Change.objects.get().state == Change.State.REPORTED
    assert "QH 414" in said(day.desk.get("/desk/vidw-2025/changes/"))

    day.desk.post("/desk/vidw-2025/changes/1/dismiss/")

    assert Change.objects.get().state == Change.State.DISMISSED
    refused = day.desk.post("/desk/vidw-2025/changes/1/take-in/", follow=True)
    assert "has been dealt with already" in said(refused)


def test_what_is_missing_is_said_beside_its_field(day: Day) -> None:
    answer = day.late(people=[])

    assert answer.status_code == 422
    assert "Say who it is about" in said(answer)
    assert Change.objects.count() == 0


@pytest.mark.parametrize("kind", Change.Kind.values)
def test_every_kind_has_its_form(day: Day, kind: str) -> None:
    answer = day.desk.get(f"/desk/vidw-2025/changes/?kind={kind}")

    assert answer.context["form"].kind == kind
    assert len(answer.context["form"].fields) > 1


def test_all_is_left_as_it_is(day: Day) -> None:
    day.late()
    day.answered()

    day.desk.post("/desk/vidw-2025/changes/1/leave/")

    assert Change.objects.get().state == Change.State.ANSWERED
    assert not Notice.objects.filter(kind="moved").exists()


def test_a_meeting_kept_from_staff_is_neither_drawn_nor_told_on_the_page(day: Day) -> None:
    Meeting.objects.update(secrecy="nothing")
    day.late()
    day.answered()

    page = day.desk.get("/desk/vidw-2025/changes/1/")

    assert str(day.other.organisation.name) not in said(page)
    assert page.context["told"] == []
    assert page.context["moves"] == []
    assert page.context["fallen"] == 0


def test_the_liaison_officer_sees_whom_to_tell_by_minutes_left_and_notes_who_knows(day: Day) -> None:
    officer = day.client(Role.Kind.LIAISON, delegation=day.ours)
    stranger = day.client(Role.Kind.LIAISON, delegation=make_party(day.week))
    assert "Nobody has to be told" in said(officer.get("/portal/vidw-2025/liaison/"))
    day.late()
    day.desk.post(f"/desk/vidw-2025/changes/1/{day.answered().number}/publish/")

    page = said(officer.get("/portal/vidw-2025/liaison/"))
    notice = Notice.objects.get(person=day.head, kind="moved")

    assert day.head.name in page
    assert re.search("(59|60) minutes left", page)
    assert day.head.name not in said(stranger.get("/portal/vidw-2025/liaison/"))
    tap = f"/portal/vidw-2025/liaison/{notice.pk}/"
    assert stranger.post(tap, {"how": "phone"}).status_code == 404
    officer.post(tap, {"how": "phone"})
    notice.refresh_from_db()
    assert (notice.told_how, notice.acknowledged_at) == ("phone", None)
    assert notice.told_by is not None
    officer.post(tap, {"how": "phone", "knows": "1"})
    notice.refresh_from_db()
    assert notice.acknowledged_how == "phone"
    assert "Nobody has to be told" in said(officer.get("/portal/vidw-2025/liaison/"))


def test_the_desk_sees_who_is_not_reached_and_who_knows(day: Day) -> None:
    day.late()
    plan = day.answered()
    day.desk.post(f"/desk/vidw-2025/changes/1/{plan.number}/publish/")

    page = day.desk.get(f"/desk/vidw-2025/notices/?plan={plan.number}")
    notice = page.context["told"][0].notice
    day.desk.post(f"/desk/vidw-2025/notices/{notice.pk}/", {"how": "message", "knows": "1"})

    assert {one.notice.person for one in page.context["told"]} == {day.head, day.other}
    assert [one.person for one in day.desk.get("/desk/vidw-2025/notices/").context["known"]] == [notice.person]


def test_entries_by_mail_are_chosen_and_ended_in_the_portal(day: Day) -> None:
    chosen = day.delegate.post("/portal/vidw-2025/calendar/by-mail/", follow=True)
    assert "Your calendar entries come by mail" in said(chosen)

    ended = day.delegate.post("/portal/vidw-2025/calendar/by-mail/end/", follow=True)

    assert "No more calendar entries are sent" in said(ended)
    assert local(day.week, DAY, "09:00")


def test_the_desk_frees_a_table_to_which_somebody_does_not_come(day: Day) -> None:
    clock.move_demo(MORNING.replace(hour=9, minute=6))
    page = day.desk.get("/desk/vidw-2025/tables/")
    assert [one.meeting for one in page.context["on"]] == [day.meeting]

    freed = day.desk.post(f"/desk/vidw-2025/tables/{day.meeting.number}/no-show/", {"person": str(day.head.pk)}, follow=True)

    assert "The table is free. 2 people were told." in said(freed)
    assert "No meeting is on now" in said(freed)
    again = day.desk.post(f"/desk/vidw-2025/tables/{day.meeting.number}/no-show/", {"person": str(day.head.pk)}, follow=True)
    assert "called off" in said(again) or "cancelled" in said(again)


def test_a_stand_in_of_lower_rank_is_answered_in_the_portal(day: Day) -> None:
    asking = day.client(Role.Kind.FOCAL_POINT, delegation=day.ours)
    asked = day.client(Role.Kind.FOCAL_POINT, delegation=day.theirs)
    colleague = day.ours.members.get(is_head=False).person
    sent = {"absent": str(day.head.pk), "person": str(colleague.pk), "note": "QH 414"}

    put = asking.post(f"/portal/vidw-2025/stand-ins/{day.meeting.number}/", sent, follow=True)
    page = asked.get("/portal/vidw-2025/stand-ins/")
    [(row, _)] = page.context["asked"]

    assert "It was put to the other side" in said(put)
    assert asking.get("/portal/vidw-2025/stand-ins/").context["asked"] == []
    assert asking.post(f"/portal/vidw-2025/stand-ins/answer/{row.pk}/", {"answer": "accepted"}).status_code == 404
    asked.post(f"/portal/vidw-2025/stand-ins/answer/{row.pk}/", {"answer": "shortened", "minutes": "20"})
    row.refresh_from_db()
    assert (row.state, row.minutes) == ("shortened", 20)
    assert day.meeting.participants.filter(person=colleague).exists()
