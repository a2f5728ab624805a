"""My account: an app, recovery codes, passkeys, and the sessions that are open in my name."""

from __future__ import annotations

import html
import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.usersessions.models import UserSession
from django.test import Client

from factories.people import make_account
from factories.signing_in import HERE, ask, code_in_last_letter, give, sign_in, signed_in
from hanhlang.domains.core.models import AuditEntry, Letter

pytestmark = pytest.mark.django_db
# Left and right of now: whatever second the test runs in, one of the three is accepted and each only once.
PERIOD = 30


def said(answer) -> str:
    return html.unescape(answer.content.decode())


def app_code(secret: str, periods: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // PERIOD + periods))


def get(client, path):
    return client.get(path, **HERE)


def post(client, path, **data):
    return client.post(path, data, **HERE)


def set_up_app(client) -> str:
    secret = get(client, "/account/app/").context["form"].secret
    answer = post(client, "/account/app/", code=app_code(secret))
    assert answer.headers["Location"] == "/account/recovery-codes/"
    return secret


@pytest.fixture
def at_home(client, officer) -> Client:
    sign_in(client, "lan@example.vn")
    return client


@pytest.mark.parametrize(
    "path",
    [
        "",
        "app/",
        "app/stop/",
        "passkeys/add/",
        "passkeys/1/rename/",
        "passkeys/1/remove/",
        "recovery-codes/",
        "recovery-codes/new/",
        "confirm/",
    ],
)
def test_a_stranger_is_sent_to_sign_in(client, db, path):
    answer = get(client, f"/account/{path}")

    assert answer.headers["Location"].startswith("/sign-in/?next=%2Faccount%2F")


def test_the_apps_key_is_drawn_on_the_page_without_an_address_of_its_own(at_home):
    page = get(at_home, "/account/app/")

    assert "<svg" in said(page)
    assert "data:image" not in said(page)
    assert page.context["form"].secret in said(page)


def test_with_an_app_the_letters_code_is_not_enough(at_home):
    secret = set_up_app(at_home)
    visitor = Client()
    answer = sign_in(visitor, "lan@example.vn")

    assert answer.headers["Location"] == "/sign-in/second-step/"
    assert not signed_in(visitor)
    assert get(visitor, "/desk/vidw-2025/").status_code == 302

    answer = post(visitor, "/sign-in/second-step/", code=app_code(secret, 1))
    assert answer.headers["Location"] == "/desk/vidw-2025/"
    assert signed_in(visitor)


def test_a_code_of_the_app_works_once(at_home):
    secret = set_up_app(at_home)
    code = app_code(secret, 1)
    first, second = Client(), Client()
    for visitor in (first, second):
        sign_in(visitor, "lan@example.vn")

    assert post(first, "/sign-in/second-step/", code=code).status_code == 302
    answer = post(second, "/sign-in/second-step/", code=code)

    assert answer.status_code == 422
    assert "Try again" in said(answer) or "thử lại" in said(answer)
    assert not signed_in(second)


def test_a_wrong_first_code_sets_nothing_up(at_home):
    get(at_home, "/account/app/")
    answer = post(at_home, "/account/app/", code="000 000 000")

    assert answer.status_code == 422
    assert not Authenticator.objects.exists()


def test_guessing_the_second_step_is_stopped(at_home):
    secret = set_up_app(at_home)
    visitor = Client()
    sign_in(visitor, "lan@example.vn")

    guesses = [post(visitor, "/sign-in/second-step/", code="12345678901") for _ in range(6)]
    answer = post(visitor, "/sign-in/second-step/", code=app_code(secret, 1))

    assert {guess.status_code for guess in guesses} == {422}
    assert answer.status_code == 422
    assert "Too many attempts" in said(answer) or "quá nhiều lần" in said(answer)
    assert not signed_in(visitor)


def test_a_recovery_code_opens_once_in_place_of_the_app(at_home):
    set_up_app(at_home)
    code = get(at_home, "/account/recovery-codes/").context["unused_codes"][0]
    first, second = Client(), Client()
    for visitor in (first, second):
        sign_in(visitor, "lan@example.vn")

    post(first, "/sign-in/second-step/", code=code)
    post(second, "/sign-in/second-step/", code=code)

    assert signed_in(first)
    assert not signed_in(second)


def test_recovery_codes_come_as_a_file_that_no_browser_keeps(at_home):
    set_up_app(at_home)
    codes = get(at_home, "/account/recovery-codes/").context["unused_codes"]

    answer = get(at_home, "/account/recovery-codes/file/")

    assert answer.content.decode().split() == codes
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert "no-store" in answer.headers["Cache-Control"]


def test_secrets_cannot_be_read_in_the_database(at_home):
    secret = set_up_app(at_home)

    stored = str([row.data for row in Authenticator.objects.all()])

    assert secret not in stored
    assert not re.search(r"[0-9a-f]{80}", stored)


def test_under_another_key_of_the_installation_no_code_is_right(at_home, settings):
    secret = set_up_app(at_home)
    visitor = Client()
    sign_in(visitor, "lan@example.vn")
    kept = Authenticator.objects.get(type="totp")
    # As if it had been written under another key.
    kept.data["secret"] = kept.data["secret"][:-8] + "AAAAAAA="
    kept.save()

    answer = post(visitor, "/sign-in/second-step/", code=app_code(secret, 1))

    assert answer.status_code == 422
    assert not signed_in(visitor)


def test_before_the_ways_are_changed_one_proves_oneself_again(at_home):
    secret = set_up_app(at_home)
    at_home.post("/sign-out/", **HERE)
    sign_in(at_home, "lan@example.vn")
    post(at_home, "/sign-in/second-step/", code=app_code(secret, 1))

    for path in ("app/stop/", "recovery-codes/", "recovery-codes/new/", "passkeys/add/"):
        assert get(at_home, f"/account/{path}").headers["Location"].startswith("/account/confirm/?next=")
    assert post(at_home, "/account/app/stop/").headers["Location"].startswith("/account/confirm/")
    assert Authenticator.objects.filter(type="totp").exists()

    code = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()[0]
    answer = post(at_home, "/account/confirm/", code=code, next="/account/app/stop/")
    # What was asked for before the proof is done after it.
    assert answer.headers["Location"] == "/account/"
    assert not Authenticator.objects.exists()


def test_switching_the_app_off_takes_the_recovery_codes_along_and_tells_its_owner(at_home):
    set_up_app(at_home)
    post(at_home, "/account/app/stop/")

    assert not Authenticator.objects.exists()
    assert Letter.objects.latest("written_at", "id").kind == "sign_in_changed"
    assert "switched off" in Letter.objects.latest("written_at", "id").body


def test_setting_an_app_up_tells_its_owner_and_the_audit(at_home, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        set_up_app(at_home)

    letter = Letter.objects.filter(kind="sign_in_changed").get()
    assert (letter.to, letter.language) == ("lan@example.vn", "en")
    assert AuditEntry.objects.get(event="account.factors_changed").details == {"event": "totp_activated"}


@pytest.mark.parametrize("credential", ["", "{}", "[]", "nonsense", '{"id": "x", "response": {}}', '{"response": {"userHandle": 7}}'])
def test_a_crooked_passkey_is_a_refusal_not_a_fault(client, officer, credential):
    get(client, "/sign-in/passkey/")

    answer = post(client, "/sign-in/passkey/", credential=credential)

    assert answer.headers["Location"] == "/sign-in/"
    assert not signed_in(client)


@pytest.mark.parametrize("credential", ["", "{}", "[]", "nonsense", '{"id": "x", "response": {}}'])
def test_a_crooked_new_passkey_is_refused_and_kept_nowhere(at_home, credential):
    get(at_home, "/account/passkeys/add/")

    answer = post(at_home, "/account/passkeys/add/", name="phone", credential=credential, passwordless="True")

    assert answer.status_code == 422
    assert not Authenticator.objects.exists()


def test_under_a_bare_number_the_page_says_why_there_are_no_passkeys(at_home):
    page = at_home.get("/account/", HTTP_HOST="127.0.0.1:8000")

    assert "localhost" in said(page)
    assert "/account/passkeys/add/" not in said(page)
    assert "/account/passkeys/add/" in said(get(at_home, "/account/"))


def test_somebody_elses_passkey_answers_as_one_that_never_was(at_home):
    key = Authenticator.objects.create(user=make_account(), type="webauthn", data={"name": "theirs", "credential": {}})
    paths = [f"/account/passkeys/{key.pk}/{what}/" for what in ("rename", "remove")]

    there = [get(at_home, path) for path in paths]
    key.delete()
    gone = [get(at_home, path) for path in paths]

    assert [answer.status_code for answer in there] == [404, 404]
    assert [answer.content for answer in there] == [answer.content for answer in gone]


# Sessions


def test_my_sessions_are_listed_with_browser_and_address(at_home):
    other = Client(HTTP_USER_AGENT="Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Mobile Safari/604")
    sign_in(other, "lan@example.vn")

    sessions = get(at_home, "/account/").context["sessions"]

    assert [(one["client"], one["is_this"]) for one in sessions] == [("Unknown browser", True), ("Safari, iPhone", False)]


def test_a_session_that_is_ended_is_worth_nothing_to_whoever_holds_it(at_home):
    stolen = Client()
    sign_in(stolen, "lan@example.vn")
    row = next(one["row"] for one in get(at_home, "/account/").context["sessions"] if not one["is_this"])
    assert get(stolen, "/desk/vidw-2025/").status_code == 200

    post(at_home, "/account/sessions/end/", session=row.pk)

    answer = get(stolen, "/desk/vidw-2025/")
    assert answer.headers["Location"] == "/sign-in/?next=%2Fdesk%2Fvidw-2025%2F"
    assert get(at_home, "/desk/vidw-2025/").status_code == 200


def test_the_door_says_that_a_session_has_ended_but_not_to_strangers(at_home, client):
    other = Client()
    sign_in(other, "lan@example.vn")
    post(other, "/account/sessions/end-others/")

    page = at_home.get("/desk/vidw-2025/", follow=True, **HERE)

    assert page.context["has_ended"] is True
    assert "Phiên đăng nhập đã kết thúc" in said(page) or "Your session has ended" in said(page)
    assert Client().get("/sign-in/", **HERE).context["has_ended"] is False


def test_all_others_end_at_once_and_this_one_stays(at_home):
    others = [Client() for _ in range(2)]
    for other in others:
        sign_in(other, "lan@example.vn")

    post(at_home, "/account/sessions/end-others/")

    assert [get(other, "/account/").status_code for other in others] == [302, 302]
    assert get(at_home, "/account/").status_code == 200


@pytest.mark.parametrize("number", ["", "x", "-1", "0", "99999999999999999999", "1" * 400])
def test_a_session_that_is_none_is_a_missing_page(at_home, number):
    assert post(at_home, "/account/sessions/end/", session=number).status_code == 404


def test_somebody_elses_session_cannot_be_ended(at_home):
    make_account(email="mai@example.vn")
    other = Client()
    sign_in(other, "mai@example.vn")
    row = UserSession.objects.get(user__email="mai@example.vn")

    assert post(at_home, "/account/sessions/end/", session=row.pk).status_code == 404
    assert get(other, "/account/").status_code == 200


def test_a_cookie_kept_from_before_signing_out_opens_nothing(at_home):
    stolen = Client()
    stolen.cookies["sessionid"] = at_home.cookies["sessionid"].value
    assert get(stolen, "/account/").status_code == 200

    post(at_home, "/sign-out/")

    assert get(stolen, "/account/").status_code == 302


def test_a_closed_account_is_out_with_its_next_page(at_home, officer):
    officer.is_active = False
    officer.save()

    assert get(at_home, "/account/").status_code == 302


def test_the_demonstrations_way_in_is_listed_too(client, officer, settings):
    settings.DEMO = True
    officer.is_demo = True
    officer.save()

    client.post("/demo/sign-in/", {"account": officer.email}, **HERE)

    assert [one["is_this"] for one in get(client, "/account/").context["sessions"]] == [True]


def test_a_session_is_not_opened_by_asking_for_a_code_alone(client, officer):
    ask(client, "lan@example.vn")

    assert not UserSession.objects.exists()
    give(client, code_in_last_letter())
    assert UserSession.objects.get().user == officer
