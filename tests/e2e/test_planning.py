"""Planning at the desk in a real browser, by keyboard alone: a meeting is moved with its verdict, the draft is published."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from factories.events import make_role
from factories.meetings import NOW, make_guest, make_meeting, make_plan, make_ready_week, make_table
from factories.people import make_account, make_person
from hanhlang.domains.core import clock
from hanhlang.domains.core.multitext import MultiText
from hanhlang.domains.events.models import Place, Role
from hanhlang.domains.meetings.actions import publish_plan
from hanhlang.domains.meetings.models import Plan, Promise, Unplaced

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DAY = "2025-10-27"
BOARD = f"/desk/vidw-2025/board/?day={DAY}&view=people"


class Scene:
    """A week with two meetings of one person in a published plan, and one without a place."""

    def __init__(self) -> None:
        self.week = week = make_ready_week(key="vidw-2025", name=MultiText({"vi": "Tuần lễ Số", "en": "Digital Week"}))
        table = Place.objects.get(week=week, pool="tables")
        make_table(table.site)
        busy = make_guest(week, name="An Bận")
        self.first = make_meeting(week, busy, make_guest(week, name="Bình Rảnh"))
        self.second = make_meeting(week, busy, make_guest(week, name="Chi Rảnh"))
        self.left = make_meeting(week, make_guest(week), make_guest(week))
        self.plan = make_plan(week, (self.first, "09:00", table), (self.second, "09:20", table))
        Unplaced.objects.create(plan=self.plan, meeting=self.left, reason="crowded_out", text=MultiText({"vi": "Hết chỗ.", "en": "Full."}))
        publish_plan(plan=self.plan, by=None, now=NOW)


@pytest.fixture
def scene(settings, live_server):
    settings.DEMO = True
    clock.move_demo(NOW)
    return Scene()


@pytest.fixture
def enter(scene, live_server, open_window):
    """Open a page as the secretariat."""

    def go(path=BOARD, language="en", **window):
        account = make_account(person=make_person(), email="plan@demo.invalid", is_demo=True, language=language)
        make_role(scene.week, account, Role.Kind.SECRETARIAT)
        opened = open_window(**window)
        opened.page.goto(f"{live_server.url}/sign-in/")
        opened.page.locator(f"button[value='{account.email}']").click()
        opened.page.wait_for_load_state()
        opened.page.goto(live_server.url + path)
        return opened

    return go


def test_a_meeting_is_moved_by_keys_with_its_verdict_and_published(enter, scene):
    window = enter()
    page = window.page
    page.locator(f"[data-item='m-{scene.first.number}']").first.focus()

    page.keyboard.press("m")
    expect(page.locator("[data-move]")).to_be_visible()
    page.keyboard.press("ArrowRight")
    said = page.locator("[data-said]")
    expect(said).to_contain_text("things stand against it")
    expect(said).to_contain_text(f"An Bận is in meeting {scene.second.number}, 09:20–09:40")
    page.keyboard.press("Enter")
    assert Plan.objects.count() == 1
    page.keyboard.press("ArrowRight")
    expect(said).to_contain_text("It fits.")
    expect(said).to_contain_text("2 people would be told.")
    page.keyboard.press("Enter")

    publish = page.get_by_role("link", name="Publish, tells 2 people…")
    expect(publish).to_be_visible()
    expect(page.locator(".block.moved").first).to_be_visible()
    publish.focus()
    page.keyboard.press("Enter")
    page.locator("summary").first.press("Enter")
    expect(page.get_by_role("cell", name="09:40").first).to_be_visible()
    page.get_by_role("button", name="Publish and tell 2 people").press("Enter")
    expect(page.get_by_text("2 people were told.")).to_be_visible()
    assert set(Promise.objects.filter(meeting=scene.first).values_list("sequence", flat=True)) == {1}
    assert window.complaints == []


def test_escape_leaves_it_and_gives_the_focus_back(enter, scene):
    page = enter().page
    page.locator(f"[data-item='m-{scene.first.number}']").first.focus()
    page.keyboard.press("m")
    expect(page.locator("[data-move]")).to_be_visible()

    page.keyboard.press("ArrowRight")
    page.keyboard.press("Escape")

    expect(page.locator("[data-move]")).to_be_hidden()
    assert page.evaluate("document.activeElement.dataset.item") == f"m-{scene.first.number}"
    assert Plan.objects.count() == 1


def test_a_pointer_drags_a_meeting_to_another_hour(enter, scene):
    page = enter().page
    block = page.locator(f"[data-item='m-{scene.first.number}']").first
    box = block.bounding_box()
    beside = page.locator(f"[data-item='m-{scene.second.number}']").first.bounding_box()
    step = beside["x"] - box["x"]

    page.mouse.move(box["x"] + 4, box["y"] + 8)
    page.mouse.down()
    for part in range(1, 9):
        page.mouse.move(box["x"] + 4 + step * 3 * part / 8, box["y"] + 8)
    expect(page.locator("[data-verdict]")).to_contain_text("It fits.")
    page.mouse.up()

    page.get_by_role("button", name="Put it there, in a draft").click()
    expect(page.locator(".block.moved").first).to_be_visible()
    assert Plan.objects.get(origin="moved").placements.get(meeting=scene.first).starts_at.hour == 3


@pytest.mark.parametrize(("width", "language"), [(390, "vi"), (1440, "en")])
def test_the_pages_of_planning_are_without_fault(enter, scene, live_server, axe, width, language):
    window = enter(width=width, language=language)
    desk, plan = "/desk/vidw-2025/", scene.plan.number
    make_plan(scene.week, (scene.first, "10:00", Place.objects.filter(pool="tables").first()))
    paths = [f"{desk}plan/search/", f"{desk}plan/compare/", f"{desk}plan/{plan}/help/{scene.left.number}/"]
    paths += [f"{desk}meetings/{scene.first.number}/move/", f"{desk}plan/{Plan.objects.latest('number').number}/publish/", f"{desk}plan/"]
    found = []
    for path in paths:
        window.page.goto(live_server.url + path)
        found += [f"{path}: {fault}" for fault in axe(window.page)]
        found += [f"{path}: scrolls sideways by {window.sideways()}"] if window.sideways() > 0 else []
    assert found == []
    assert window.complaints == []
