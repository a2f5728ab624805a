"""Signing in, in a real browser: a code from a letter, a passkey of the device, what each role may see, and without JavaScript."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from playwright.sync_api import Page, expect

from e2e.devices import add_device
from factories.events import make_role, make_site, make_week
from factories.people import make_account, make_person
from factories.signing_in import code_in_last_letter
from hanhlang.domains.core.models import Letter
from hanhlang.domains.core.multitext import MultiText
from hanhlang.domains.events.models import Role
from hanhlang.domains.people.models import Account

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def no_limits_from_before(db: Any) -> Iterator[None]:
    # The table of limits is no model's: what one test counted would still count for the next.
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def officer(db: Any) -> Account:
    week = make_week(key="vidw-2025", name=MultiText({"vi": "Tuần lễ Số 2025", "en": "Digital Week 2025"}))
    account = make_account(email="lan@example.vn", person=make_person(), language="vi")
    make_role(week, account, Role.Kind.SECRETARIAT)
    make_role(week, make_account(email="mai@example.vn", person=make_person()), Role.Kind.PROTOCOL, site=make_site(week))
    return account


def ask(page: Page, server: str, email: str = "lan@example.vn") -> None:
    page.goto(f"{server}/sign-in/")
    page.get_by_label("Địa chỉ thư điện tử").fill(email)
    page.get_by_role("button", name="Gửi mã cho tôi").click()
    page.wait_for_url("**/sign-in/code/")


def sign_in(page: Page, server: str) -> None:
    ask(page, server)
    page.get_by_label("Mã trong thư").fill(code_in_last_letter())
    page.get_by_role("button", name="Đăng nhập").click()


def sign_out(page: Page, server: str) -> None:
    page.get_by_role("button", name="Đăng xuất").click()
    page.wait_for_url(f"{server}/")


def test_a_code_then_a_passkey_then_the_passkey_alone(officer: Account, live_server: Any, open_window: Callable[..., Any]):
    window = open_window()
    page = window.page
    add_device(page)

    sign_in(page, live_server.url)
    page.wait_for_url("**/desk/vidw-2025/")
    page.get_by_role("link", name="Tài khoản của tôi").click()
    page.get_by_role("link", name="Thêm khoá truy cập").click()
    page.get_by_label("Tên").fill("máy ở cơ quan")
    page.get_by_role("button", name="Thêm khoá").click()
    page.wait_for_url("**/account/recovery-codes/")
    assert page.locator(".codes li").count() == 10
    page.get_by_role("link", name="Về tài khoản của tôi").click()
    expect(page.get_by_text("máy ở cơ quan", exact=True)).to_be_visible()
    sign_out(page, live_server.url)

    page.goto(f"{live_server.url}/desk/vidw-2025/plan/")
    page.wait_for_url("**/sign-in/?next=**")
    page.get_by_role("button", name="Đăng nhập bằng khoá truy cập").click()
    page.wait_for_url("**/desk/vidw-2025/plan/")

    assert window.complaints == []
    assert [key.type for key in Authenticator.objects.filter(user=officer).order_by("type")] == ["recovery_codes", "webauthn"]
    assert Letter.objects.filter(kind="sign_in_changed", to="lan@example.vn").count() == 1


def test_with_a_passkey_the_letters_code_is_only_the_first_step(officer: Account, live_server: Any, open_window: Callable[..., Any]):
    page = open_window().page
    add_device(page)
    sign_in(page, live_server.url)
    page.goto(f"{live_server.url}/account/passkeys/add/")
    page.get_by_role("button", name="Thêm khoá").click()
    page.wait_for_url("**/account/recovery-codes/")
    sign_out(page, live_server.url)

    sign_in(page, live_server.url)
    page.wait_for_url("**/sign-in/second-step/")
    page.get_by_role("button", name="Dùng khoá truy cập").click()

    page.wait_for_url("**/desk/vidw-2025/")


def test_a_passkey_is_renamed_and_removed_after_proving_oneself(officer: Account, live_server: Any, open_window: Callable[..., Any]):
    page = open_window().page
    add_device(page)
    sign_in(page, live_server.url)
    page.goto(f"{live_server.url}/account/passkeys/add/")
    page.get_by_role("button", name="Thêm khoá").click()
    page.wait_for_url("**/account/recovery-codes/")
    sign_out(page, live_server.url)
    page.goto(f"{live_server.url}/sign-in/")
    page.get_by_role("button", name="Đăng nhập bằng khoá truy cập").click()
    page.wait_for_url("**/desk/vidw-2025/")

    page.goto(f"{live_server.url}/account/")
    page.get_by_role("link", name="Đổi tên").click()
    # Signing in is not yet a proof for changing the ways in: the device is asked once more.
    page.get_by_role("link", name="Dùng khoá truy cập").click()
    page.get_by_role("button", name="Dùng khoá truy cập").click()
    page.get_by_label("Tên").fill("điện thoại cũ")
    page.get_by_role("button", name="Lưu tên này").click()
    page.get_by_role("link", name="Xoá điện thoại cũ").click()
    page.get_by_role("button", name="Xoá").click()
    page.wait_for_url("**/account/")

    assert not Authenticator.objects.exists()


def test_whoever_breaks_the_passkey_off_is_told_and_keeps_the_page(officer: Account, live_server: Any, open_window: Callable[..., Any]):
    page = open_window().page
    page.goto(f"{live_server.url}/sign-in/")
    # As if the person had pressed Cancel in the browser's own window.
    page.evaluate("() => { navigator.credentials.get = () => Promise.reject(new DOMException('', 'NotAllowedError')) }")

    page.get_by_role("button", name="Đăng nhập bằng khoá truy cập").click()

    expect(page.get_by_text("Chưa dùng được khoá truy cập")).to_be_visible()
    assert page.url == f"{live_server.url}/sign-in/"


def test_without_javascript_a_code_signs_in_and_an_app_can_be_set_up(officer: Account, live_server: Any, open_window: Callable[..., Any]):
    page = open_window(scripts=False).page

    sign_in(page, live_server.url)
    page.wait_for_url("**/desk/vidw-2025/")
    page.goto(f"{live_server.url}/account/passkeys/add/")
    expect(page.get_by_role("link", name="Thiết lập ứng dụng xác thực")).to_be_visible()
    expect(page.get_by_role("button", name="Thêm khoá")).to_be_hidden()
    page.get_by_role("link", name="Thiết lập ứng dụng xác thực").click()
    expect(page.locator(".qr svg")).to_be_visible()


def test_the_site_kept_role_sees_its_site_and_no_roles(officer: Account, live_server: Any, open_window: Callable[..., Any]):
    page = open_window().page
    ask(page, live_server.url, "mai@example.vn")
    page.get_by_label("Mã trong thư").fill(code_in_last_letter())
    page.get_by_role("button", name="Đăng nhập").click()
    page.wait_for_url("**/desk/vidw-2025/my-site/")

    for address in ("roles/", "plan/", ""):
        assert page.request.get(f"{live_server.url}/desk/vidw-2025/{address}").status == 404


PAGES = ["/account/", "/account/passkeys/add/", "/account/app/", "/desk/vidw-2025/roles/", "/desk/vidw-2025/my-site/"]


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("width", [390, 1440])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    officer: Account, live_server: Any, open_window: Callable[..., Any], axe: Callable[[Page], list[str]], language: str, width: int
):
    officer.language = language
    officer.save()
    window = open_window(width=width)
    page = window.page
    found = {}

    def judge(name: str) -> None:
        found[name] = [*axe(page), *(["scrolls sideways"] if window.sideways() > 0 else [])]

    page.context.add_cookies([{"name": "hanhlang_language", "value": language, "url": live_server.url}])
    page.goto(f"{live_server.url}/sign-in/")
    judge("sign-in")
    page.locator("input[name=email]").fill("not an address")
    page.locator("form.form button").click()
    judge("sign-in at fault")
    page.locator("input[name=email]").fill("lan@example.vn")
    page.locator("form.form button").click()
    page.wait_for_url("**/sign-in/code/")
    judge("code")
    page.locator("input[name=code]").fill("BCDF-GHJK")
    page.locator("form.form button").click()
    judge("code at fault")
    page.locator("input[name=code]").fill(code_in_last_letter())
    page.locator("form.form button").click()
    page.wait_for_url("**/desk/vidw-2025/")
    other = Role.objects.get(account__email="mai@example.vn")
    for address in [*PAGES, f"/desk/vidw-2025/roles/{other.pk}/withdraw/"]:
        page.goto(f"{live_server.url}{address}")
        judge(address)
    page.goto(f"{live_server.url}/desk/vidw-2025/roles/")
    page.locator("form.form button").click()
    judge("roles at fault")

    assert {name: faults for name, faults in found.items() if faults} == {}
