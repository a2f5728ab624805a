"""The delegations at the desk: everything about them, for those who may see it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from factories import make_account, make_delegation, make_member, make_person, make_role, make_week
from hanhlang.domains.core.multitext import MultiText
from hanhlang.domains.delegations.models import Delegation
from hanhlang.domains.events.models import Role, Week
from hanhlang.domains.meetings.models import Request

pytestmark = pytest.mark.django_db


@pytest.fixture
def week() -> Week:
    return make_week(key="digital-week")


def signed_in(week: Week, kind: str) -> Client:
    account = make_account(language="en")
    make_role(week, account, kind)
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(account)
    return client


@pytest.fixture
def desk(week: Week) -> Client:
    return signed_in(week, Role.Kind.PROTOCOL)


def party(week: Week, name: str, **fields: Any) -> Delegation:
    delegation = make_delegation(week, name=MultiText({"vi": name, "en": name}), **fields)
    make_member(delegation, make_person(name=f"Head of {name}"), is_head=True)
    return delegation


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_the_list_is_in_order_of_precedence_with_head_and_focal_point(desk: Client, week: Week):
    party(week, "Verania", precedence=2)
    party(week, "Lamduan", precedence=1, rank="minister", focal_point=make_person(name="Belisa Melisko"))

    words = text_of(desk.get("/desk/digital-week/delegations/").content.decode())

    assert words.index("Lamduan") < words.index("Verania")
    assert "Head of Lamduan Minister Belisa Melisko 1 0" in words


@pytest.mark.parametrize(("asked", "shown"), [("lamduan", ["Lamduan"]), ("", ["Lamduan", "Verania"]), ("nobody", [])])
def test_the_list_can_be_searched(desk: Client, week: Week, asked: str, shown: list[str]):
    party(week, "Lamduan", precedence=1)
    party(week, "Verania", precedence=2)

    html = desk.get("/desk/digital-week/delegations/", {"q": asked}).content.decode()

    rows = re.findall(r'<th scope="row">.*?<a [^>]+>(.*?)</a>', html)
    assert [re.sub(r"</?mark>", "", row) for row in rows] == shown


def test_a_page_shows_members_and_requests_of_both_directions(desk: Client, week: Week):
    ours, theirs = party(week, "Lamduan"), party(week, "Verania")
    make_member(ours, make_person(name="Cosmin Okarend"))
    Request.objects.create(week=week, number=7, asking=ours, asked=theirs, state=Request.State.ACCEPTED)
    Request.objects.create(week=week, number=8, asking=theirs, asked=ours)

    words = text_of(desk.get(f"/desk/digital-week/delegations/{ours.key}/").content.decode())

    assert "Cosmin Okarend" in words
    assert "7 Verania this delegation Confirmed" in words
    assert "8 Verania the other side Waiting for an answer" in words


@pytest.mark.parametrize("kind", [Role.Kind.DELEGATE, Role.Kind.FOCAL_POINT, Role.Kind.AUDITOR])
@pytest.mark.parametrize("page", ["", "lamduan/"])
def test_others_find_nothing_here(week: Week, kind: str, page: str):
    party(week, "Lamduan", key="lamduan")

    assert signed_in(week, kind).get(f"/desk/digital-week/delegations/{page}").status_code == 404


def test_a_delegation_of_another_week_is_not_there(desk: Client):
    party(make_week(), "Lamduan", key="lamduan")

    assert desk.get("/desk/digital-week/delegations/lamduan/").status_code == 404


@pytest.mark.parametrize("count", [1, 12])
def test_a_list_and_a_page_cost_the_same_queries_for_few_and_many(desk: Client, week: Week, count: int, django_assert_max_num_queries: Any):
    ours = party(week, "Lamduan")
    for number in range(count):
        other = party(week, f"State {number}")
        make_member(ours)
        Request.objects.create(week=week, number=number, asking=ours, asked=other)

    with django_assert_max_num_queries(11):
        desk.get("/desk/digital-week/delegations/")
    with django_assert_max_num_queries(11):
        desk.get(f"/desk/digital-week/delegations/{ours.key}/")
