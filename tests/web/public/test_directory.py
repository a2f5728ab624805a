"""Speakers, organisations, delegations and the search over all of it: who is shown, in which order, and what is not."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from factories import make_delegation, make_member, make_organisation, make_part, make_person, make_session, make_speaking, make_week
from hanhlang.domains.core.multitext import MultiText
from hanhlang.domains.delegations.models import Delegation
from hanhlang.domains.events.models import Week
from hanhlang.domains.people.models import Person

pytestmark = pytest.mark.django_db
PLACE = "digital-week"


@pytest.fixture
def week() -> Week:
    return make_week(key=PLACE)


def show(client: Client, path: str, language: str = "en") -> str:
    response = client.get(f"/{language}/{PLACE}/{path}")
    assert response.status_code == 200, response
    return response.content.decode()


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def names_in(html: str, kind: str) -> list[str]:
    """Return the names that lead to pages of a kind, in order, as read aloud."""
    found = html.split('id="found"')[-1]
    links = re.findall(rf'<a href="/\w+/{PLACE}/{kind}/[^"]+">(.*?)</a>', found)
    return [re.sub(r"</?mark>", "", name) for name in links]


def named(vi: str, en: str = "") -> MultiText:
    return MultiText({"vi": vi, "en": en or vi})


def speaks(week: Week, name: str, **fields: Any) -> Person:
    return make_speaking(make_session(week), make_person(name=name, **fields)).person  # type: ignore[return-value]


class TestSpeakers:
    def test_they_stand_in_vietnamese_order_by_given_name(self, client: Client, week: Week):
        for name in ("Bùi Ước", "Nguyễn Thị Ân", "Trần Đặng", "Jorim Vantor", "Lê Dũng", "Phạm An"):
            speaks(week, name)

        assert names_in(show(client, "speakers/"), "speakers") == [
            *("Phạm An", "Nguyễn Thị Ân", "Lê Dũng", "Trần Đặng", "Jorim Vantor", "Bùi Ước")
        ]

    @pytest.mark.parametrize("asked", ["dang", "đặng", "DANG", "Đặng thi"])
    def test_a_name_is_found_whatever_its_marks(self, client: Client, week: Week, asked: str):
        speaks(week, "Đặng Thị Ước")
        speaks(week, "Trần Văn Bình")

        html = show(client, f"speakers/?q={asked}")

        assert names_in(html, "speakers") == ["Đặng Thị Ước"]
        assert "<mark>Đặng</mark>" in html

    def test_nothing_found_says_so_and_offers_all(self, client: Client, week: Week):
        speaks(week, "Đặng Thị Ước")

        html = show(client, "speakers/?q=nobody")

        assert "Nothing holds these words" in html
        assert f'href="/en/{PLACE}/speakers/"' in html

    def test_who_speaks_only_behind_closed_doors_is_not_named(self, client: Client, week: Week):
        person = make_speaking(make_session(week, is_public=False)).person
        assert person

        assert names_in(show(client, "speakers/"), "speakers") == []
        assert client.get(f"/en/{PLACE}/speakers/{person.key}/").status_code == 404

    def test_who_speaks_in_another_week_is_not_of_this_one(self, client: Client, week: Week):
        person = speaks(make_week(), "Đặng Thị Ước")

        assert names_in(show(client, "speakers/"), "speakers") == []
        assert client.get(f"/en/{PLACE}/speakers/{person.key}/").status_code == 404

    def test_a_moderator_of_a_part_is_a_speaker(self, client: Client, week: Week):
        part = make_part(make_session(week, title=named("Phiên một", "Session one")), moderator=make_person(name="Đỗ Mai"))

        words = text_of(show(client, f"speakers/{part.moderator.key}/"))

        assert names_in(show(client, "speakers/"), "speakers") == ["Đỗ Mai"]
        assert "Session one moderates" in words

    def test_a_page_names_role_organisation_and_source(self, client: Client, week: Week):
        firm = make_organisation(name=named("Viện Dữ liệu", "Data Institute"))
        session = make_session(week, title=named("Diễn đàn", "Forum"), start="09:00", end="10:00")
        person = make_person(
            name="Đặng Thị Ước", title=named("Viện trưởng", "Head of institute"), organisation=firm, source="https://vnexpress.net/a"
        )
        make_speaking(session, person, role="keynote", seen="present")

        html = show(client, f"speakers/{person.key}/")

        assert "Forum keynote speech · reported present · Mon 27 Oct, 09:00" in text_of(html)
        assert f'href="/en/{PLACE}/organisations/{firm.key}/">Data Institute' in html
        assert "https://vnexpress.net/a" in html

    @pytest.mark.parametrize(("standing", "is_marked"), [("synthetic", True), ("reported", False)])
    def test_an_invented_person_is_marked(self, client: Client, week: Week, standing: str, is_marked: bool):
        person = speaks(week, "Đặng Thị Ước", standing=standing)

        assert ("invented for the demonstration" in show(client, f"speakers/{person.key}/")) == is_marked


class TestOrganisations:
    def test_they_are_those_that_carry_the_week(self, client: Client, week: Week):
        make_session(
            week, organisers=[make_organisation(name=named("Ban tổ chức"))], supporters=[make_organisation(name=named("Đồng hành"))]
        )
        make_session(week, is_public=False, organisers=[make_organisation(name=named("Sau cánh cửa"))])
        speaks(week, "Lê An", organisation=make_organisation(name=named("Ấn phẩm số")))
        make_part(make_session(week)).participants.add(make_organisation(name=named("Câu lạc bộ")))
        make_delegation(week, organisation=make_organisation(kind="igo", name=named("Liên minh")))
        make_delegation(week, organisation=make_organisation(kind="country", name=named("Một nước")))
        make_organisation(name=named("Không liên quan"))

        html = show(client, "organisations/", "vi")

        assert names_in(html, "organisations") == ["Ấn phẩm số", "Ban tổ chức", "Câu lạc bộ", "Đồng hành", "Liên minh"]

    def test_each_language_has_its_own_order(self, client: Client, week: Week):
        rows = [make_organisation(name=named("Đài", "Broadcaster")), make_organisation(name=named("Báo", "Newspaper"))]
        make_session(week, organisers=rows)

        assert names_in(show(client, "organisations/", "vi"), "organisations") == ["Báo", "Đài"]
        assert names_in(show(client, "organisations/", "en"), "organisations") == ["Broadcaster", "Newspaper"]

    def test_a_page_shows_what_it_carries_and_who_speaks_for_it(self, client: Client, week: Week):
        firm = make_organisation(name=named("Viện", "Institute"))
        make_session(week, organisers=[firm], title=named("Diễn đàn", "Forum"))
        speaks(week, "Đặng Thị Ước", organisation=firm)

        words = text_of(show(client, f"organisations/{firm.key}/"))

        assert "Forum organises" in words
        assert "Đặng Thị Ước" in words

    def test_one_that_does_not_carry_the_week_has_no_page(self, client: Client, week: Week):
        assert client.get(f"/en/{PLACE}/organisations/{make_organisation().key}/").status_code == 404


class TestDelegations:
    @pytest.fixture
    def lamduan(self, week: Week) -> Delegation:
        delegation = make_delegation(week, name=named("Cộng hòa Lamduan", "Republic of Lamduan"), precedence=2, rank="minister")
        make_member(delegation, make_person(name="Amaro Vantor", title=named("Trưởng đoàn", "Head of delegation")), is_head=True)
        make_member(delegation, make_person(name="Belisa Melisko"))
        return delegation

    @pytest.fixture
    def real(self, week: Week) -> Delegation:
        state = make_organisation(kind="country", is_invented=False, name=named("Nhật Bản", "Japan"))
        delegation = make_delegation(week, organisation=state, name=state.name, precedence=1, rank="deputy_minister")
        make_member(delegation, make_person(name="Head of delegation, Japan"), is_head=True)
        return delegation

    def test_they_stand_in_the_hosts_order(self, client: Client, lamduan: Delegation, real: Delegation):
        assert names_in(show(client, "delegations/"), "delegations") == ["Japan", "Republic of Lamduan"]

    def test_an_invented_one_is_marked_and_shows_its_head_but_no_other_member(self, client: Client, lamduan: Delegation):
        words = text_of(show(client, f"delegations/{lamduan.key}/"))

        assert "invented for the demonstration" in words
        assert "Amaro Vantor" in words
        assert "Belisa" not in words

    def test_of_a_real_one_nothing_made_up_is_said(self, client: Client, real: Delegation):
        words = text_of(show(client, f"delegations/{real.key}/"))

        assert "Head of delegation" not in words
        assert "Minister" not in words
        assert "Takes part in the week. Nothing more is public." in words

    def test_a_head_that_a_source_reports_is_shown(self, client: Client, real: Delegation):
        Person.objects.filter(memberships__delegation=real).update(standing="reported", name="Taro Yamada")

        assert "Taro Yamada" in text_of(show(client, f"delegations/{real.key}/"))

    def test_a_member_who_speaks_in_public_is_named_for_it(self, client: Client, week: Week, lamduan: Delegation):
        make_speaking(make_session(week), lamduan.members.get(is_head=False).person)

        assert "Belisa Melisko" in text_of(show(client, f"delegations/{lamduan.key}/"))

    @pytest.mark.parametrize("asked", ["lamduan", "cong hoa", "LMD"])
    def test_one_is_found_by_its_names_and_its_letters(self, client: Client, lamduan: Delegation, real: Delegation, asked: str):
        lamduan.code = "LMD"
        lamduan.save()

        assert names_in(show(client, f"delegations/?q={asked}"), "delegations") == ["Republic of Lamduan"]


class TestSearch:
    def test_one_question_searches_everything(self, client: Client, week: Week):
        make_session(week, title=named("Diễn đàn đổi mới", "Innovation forum"))
        speaks(week, "Đổi Văn Mới")
        make_session(week, title=named("Khác"), organisers=[make_organisation(name=named("Quỹ đổi mới"))])
        make_delegation(week, name=named("Đoàn Đổi Mới"))
        make_session(week, title=named("Không liên quan"))

        html = show(client, "search/?q=doi+moi", "vi")

        assert names_in(html, "sessions") == ["Diễn đàn đổi mới"]
        assert names_in(html, "speakers") == ["Đổi Văn Mới"]
        assert names_in(html, "organisations") == ["Quỹ đổi mới"]
        assert names_in(html, "delegations") == ["Đoàn Đổi Mới"]
        assert "Tìm thấy 4 mục" in html

    def test_the_programmes_old_question_leads_here(self, client: Client, week: Week):
        response = client.get(f"/vi/{PLACE}/programme/?q=bàn+tròn")

        assert response.headers["Location"] == f"/vi/{PLACE}/search/?q=b%C3%A0n+tr%C3%B2n"

    @pytest.mark.parametrize("asked", ["", "   ", "%", "_", "'\"<script>", "\x00", "a" * 500, "ể" * 200])
    @pytest.mark.parametrize("page", ["search/", "speakers/", "organisations/", "delegations/"])
    def test_whatever_is_typed_gets_a_page_without_markup_of_its_own(self, client: Client, week: Week, page: str, asked: str):
        speaks(week, "Đặng Thị Ước")

        response = client.get(f"/en/{PLACE}/{page}", {"q": asked})

        assert response.status_code == 200
        assert "<script>" not in response.content.decode()

    def test_a_sign_that_stands_for_any_other_finds_only_itself(self, client: Client, week: Week):
        speaks(week, "Đặng Thị Ước")

        assert names_in(show(client, "speakers/?q=%25"), "speakers") == []
        assert names_in(show(client, "speakers/?q=_"), "speakers") == []

    def test_closed_sessions_are_not_found(self, client: Client, week: Week):
        make_session(week, title=named("Bí mật", "Secret"), is_public=False)

        assert "Nothing holds these words" in show(client, "search/?q=secret")


def fill(week: Week, count: int) -> None:
    for number in range(count):
        firm = make_organisation(name=named(f"Viện {number}"))
        session = make_session(week, title=named(f"Viện {number}"), organisers=[firm])
        make_speaking(session, make_person(name=f"Lê Viện {number}", organisation=firm))
        make_part(session, moderator=make_person(name=f"Đỗ Viện {number}"))
        make_member(make_delegation(week, organisation=firm, name=firm.name), is_head=True)


@pytest.mark.parametrize(
    ("page", "most"), [("speakers/", 6), ("organisations/", 4), ("delegations/", 5), ("speakers/?q=vien", 5), ("search/?q=vien", 13)]
)
@pytest.mark.parametrize("count", [1, 12])
def test_a_list_costs_the_same_queries_for_one_and_for_many(
    client: Client, week: Week, page: str, most: int, count: int, django_assert_max_num_queries: Any
):
    fill(week, count)

    with django_assert_max_num_queries(most):
        show(client, page)


def test_a_long_list_comes_in_pages_that_keep_the_question(client: Client, week: Week):
    session = make_session(week)
    for number in range(61):
        make_speaking(session, make_person(name=f"Lê Viện {number:02d}"))

    first, second = (show(client, f"speakers/?q=vien&page={number}") for number in (1, 2))

    assert (len(names_in(first, "speakers")), len(names_in(second, "speakers"))) == (60, 1)
    assert 'href="?q=vien&amp;page=2"' in first
    assert "Page 2 of 2" in text_of(second)


@pytest.mark.parametrize("number", ["0", "999", "x"])
def test_a_page_that_is_not_there_shows_the_nearest(client: Client, week: Week, number: str):
    speaks(week, "Lê An")

    assert names_in(show(client, f"speakers/?page={number}"), "speakers") == ["Lê An"]
