"""People are found by a part of their name or organisation, with or without accents, and whoever is chosen stays."""

from __future__ import annotations

import pytest

from factories import make_account, make_organisation, make_participation, make_person, make_role, make_week
from hanhlang.domains.core.multitext import MultiText
from hanhlang.domains.events.models import Role
from hanhlang.web.desk.change_forms import ChangeForm
from hanhlang.web.desk.people_picker import FEW, SHOWN, PeoplePicker

pytestmark = pytest.mark.django_db


@pytest.fixture
def week():
    return make_week()


@pytest.fixture
def desk(client, week):
    account = make_account(person=make_person(), language="en")
    make_role(week, account, Role.Kind.MEETINGS)
    client.force_login(account)
    client.cookies["hanhlang_language"] = "en"
    return client


def join(week, name, **fields):
    person = make_person(name=name, **fields)
    make_participation(week, person)
    return person


def find(desk, week, **asked):
    page = desk.get(f"/desk/{week.key}/people/", asked).context
    return [person.name for person in page["found"]], [person.name for person in page["chosen"]]


def test_a_name_is_found_without_its_accents_and_by_its_organisation(desk, week):
    bank = make_organisation(name=MultiText({"vi": "Ngân hàng Sông Đáy", "en": "Day River Bank"}))
    join(week, "Đặng Thị Ước", organisation=bank)
    join(week, "Trần Văn Khuyết")

    assert find(desk, week, find="dang uoc") == (["Đặng Thị Ước"], [])
    assert find(desk, week, find="ngan hang") == (["Đặng Thị Ước"], [])
    assert find(desk, week, find="dang khuyet") == ([], [])


def test_whoever_is_chosen_stays_and_is_not_offered_twice(desk, week):
    person = join(week, "Đặng Thị Ước")

    assert find(desk, week, find="dang", people=str(person.pk)) == ([], ["Đặng Thị Ước"])


def test_people_of_another_week_and_keys_that_are_none_are_nobody(desk, week):
    stranger = join(make_week(), "Đặng Văn Xa")

    assert find(desk, week, find="dang", people=[str(stranger.pk), "nonsense"]) == ([], [])


def test_of_many_the_first_are_shown_and_the_rest_counted(desk, week):
    for number in range(SHOWN + 3):
        join(week, f"Lê Văn {number}")

    page = desk.get(f"/desk/{week.key}/people/", {"find": "le"}).context
    assert (len(page["found"]), page["more"]) == (SHOWN, 3)


@pytest.mark.parametrize(("number", "searched"), [(FEW, False), (FEW + 1, True)])
def test_only_more_than_a_few_are_searched_for_and_without_scripts_all_stand_in_a_list(week, number, searched):
    for each in range(number):
        join(week, f"Lê Văn {each}")

    field = ChangeForm(week=week, kind="late", now=None)["people"]

    assert isinstance(field.field.widget, PeoplePicker) is searched
    assert str(field).count("<option") == number
