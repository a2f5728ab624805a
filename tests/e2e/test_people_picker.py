"""Who is late is found among many by keyboard, with a script; without one the list is there."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from e2e.around import WEEK, Scene, faults_of
from e2e.keyboard import signed_in, tab_to
from factories.meetings import make_guest
from hanhlang.domains.meetings.models import Change

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LATE = f"/desk/{WEEK}/changes/?kind=late"


@pytest.fixture
def scene(settings, live_server):
    settings.DEMO = True
    scene = Scene()
    for number in range(30):
        make_guest(scene.week, name=f"Lê Văn Khách {number}")
    return scene


def test_somebody_late_is_found_without_accents_chosen_by_keyboard_and_kept_when_the_form_is_refused(scene, live_server, open_window, axe):
    desk = signed_in(open_window, live_server, scene.desk, "vi", width=1440)
    page = desk.page
    page.goto(live_server.url + LATE)
    expect(page.locator("input[name=find]")).to_be_visible()

    tab_to(page, "input[name=find]")
    page.keyboard.type("dang uoc")
    expect(page.locator(".picked li")).to_have_count(1)
    page.keyboard.press("Enter")
    tab_to(page, ".picked input")
    page.keyboard.press("Space")
    found = faults_of(desk, axe, LATE, "picker")
    page.locator("input[name=starts_at]").fill("2025-12-01T10:00")
    page.locator("button.decides").click()

    expect(page.locator(".errors")).to_be_focused()
    expect(page.locator(".picked input:checked")).to_have_count(1)
    expect(page.locator(".picked")).to_contain_text("Đặng Thị Ước")
    page.locator("input[name=starts_at]").fill("2025-10-27T11:00")
    page.locator("button.decides").click()
    page.wait_for_url("**/changes/1/")
    assert Change.objects.get().people.get() == scene.founders[0]
    assert found == []


def test_without_scripts_the_list_is_there(scene, live_server, open_window):
    desk = signed_in(open_window, live_server, scene.desk, "vi", width=390, scripts=False)
    page = desk.page
    page.goto(live_server.url + LATE)

    page.locator("select[name=people]").select_option(str(scene.founders[1].pk))
    page.locator("button[value=report]").click()
    page.wait_for_load_state()
    assert Change.objects.get().people.get() == scene.founders[1]
