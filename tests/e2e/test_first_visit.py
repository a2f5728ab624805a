"""A stranger to the demonstration signs in as people do: by the code of a letter, then by a passkey, and sees what the role may see."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import expect

from e2e.demo_site import Demo
from e2e.devices import add_device


def test_from_the_outbox_to_a_passkey_to_what_the_role_may_see(demo: tuple[Demo, str], open_window: Any):
    # Passkeys belong to a name; a number is none.
    site = f"http://localhost:{demo[0].port}"
    page = open_window().page
    add_device(page)
    page.goto(f"{site}/en/")
    page.goto(f"{site}/sign-in/")
    page.locator("input[name=email]").fill("focal-point@vidw-2025.example")
    page.locator("form:has(input[name=email]) button").click()
    page.wait_for_url("**/sign-in/code/")

    letters = page.context.new_page()
    letters.goto(f"{site}/demo/outbox/")
    letters.locator("tbody a").first.click()
    code = re.search(r"\b[A-Z]{4}-[A-Z]{4}\b", letters.locator("main").inner_text())
    assert code
    # A browser asks for a passkey only in the tab that is looked at.
    page.bring_to_front()
    page.locator("input[name=code]").fill(code.group())
    page.locator("form:has(input[name=code]) button").click()
    page.wait_for_url("**/portal/vidw-2025/**")

    page.goto(f"{site}/account/passkeys/add/")
    page.locator("form[data-passkey] input[name=name]").fill("my laptop")
    page.locator("form[data-passkey] button").click()
    page.wait_for_url("**/account/recovery-codes/**")
    page.locator("form[action='/sign-out/'] button").click()
    page.wait_for_url(f"{site}/")
    page.goto(f"{site}/sign-in/?next=/portal/vidw-2025/")
    page.locator("form[data-passkey] button").click()
    # In full: the sign-in page's own address ends with the one it leads to.
    page.wait_for_url(f"{site}/portal/vidw-2025/")

    expect(page.locator("h1")).to_be_visible()
    for hidden in ("/desk/vidw-2025/", "/desk/vidw-2025/plan/", "/desk/vidw-2025/roles/", "/desk/no-such-week/"):
        answer = page.request.get(f"{site}{hidden}")
        assert (hidden, answer.url, answer.status) == (hidden, f"{site}{hidden}", 404)
