"""Who may follow what: nothing is said of what is not theirs."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from factories.delegations import make_delegation
from factories.events import make_role, make_site, make_week
from factories.people import make_account, make_person
from hanhlang.domains.events.models import Role
from hanhlang.domains.people.models import Account
from hanhlang.web.live.audiences import followed_by

pytestmark = pytest.mark.django_db
WANTED = ["plan:one", "run:one", "agenda:one", "plan:two", "unknown:one", "plan:"]


def session_of(account: Account) -> str:
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(account.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    session.save()
    return str(session.session_key)


@pytest.mark.parametrize(
    ("kind", "followed"),
    [
        (Role.Kind.SECRETARIAT, {"plan:one", "run:one", "agenda:one"}),
        (Role.Kind.AUDITOR, {"plan:one", "run:one", "agenda:one"}),
        (Role.Kind.DELEGATE, {"agenda:one"}),
        (Role.Kind.FOCAL_POINT, {"agenda:one"}),
    ],
)
def test_a_role_follows_what_its_pages_show_of_its_own_week(kind, followed):
    account = make_account()
    make_role(make_week(key="one"), account, kind)
    make_week(key="two")

    assert followed_by(session_of(account), WANTED) == followed


def test_a_role_for_one_site_does_not_follow_the_whole_weeks_plan():
    account, week = make_account(), make_week(key="one")
    role = make_role(week, account, Role.Kind.SECRETARIAT)
    role.site = make_site(week)
    role.save()

    assert followed_by(session_of(account), WANTED) == set()


def test_strangers_and_ended_sessions_follow_nothing():
    account = make_account()
    make_role(make_week(key="one"), account, Role.Kind.SECRETARIAT)
    key = session_of(account)
    import_module(settings.SESSION_ENGINE).SessionStore(key).delete()

    assert followed_by(None, WANTED) == followed_by("made-up", WANTED) == followed_by(key, WANTED) == set()


def test_a_closed_account_follows_nothing():
    account = make_account()
    make_role(make_week(key="one"), account, Role.Kind.SECRETARIAT)
    key = session_of(account)
    account.is_active = False
    account.save()

    assert followed_by(key, WANTED) == set()


def test_a_focal_point_follows_the_requests_of_its_own_delegation_only():
    week = make_week(key="one")
    named, spoken_for, other = make_delegation(week), make_delegation(week), make_delegation(week)
    focal, desk = make_account(person=make_person()), make_account()
    make_role(week, focal, Role.Kind.FOCAL_POINT, delegation_id=spoken_for.pk)
    named.focal_point = focal.person
    named.save()
    make_role(week, desk)
    wanted = [f"requests-of:one:{party.code}" for party in (named, spoken_for, other)] + [
        "requests:one",
        "requests-of:one",
        "requests-of:two:AAA",
    ]

    assert followed_by(session_of(focal), wanted) == set(wanted[:2])
    assert followed_by(session_of(desk), wanted) == {"requests:one"}
