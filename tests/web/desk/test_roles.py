"""The page of roles: seen by the whole week's secretariat only; everything in words; everything refused at its field."""

from __future__ import annotations

import html
from uuid import uuid4

import pytest
from django.test import Client

from factories.delegations import make_delegation
from factories.events import make_role, make_site, make_week
from factories.people import make_account, make_person
from factories.programme import make_session
from hanhlang.domains.core.models import Letter
from hanhlang.domains.core.multitext import MultiText
from hanhlang.domains.events.models import Role

pytestmark = pytest.mark.django_db
ROLES = "/desk/vidw-2025/roles/"


@pytest.fixture
def week():
    return make_week(key="vidw-2025")


@pytest.fixture
def secretariat(week) -> Client:
    client = Client()
    account = make_account(email="first@example.vn", language="en")
    make_role(week, account, Role.Kind.SECRETARIAT)
    client.force_login(account)
    client.cookies["hanhlang_language"] = "en"
    return client


def said(answer) -> str:
    return html.unescape(answer.content.decode())


def give(client, **more):
    return client.post(ROLES, {"email": "mai@example.vn", "kind": "protocol", "reach": "", "language": "vi"} | more)


def test_roles_are_shown_with_what_they_are_kept_to_in_words(secretariat, week):
    site = make_site(week, name=MultiText({"vi": "Ninh Bình", "en": "Ninh Binh"}))
    session = make_session(week, title=MultiText({"vi": "Khai mạc", "en": "Opening"}))
    delegation = make_delegation(week, name=MultiText({"vi": "Đoàn Lam-đu-an", "en": "Lamduan"}))
    make_role(week, make_account(), "protocol", site=site)
    make_role(week, make_account(), "secretariat", session_id=session.pk)
    make_role(week, make_account(), "focal_point", delegation_id=delegation.pk)
    make_role(week, make_account(), "focal_point", delegation_id=uuid4())

    lines = secretariat.get(ROLES).context["lines"]

    assert sorted(line.reach for line in lines) == [
        "at Ninh Binh",
        "for Lamduan",
        "for a delegation that is gone",
        "for the session “Opening”",
        "the whole week",
    ]


@pytest.mark.parametrize(("search", "found"), [("nguyen", 1), ("NGUYỄN", 1), ("mai@", 1), ("first", 1), ("nobody", 0), ("", 2)])
def test_the_list_is_searched_by_name_and_address(secretariat, week, search, found):
    make_role(week, make_account(email="mai@example.vn", person=make_person(name="Nguyễn Thị Mai")), "protocol")

    assert len(secretariat.get(ROLES, {"q": search}).context["lines"]) == found


def test_the_list_is_kept_to_a_kind_and_to_the_week(secretariat, week):
    make_role(week, make_account(), "auditor")
    make_role(make_week(), make_account(), "auditor")

    assert [line.role.kind for line in secretariat.get(ROLES, {"kind": "auditor"}).context["lines"]] == ["auditor"]
    assert len(secretariat.get(ROLES, {"kind": "nonsense"}).context["lines"]) == 2


@pytest.mark.parametrize("count", [1, 60])
def test_the_list_costs_the_same_for_one_and_for_many(secretariat, week, count, django_assert_max_num_queries):
    for _ in range(count):
        make_role(week, make_account(person=make_person()), "focal_point", delegation_id=make_delegation(week).pk)

    with django_assert_max_num_queries(13):
        page = secretariat.get(ROLES)

    assert len(page.context["lines"]) == min(count + 1, 50)


def test_a_role_is_given_with_its_letter(secretariat, week):
    site = make_site(week)

    answer = give(secretariat, reach=f"site:{site.pk}")

    role = Role.objects.get(kind="protocol")
    assert answer.headers["Location"] == ROLES
    assert (role.account.email, role.site) == ("mai@example.vn", site)
    assert "Lễ tân" in Letter.objects.get(to="mai@example.vn").body


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ({"email": ""}, "Say whose role it is."),
        ({"email": "mai at example"}, "This is not an e-mail address."),
        ({"kind": "king"}, "Choose a role."),
        ({"kind": "auditor", "reach": "site"}, "A role of this kind cannot be kept to that."),
        ({"kind": "focal_point"}, "A role of this kind cannot be kept to that."),
        ({"reach": "elsewhere"}, "This site, session or delegation is not of this week."),
        ({"reach": f"session:{uuid4()}"}, "This site, session or delegation is not of this week."),
        ({"reach": "site:nonsense"}, "This site, session or delegation is not of this week."),
        ({"language": "xx"}, "xx"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field_and_nothing_is_done(secretariat, week, fault, sentence):
    other = make_site(make_week())
    named = {"site": f"site:{make_site(week).pk}", "elsewhere": f"site:{other.pk}"}
    answer = give(secretariat, **(fault | ({"reach": named[fault["reach"]]} if fault.get("reach") in named else {})))

    assert answer.status_code == 422
    assert sentence in said(answer)
    assert Role.objects.count() == 1
    assert not Letter.objects.exists()


def test_withdrawing_asks_first_and_then_does_it(secretariat, week):
    role = make_role(week, make_account(), "protocol")

    question = secretariat.get(f"{ROLES}{role.pk}/withdraw/")
    assert Role.objects.filter(pk=role.pk).exists()
    assert role.account.email in said(question)

    assert secretariat.post(f"{ROLES}{role.pk}/withdraw/").headers["Location"] == ROLES
    assert not Role.objects.filter(pk=role.pk).exists()


def test_the_last_secretariat_stays_and_the_page_says_why(secretariat, week):
    role = Role.objects.get()

    answer = secretariat.post(f"{ROLES}{role.pk}/withdraw/")

    assert answer.status_code == 409
    assert "Give somebody else the secretariat" in said(answer)
    assert Role.objects.get() == role


def test_a_role_of_another_week_answers_as_one_that_never_was(secretariat, week):
    other = make_role(make_week(), make_account(), "protocol")

    address = f"{ROLES}{other.pk}/withdraw/"

    there = [secretariat.get(address), secretariat.post(address)]
    assert Role.objects.filter(pk=other.pk).exists()
    other.delete()
    gone = [secretariat.get(address), secretariat.post(address)]

    assert [answer.status_code for answer in there] == [404, 404]
    assert [(answer.status_code, answer.content) for answer in there] == [(answer.status_code, answer.content) for answer in gone]


@pytest.mark.parametrize("kind", [kind for kind in Role.Kind if kind != Role.Kind.SECRETARIAT])
def test_no_other_role_sees_the_page(week, kind):
    client = Client()
    account = make_account()
    make_role(week, account, kind)
    client.force_login(account)

    assert client.get(ROLES).status_code == 404
    assert give(client).status_code == 404


def test_a_sites_secretariat_gives_no_roles(week):
    client = Client()
    account = make_account()
    make_role(week, account, Role.Kind.SECRETARIAT, site=make_site(week))
    client.force_login(account)

    assert client.get(ROLES).status_code == 404
    assert give(client).status_code == 404
    assert not Letter.objects.exists()


def test_the_way_to_the_roles_is_shown_to_those_who_may_go_it(secretariat, week):
    other = Client()
    account = make_account()
    make_role(week, account, Role.Kind.MEETINGS)
    other.force_login(account)

    assert ROLES in said(secretariat.get("/desk/vidw-2025/"))
    assert ROLES not in said(other.get("/desk/vidw-2025/"))
