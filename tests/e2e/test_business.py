"""Business meetings on a phone of 390 px, by keyboard alone: answer, ask, sit alone at a table, ask somebody who is free."""

from __future__ import annotations

import pytest

from factories.business import make_founder
from factories.events import local, make_role
from factories.meetings import DAY, NOW, make_meeting, make_plan, make_ready_week
from factories.people import make_account
from hanhlang.domains.core import clock
from hanhlang.domains.events.models import Place, Role
from hanhlang.domains.meetings import actions
from hanhlang.domains.meetings.actions.publishing import publish_plan
from hanhlang.domains.meetings.models import Meeting, NowAsk, Wish

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HOME = "/portal/vidw-2025/business/"


class Scene:
    """A founder with a table at nine, somebody who waits for an answer, and a firm to be found."""

    def __init__(self):
        self.week = week = make_ready_week(key="vidw-2025")
        self.me, partner = make_founder(week, name="Đặng Thị Ước"), make_founder(week)
        self.asks, self.other = make_founder(week, name="Lê Văn Hỏi"), make_founder(week, name="Trần Thị Kia")
        self.meeting = make_meeting(week, self.me, partner)
        place = Place.objects.get(week=week, pool="tables")
        publish_plan(plan=make_plan(week, (self.meeting, "09:00", place)), by=None, now=NOW)
        self.wish = actions.make_wish(week=week, asking=self.asks, asked=self.me, message="Xin gặp 20 phút.", by=None, now=clock.now())
        self.account = make_account(person=self.me, email="founder@demo.invalid", language="en", is_demo=True)
        make_role(week, self.account, Role.Kind.DELEGATE)

    def addresses(self):
        firm = self.other.organisation.key
        parts = [
            "",
            "search/",
            f"firms/{firm}/",
            f"wishes/{self.wish.pk}/",
            f"meetings/{self.meeting.number}/",
            "profile/",
            "terms/",
            "blocks/",
        ]
        return [HOME + part for part in parts]


@pytest.fixture
def scene(settings, live_server):
    settings.DEMO = True
    clock.move_demo(NOW.replace(day=27, hour=8, minute=30))
    return Scene()


def sign_in(page, live_server, account, language="en"):
    type(account).objects.filter(pk=account.pk).update(language=language)
    page.goto(f"{live_server.url}/sign-in/")
    page.locator(f"button[value='{account.email}']").click()
    page.wait_for_load_state()


def press(page, name, role="button"):
    """Reach a control by the Tab key alone and press Enter."""
    wanted = page.get_by_role(role, name=name).first
    wanted.wait_for()
    page.evaluate("document.activeElement.blur()")
    for _ in range(200):
        page.keyboard.press("Tab")
        if wanted.evaluate("one => one === document.activeElement"):
            page.keyboard.press("Enter")
            page.wait_for_load_state()
            return
    raise AssertionError(f"{name} is not reached by the Tab key.")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_business_page_is_without_fault_on_a_phone(scene, live_server, open_window, axe, language):
    window = open_window(width=390, scheme="dark" if language == "vi" else "light")
    sign_in(window.page, live_server, scene.account, language)
    found = []

    for address in scene.addresses():
        assert window.page.goto(live_server.url + address).status == 200, address
        assert window.page.locator("html").get_attribute("lang") == language
        found += [f"{address}: {fault}" for fault in axe(window.page)]
        found += [f"{address}: scrolls sideways"] if window.sideways() > 0 else []

    assert found + window.complaints == []


def test_by_keyboard_a_wish_is_accepted_a_firm_found_and_somebody_asked(scene, live_server, open_window):
    window = open_window(width=390)
    page = window.page
    sign_in(page, live_server, scene.account)
    page.goto(live_server.url + HOME)

    press(page, f"Accept {scene.asks.name}")
    page.get_by_text(f"You meet {scene.asks.name}.").wait_for()
    page.goto(f"{live_server.url}{HOME}firms/{scene.other.organisation.key}/")
    press(page, "Ask for a meeting")
    page.get_by_text(f"{scene.other.name} has been asked.").wait_for()

    assert Meeting.objects.filter(wish=scene.wish).count() == 1
    assert Wish.objects.get(asking=scene.me).asked == scene.other
    assert window.complaints == []


def test_without_scripts_nobody_comes_and_one_who_is_free_is_asked(scene, live_server, open_window):
    window = open_window(width=390, scripts=False)
    page = window.page
    sign_in(page, live_server, scene.account)
    clock.move_demo(local(scene.week, DAY, "09:06"))
    page.goto(live_server.url + HOME)

    page.get_by_role("button", name="My partner is not here").click()
    page.get_by_role("button", name=f"Ask to come now {scene.asks.name}").click()
    page.get_by_text(f"{scene.asks.name} reads it now").wait_for()

    assert NowAsk.objects.get().asked == scene.asks
