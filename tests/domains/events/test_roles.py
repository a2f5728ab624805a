"""Roles: given and withdrawn, each in the audit; somebody can always give them; who loses one is signed out."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.db import OperationalError, connection
from django.test import Client

from factories.events import make_role, make_site, make_week
from factories.people import make_account, make_person
from hanhlang.domains.core.models import AuditEntry, Letter
from hanhlang.domains.events.actions import give_role, invite, withdraw_role
from hanhlang.domains.events.errors import LastSecretariat, ReachNotPossible
from hanhlang.domains.events.models import Role
from hanhlang.domains.events.rights import may_work_at, sites_reached
from hanhlang.domains.people.errors import AccountClosed
from hanhlang.domains.people.models import Account

pytestmark = pytest.mark.django_db
NOW = datetime(2025, 10, 27, 2, 10, tzinfo=UTC)


def given(week, **more):
    return give_role(week=week, account=more.pop("account", None) or make_account(), by=None, now=NOW, **more)


def invited(week, **more):
    words = {
        "email": "mai@example.vn",
        "language": "vi",
        "kind": Role.Kind.PROTOCOL,
        "words": "Lễ tân",
        "link": "http://localhost/sign-in/",
    }
    return invite(week=week, by=None, now=NOW, **(words | more))


def test_a_role_given_twice_is_one_role_and_one_line_in_the_audit():
    week, account = make_week(), make_account()

    roles = [given(week, account=account, kind=Role.Kind.PROTOCOL) for _ in range(2)]

    assert roles[0] == roles[1]
    assert [(entry.event, entry.details) for entry in AuditEntry.objects.all()] == [("role.given", {"kind": "protocol"})]


@pytest.mark.parametrize(
    ("kind", "reach", "possible"),
    [
        ("secretariat", "", True),
        ("secretariat", "site", True),
        ("secretariat", "session", True),
        ("secretariat", "delegation", False),
        ("protocol", "site", True),
        ("protocol", "session", False),
        ("meetings", "site", True),
        ("meetings", "delegation", False),
        ("focal_point", "delegation", True),
        ("focal_point", "", False),
        ("delegate", "", True),
        ("delegate", "site", False),
        ("auditor", "", True),
        ("auditor", "site", False),
        ("nobody", "", False),
    ],
)
def test_a_role_is_kept_only_to_what_its_kind_knows(kind, reach, possible):
    week = make_week()
    reaches = {"site": {"site": make_site(week)}, "session": {"session_id": uuid4()}, "delegation": {"delegation_id": uuid4()}, "": {}}

    if possible:
        assert given(week, kind=kind, **reaches[reach]).kind == kind
    else:
        with pytest.raises(ReachNotPossible):
            given(week, kind=kind, **reaches[reach])


def test_a_role_is_not_kept_to_two_things_at_once():
    week = make_week()

    with pytest.raises(ReachNotPossible):
        given(week, kind="secretariat", site=make_site(week), session_id=uuid4())


def test_withdrawing_takes_the_role_writes_it_down_and_signs_its_holder_out():
    week = make_week()
    site = make_site(week)
    account = make_account(person=make_person())
    role = given(week, account=account, kind="protocol", site=site)
    client = Client()
    client.force_login(account)

    withdraw_role(role=role, by=None, now=NOW)

    assert not Role.objects.exists()
    entry = AuditEntry.objects.get(event="role.withdrawn")
    assert (entry.about_id, entry.details, entry.people) == (
        role.pk,
        {"kind": "protocol", "site": str(site.pk)},
        str(account.person.pseudonym),
    )
    assert client.get("/account/").headers["Location"] == "/sign-in/?next=%2Faccount%2F"


def test_others_stay_signed_in():
    week = make_week()
    other = make_account()
    client = Client()
    client.force_login(other)

    withdraw_role(role=given(week, kind="protocol"), by=None, now=NOW)

    assert client.post("/account/sessions/end-others/").headers["Location"] == "/account/"


def test_the_last_secretariat_of_the_week_cannot_be_withdrawn():
    week = make_week()
    last = given(week, kind="secretariat")

    with pytest.raises(LastSecretariat):
        withdraw_role(role=last, by=None, now=NOW)
    assert Role.objects.get() == last


@pytest.mark.parametrize("other", ["another_week", "only_a_site", "closed_account", "another_kind"])
def test_who_could_not_give_roles_in_their_place_does_not_count(other):
    week = make_week()
    last = given(week, kind="secretariat")
    match other:
        case "another_week":
            given(make_week(), kind="secretariat")
        case "only_a_site":
            given(week, kind="secretariat", site=make_site(week))
        case "closed_account":
            given(week, kind="secretariat", account=make_account(is_active=False))
        case "another_kind":
            given(week, kind="protocol")

    with pytest.raises(LastSecretariat):
        withdraw_role(role=last, by=None, now=NOW)


def test_with_a_second_secretariat_the_first_may_go_and_a_sites_secretariat_always_may():
    week = make_week()
    first, _, kept_to_site = (
        given(week, kind="secretariat"),
        given(week, kind="secretariat"),
        given(week, kind="secretariat", site=make_site(week)),
    )

    withdraw_role(role=first, by=None, now=NOW)
    withdraw_role(role=kept_to_site, by=None, now=NOW)

    assert Role.objects.count() == 1


def test_an_invitation_opens_an_account_gives_the_role_and_writes():
    week = make_week()

    role = invited(week, email=" Mai@Example.VN ")

    letter = Letter.objects.get()
    assert (role.account.email, role.account.language, role.kind) == ("mai@example.vn", "vi", "protocol")
    assert (letter.to, letter.kind, letter.language) == ("mai@example.vn", "role_invitation", "vi")
    assert "Lễ tân" in letter.body
    assert sorted(AuditEntry.objects.values_list("event", flat=True)) == ["account.opened", "role.given"]


def test_who_has_an_account_is_written_to_in_their_own_language_and_keeps_it():
    account = make_account(email="mai@example.vn", language="en")

    invited(make_week(), language="vi", words="Protocol")

    assert Letter.objects.get().language == "en"
    assert Account.objects.get().pk == account.pk


def test_a_closed_account_is_not_invited_unseen():
    make_account(email="mai@example.vn", is_active=False)

    with pytest.raises(AccountClosed):
        invited(make_week())
    assert not Role.objects.exists()
    assert not Letter.objects.exists()


def test_roles_reach_the_week_or_their_sites_and_nothing_else():
    week = make_week()
    mine, other = make_site(week), make_site(week)
    account = make_account()
    at_site = make_role(week, account, "secretariat", site=mine)
    for_session = make_role(week, account, "secretariat", session_id=uuid4())
    whole = make_role(week, account, "protocol")

    assert sites_reached([at_site]) == {mine.pk}
    assert sites_reached([for_session]) == frozenset()
    assert sites_reached([at_site, whole]) is None
    assert [may_work_at([at_site], site) for site in (mine, other, None)] == [True, False, False]
    assert [may_work_at([whole], site) for site in (mine, other, None)] == [True, True, True]


@pytest.mark.django_db(transaction=True)
def test_two_who_withdraw_each_other_at_once_leave_one():
    week = make_week()
    roles = [given(week, kind="secretariat") for _ in range(2)]
    start = threading.Barrier(2, timeout=60)
    ends: list[str] = []

    def withdraw(role: Role) -> None:
        try:
            start.wait()
            withdraw_role(role=role, by=None, now=NOW)
            ends.append("withdrawn")
        except (LastSecretariat, OperationalError) as refusal:
            ends.append(type(refusal).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=withdraw, args=[role]) for role in roles]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)

    assert len(ends) == 2
    assert ends.count("withdrawn") <= 1
    assert Role.objects.count() == 2 - ends.count("withdrawn")
