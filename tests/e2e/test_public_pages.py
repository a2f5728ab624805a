"""Every public page in both languages, on a phone and a desk, light and dark, judged by axe and by the browser itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from factories import make_part, make_place, make_session, make_site, make_speaking, make_topic, make_travel, make_week
from hanhlang.domains.core import clock
from hanhlang.domains.core.multitext import MultiText

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ROOMS = 14
PAGES = {
    "start": "/",
    "home": "/{language}/digital-week/",
    "programme": "/{language}/digital-week/programme/2025-10-28/",
    "idle day": "/{language}/digital-week/programme/2025-10-29/",
    "found": "/{language}/digital-week/programme/?q=dien+dan",
    "session": "/{language}/digital-week/sessions/round-table/",
    "speakers": "/{language}/digital-week/speakers/",
    "missing": "/{language}/digital-week/sessions/none/",
}


def named(vi: str, en: str) -> MultiText:
    return MultiText({"vi": vi, "en": en})


@pytest.fixture
def site(live_server: Any, settings: Any) -> str:
    """A week of two cities and many rooms, in the demonstration at 10:42."""
    settings.DEMO = True
    week = make_week(key="digital-week", name=named("Tuần lễ Số Quốc tế Việt Nam 2025", "Vietnam International Digital Week 2025"))
    cities = [make_site(week, order=0, name=named("Ninh Bình", "Ninh Bình")), make_site(week, order=1, name=named("Hà Nội", "Hà Nội"))]
    make_travel(cities[0], cities[1], 135, standing="assumed")
    make_travel(cities[1], cities[0], 135, standing="assumed")
    hatches = ("lines", "grid", "dots", "slants", "checks", "uprights")
    topics = [make_topic(week, hatch=hatch, order=order) for order, hatch in enumerate(hatches)]
    for number in range(ROOMS):
        make_session(
            week,
            day="2025-10-28",
            start=f"{8 + number % 9:02d}:{5 * number % 60:02d}",
            end=f"{9 + number % 9 + number % 3:02d}:30",
            place=make_place(cities[number % 2], order=number),
            topics=[topics[number % 6]],
            title=named(f"Diễn đàn quốc tế về phát triển nhân lực số {number}", f"International forum on digital human resources {number}"),
            assumed_fields=["starts_at", "place", *(["day"] if number % 3 else [])],
            is_public=number % 5 != 4,
        )
    main = make_session(week, key="round-table", day="2025-10-28", start="09:00", end="12:00", source="https://vnexpress.net/a.html")
    make_part(main)
    make_speaking(main, role="keynote", start="10:30", end="11:00")
    make_session(week, day="2025-10-29", start="09:00", end="09:20", place=make_place(cities[1]))
    make_session(week, day="", start="", title=named("Hội thảo hạ tầng", "Infrastructure workshop"))
    clock.move_demo(datetime(2025, 10, 28, 10, 42, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh")))
    return str(live_server.url)


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1440, "light"), (390, "dark"), (1440, "dark"), (320, "light")])
def test_public_pages_hold_for_everybody(
    site: str, open_window: Callable[..., Any], axe: Callable[[Any], list[str]], language: str, width: int, scheme: str
):
    window = open_window(width=width, scheme=scheme)
    faults: list[str] = []
    for name, path in PAGES.items():
        window.complaints.clear()
        window.page.goto(site + path.format(language=language))
        # The browser logs the missing page's own 404.
        found = [text for text in window.complaints if not (name == "missing" and "404" in text)] + axe(window.page)
        if sideways := window.sideways():
            found.append(f"scrolls {sideways} px sideways")
        faults += [f"{name}: {fault}" for fault in found]

    assert faults == []


def test_the_sessions_can_be_read_without_scripts(site: str, open_window: Callable[..., Any]):
    page = open_window(width=390, scripts=False).page

    page.goto(f"{site}/vi/digital-week/programme/2025-10-28/")

    assert page.locator(".items > .item").count() == ROOMS + 1
    expect(page.locator(".now-next")).to_contain_text("10:42")


def test_the_board_puts_each_session_at_its_hour(site: str, open_window: Callable[..., Any]):
    page = open_window(width=1440).page
    page.goto(f"{site}/en/digital-week/programme/2025-10-28/")

    block = page.locator(".item", has=page.locator("a[href*=round-table]")).bounding_box()
    lines = page.locator(".hourline")
    nine, twelve = (lines.nth(index).bounding_box() for index in (1, 4))

    assert block and nine and twelve
    assert abs(block["x"] - nine["x"]) < 2
    assert abs(block["x"] + block["width"] - twelve["x"]) < 2


def test_the_keyboard_reaches_the_content_first(site: str, open_window: Callable[..., Any]):
    page = open_window().page
    page.goto(f"{site}/en/digital-week/")

    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.locator("#main")).to_be_focused()


def test_the_page_stays_within_its_weight_and_requests(site: str, open_window: Callable[..., Any]):
    page = open_window().page
    sizes: list[int] = []
    page.on("response", lambda response: sizes.append(len(response.body())))

    page.goto(f"{site}/vi/digital-week/programme/2025-10-28/")
    page.wait_for_load_state("networkidle")

    # Bodies as they are, before compression: the wire carries less.
    assert len(sizes) <= 10
    assert sum(sizes) <= 120_000


def test_words_spaced_as_readers_may_need_lose_nothing(site: str, open_window: Callable[..., Any]):
    window = open_window(width=390, bypass_csp=True)
    window.page.goto(f"{site}/vi/digital-week/programme/2025-10-28/")

    spacing = "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }"
    window.page.add_style_tag(content=spacing)

    assert window.sideways() == 0
