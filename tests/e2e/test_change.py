"""A minister is late: taken in, alternatives compared by keyboard, one published; the other side sees the new hour and a higher number."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from e2e.keyboard import sequences
from factories.delegations import make_delegation, make_member
from factories.events import make_participation, make_role, make_site, make_week
from factories.meetings import NOW, make_grid, make_meeting, make_plan, make_room
from factories.people import make_account, make_person
from hanhlang.domains.core import clock
from hanhlang.domains.core.multitext import MultiText
from hanhlang.domains.events.models import Role
from hanhlang.domains.meetings.actions import choose_invitations, publish_plan
from hanhlang.domains.meetings.models import Change, Kind, Plan
from hanhlang.jobs import changes as answering

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MORNING = NOW.replace(day=27, hour=8, minute=10, month=10)
NAMES = [
    {"vi": "Cộng hòa Lamduan", "en": "Republic of Lamduan"},
    {"vi": "Vương quốc Khemarin", "en": "Kingdom of Khemarin"},
    {"vi": "Liên bang Vesperia", "en": "Federation of Vesperia"},
    {"vi": "Cộng hòa Orlenia", "en": "Republic of Orlenia"},
]


class Scene:
    """Four delegations with three bilaterals in the morning; the second one's head has calendar entries sent by mail."""

    def __init__(self) -> None:
        self.week = week = make_week(key="vidw-2025")
        site = make_site(week, name=MultiText({"vi": "Ninh Bình"}))
        rooms = [make_room(site, name=MultiText({"vi": f"Phòng A{n}", "en": f"Room A{n}"})) for n in (1, 2)]
        make_grid(week, Kind.BILATERAL)
        self.parties = [make_delegation(week, name=MultiText(names)) for names in NAMES]
        self.heads = [make_member(party, is_head=True).person for party in self.parties]
        for head in self.heads:
            make_participation(week, head)
        self.other = self._account(Role.Kind.DELEGATE, self.heads[1])
        self.desk = self._account(Role.Kind.MEETINGS, make_person())
        self.officer = self._account(Role.Kind.LIAISON, make_person(), delegation=self.parties[0])
        pairs = [(0, 1, "09:00"), (0, 2, "09:45"), (2, 3, "11:00")]
        meetings = [make_meeting(week, self.heads[a], self.heads[b], kind=Kind.BILATERAL, minutes=30) for a, b, _ in pairs]
        choose_invitations(week=week, person=self.heads[1], by=None, now=clock.now())
        placed = [(meeting, hour, rooms[n % 2]) for n, (meeting, (_, _, hour)) in enumerate(zip(meetings, pairs, strict=True))]
        publish_plan(plan=make_plan(week, *placed, number=1), by=None, now=clock.now())

    def _account(self, kind, person, delegation=None):
        account = make_account(person=person, email=f"{kind}@demo.invalid", is_demo=True)
        make_role(self.week, account, kind, delegation_id=delegation.pk if delegation else None)
        return account


@pytest.fixture
def scene(settings, live_server):
    settings.DEMO = True
    clock.move_demo(MORNING)
    return Scene()


def sign_in(page, live_server, account, language) -> None:
    type(account).objects.filter(pk=account.pk).update(language=language)
    page.goto(f"{live_server.url}/sign-in/")
    page.locator(f"button[value='{account.email}']").click()
    page.wait_for_load_state()


def take_in(page, live_server, scene) -> None:
    """Two clicks: what has happened, and that it is true; between them only who and when are said."""
    page.goto(f"{live_server.url}/desk/vidw-2025/changes/")
    page.get_by_role("link", name=re.compile("Arrives late|Đến muộn")).click()
    page.locator("select[name=people]").select_option(str(scene.heads[0].pk))
    page.locator("input[name=starts_at]").fill("2025-10-27T10:00")
    page.locator("button.decides").click()
    page.wait_for_url("**/changes/1/")


def test_a_late_arrival_is_answered_by_keyboard_and_the_other_side_sees_the_new_hour(scene, live_server, open_window, axe):
    desk = open_window()
    sign_in(desk.page, live_server, scene.desk, "en")
    take_in(desk.page, live_server, scene)
    answering.answer_next(clock.now())
    desk.page.reload()

    ways = desk.page.locator("[data-way]")
    ways.first.focus()
    for _ in range(ways.count()):
        desk.page.keyboard.press("ArrowRight")
    desk.page.wait_for_function("document.activeElement?.matches('#way-A[aria-current]')")
    desk.page.keyboard.press("Enter")
    assert desk.page.evaluate("document.activeElement.id") == "publish-way"
    desk.page.keyboard.press("Enter")
    expect(desk.page.locator(".notices")).to_contain_text("people were told")

    assert Change.objects.get().state == Change.State.ANSWERED
    placed = Plan.objects.get(state=Plan.State.PUBLISHED).placements.get(meeting__participants__person=scene.heads[1])
    hour = f"{placed.starts_at.astimezone(MORNING.tzinfo):%H:%M}"
    assert hour >= "10:00"
    phone = open_window(width=390)
    sign_in(phone.page, live_server, scene.other, "vi")
    phone.page.goto(f"{live_server.url}/portal/vidw-2025/?day=2025-10-27")
    expect(phone.page.locator(".notice-list")).to_contain_text(hour)
    assert axe(phone.page) == []
    phone.page.get_by_role("button", name="Đã xem").first.click()
    expect(phone.page.locator(".notice-list")).to_have_count(0)
    assert sequences() == [("REQUEST", 0, "09:00"), ("REQUEST", 1, hour)]
    assert desk.complaints + phone.complaints == []


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("width", [390, 1440])
def test_pages_of_a_change_are_without_fault(scene, live_server, open_window, axe, width, language):
    window = open_window(width=width, scheme="dark" if language == "vi" else "light")
    page, found = window.page, []
    sign_in(page, live_server, scene.desk, language)

    def look(address: str) -> None:
        assert page.goto(live_server.url + address).status == 200
        found.extend(f"{address}: {fault}" for fault in axe(page))
        found.extend([f"{address}: scrolls sideways by {window.sideways()}"] if window.sideways() > 0 else [])

    for kind in ("", *Change.Kind.values):
        look(f"/desk/vidw-2025/changes/?kind={kind}")
    take_in(page, live_server, scene)
    answering.answer_next(clock.now())
    look("/desk/vidw-2025/changes/1/")
    page.locator("#publish-way").click()
    page.wait_for_load_state()
    look("/desk/vidw-2025/changes/1/")
    look("/desk/vidw-2025/notices/")
    page.context.clear_cookies()
    sign_in(page, live_server, scene.officer, language)
    look("/portal/vidw-2025/liaison/")

    assert found == []
    assert window.complaints == []
