"""The directories, the search, the switch of colours and the stars, in a real browser and without scripts."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from factories import (
    make_account,
    make_delegation,
    make_member,
    make_organisation,
    make_person,
    make_place,
    make_role,
    make_session,
    make_site,
    make_speaking,
    make_topic,
    make_week,
)
from hanhlang.domains.core.multitext import MultiText
from hanhlang.web.public import cache

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGES = {
    "speakers": "/{language}/digital-week/speakers/",
    "speakers found": "/{language}/digital-week/speakers/?q=dang",
    "speakers not found": "/{language}/digital-week/speakers/?q=nobody",
    "a speaker": "/{language}/digital-week/speakers/uoc/",
    "organisations": "/{language}/digital-week/organisations/",
    "an organisation": "/{language}/digital-week/organisations/institute/",
    "delegations": "/{language}/digital-week/delegations/",
    "a delegation": "/{language}/digital-week/delegations/lamduan/",
    "search": "/{language}/digital-week/search/?q=doi+moi",
    "search, empty": "/{language}/digital-week/search/",
    "all days": "/{language}/digital-week/programme/all/?topic=ai",
    "my programme": "/{language}/digital-week/my-programme/",
}

# The mode at the moment the body begins.
FIRST_SEEN = """
new MutationObserver(() => { if (document.body) window.first ??= document.documentElement.dataset.mode || "none" })
  .observe(document, { childList: true, subtree: true })
"""


def named(vi: str, en: str = "") -> MultiText:
    return MultiText({"vi": vi, "en": en or vi})


@pytest.fixture
def site(live_server: Any) -> str:
    """A week with one of everything, and enough speakers for two pages."""
    cache.forget()
    week = make_week(key="digital-week", name=named("Tuần lễ Số Quốc tế Việt Nam 2025", "Vietnam International Digital Week 2025"))
    place = make_place(make_site(week, key="ninh-binh", name=named("Ninh Bình")))
    topic = make_topic(week, key="ai", name=named("Trí tuệ nhân tạo", "Artificial intelligence"))
    firm = make_organisation(
        key="institute", name=named("Viện Đổi mới sáng tạo", "Institute of Innovation"), source="https://vnexpress.net/a"
    )
    session = make_session(
        week,
        key="forum",
        day="2025-10-28",
        place=place,
        topics=[topic],
        organisers=[firm],
        title=named("Diễn đàn đổi mới", "Innovation forum"),
    )
    make_session(week, key="other", day="2025-10-28", start="11:00", end="12:00", place=place, title=named("Phiên khác", "Another session"))
    person = make_person(key="uoc", name="Đặng Thị Ước", title=named("Viện trưởng Viện Đổi mới", "Director"), organisation=firm)
    make_speaking(session, person, role="keynote", seen="present")
    for number in range(62):
        make_speaking(session, make_person(name=f"Lê Văn Bình {number}"), role="speaker")
    lamduan = make_delegation(
        week, key="lamduan", name=named("Cộng hòa Lamduan", "Republic of Lamduan"), organisation=firm, focal_point=person
    )
    make_member(lamduan, make_person(name="Amaro Vantor"), is_head=True)
    make_member(lamduan, person)
    return str(live_server.url)


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1440, "dark"), (320, "dark"), (1440, "light")])
def test_the_directories_hold_for_everybody(
    site: str, open_window: Callable[..., Any], axe: Callable[[Any], list[str]], language: str, width: int, scheme: str
):
    window = open_window(width=width, scheme=scheme)
    faults: list[str] = []
    for name, path in PAGES.items():
        window.complaints.clear()
        window.page.goto(site + path.format(language=language))
        found = list(window.complaints) + axe(window.page)
        if sideways := window.sideways():
            found.append(f"scrolls {sideways} px sideways")
        faults += [f"{name}: {fault}" for fault in found]

    assert faults == []


@pytest.mark.parametrize("width", [390, 1440])
def test_the_desks_delegations_hold_for_everybody(
    site: str, open_window: Callable[..., Any], axe: Callable[[Any], list[str]], client: Any, width: int
):
    from hanhlang.domains.events.models import Week

    account = make_account(person=make_person(), language="en")
    make_role(Week.objects.get(), account, "protocol")
    client.force_login(account)
    window = open_window(width=width)
    window.page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site}])
    faults: list[str] = []
    for path in ("/desk/digital-week/delegations/", "/desk/digital-week/delegations/lamduan/"):
        window.page.goto(site + path)
        expect(window.page.locator("h1")).to_be_visible()
        found = axe(window.page) + ([f"scrolls {window.sideways()} px"] if window.sideways() else [])
        faults += [f"{path}: {fault}" for fault in found]

    assert faults == []


def test_search_answers_while_one_types(site: str, open_window: Callable[..., Any]):
    page = open_window().page
    page.goto(f"{site}/vi/digital-week/search/")

    page.get_by_role("searchbox").press_sequentially("uoc")

    expect(page.locator("#found mark")).to_have_text("Ước")
    expect(page.locator("#said")).to_have_text("Tìm thấy 1 mục")
    expect(page).to_have_url(re.compile(r"/search/\?q=uoc$"))
    expect(page.get_by_role("searchbox")).to_be_focused()


def test_search_works_without_scripts(site: str, open_window: Callable[..., Any]):
    page = open_window(scripts=False).page
    page.goto(f"{site}/vi/digital-week/search/")

    page.get_by_role("searchbox").fill("uoc")
    page.get_by_role("button", name="Tìm", exact=True).click()

    expect(page.locator("#found mark")).to_have_text("Ước")


def test_the_switch_of_colours_is_kept_and_is_there_before_anything_is_drawn(site: str, open_window: Callable[..., Any]):
    page = open_window(scheme="light").page
    page.goto(f"{site}/en/digital-week/speakers/")
    switch = page.locator("[data-mode-switch]")
    expect(switch).to_have_text(re.compile("automatic"))

    for mode, word in (("light", "light"), ("dark", "dark")):
        switch.click()
        expect(page.locator("html")).to_have_attribute("data-mode", mode)
        expect(switch.locator(f"[data-word={mode}]")).to_have_text(word)

    # The body is not there yet when the script has already set the mode.
    page.add_init_script(FIRST_SEEN)
    page.goto(f"{site}/en/digital-week/organisations/")
    assert page.evaluate("window.first") == "dark"

    switch.click()
    assert page.evaluate("document.documentElement.hasAttribute('data-mode')") is False


def test_without_scripts_there_is_no_switch_and_no_star(site: str, open_window: Callable[..., Any]):
    page = open_window(scripts=False).page

    page.goto(f"{site}/en/digital-week/programme/2025-10-28/")

    expect(page.locator("[data-mode-switch]")).to_be_hidden()
    expect(page.locator(".star")).to_have_count(0)


@pytest.mark.parametrize("width", [390, 1440])
def test_a_starred_session_stands_in_ones_own_programme(site: str, open_window: Callable[..., Any], width: int):
    page = open_window(width=width).page
    page.goto(f"{site}/en/digital-week/my-programme/")
    expect(page.get_by_text("Nothing is starred yet")).to_be_visible()

    page.goto(f"{site}/en/digital-week/programme/2025-10-28/")
    star = page.get_by_role("button", name="My programme: Innovation forum")
    star.focus()
    page.keyboard.press("Enter")
    expect(star).to_have_attribute("aria-pressed", "true")

    page.goto(f"{site}/en/digital-week/my-programme/")
    expect(page.get_by_role("link", name="Innovation forum")).to_be_visible()
    expect(page.get_by_role("link", name="Another session")).to_be_hidden()
    expect(page.get_by_role("link", name="Add these to my calendar")).to_have_attribute("href", "/digital-week/programme.ics?session=forum")

    page.get_by_role("button", name="My programme: Innovation forum").click()
    expect(page.get_by_text("Nothing is starred yet")).to_be_visible()


def test_a_star_is_drawn_alike_on_the_programme_and_on_the_page_of_a_session(site: str, open_window: Callable[..., Any]):
    page = open_window(width=390).page
    drawn = """star => [star, star.querySelector("path")].map(part => {
        const look = getComputedStyle(part);
        return [look.backgroundColor, look.borderTopStyle, look.fill, look.color];
    })"""

    page.goto(f"{site}/en/digital-week/programme/2025-10-28/")
    listed = page.get_by_role("button", name="My programme: Innovation forum").evaluate(drawn)
    page.goto(f"{site}/en/digital-week/sessions/forum/")
    alone = page.get_by_role("button", name="My programme: Innovation forum").evaluate(drawn)

    assert alone == listed
    assert listed[1][2] == "none"


def test_topics_and_cities_are_chosen_without_scripts(site: str, open_window: Callable[..., Any]):
    page = open_window(width=390, scripts=False).page
    page.goto(f"{site}/en/digital-week/programme/2025-10-28/")

    page.get_by_text("Choose topic and city").click()
    page.get_by_role("link", name="Artificial intelligence").click()

    expect(page.locator(".items > .item")).to_have_count(1)
    expect(page.get_by_role("link", name="Artificial intelligence")).to_have_attribute("aria-current", "true")
