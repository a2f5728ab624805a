"""What people do in several of these tests with the keyboard alone, and pictures of it."""

from __future__ import annotations

import os
from typing import Any

from django.test import Client
from icalendar import Calendar
from playwright.sync_api import Page, expect

from factories.events import make_role
from factories.people import make_account, make_person
from hanhlang.domains.core.models import Letter
from hanhlang.domains.delegations.models import Delegation
from hanhlang.domains.events.models import Role
from hanhlang.domains.people.models import Account


def account_of(delegation: Delegation, language: str = "en", **person: Any) -> Account:
    """Make an account of somebody who answers for the delegation."""
    account = make_account(person=make_person(**person), language=language)
    make_role(delegation.week, account, Role.Kind.FOCAL_POINT, delegation_id=delegation.pk)
    return account


def signed_in(open_window: Any, live_server: Any, account: Account, language: str = "en", width: int = 390, **more: Any) -> Any:
    """Open a window in which the account is signed in."""
    # A client of its own: signing in again ends the session before.
    client = Client()
    client.force_login(account)
    window = open_window(**{"width": width, "height": 844} | more)
    cookies = {"sessionid": client.cookies["sessionid"].value, "hanhlang_language": language}
    window.page.context.add_cookies([{"name": name, "value": value, "url": live_server.url} for name, value in cookies.items()])
    return window


def picture(page: Page, name: str, *, whole: bool = True) -> None:
    """Keep a picture in the folder ``HANHLANG_PICTURES``, if it is set: of the whole page, or of what the window shows of it."""
    if folder := os.environ.get("HANHLANG_PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=whole)


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the element has the focus, as somebody without a mouse does."""
    for _ in range(140):
        if page.evaluate("selector => document.activeElement?.matches(selector) ?? false", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never reaches {selector}")


def press(page: Page, selector: str, heading: str) -> None:
    """Press Enter on the element and wait for the page it leads to."""
    tab_to(page, selector)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(heading)
    page.wait_for_load_state()


def fill_request(page: Page, asked: str) -> None:
    """Say in the form whom to meet, about what, and when best; the names' first letters choose in the list."""
    tab_to(page, "#id_asked")
    page.keyboard.type(asked)
    tab_to(page, "#id_subjects")
    page.keyboard.type("Data centres")
    tab_to(page, "#id_preferred-0-day")
    page.keyboard.press("ArrowDown")
    for field, hour in (("from", "1000"), ("to", "1130")):
        tab_to(page, f"#id_preferred-0-{field}")
        page.keyboard.type(hour)
        # Where hours are written with AM and PM: before noon.
        page.keyboard.press("ArrowUp")


def fill_counter(page: Page) -> None:
    """Offer twenty minutes, and say why."""
    tab_to(page, "#id_minutes")
    page.keyboard.type("20")
    tab_to(page, "#id_why")
    page.keyboard.type("The minister leaves at noon")


def sequences() -> list[tuple[str, int, str]]:
    """Return of each calendar entry sent, in order: what it asks a calendar to do, its number, its hour."""
    events = [Calendar.from_ical(letter.calendar) for letter in Letter.objects.exclude(calendar="").order_by("created_at")]
    return [
        (str(one["METHOD"]), int(one.walk("VEVENT")[0]["SEQUENCE"]), f"{one.walk('VEVENT')[0].decoded('DTSTART'):%H:%M}") for one in events
    ]
