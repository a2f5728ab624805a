"""The rules every page with htmx relies on, proven in a browser under the real security policy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.urls("e2e.htmx_urls")]


@pytest.fixture
def window(live_server: Any, open_window: Callable[..., Any]) -> Any:
    window = open_window()
    window.page.goto(live_server.url + "/")
    return window


def send(page: Page, status: int) -> None:
    page.fill("#name", "typed by hand")
    page.fill("#status", str(status))
    page.click("#send")


def test_a_good_answer_is_swapped_in_with_the_token_sent(window: Any):
    send(window.page, 200)

    expect(window.page.locator("#place")).to_have_text("answered 200")
    assert window.complaints == []


def test_a_faulty_form_shows_its_fragment_and_gets_focus(window: Any):
    send(window.page, 422)

    expect(window.page.locator("#place")).to_have_text("Say your name")
    expect(window.page.locator("#summary")).to_be_focused()


def test_a_refusal_shows_its_fragment(window: Any):
    send(window.page, 409)

    expect(window.page.locator("#place")).to_have_text("answered 409")
    expect(window.page.locator("#lost")).to_be_hidden()


def test_a_broken_server_shows_one_banner_and_leaves_the_page(window: Any):
    send(window.page, 500)

    expect(window.page.locator("#lost [data-kind=server]")).to_be_visible()
    expect(window.page.locator("#place")).to_have_text("as it was")
    expect(window.page.locator("#name")).to_have_value("typed by hand")


def test_the_banner_goes_with_the_next_good_answer(window: Any):
    send(window.page, 500)
    expect(window.page.locator("#lost")).to_be_visible()

    send(window.page, 200)

    expect(window.page.locator("#lost")).to_be_hidden()


def test_a_lost_network_shows_the_banner_and_leaves_the_page(window: Any):
    window.page.context.set_offline(True)

    send(window.page, 200)

    expect(window.page.locator("#lost [data-kind=network]")).to_be_visible()
    expect(window.page.locator("#place")).to_have_text("as it was")


def test_the_page_itself_breaks_no_rule_of_the_policy(window: Any):
    assert window.complaints == []


def test_a_trigger_filter_is_refused_by_the_policy(window: Any):
    # Why templates may not hold one: the filter needs a function built from text.
    window.page.click("#filtered")

    for _ in range(600):
        if window.complaints:
            break
        window.page.wait_for_timeout(100)
    assert window.page.locator("#place").inner_text() == "as it was"
    assert any("Content Security Policy" in complaint or "unsafe-eval" in complaint for complaint in window.complaints)
