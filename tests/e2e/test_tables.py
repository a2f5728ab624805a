"""Somebody does not come, or somebody else does: the tables at the desk, stand-ins in the portal."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from e2e.around import WEEK, Scene
from e2e.keyboard import account_of, signed_in
from hanhlang.domains.meetings.models import Meeting, StandIn

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def scene(settings, live_server):
    settings.DEMO = True
    return Scene()


def test_who_did_not_come_is_noted_with_one_press_and_the_table_is_free(scene, live_server, open_window):
    desk = signed_in(open_window, live_server, scene.desk, "en", width=1440)
    page = desk.page
    page.goto(f"{live_server.url}/desk/{WEEK}/tables/")
    expect(page.locator("main")).to_contain_text("1 person waits for somebody")

    page.get_by_role("button", name="Trần Văn Khuyết did not come").click()
    expect(page.locator(".notices")).to_contain_text("The table is free.")

    expect(page.locator("main")).to_contain_text("No meeting is on now")
    assert Meeting.objects.get(kind="business").state == Meeting.State.CANCELLED
    assert desk.complaints == []


def test_a_stand_in_is_chosen_first_and_put_to_the_other_side_which_answers(scene, live_server, open_window):
    StandIn.objects.all().delete()
    ours = signed_in(open_window, live_server, scene.focal, "en")
    page = ours.page
    page.goto(f"{live_server.url}/portal/{WEEK}/stand-ins/")
    note = page.get_by_label("Why")
    note.fill("The minister is called home")
    page.get_by_role("button", name="Send them").click()
    expect(page.locator(".errors")).to_be_focused()
    expect(page.locator(".field .error")).to_contain_text("Choose who comes.")
    expect(note).to_have_value("The minister is called home")
    page.get_by_label("Who comes instead").select_option(index=1)
    page.get_by_role("button", name="Send them").click()
    expect(page.locator(".notices")).to_contain_text("It was put to the other side")

    theirs = signed_in(open_window, live_server, account_of(scene.parties[2]), "en")
    theirs.page.goto(f"{live_server.url}/portal/{WEEK}/stand-ins/")
    expect(theirs.page.locator("main")).to_contain_text("The minister is called home")
    theirs.page.get_by_role("button", name="We meet them", exact=True).click()
    expect(theirs.page.locator(".notices")).to_contain_text("Your answer was passed on")

    assert StandIn.objects.get().state == StandIn.State.ACCEPTED
    assert theirs.complaints == []
