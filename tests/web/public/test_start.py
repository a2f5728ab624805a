"""From the door to a week: the language is offered, never forced."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from factories import make_account, make_week

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("accepts", "first"), [("en-GB,en;q=0.9", "en"), ("vi-VN", "vi"), ("ja", "vi")])
def test_the_door_offers_the_readers_language_first_and_forces_none(client: Client, accepts: str, first: str):
    html = client.get("/", headers={"Accept-Language": accepts}).content.decode()

    offered = re.findall(r'href="/language/(\w+)/', html)
    assert offered[0] == first
    assert sorted(offered) == ["en", "vi"]


def test_who_has_chosen_goes_on_at_once(client: Client):
    chosen = client.get("/language/en/?next=/en/")
    again = client.get("/")

    assert chosen.headers["Location"] == "/en/"
    assert again.headers["Location"] == "/en/"


def test_whoever_is_signed_in_finds_the_language_again_after_the_next_sign_in(client: Client):
    account = make_account(language="vi")
    client.force_login(account)

    client.get("/language/en/?next=/account/", headers={"Sec-Fetch-Site": "same-origin"})

    account.refresh_from_db()
    assert account.language == "en"
    assert client.session["language"] == "en"


def test_a_stranger_choosing_changes_nobodys_account(client: Client):
    account = make_account(language="vi")

    client.get("/language/en/?next=/en/")

    account.refresh_from_db()
    assert account.language == "vi"


def test_a_link_on_another_site_changes_nobodys_account(client: Client):
    account = make_account(language="vi")
    client.force_login(account)

    client.get("/language/en/?next=/account/", headers={"Sec-Fetch-Site": "cross-site"})

    account.refresh_from_db()
    assert account.language == "vi"


def test_choosing_never_leads_to_another_site(client: Client):
    assert client.get("/language/en/?next=https://example.org/").headers["Location"] == "/en/"


def test_one_week_is_gone_on_to_and_two_are_listed(client: Client):
    first = make_week(key="first-week")

    assert client.get("/vi/").headers["Location"] == f"/vi/{first.key}/"

    make_week(key="second-week")
    html = client.get("/vi/").content.decode()
    assert re.findall(r'href="/vi/([a-z-]+-week)/"', html) == ["first-week", "second-week"]


def test_without_a_week_the_page_says_how_to_load_one(client: Client):
    assert "hanhlang load" in client.get("/en/").content.decode()


@pytest.mark.parametrize("path", ["/en/no-such-week/", "/en/no-such-week/programme/", "/no-such-week/programme.ics", "/fr/"])
def test_what_is_not_there_answers_404_with_a_way_on(client: Client, path: str):
    response = client.get(path)

    assert response.status_code == 404
    assert 'class="button main"' in response.content.decode()


def test_a_page_holds_no_inline_style_or_script(client: Client):
    week = make_week()

    html = client.get(f"/vi/{week.key}/").content.decode()

    assert re.findall(r"<style|style=|<script(?! src)| on\w+=", html) == []
