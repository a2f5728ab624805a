"""Accounts from the command line: the first one, and one whose owner lost phone and recovery codes."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command

from factories.events import make_role, make_week
from factories.people import make_account
from hanhlang.domains.core.models import AuditEntry
from hanhlang.domains.events.models import Role
from hanhlang.domains.people.models import Account

pytestmark = pytest.mark.django_db


def create(*words: str) -> tuple[int, str]:
    """Return the exit code and what was said."""
    out, err = StringIO(), StringIO()
    try:
        call_command("create-account", *words, stdout=out, stderr=err)
    except SystemExit as end:
        return int(end.code or 0), err.getvalue()
    return 0, out.getvalue()


@pytest.fixture(autouse=True)
def week():
    return make_week(key="vidw-2025")


def test_it_opens_an_account_that_may_give_roles_and_says_where_to_sign_in():
    code, said = create("Lan@Example.VN", "--week", "vidw-2025", "--language", "en")

    account = Account.objects.get()
    assert (code, account.email, account.language, account.has_usable_password()) == (0, "lan@example.vn", "en", False)
    assert Role.objects.get().kind == "secretariat"
    figures = json.loads(said)
    assert (figures["account"], figures["new"], figures["role"]) == ("lan@example.vn", True, "secretariat")
    assert figures["sign_in"].endswith("/sign-in/")
    assert sorted(AuditEntry.objects.values_list("event", flat=True)) == ["account.opened", "role.given"]


def test_an_account_there_is_already_gets_the_role_once():
    account = make_account(email="lan@example.vn")

    said = [create("lan@example.vn", "--week", "vidw-2025", "--role", "protocol") for _ in range(2)]

    assert [json.loads(text)["new"] for _, text in said] == [False, False]
    assert [(role.account, role.kind) for role in Role.objects.all()] == [(account, "protocol")]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["lan", "--week", "vidw-2025"], "is not an e-mail address"),
        (["lan@example.vn", "--week", "vidw-2026"], "Weeks there are: vidw-2025."),
        (["gone@example.vn", "--week", "vidw-2025"], "was closed"),
    ],
)
def test_what_cannot_be_is_one_line_and_nothing_is_done(words, sentence):
    make_account(email="gone@example.vn", is_active=False)

    code, said = create(*words)

    assert code == 2
    assert sentence in said
    assert len(said.strip().splitlines()) == 1
    assert not Role.objects.exists()
    assert Account.objects.count() == 1


@pytest.mark.parametrize("role", ["king", "focal_point"])
def test_a_role_it_cannot_give_is_refused(role):
    with pytest.raises(CommandError):
        create("lan@example.vn", "--week", "vidw-2025", "--role", role)
    assert not Account.objects.exists()


def test_a_role_in_another_week_is_another_role():
    account = make_account(email="lan@example.vn")
    make_role(make_week(), account)

    create("lan@example.vn", "--week", "vidw-2025")

    assert Role.objects.filter(account=account).count() == 2


def test_lost_factors_are_forgotten_and_every_session_ends(client):
    account, other = make_account(email="lan@example.vn"), make_account()
    for holder in (account, other):
        Authenticator.objects.create(user=holder, type="totp", data={"secret": ""})
    client.force_login(account)
    out = StringIO()

    call_command("forget-factors", "lan@example.vn", stdout=out)

    assert json.loads(out.getvalue()) == {"account": "lan@example.vn", "forgotten": 1}
    assert [row.user for row in Authenticator.objects.all()] == [other]
    assert client.post("/account/sessions/end-others/").headers["Location"].startswith("/sign-in/")


def test_nothing_is_forgotten_of_somebody_unknown():
    err = StringIO()

    with pytest.raises(SystemExit):
        call_command("forget-factors", "nobody@example.vn", stderr=err)
    assert "there is no account" in err.getvalue()
