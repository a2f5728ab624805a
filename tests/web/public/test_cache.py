"""Pages kept ready: for nobody in particular, never older than they may be, never anybody's own."""

from __future__ import annotations

import gzip
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from factories import make_account, make_person, make_session, make_speaking, make_week
from hanhlang.domains.core import clock
from hanhlang.domains.core.multitext import MultiText
from hanhlang.domains.events.models import Week
from hanhlang.web.public import cache
from hanhlang.web.public.cache import Shelf

pytestmark = pytest.mark.django_db
PAGE = "/vi/digital-week/programme/2025-10-28/"
A_DAY = 24 * 3600


@pytest.fixture
def week() -> Week:
    cache.forget()
    return make_week(key="digital-week")


@pytest.fixture
def ready(settings: Any) -> None:
    """Let what is kept be good for the whole test, however long it takes."""
    settings.PAGE_AGE = A_DAY


@pytest.mark.usefixtures("ready")
@pytest.mark.parametrize("page", [PAGE, "/vi/digital-week/", "/vi/digital-week/programme/all/", "/digital-week/programme.ics"])
def test_a_page_kept_ready_costs_no_query_and_is_the_same(client: Client, week: Week, page: str):
    make_session(week, day="2025-10-28")

    # A minute may end between two requests, but not between every two.
    seen = []
    for _ in range(3):
        first = client.get(page)
        with CaptureQueriesContext(connection) as queries:
            second = client.get(page)
        assert not second.cookies
        seen.append((len(queries), second.content == first.content, second.headers["ETag"] == first.headers["ETag"]))

    assert (0, True, True) in seen


def test_what_changed_is_shown(client: Client, week: Week):
    session = make_session(week, day="2025-10-28", title=MultiText({"vi": "Trước"}))
    assert "Trước" in client.get(PAGE).content.decode()

    session.title = MultiText({"vi": "Sau khi sửa"})
    session.save()

    assert "Sau khi sửa" in client.get(PAGE).content.decode()


def test_a_speaker_who_is_renamed_is_shown_so(client: Client, week: Week):
    speaking = make_speaking(make_session(week, day="2025-10-28"))
    assert speaking.person.name in client.get("/vi/digital-week/speakers/").content.decode()

    speaking.person.name = "Đặng Thị Ước"
    speaking.person.save()

    assert "Đặng Thị Ước" in client.get("/vi/digital-week/speakers/").content.decode()


def test_a_week_that_is_gone_is_gone(client: Client, week: Week):
    assert client.get(PAGE).status_code == 200

    week.delete()

    assert client.get(PAGE).status_code == 404


@pytest.mark.usefixtures("ready")
def test_who_is_signed_in_neither_gets_nor_leaves_a_page_kept_ready(client: Client, week: Week):
    someone = Client()
    someone.force_login(make_account(person=make_person()))

    someone.get(PAGE)
    assert cache.pages.get(key_of(PAGE)) is None

    client.get(PAGE)
    assert cache.pages.get(key_of(PAGE)) is not None
    assert someone.get(PAGE).status_code == 200


def key_of(path: str) -> Any:
    return ("http", "testserver", path, "vi", False)


@pytest.mark.usefixtures("ready")
@pytest.mark.parametrize("page", ["/sign-in/", "/vi/"])
def test_a_page_that_did_not_say_so_is_not_kept(client: Client, week: Week, page: str):
    client.get(page)

    assert cache.pages.get(key_of(page)) is None


@pytest.mark.usefixtures("ready")
def test_each_language_has_its_own_page(client: Client, week: Week):
    make_session(week, day="2025-10-28", title=MultiText({"vi": "Bàn tròn", "en": "Round table"}))

    for _ in range(2):
        calendars = [client.get("/digital-week/programme.ics", headers={"Accept-Language": code}).content.decode() for code in ("vi", "en")]
        assert ["Bàn tròn" in text for text in calendars] == [True, False]


@pytest.mark.usefixtures("ready")
def test_a_page_is_pressed_for_who_takes_it_so(client: Client, week: Week):
    make_session(week, day="2025-10-28")
    page = "/digital-week/programme.ics"  # does not show the present, so it is the same in the next minute
    plain = client.get(page)

    pressed = client.get(page, headers={"Accept-Encoding": "gzip"})

    assert pressed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(pressed.content) == plain.content
    assert "Accept-Encoding" in pressed.headers["Vary"]
    cache.forget()
    assert client.get(page, headers={"Accept-Encoding": "gzip"}).content == pressed.content
    assert client.get(page, headers={"Accept-Encoding": "gzip", "If-None-Match": pressed.headers["ETag"]}).status_code == 304


@pytest.mark.usefixtures("ready")
def test_a_page_kept_ready_bears_the_same_policies(client: Client, week: Week):
    first, second = client.get(PAGE), client.get(PAGE)

    assert "Content-Security-Policy" in second.headers
    assert set(first.headers) - set(second.headers) <= {"Content-Length"}


def test_a_shelf_holds_what_was_used_last():
    shelf: Shelf[int] = Shelf(2)
    shelf.put("a", 1)
    shelf.put("b", 2)
    shelf.get("a")
    shelf.put("c", 3)

    assert [shelf.get(key) for key in "abc"] == [1, None, 3]


def test_the_demonstrations_pages_are_kept_too_and_follow_its_clock(client: Client, week: Week, settings: Any):
    settings.DEMO = True
    for hour in ("10:42", "15:03"):
        clock.move_demo(datetime.fromisoformat(f"2025-10-28T{hour}:10+07:00"))

        first, second = client.get(PAGE), client.get(PAGE)

        assert not first.cookies
        assert cache.pages.get(("http", "testserver", PAGE, "vi", True)) is not None
        assert hour in first.content.decode()
        assert hour in second.content.decode()


def test_the_clock_is_moved_on_a_page_of_its_own(client: Client, week: Week, settings: Any):
    settings.DEMO = True
    here = {"REMOTE_ADDR": "127.0.0.1", "headers": {"Host": "localhost"}}

    page = client.get(f"/demo/clock/?next={PAGE}", **here)
    moved = client.post("/demo/clock/", {"to": "2025-10-28T10:42", "next": PAGE}, **here)

    assert f'name="next" value="{PAGE}"' in page.content.decode()
    assert moved.headers["Location"] == PAGE
    settings.DEMO = False
    assert client.get("/demo/clock/", **here).status_code == 404
