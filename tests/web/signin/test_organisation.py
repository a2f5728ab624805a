"""Signing in through an organisation's own service: a real OpenID Connect provider answers on this machine."""

from __future__ import annotations

import html
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from factories import oidc_provider as oidc
from factories.people import make_account
from factories.signing_in import HERE, signed_in
from hanhlang.domains.people.models import Account
from hanhlang.project import sign_in

pytestmark = pytest.mark.django_db
START = "/sign-in/with/organisation/"


@pytest.fixture
def provider(settings: Any) -> Iterator[Any]:
    with oidc.running() as running:
        environment = {
            "HANHLANG_OIDC_ISSUER": running.issuer + "/",
            "HANHLANG_OIDC_NAME": "Bộ Thử nghiệm",
            "HANHLANG_OIDC_CLIENT_ID": oidc.CLIENT,
            "HANHLANG_OIDC_CLIENT_SECRET": oidc.SECRET,
        }
        settings.SOCIALACCOUNT_PROVIDERS = sign_in.organisation(environment)
        yield running


def said(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def go(client: Client, provider: Any, address: str = START) -> str:
    """Go to the provider and agree there; return the way back, as path and query."""
    answer = client.get(address, **HERE)
    asked = {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["Location"]).query).items()}
    assert answer.headers["Location"].startswith(f"{provider.issuer}/authorize?")
    back = urlsplit(provider.authorize(asked))
    assert back.netloc == "localhost:8000"
    return f"{back.path}?{back.query}"


def test_a_known_person_is_signed_in_where_the_role_begins(client, officer, provider):
    answer = client.get(go(client, provider), **HERE)

    assert answer.headers["Location"] == "/desk/vidw-2025/"
    assert signed_in(client) == str(officer.pk)
    # Nothing of the provider is kept: the address is the tie, each time anew.
    assert not SocialAccount.objects.exists()


def test_what_was_wanted_before_is_opened_afterwards_and_only_within_this_site(client, officer, provider):
    answer = client.get(go(client, provider, f"{START}?next=/desk/vidw-2025/plan/"), **HERE)
    assert answer.headers["Location"] == "/desk/vidw-2025/plan/"

    other = Client()
    answer = other.get(go(other, provider, f"{START}?next=https://elsewhere.example/"), **HERE)
    assert answer.headers["Location"] == "/desk/vidw-2025/"


def test_the_button_bears_the_services_name_and_the_page_no_secret(client, db, provider):
    page = said(client.get("/sign-in/", **HERE))

    assert "Bộ Thử nghiệm" in page
    assert oidc.SECRET not in page
    assert oidc.CLIENT not in page


def test_without_a_provider_there_is_no_button_and_no_way(client, db, settings):
    settings.SOCIALACCOUNT_PROVIDERS = sign_in.organisation({})

    assert START not in said(client.get("/sign-in/", **HERE))
    assert client.get(START, **HERE).status_code == 404
    assert client.get(START + "back/", **HERE).status_code == 404


@pytest.mark.parametrize(
    "claims",
    [
        {"sub": "1", "email": "stranger@example.vn", "email_verified": True},
        {"sub": "1", "email": "lan@example.vn", "email_verified": False},
        {"sub": "1", "email": "lan@example.vn"},
        {"sub": "1"},
    ],
)
def test_strangers_and_addresses_nobody_vouches_for_open_nothing(client, officer, provider, claims):
    provider.claims = claims

    answer = client.get(go(client, provider), **HERE)

    assert "Hãy đề nghị ban thư ký gửi thư mời" in said(answer)
    assert not signed_in(client)
    assert Account.objects.count() == 1


def test_a_closed_account_stays_closed(client, officer, provider):
    officer.is_active = False
    officer.save()

    assert client.get(go(client, provider), **HERE).headers["Location"] == "/sign-in/closed/"
    assert not signed_in(client)


def test_an_account_with_an_app_is_still_asked_for_it(client, officer, provider):
    Authenticator.objects.create(user=officer, type="totp", data={"secret": ""})

    assert client.get(go(client, provider), **HERE).headers["Location"] == "/sign-in/second-step/"
    assert not signed_in(client)


@pytest.mark.parametrize(
    "changes",
    [{"aud": "somebody else"}, {"iss": "https://elsewhere.example"}, {"exp": int(time.time()) - 3600}],
)
def test_a_proof_for_another_or_from_another_or_too_old_is_refused(client, officer, provider, changes):
    provider.token_changes = changes

    answer = client.get(go(client, provider), **HERE)

    assert "Không dùng được câu trả lời" in said(answer)
    assert not signed_in(client)


def test_a_provider_that_is_down_is_said_in_words(client, officer, provider):
    back = go(client, provider)
    provider.is_down = True

    assert "Không dùng được câu trả lời" in said(client.get(back, **HERE))
    assert not signed_in(client)


def test_an_answer_works_once_and_in_the_browser_that_asked(client, officer, provider):
    back = go(client, provider)
    thief = Client()

    assert "Không dùng được câu trả lời" in said(thief.get(back, **HERE))
    assert not signed_in(thief)
    client.get(back, **HERE)
    client.post("/sign-out/", **HERE)
    assert "Không dùng được câu trả lời" in said(client.get(back, **HERE))
    assert not signed_in(client)


def test_breaking_off_at_the_provider_is_no_fault(client, officer, provider):
    state = parse_qs(urlsplit(go(client, provider)).query)["state"][0]

    answer = client.get(f"{START}back/", {"error": "access_denied", "state": state}, follow=True, **HERE)

    assert "đã dừng ở phía bên kia" in said(answer)


def test_a_crooked_way_back_is_refused(client, officer, provider):
    for query in ({}, {"code": "x"}, {"code": "x", "state": "y"}, {"error": "server_error", "state": "y"}):
        assert "Không dùng được câu trả lời" in said(client.get(f"{START}back/", query, **HERE))


def test_nobody_ties_a_strangers_identity_to_an_account(client, officer, provider):
    client.force_login(officer)
    provider.claims = {"sub": "666", "email": "stranger@example.vn", "email_verified": True}

    client.get(go(client, provider, f"{START}?process=connect"), **HERE)

    assert not SocialAccount.objects.exists()


def test_the_secret_goes_to_the_provider_only_with_the_verifier_of_this_visit(client, officer, provider):
    client.get(go(client, provider), **HERE)

    assert [(call["client_secret"], bool(call["code_verifier"])) for call in provider.token_calls] == [(oidc.SECRET, True)]


def test_an_account_made_twice_in_other_letters_is_found(client, officer, provider):
    provider.claims = {"sub": "42", "email": "Lan@Example.VN", "email_verified": True}
    make_account(email="mai@example.vn")

    client.get(go(client, provider), **HERE)

    assert signed_in(client) == str(officer.pk)
