"""Tokens for programs on their page: shown once, one's own, ended by oneself or the secretariat."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from django.test import Client

from factories.events import make_role, make_site, make_week
from factories.people import make_account, make_person
from factories.programs import Program
from hanhlang.domains.events.models import ApiToken, Role
from hanhlang.domains.events.scopes import SCOPES
from hanhlang.web.desk.tokens import WORDS

pytestmark = pytest.mark.django_db
PAGE = "/desk/vidw-2025/tokens/"
WANTED = {"name": "Hall screens", "expires_on": "2099-01-01", "scopes": ["plans:read"]}


@pytest.fixture
def week():
    return make_week(key="vidw-2025")


@pytest.fixture
def near(monkeypatch):
    """Let any last day be near enough."""
    monkeypatch.setattr("hanhlang.domains.events.tokens.LONGEST", timedelta(days=40_000))


def signed_in(week, kind=Role.Kind.SECRETARIAT, **fields):
    client, account = Client(), make_account(person=make_person(), language="en")
    make_role(week, account, kind, **fields)
    client.force_login(account)
    client.cookies["hanhlang_language"] = "en"
    return client


def said(answer) -> str:
    return html.unescape(answer.content.decode())


def made(client) -> str:
    answer = client.post(PAGE, WANTED)
    assert answer.status_code == 200, said(answer)
    assert "no-store" in answer["Cache-Control"]
    return re.search(r"hhl_[\w-]+", said(answer)).group(0)


def test_a_token_is_shown_once_and_works(week, near):
    client = signed_in(week)

    token = made(client)

    assert Program(token).get("me").json()["scopes"] == ["plans:read"]
    page = client.get(PAGE)
    assert " 1 Jan" in said(page)
    assert [row.name for row, *_ in page.context["rows"]] == ["Hall screens"]
    assert token not in said(page)


def test_a_token_that_is_ended_is_refused_at_its_next_call(week, near):
    client = signed_in(week)
    token = made(client)

    client.post(f"{PAGE}{ApiToken.objects.get().pk}/revoke/")

    assert Program(token).get("me").status_code == 401
    assert client.get(PAGE).context["rows"] == []


def test_a_focal_point_is_offered_its_own_business_only(week, near):
    focal = signed_in(week, Role.Kind.FOCAL_POINT)

    assert {box.data["value"] for box in focal.get(PAGE).context["form"]["scopes"]} == {
        "requests:read",
        "requests:write",
        "wishes:read",
        "wishes:write",
        "business:read",
        "business:write",
        "notices:read",
        "notices:write",
        "agendas:read",
        "papers:read",
    }
    assert focal.post(PAGE, WANTED).status_code == 422
    assert ApiToken.objects.count() == 0
    assert focal.post(PAGE, WANTED | {"scopes": ["requests:read"]}).status_code == 200


def test_others_tokens_are_seen_and_ended_by_the_secretariat_alone(week, near):
    made(signed_in(week, Role.Kind.AUDITOR))
    secretariat, protocol = signed_in(week), signed_in(week, Role.Kind.PROTOCOL)
    address = f"{PAGE}{ApiToken.objects.get().pk}/revoke/"

    assert len(secretariat.get(PAGE).context["rows"]) == 1
    assert protocol.get(PAGE).context["rows"] == []
    assert protocol.post(address).status_code == 404
    assert ApiToken.objects.get().revoked_at is None

    secretariat.post(address)

    assert ApiToken.objects.get().revoked_at is not None
    other = make_week()
    make_role(other, make_account())
    assert signed_in(other).post(address).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"expires_on": "soon"}, "expires_on"),
        ({"expires_on": "2001-01-01"}, "expires_on"),
        ({"scopes": []}, "scopes"),
    ],
)
def test_what_is_wrong_is_named_at_its_field_and_what_was_typed_is_kept(week, wrong, field):
    answer = signed_in(week).post(PAGE, WANTED | wrong)

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field] or field == "name"
    assert f'href="#id_{field}"' in said(answer)
    assert ApiToken.objects.count() == 0


def test_a_role_for_one_site_makes_no_token(week):
    answer = signed_in(week, site=make_site(week)).get(PAGE)

    assert answer.status_code == 404


def test_every_scope_has_its_words():
    assert list(WORDS) == list(SCOPES)
