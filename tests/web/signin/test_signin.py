"""Signing in: the demonstration's way exists on this machine only."""

from __future__ import annotations

import pytest

from factories.events import make_role, make_week
from factories.people import make_account, make_person
from hanhlang.domains.events.models import Role

pytestmark = pytest.mark.django_db
HERE = {"REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "127.0.0.1:8000"}


@pytest.fixture
def demo(settings):
    settings.DEMO = True
    account = make_account(email="meetings@demo.invalid", person=make_person(), language="en", is_demo=True)
    make_role(make_week(key="vidw-2025"), account, Role.Kind.MEETINGS)
    return account


def sign_in(client, account, **around):
    return client.post("/demo/sign-in/", {"account": account.email}, **(HERE | around))


def test_a_demo_visitor_is_signed_in_where_the_role_begins_and_in_the_accounts_language(client, demo):
    answer = sign_in(client, demo)

    assert answer.headers["Location"] == "/desk/vidw-2025/plan/"
    assert client.session["_auth_user_id"] == str(demo.pk)
    assert client.session["language"] == "en"


def test_signing_in_takes_a_new_session(client, demo):
    client.get("/sign-in/", **HERE)
    session = client.session
    session["planted"] = True
    session.save()
    before = session.session_key

    sign_in(client, demo)

    assert client.session.session_key != before
    assert "planted" not in client.session


@pytest.mark.parametrize(
    "around",
    [
        {"REMOTE_ADDR": "10.0.0.7"},
        {"REMOTE_ADDR": ""},
        {"HTTP_X_FORWARDED_FOR": "127.0.0.1"},
        {"HTTP_X_FORWARDED_PROTO": "https"},
        {"HTTP_FORWARDED": "for=127.0.0.1"},
        {"HTTP_HOST": "[::1]:8000"},
    ],
)
def test_from_elsewhere_or_behind_a_proxy_it_is_a_missing_page(client, demo, around):
    assert sign_in(client, demo, **around).status_code == 404
    assert "_auth_user_id" not in client.session
    assert demo.email not in client.get("/sign-in/", **(HERE | around)).content.decode()


def test_without_the_demonstration_it_is_a_missing_page_and_the_page_says_so(client, demo, settings):
    settings.DEMO = False

    assert sign_in(client, demo).status_code == 404
    page = client.get("/sign-in/", **HERE)
    assert page.context["is_demo"] is False
    assert demo.email not in page.content.decode()


@pytest.mark.parametrize("change", [{"is_demo": False}, {"is_active": False}])
def test_only_active_accounts_of_the_demonstration_can_be_chosen(client, demo, change):
    for name, value in change.items():
        setattr(demo, name, value)
    demo.save()

    assert sign_in(client, demo).status_code == 404


@pytest.mark.parametrize(
    ("wanted", "given"), [("/portal/vidw-2025/", "/portal/vidw-2025/"), ("https://elsewhere.example/", "/desk/vidw-2025/plan/")]
)
def test_it_goes_on_only_within_this_site(client, demo, wanted, given):
    answer = client.post("/demo/sign-in/", {"account": demo.email, "next": wanted}, **HERE)

    assert answer.headers["Location"] == given


def test_signing_in_cannot_be_asked_by_a_link(client, demo):
    assert client.get("/demo/sign-in/", {"account": demo.email}, **HERE).status_code == 405


def test_signing_out_ends_the_session(client, demo):
    sign_in(client, demo)

    client.post("/sign-out/", **HERE)

    assert "_auth_user_id" not in client.session


def test_the_clock_moves_to_a_local_hour(client, demo):
    from hanhlang.domains.core import clock

    client.post("/demo/clock/", {"to": "2025-10-28T10:42", "next": "/sign-in/"}, **HERE)

    assert clock.now().isoformat()[:16] == "2025-10-28T03:42"


def test_a_clock_that_is_no_hour_is_refused_in_words(client, demo):
    answer = client.post("/demo/clock/", {"to": "tomorrow"}, **HERE)

    assert answer.status_code == 422
    assert "tomorrow" in answer.content.decode()
