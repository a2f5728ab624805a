"""The programme's pages: what they say, what they mark, what they cost."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from icalendar import Calendar

from factories import make_part, make_place, make_session, make_site, make_speaking, make_topic, make_travel, make_week
from hanhlang.domains.core import clock
from hanhlang.domains.core.multitext import MultiText
from hanhlang.domains.events.models import Week

pytestmark = pytest.mark.django_db
DAY = "2025-10-28"
MOST_QUERIES = 4


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def named(vi: str, en: str) -> MultiText:
    return MultiText({"vi": vi, "en": en})


@pytest.fixture
def week() -> Week:
    return make_week(key="digital-week")


def show(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, response
    return response.content.decode()


def put(week: Week, count: int) -> None:
    site = make_site(week)
    make_travel(site, make_site(week, name=named("Hà Nội", "Hà Nội")))
    for number in range(count):
        make_session(week, day=DAY, place=make_place(site), topics=[make_topic(week, order=number)])


@pytest.mark.parametrize("count", [1, 30])
@pytest.mark.parametrize("page", ["programme/2025-10-28/", ""])
def test_a_page_of_the_week_costs_the_same_queries_for_one_session_and_thirty(
    client: Client, week: Week, count: int, page: str, django_assert_max_num_queries: Any
):
    put(week, count)

    with django_assert_max_num_queries(MOST_QUERIES):
        html = show(client, f"/vi/digital-week/{page}")

    assert len(set(re.findall(r'href="(/vi/digital-week/sessions/[^"]+)"', html))) == count


@pytest.mark.parametrize("count", [1, 30])
def test_the_calendar_costs_the_same_queries_for_one_session_and_thirty(
    client: Client, week: Week, count: int, django_assert_max_num_queries: Any
):
    put(week, count)

    with django_assert_max_num_queries(MOST_QUERIES):
        body = client.get("/digital-week/programme.ics").content.decode()

    assert body.count("BEGIN:VEVENT") == count


@pytest.mark.parametrize(("language", "title"), [("vi", "Hội nghị bàn tròn"), ("en", "Round table")])
def test_a_page_is_in_the_language_of_its_address(client: Client, week: Week, language: str, title: str):
    make_session(week, day=DAY, title=named("Hội nghị bàn tròn", "Round table"))

    html = show(client, f"/{language}/digital-week/programme/{DAY}/")

    assert f'<html lang="{language}">' in html
    assert title in html


def test_the_language_switch_keeps_the_page(client: Client, week: Week):
    html = show(client, f"/vi/digital-week/programme/{DAY}/")

    assert f'href="/en/digital-week/programme/{DAY}/" lang="en" hreflang="en"' in html


def test_the_list_is_in_the_order_of_the_day(client: Client, week: Week):
    for start, end, name in (("14:00", "15:00", "Sau"), ("08:30", "09:00", "Trước"), ("10:00", "18:00", "Giữa")):
        make_session(week, day=DAY, start=start, end=end, title=named(name, name))

    html = show(client, f"/vi/digital-week/programme/{DAY}/")

    assert re.findall(r"<h3><a [^>]+>(\w+)</a>", html) == ["Trước", "Giữa", "Sau"]


def test_a_reported_hour_is_plain_and_an_assumed_one_is_dotted(client: Client, week: Week):
    make_session(week, day=DAY, start="08:30", end="09:00")
    make_session(week, day=DAY, start="10:00", end="11:00", assumed_fields=["starts_at"])

    html = show(client, f"/vi/digital-week/programme/{DAY}/")

    assert '<time class="f" datetime="2025-10-28T08:30+07:00">08:30</time>' in html
    assert '<time class="f illustrative" datetime="2025-10-28T10:00+07:00">10:00</time>' in html


def test_a_session_page_names_what_no_source_reports(client: Client, week: Week):
    place = make_place(make_site(week))
    assumed = make_session(week, day=DAY, place=place, assumed_fields=["starts_at", "place"])
    reported = make_session(week, day=DAY, place=place)

    sentence = "Hour and room illustrative, not reported by any source."
    assert sentence in show(client, f"/en/digital-week/sessions/{assumed.key}/")
    assert sentence not in show(client, f"/en/digital-week/sessions/{reported.key}/")


def test_a_session_page_shows_parts_people_and_sources(client: Client, week: Week):
    session = make_session(week, day=DAY, source="https://www.vnexpress.net/a.html", also=["https://thanhnien.vn/b.htm"])
    make_part(session, title=named("Phiên 1", "Session 1"))
    speaking = make_speaking(session, role="keynote", start="09:00", end="09:20")

    words = text_of(show(client, f"/en/digital-week/sessions/{session.key}/"))

    assert f"09:00 Keynote speech {speaking.person.name}" in words
    assert "Session 1" in words
    assert "Sources vnexpress.net thanhnien.vn" in words


def test_a_closed_session_shows_its_kind_but_neither_name_nor_page(client: Client, week: Week):
    closed = make_session(week, day=DAY, kind="bilateral_programme", title=named("Bí mật", "Secret talks"), is_public=False)

    html = show(client, f"/en/digital-week/programme/{DAY}/")

    assert "Bilateral meetings, not public" in html
    assert "Secret talks" not in html
    assert client.get(f"/en/digital-week/sessions/{closed.key}/").status_code == 404


@pytest.mark.parametrize("day", ["2025-10-26", "2025-10-30"])
def test_a_day_outside_the_week_is_not_there(client: Client, week: Week, day: str):
    assert client.get(f"/vi/digital-week/programme/{day}/").status_code == 404


@pytest.mark.parametrize("day", ["2025-13-01", "yesterday"])
def test_a_day_that_is_none_is_not_there(client: Client, week: Week, day: str):
    assert client.get(f"/vi/digital-week/programme/{day}/").status_code == 404
    assert client.get(f"/vi/digital-week/programme/?day={day}").status_code == 404


def test_a_day_may_be_asked_for_as_a_parameter(client: Client, week: Week):
    response = client.get(f"/vi/digital-week/programme/?day={DAY}")

    assert response.headers["Location"] == f"/vi/digital-week/programme/{DAY}/"


class TestInTheDemonstration:
    """Now and next, at an hour we set."""

    @pytest.fixture(autouse=True)
    def at_ten(self, settings: Any) -> None:
        settings.DEMO = True
        clock.move_demo(datetime(2025, 10, 28, 10, 0, 30, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh")))

    def test_now_and_next_stand_on_every_day(self, client: Client, week: Week):
        make_session(week, day=DAY, start="09:00", end="11:00", title=named("Đang", "Running"))
        make_session(week, day=DAY, start="11:30", end="12:00", title=named("Sau", "Coming"))

        words = text_of(show(client, "/en/digital-week/programme/2025-10-27/"))

        assert "Now 10:00 Running" in words
        assert "1 h left" in words
        assert "Next 11:30 Coming" in words

    def test_a_session_that_has_just_ended_is_not_on(self, client: Client, week: Week):
        make_session(week, day=DAY, start="09:00", end="10:00", title=named("Xong", "Ended"))

        words = text_of(show(client, f"/en/digital-week/programme/{DAY}/"))

        assert "Now 10:00 Nothing is on at this moment." in words

    def test_the_reader_who_has_the_page_gets_304_until_something_changes(self, client: Client, week: Week):
        session = make_session(week, day=DAY)
        path = f"/en/digital-week/programme/{DAY}/"
        etag = client.get(path).headers["ETag"]

        assert client.get(path, headers={"If-None-Match": etag}).status_code == 304

        session.save()
        assert client.get(path, headers={"If-None-Match": etag}).status_code == 200

    def test_the_reader_of_the_other_language_does_not_get_304(self, client: Client, week: Week):
        make_session(week, day=DAY)
        etag = client.get(f"/en/digital-week/programme/{DAY}/").headers["ETag"]

        assert client.get(f"/vi/digital-week/programme/{DAY}/", headers={"If-None-Match": etag}).status_code == 200


def test_the_calendar_has_the_right_hours_and_only_public_sessions(client: Client, week: Week):
    make_session(week, day=DAY, start="09:00", end="10:30", title=named("Diễn đàn", "Forum"))
    make_session(week, day=DAY, title=named("Kín", "Closed"), is_public=False)
    make_session(week, day="", start="", title=named("Chưa", "Later"))

    body = client.get("/digital-week/programme.ics", headers={"Accept-Language": "en"}).content.decode()

    assert re.findall(r"DTSTART:(\S+)", body) == ["20251028T020000Z"]
    assert re.findall(r"SUMMARY:(\S+)", body) == ["Forum"]


def test_the_calendar_answers_304_before_it_is_built(client: Client, week: Week, django_assert_max_num_queries: Any):
    put(week, 3)
    etag = client.get("/digital-week/programme.ics").headers["ETag"]

    with django_assert_max_num_queries(2):
        response = client.get("/digital-week/programme.ics", headers={"If-None-Match": etag})

    assert response.status_code == 304


def test_a_long_line_of_the_calendar_is_broken_between_letters_and_reads_as_before(client: Client, week: Week):
    title = "Hội nghị bàn tròn cấp bộ trưởng; quản trị trí tuệ nhân tạo, hạ tầng số \\ và dữ liệu mở cho mọi người 🇻🇳"
    make_session(week, day=DAY, place=make_place(make_site(week)), title=named(title, title))

    body = client.get("/digital-week/programme.ics").content

    assert max(len(line) for line in body.split(b"\r\n")) <= 75
    [event] = Calendar.from_ical(body).walk("VEVENT")
    assert str(event["SUMMARY"]) == title


def test_several_sessions_may_be_asked_for_as_one_calendar(client: Client, week: Week):
    wanted = [make_session(week, day=DAY) for _ in range(2)]
    make_session(week, day=DAY)

    body = client.get("/digital-week/programme.ics?" + "&".join(f"session={session.key}" for session in wanted)).content.decode()

    assert body.count("BEGIN:VEVENT") == 2


def keys_in(html: str) -> set[str]:
    return set(re.findall(r'<h3><a href="/\w+/digital-week/sessions/([^/"]+)/"', html))


class TestChosen:
    """Topic and city, kept in the address."""

    @pytest.fixture
    def sessions(self, week: Week) -> dict[str, str]:
        ai, data = make_topic(week, key="ai"), make_topic(week, key="data")
        here, there = make_site(week, key="ninh-binh"), make_site(week, key="ha-noi")
        made = {
            "ai here": make_session(week, day=DAY, place=make_place(here), topics=[ai]),
            "ai there": make_session(week, day=DAY, place=make_place(there), topics=[ai, data]),
            "data there": make_session(week, day=DAY, place=make_place(there), topics=[data]),
            "another day": make_session(week, day="2025-10-29", place=make_place(here), topics=[ai]),
        }
        return {name: session.key for name, session in made.items()}

    @pytest.mark.parametrize(
        ("query", "shown"),
        [
            ("", ["ai here", "ai there", "data there"]),
            ("?topic=ai", ["ai here", "ai there"]),
            ("?site=ha-noi", ["ai there", "data there"]),
            ("?topic=ai&site=ninh-binh", ["ai here"]),
            ("?topic=none", ["ai here", "ai there", "data there"]),
        ],
    )
    def test_a_day_shows_what_is_chosen(self, client: Client, sessions: dict[str, str], query: str, shown: list[str]):
        html = show(client, f"/en/digital-week/programme/{DAY}/{query}")

        assert keys_in(html) == {sessions[name] for name in shown}

    def test_all_days_stand_in_one_list(self, client: Client, sessions: dict[str, str]):
        assert keys_in(show(client, "/en/digital-week/programme/all/")) == set(sessions.values())
        assert keys_in(show(client, "/en/digital-week/programme/all/?site=ninh-binh")) == {sessions["ai here"], sessions["another day"]}

    def test_a_choice_goes_on_to_the_other_days_and_is_taken_back_by_choosing_it_again(self, client: Client, sessions: dict[str, str]):
        html = show(client, f"/en/digital-week/programme/{DAY}/?topic=ai&site=ha-noi")

        assert 'href="/en/digital-week/programme/2025-10-29/?topic=ai&amp;site=ha-noi"' in html
        assert '<a href="?topic=ai" aria-current="true">' in html

    def test_the_topic_of_a_closed_session_is_not_told(self, client: Client, week: Week, sessions: dict[str, str]):
        make_session(week, day=DAY, kind="bilateral_programme", is_public=False, topics=list(week.topics.all()))

        assert "not public" in show(client, f"/en/digital-week/programme/{DAY}/")
        assert "not public" not in show(client, f"/en/digital-week/programme/{DAY}/?topic=ai")
