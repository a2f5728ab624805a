"""Signing in by a code sent by e-mail: known people only, once, in time, and not by guessing."""

from __future__ import annotations

import html
import re

import pytest
from django.core.cache import cache
from django.test import Client

from factories.people import make_account
from factories.signing_in import HERE, ask, code_in_last_letter, give, sign_in, signed_in
from hanhlang.domains.core.models import AuditEntry, Letter

pytestmark = pytest.mark.django_db


def said(answer) -> str:
    return html.unescape(answer.content.decode())


def test_the_code_of_the_letter_signs_in_where_the_role_begins(client, officer):
    assert ask(client, "lan@example.vn").headers["Location"] == "/sign-in/code/"
    answer = give(client, code_in_last_letter())

    assert answer.headers["Location"] == "/desk/vidw-2025/"
    assert signed_in(client) == str(officer.pk)
    assert client.session["language"] == "en"


def test_the_letter_is_secret_in_the_readers_language_and_the_code_not_in_its_subject(client, officer):
    ask(client, "lan@example.vn")

    letter = Letter.objects.get()
    assert (letter.to, letter.kind, letter.language, letter.is_secret) == ("lan@example.vn", "sign_in_code", "en", True)
    assert code_in_last_letter() not in letter.subject


@pytest.mark.parametrize("typed", ["LAN@Example.VN", " lan@example.vn "])
def test_the_address_may_be_typed_as_people_type(client, officer, typed):
    ask(client, typed)

    assert Letter.objects.get().to == "lan@example.vn"


@pytest.mark.parametrize("typed", [str.lower, lambda code: code.replace("-", ""), lambda code: f" {code.replace('-', ' ')} "])
def test_the_code_may_be_typed_as_people_type(client, officer, typed):
    ask(client, "lan@example.vn")

    give(client, typed(code_in_last_letter()))

    assert signed_in(client)


def test_what_was_wanted_before_is_opened_afterwards(client, officer):
    answer = ask(client, "lan@example.vn", next="/desk/vidw-2025/plan/")
    assert answer.headers["Location"] == "/sign-in/code/?next=%2Fdesk%2Fvidw-2025%2Fplan%2F"

    answer = give(client, code_in_last_letter(), next="/desk/vidw-2025/plan/")

    assert answer.headers["Location"] == "/desk/vidw-2025/plan/"


def test_it_goes_on_only_within_this_site(client, officer):
    ask(client, "lan@example.vn", next="https://elsewhere.example/")

    answer = give(client, code_in_last_letter(), next="https://elsewhere.example/")

    assert answer.headers["Location"] == "/desk/vidw-2025/"


def seen_by(email: str) -> list[tuple[int, str, str]]:
    """Return all that someone sees who types ``email`` and then wrong codes, without what is random or their own address."""
    client = Client()
    answers = [ask(client, email), client.get("/sign-in/code/", **HERE), *(give(client, "BCDF-GHJK") for _ in range(4))]
    answers.append(client.get(answers[-1].headers.get("Location", "/sign-in/"), **HERE))
    cleaned = [re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", said(answer)).replace(email, "…") for answer in answers]
    return [(answer.status_code, answer.headers.get("Location", ""), text) for answer, text in zip(answers, cleaned, strict=True)]


def test_nobody_learns_whether_an_address_has_an_account(officer):
    make_account(email="gone@example.vn", is_active=False)

    known = seen_by("lan@example.vn")

    assert seen_by("unknown@example.vn") == known
    assert seen_by("gone@example.vn") == known


def test_a_stranger_gets_no_letter_and_no_account(client, officer):
    ask(client, "unknown@example.vn")
    answer = give(client, "BCDF-GHJK")

    assert answer.status_code == 422
    assert Letter.objects.count() == 0


def test_a_closed_account_gets_no_letter_and_one_closed_meanwhile_does_not_get_in(client, officer):
    ask(client, "lan@example.vn")
    officer.is_active = False
    officer.save()

    answer = give(client, code_in_last_letter())

    assert answer.headers["Location"] == "/sign-in/closed/"
    assert not signed_in(client)
    assert client.get("/sign-in/closed/", **HERE).status_code == 403


def test_a_wrong_code_is_said_at_its_field_and_may_be_put_right(client, officer):
    ask(client, "lan@example.vn")

    answer = give(client, "BCDF-GHJK")

    assert answer.status_code == 422
    assert "Mã này không đúng" in said(answer)
    assert give(client, code_in_last_letter()).status_code == 302
    assert signed_in(client)


def test_an_empty_code_and_a_crooked_address_are_told_apart(client, officer):
    assert "Hãy nhập mã." in said((ask(client, "lan@example.vn"), give(client, ""))[1])
    assert "không phải là địa chỉ thư điện tử" in said(ask(client, "lan at example"))
    assert "Hãy nhập địa chỉ thư điện tử" in said(ask(client, ""))


def test_three_wrong_codes_end_the_code_even_for_the_right_one(client, officer):
    ask(client, "lan@example.vn")
    right = code_in_last_letter()
    answers = [give(client, "BCDF-GHJK") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [422, 422, 302]
    answer = give(client, right)
    assert answer.headers["Location"] == "/sign-in/"
    assert not signed_in(client)
    assert "quá nhiều lần" in said(client.get("/sign-in/", **HERE))


def test_a_code_too_old_is_refused_in_words(client, officer):
    ask(client, "lan@example.vn")
    session = client.session
    session["account_login"]["state"]["stages"]["login_by_code"]["data"]["at"] -= 601
    session.save()

    answer = give(client, code_in_last_letter())

    assert answer.headers["Location"] == "/sign-in/"
    assert "Hãy xin mã mới" in said(client.get("/sign-in/", **HERE))
    assert not signed_in(client)


def test_a_code_works_once(client, officer):
    sign_in(client, "lan@example.vn")
    code = code_in_last_letter()
    client.post("/sign-out/", **HERE)

    answer = give(client, code)

    assert answer.headers["Location"] == "/sign-in/"
    assert "Hãy xin mã mới" in said(client.get("/sign-in/", **HERE))
    assert not signed_in(client)


def test_a_code_read_by_somebody_else_is_worth_nothing_in_another_browser(client, officer):
    ask(client, "lan@example.vn")
    thief = Client()
    ask(thief, "unknown@example.vn")

    give(thief, code_in_last_letter())

    assert not signed_in(thief)


def test_an_address_is_not_flooded_with_letters(client, officer):
    answers = [ask(Client(REMOTE_ADDR=f"10.0.0.{number}"), "lan@example.vn") for number in range(5)]

    assert [answer.status_code for answer in answers] == [302, 302, 302, 422, 422]
    assert "quá nhiều lần" in said(answers[-1])
    assert Letter.objects.count() == 3


def test_limits_are_counted_in_the_database_for_all_processes(client, officer):
    ask(client, "lan@example.vn")

    assert type(cache._connections["default"]).__name__ == "DatabaseCache"  # type: ignore[attr-defined]
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM hanhlang_cache WHERE cache_key LIKE %s", ["%request_login_code%"])
        assert cursor.fetchone()[0] == 2


def test_a_visitor_who_keeps_asking_is_told_to_wait(client, db):
    statuses = [ask(client, f"someone-{number}@example.vn").status_code for number in range(22)]

    assert statuses == [302] * 20 + [422] * 2


def test_signing_in_is_in_the_audit(client, officer):
    sign_in(client, "lan@example.vn")

    assert [entry.event for entry in AuditEntry.objects.order_by("id")] == ["account.code_sent", "account.signed_in"]


def test_signing_in_takes_a_new_session(client, officer):
    ask(client, "lan@example.vn")
    before = client.session.session_key

    give(client, code_in_last_letter())

    assert client.session.session_key != before


@pytest.mark.parametrize("path", ["signup/", "password/reset/", "password/change/", "login/", "email/"])
@pytest.mark.parametrize("prefix", ["/", "/account/", "/accounts/", "/sign-in/"])
def test_there_is_nothing_for_passwords_or_signing_up(client, officer, prefix, path):
    assert client.get(prefix + path, **HERE).status_code == 404
