"""The pages about programs in a real browser: made by keyboard, judged by axe, in both languages and on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import expect

from factories import make_account, make_person, make_role, make_week
from factories.programs import Program
from hanhlang.domains.events.models import ApiToken

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGE = "/desk/digital-week/tokens/"


@pytest.fixture
def signed_in(live_server: Any) -> Callable[..., None]:
    """Let a window be the secretariat's, in a language."""
    week = make_week(key="digital-week")
    account = make_account(person=make_person(), email="desk@example.org")
    make_role(week, account)

    def sign_in(page: Any, language: str) -> None:
        client = Client()
        client.force_login(account)
        kept = {"sessionid": client.cookies["sessionid"].value, "hanhlang_language": language}
        page.context.add_cookies([{"name": name, "value": value, "url": live_server.url} for name, value in kept.items()])

    return sign_in


@pytest.mark.parametrize(("language", "width", "scheme"), [("vi", 1440, "light"), ("en", 390, "dark")])
def test_nobody_is_kept_out_of_the_pages_about_programs(
    live_server: Any, signed_in: Any, open_window: Any, axe: Any, language: str, width: int, scheme: str
) -> None:
    window = open_window(width=width, scheme=scheme)
    page = window.page
    signed_in(page, language)

    page.goto(live_server.url + PAGE)
    assert axe(page) == []
    assert window.sideways() == 0

    page.get_by_role("button", name="Tạo mã" if language == "vi" else "Make the token").click()
    expect(page.locator("[data-errors] a")).to_have_count(2)
    assert axe(page) == []
    page.locator("[data-errors] a").last.click()
    expect(page.locator("#id_scopes")).to_be_focused()

    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.locator("#id_name").fill("Màn hình sảnh")
    page.keyboard.press("Enter")
    token = page.locator("code").first
    expect(token).to_have_text(re.compile("^hhl_"))
    assert Program(token.inner_text()).get("me").json()["scopes"] == ["people:read"]
    assert axe(page) == []
    assert window.sideways() == 0

    page.goto(live_server.url + PAGE)
    page.get_by_role("button", name="Thu hồi" if language == "vi" else "End it").click()
    expect(page.locator("table")).to_have_count(0)
    assert ApiToken.objects.get().revoked_at is not None

    page.goto(live_server.url + "/api/v1/docs/")
    assert axe(page) == []
    assert window.sideways() == 0
    # An answer of 422 is what this browser calls an error.
    assert [said for said in window.complaints if "422" not in said] == []
