"""Interpreters' hours, equipment, waiting areas and transfers, as the desk changes them."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from e2e.around import WEEK, Scene
from e2e.keyboard import signed_in
from hanhlang.domains.agenda.models import Equipment, InterpreterTeam, WaitingArea

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DESK = f"/desk/{WEEK}/"


@pytest.fixture
def scene(settings, live_server):
    settings.DEMO = True
    return Scene()


@pytest.fixture
def desk(scene, live_server, open_window):
    window = signed_in(open_window, live_server, scene.desk, "en", width=1440)
    window.page.goto(live_server.url + DESK + "resources/")
    return window


def test_hours_that_are_no_hours_are_refused_at_their_field_and_right_ones_are_kept(desk):
    page = desk.page
    page.get_by_role("link", name="Korean interpreters 1").click()
    page.locator("#id_hours").fill("27 October, in the morning")
    page.locator("#id_size").fill("3")
    page.get_by_role("button", name="Keep").click()

    expect(page.locator("#id_hours-error")).to_contain_text("is no span such as")
    expect(page.locator("#id_hours")).to_have_value("27 October, in the morning")
    expect(page.locator("#id_size")).to_have_value("3")
    assert page.evaluate("document.activeElement.matches('[data-errors]')")

    page.locator("#id_hours").fill("2025-10-27 08:30-12:00\n2025-10-28 13:30-17:00")
    page.get_by_role("button", name="Keep").click()
    expect(page.locator("main")).to_contain_text("2 spans")
    assert InterpreterTeam.objects.get().size == 3


def test_equipment_of_an_odd_kind_is_refused_where_it_was_typed_and_a_right_one_stands_in_the_list(desk):
    page = desk.page
    page.get_by_text("Add equipment").click()
    page.locator("#equipment-name_vi").fill("Máy chiếu")
    page.locator("#equipment-name_en").fill("Projector")
    page.locator("#equipment-kind").fill("Projector, large")
    page.get_by_role("button", name="Add", exact=True).first.click()

    expect(page.locator("#equipment-kind-error")).to_be_visible()
    expect(page.locator("#equipment-name_vi")).to_have_value("Máy chiếu")

    page.locator("#equipment-kind").fill("projector")
    page.get_by_role("button", name="Add", exact=True).first.click()
    expect(page.locator("main")).to_contain_text("Projector")
    page.get_by_role("button", name="Take away Projector").click()
    expect(page.locator(".notices")).to_contain_text("Taken away")
    assert not Equipment.objects.filter(kind="projector").exists()
    # The refusal itself comes with the status 422, which the browser notes.
    assert [one for one in desk.complaints if "422" not in one] == []


def test_where_guests_wait_is_chosen_and_may_be_nowhere_again(desk, scene):
    page = desk.page
    for area, there in (("", False), (str(scene.lounge.pk), True)):
        page.get_by_text("Say where guests wait").click()
        page.locator("#waiting-place").select_option(str(scene.room.pk))
        page.locator("#waiting-area").select_option(area)
        page.locator("section[aria-labelledby=waiting-title] button").click()
        expect(page.locator(".notices")).to_contain_text("It counts from the next search on.")
        assert WaitingArea.objects.exists() is there


def test_transfers_say_who_sits_where_and_who_has_no_seat(desk, live_server):
    page = desk.page
    page.get_by_role("link", name="Transfers").click()
    expect(page.locator(".departures")).to_contain_text("1 person")
    page.get_by_text("Who sits where").click()
    expect(page.locator(".departures")).to_contain_text("29A-123.45")

    page.goto(live_server.url + DESK + "resources/")
    page.get_by_role("button", name="Take away 29A-123.45").click()
    page.get_by_role("link", name="Transfers").click()
    expect(page.locator(".departures")).to_contain_text("Without a seat:")
    assert desk.complaints == []
