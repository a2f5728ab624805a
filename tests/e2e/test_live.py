"""Pages follow what others do: ten tabs of one browser, one stream, and a site that still answers."""

from __future__ import annotations

import time
from typing import Any

from playwright.sync_api import Page, expect

from e2e.demo_site import Demo

TABS = 10
PLAN = "/desk/vidw-2025/plan/"
LOCKS = """async () => {
    const { held, pending } = await navigator.locks.query();
    const ours = (locks) => locks.filter((lock) => lock.name === "hanhlang-live").length;
    return [ours(held), ours(pending)];
}"""


def sign_in(page: Page, site: str) -> None:
    page.goto(f"{site}/sign-in/")
    page.locator("button[name=account][value^='meetings@']").click()
    page.wait_for_url("**/desk/**")


def end_searches(page: Page, site: str) -> None:
    """Stop the search that the demo began, if it is still on, and wait until it is over."""
    page.goto(f"{site}{PLAN}")
    stop = page.locator("form[action$='/plan/stop/'] button")
    # In one step: a search that has found the best ends by itself, and its button with it.
    stop.evaluate_all("buttons => buttons.forEach((one) => one.click())")
    expect(page.locator("#live .searching")).to_have_count(0, timeout=120_000)


def test_ten_tabs_follow_a_search_over_one_stream_and_the_site_still_answers(demo: tuple[Demo, str], open_window: Any, capsys: Any):
    site = f"http://127.0.0.1:{demo[0].port}"
    first = open_window().page
    sign_in(first, site)
    end_searches(first, site)
    tabs = [first, *(first.context.new_page() for _ in range(TABS - 1))]
    for tab in tabs:
        tab.goto(f"{site}{PLAN}")
    before = first.locator("#live").inner_text()
    for tab in tabs:
        expect(tab.locator("#live")).to_have_text(before, use_inner_text=True)

    began = time.monotonic()
    first.locator("form[action$='/plan/search/'] button").first.click()
    for tab in tabs[1:]:
        # Searching, or done already.
        expect(tab.locator("#live")).not_to_have_text(before, use_inner_text=True)
    seconds = time.monotonic() - began
    another = first.context.new_page()
    another.goto(f"{site}/vi/vidw-2025/programme/")

    expect(another.locator("h1")).to_be_visible()
    assert tabs[1].evaluate(LOCKS) == [1, TABS - 1]
    with capsys.disabled():
        print(f" [a change in {TABS} tabs after {seconds:.1f} s]", end="")
    end_searches(first, site)
