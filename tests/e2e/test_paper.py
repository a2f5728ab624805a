"""Pages around the meetings: on a phone and at a desk, in both languages, light and dark, without fault; full and empty."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from e2e.around import LOOKS, WEEK, Scene, faults_of
from e2e.keyboard import signed_in, tab_to
from factories.events import local
from factories.meetings import DAY
from hanhlang.domains.core import clock, outbox
from hanhlang.jobs.queue import run_one

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DESK, PORTAL = f"/desk/{WEEK}/", f"/portal/{WEEK}/"
EMPTY = ((390, "dark"),)


@pytest.fixture
def scene(settings, live_server):
    settings.DEMO = True
    return Scene()


def desk_pages(scene):
    pages = ["", "paper/", "doors/", "doors/a1/", "resources/", "resources/teams/ko-1/", "transfers/", "after/", "tables/"]
    return [*pages, f"meetings/{scene.over.number}/after/"]


def portal_pages(scene):
    requests = f"delegations/{scene.parties[0].key}/requests/"
    asking = [requests, f"{requests}new/", f"{requests}{scene.proposed.number}/", f"{requests}{scene.proposed.number}/agree/"]
    return [f"delegations/{scene.parties[0].key}/", "after/", f"meetings/{scene.over.number}/after/", "stand-ins/", *asking]


def walk(window, live_server, axe, pages, name, looks=LOOKS):
    found = []
    for number, address in enumerate(pages):
        answer = window.page.goto(live_server.url + address)
        found += [f"{address}: {answer.status}"] if answer.status != 200 else []
        found += faults_of(window, axe, address, f"{name}-{number:02}", looks)
    return found + window.complaints


@pytest.mark.parametrize("language", ["vi", "en"])
def test_pages_around_the_meetings_are_without_fault(scene, live_server, open_window, axe, language):
    looks = LOOKS if language == "vi" else ((390, "dark"), (1440, "light"))
    desk = signed_in(open_window, live_server, scene.desk, language, width=1440)
    found = walk(desk, live_server, axe, [DESK + page for page in desk_pages(scene)], f"desk-{language}", looks)
    portal = signed_in(open_window, live_server, scene.focal, language)
    found += walk(portal, live_server, axe, [PORTAL + page for page in portal_pages(scene)], f"portal-{language}", looks)

    assert found == []


def test_pages_with_nothing_on_them_yet_say_what_is_missing(settings, live_server, open_window, axe):
    settings.DEMO = True
    scene = Scene(empty=True)
    desk = signed_in(open_window, live_server, scene.desk, "vi", width=1440)
    pages = ["paper/", "doors/", "resources/", "transfers/", "after/", "tables/"]
    found = walk(desk, live_server, axe, [DESK + page for page in pages], "empty-desk", EMPTY)
    portal = signed_in(open_window, live_server, scene.focal, "vi")
    found += walk(portal, live_server, axe, [PORTAL + "after/", PORTAL + "stand-ins/"], "empty-portal", EMPTY)

    assert found == []


def test_all_packs_are_ordered_wait_and_are_there_to_download(scene, live_server, open_window):
    desk = signed_in(open_window, live_server, scene.desk, "en", width=1440)
    desk.page.goto(live_server.url + DESK + "paper/")

    desk.page.get_by_role("button", name="Set them").first.click()
    expect(desk.page.locator("#sets")).to_contain_text("They are being set.")
    while outbox.deliver():
        pass
    while run_one("worker"):
        pass
    desk.page.reload()
    expect(desk.page.locator("#sets")).to_contain_text("3 packs, made at")
    with desk.page.expect_download() as download:
        desk.page.get_by_role("link", name="Download (ZIP)").click()

    assert download.value.suggested_filename == f"{WEEK}-packs-vi.zip"
    assert desk.complaints == []


def test_a_door_sign_says_who_meets_while_they_do(scene, live_server, open_window):
    desk = signed_in(open_window, live_server, scene.desk, "vi", width=1440)
    desk.page.goto(live_server.url + DESK + "doors/a1/")
    expect(desk.page.locator("main")).to_contain_text("Rảnh")

    clock.move_demo(local(scene.week, DAY, "09:10"))
    desk.page.reload()

    for words in ("Vương quốc Khemarin", "Kingdom of Khemarin", "09:30"):
        expect(desk.page.locator("main")).to_contain_text(words)


@pytest.mark.parametrize("width", [390, 1440])
def test_the_ways_stay_in_one_row_with_the_one_of_this_page_in_sight(scene, live_server, open_window, width):
    desk = signed_in(open_window, live_server, scene.desk, "vi", width=width)
    portal = signed_in(open_window, live_server, scene.focal, "vi", width=width)
    for window, address in ((desk, DESK + "tokens/"), (portal, PORTAL + "stand-ins/")):
        page = window.page
        page.goto(live_server.url + address)
        tops = page.locator(".ways a").evaluate_all("all => all.map(one => Math.round(one.getBoundingClientRect().top))")
        here = page.locator(".ways [aria-current]").bounding_box()

        assert len(set(tops)) == 1
        assert here["x"] >= 0
        assert here["x"] + here["width"] <= width
        tab_to(page, ".ways a:first-child")
        assert page.locator(".ways a:first-child").bounding_box()["x"] >= 0
        assert window.complaints == []
