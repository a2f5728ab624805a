"""Profiles at the desk, firms to call, and what the desk does not see."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from factories import make_organisation
from factories.business import make_founder, make_profile
from factories.events import make_role
from factories.meetings import NOW, make_guest, make_meeting, make_ready_week
from factories.people import make_account, make_person
from hanhlang.domains.core import clock
from hanhlang.domains.core.multitext import MultiText
from hanhlang.domains.events.models import Role
from hanhlang.domains.meetings import actions
from hanhlang.domains.meetings.models import Profile

pytestmark = pytest.mark.django_db
LIST = "/desk/vidw-2025/business/"


@pytest.fixture
def week():
    return make_ready_week(key="vidw-2025")


@pytest.fixture
def desk(week):
    client = Client()
    account = make_account(person=make_person(), language="en")
    make_role(week, account, Role.Kind.MEETINGS)
    client.force_login(account)
    client.cookies["hanhlang_language"] = "en"
    return client


def waiting(week, **words):
    return make_profile(week, make_guest(week).organisation, validated=False, **words)


@pytest.mark.parametrize("many", [1, 5])
def test_what_waits_stands_first_and_the_list_costs_the_same(week, desk, many):
    rows = [waiting(week) for _ in range(many)]
    make_profile(week, make_organisation(kind="company"))
    desk.get(LIST)

    with CaptureQueriesContext(connection) as seen:
        page = desk.get(LIST)

    assert [line["profile"].pk for line in page.context["lines"]] == [row.pk for row in rows]
    assert len(seen) == 11


def test_a_profile_is_validated_and_the_next_one_follows(week, desk):
    first, second = waiting(week), waiting(week)

    answer = desk.post(f"{LIST}profiles/{first.pk}/validate/")

    assert answer.headers["Location"] == f"{LIST}profiles/{second.pk}/"
    assert Profile.objects.filter(organisation=first.organisation, is_shown=True).exists()
    again = desk.post(f"{LIST}profiles/{first.pk}/validate/", follow=True).content.decode()
    assert "does not wait for the organiser" in again


def test_a_profile_is_returned_with_a_note_never_without(week, desk):
    row = waiting(week)
    without = desk.post(f"{LIST}profiles/{row.pk}/return/", {"note": ""})
    assert (without.status_code, list(without.context["form"].errors)) == (422, ["note"])

    desk.post(f"{LIST}profiles/{row.pk}/return/", {"note": "Ghi rõ sản phẩm."})

    row.refresh_from_db()
    assert (row.state, row.note) == (Profile.State.RETURNED, "Ghi rõ sản phẩm.")


def test_a_change_stands_beside_what_others_see(week, desk):
    row = make_profile(week, make_guest(week).organisation)
    changed = {name: getattr(row, name) for name in ("about", "needs", "languages", "stage", "country")}
    row = actions.write_profile(
        week=week, organisation=row.organisation, offers=MultiText({"vi": "Gốm sứ"}), topics=[], by=None, now=NOW, **changed
    )

    page = desk.get(f"{LIST}profiles/{row.pk}/")

    assert [part["changed"] for part in page.context["parts"]] == [False, True, False, False, False, False, False]
    assert "Gốm sứ" in page.content.decode()
    assert "5G monitoring" in page.content.decode()


def test_firms_without_a_meeting_are_called_with_whom_and_what_from_three_days_before(settings, week, desk):
    alone, met = make_founder(week), make_founder(week)
    make_meeting(week, met, make_guest(week))
    settings.DEMO = True
    clock.move_demo(NOW.replace(day=23))
    assert desk.get(f"{LIST}calls/").context["is_early"] is True
    clock.move_demo(NOW.replace(day=24))

    page = desk.get(f"{LIST}calls/")

    text = page.content.decode()
    assert page.context["is_early"] is False
    assert f"{alone.key}@firm.example" in text
    assert f"{met.key}@firm.example" not in text
    assert "Investment" in text


def test_of_blocks_the_desk_sees_a_number_and_nothing_else(week, desk):
    one, blocker = make_founder(week), make_founder(week)
    addresses = [LIST, f"{LIST}calls/", f"{LIST}profiles/{Profile.objects.get(organisation=one.organisation, is_shown=False).pk}/"]
    before = [desk.get(address).content.decode() for address in addresses]

    actions.block(week=week, by_person=blocker, person=one, by=None, now=NOW)

    after = [desk.get(address).content.decode() for address in addresses]
    assert ["1 blocks" in text for text in after] == [True, False, False]
    masked = [text.split("<main")[1].split("</main")[0] for text in before]
    shown = [text.split("<main")[1].split("</main")[0] for text in after]
    tokens = [[part for part in text.split('value="') if len(part.split('"')[0]) != 64] for text in shown]
    assert tokens[1:] == [[part for part in text.split('value="') if len(part.split('"')[0]) != 64] for text in masked[1:]]
