"""What became of a meeting: said in the portal on a phone, seen and settled at the desk."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from e2e.around import WEEK, Scene
from e2e.keyboard import signed_in, tab_to
from factories.events import make_role
from factories.people import make_account
from hanhlang.domains.events.models import Role
from hanhlang.domains.meetings.models import FollowUp, Outcome, Satisfaction

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def scene(settings, live_server):
    settings.DEMO = True
    return Scene()


def test_an_outcome_without_the_side_that_did_not_come_is_asked_for_again_with_what_was_typed(scene, live_server, open_window):
    window = signed_in(open_window, live_server, scene.focal, "en")
    page = window.page
    page.goto(f"{live_server.url}/portal/{WEEK}/after/")
    page.get_by_role("link", name="Kingdom of Khemarin").first.click()

    page.get_by_label("somebody did not come").check()
    page.locator("#outcome-why").fill("Their flight was diverted")
    page.get_by_role("button", name="Keep", exact=True).click()
    expect(page.locator(".errors")).to_be_focused()
    expect(page.locator("#outcome-absent_side-error")).to_be_visible()
    expect(page.locator("#outcome-why")).to_have_value("Their flight was diverted")

    page.locator("#outcome-absent_side").select_option(label="Kingdom of Khemarin")
    page.get_by_role("button", name="Keep", exact=True).click()
    expect(page.locator(".notices")).to_contain_text("Kept what became of the meeting.")
    assert Outcome.objects.values_list("state", "absent_side").get() == ("no_show", 2)


def test_a_face_is_chosen_and_sent_by_keyboard(scene, live_server, open_window):
    head = scene.heads(0)[0]
    account = make_account(person=head, language="vi")
    make_role(scene.week, account, Role.Kind.DELEGATE)
    window = signed_in(open_window, live_server, account, "vi")
    page = window.page
    page.goto(f"{live_server.url}/portal/{WEEK}/meetings/{scene.over.number}/after/")

    tab_to(page, ".face input")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    tab_to(page, ".faces button")
    page.keyboard.press("Enter")
    expect(page.locator(".notices")).to_contain_text("Xin cảm ơn")

    assert Satisfaction.objects.get().mark in Satisfaction.Mark.values
    assert window.complaints == []


def test_what_is_to_follow_is_noted_with_an_owner_and_done_at_the_desk(scene, live_server, open_window):
    portal = signed_in(open_window, live_server, scene.focal, "en")
    page = portal.page
    page.goto(f"{live_server.url}/portal/{WEEK}/meetings/{scene.over.number}/after/")
    page.locator("#follow-text").fill("Name three experts")
    page.get_by_role("button", name="Note it").click()
    expect(page.locator("#follow-owner-error")).to_contain_text("Choose who does it.")
    expect(page.locator("#follow-text")).to_have_value("Name three experts")
    page.locator("#follow-owner").select_option(index=1)
    page.get_by_role("button", name="Note it").click()
    expect(page.locator(".rows")).to_contain_text("Name three experts")

    desk = signed_in(open_window, live_server, scene.desk, "en", width=1440)
    desk.page.goto(f"{live_server.url}/desk/{WEEK}/after/")
    expect(desk.page.locator("main")).to_contain_text("2 things are open")
    desk.page.get_by_role("button", name="Done: Name three experts").click()
    expect(desk.page.locator(".notices")).to_contain_text("Marked as done.")
    assert FollowUp.objects.filter(done_at=None).count() == 1
    assert desk.complaints == []
