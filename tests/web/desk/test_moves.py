"""Moving a meeting: what the board is told, what a form shows, and who may."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from factories.events import local, make_role
from factories.meetings import DAY, make_guest, make_meeting, make_plan, make_ready_week
from factories.people import make_account, make_person
from hanhlang.domains.core import clock
from hanhlang.domains.events.models import Place, Role
from hanhlang.domains.meetings.enums import Secrecy
from hanhlang.domains.meetings.models import Meeting, Plan

pytestmark = pytest.mark.django_db
BEGIN, VERDICT, MOVE = (f"/desk/vidw-2025/board/move/{rest}" for rest in ("begin/", "verdict/", ""))


WRONG = [{"start": "1440"}, {"start": "x"}, {"place": "nowhere"}, {"day": "2025-12-24"}, {"plan": "99"}, {"meeting": "0"}]


@pytest.fixture
def week():
    return make_ready_week(key="vidw-2025")


@pytest.fixture
def table(week):
    return Place.objects.get(week=week, pool="tables")


@pytest.fixture
def desk(client, week):
    account = make_account(person=make_person(), language="en")
    make_role(week, account, Role.Kind.MEETINGS)
    client.force_login(account)
    client.cookies["hanhlang_language"] = "en"
    return client


@pytest.fixture
def two(week, table):
    """Two meetings of one person, at nine and twenty past."""
    busy = make_guest(week, name="Ann Busy")
    first, second = make_meeting(week, busy, make_guest(week)), make_meeting(week, busy, make_guest(week))
    make_plan(week, (first, "09:00", table), (second, "09:20", table))
    return first, second


def asked(meeting, table, start=9 * 60 + 40):
    return {"plan": Plan.objects.get(origin="search").number, "meeting": meeting.number, "day": DAY, "start": start, "place": table.key}


def test_a_move_begins_with_the_hours_and_places_the_meeting_may_have(desk, two, table):
    told = desk.get(BEGIN, asked(two[0], table)).json()

    assert told["starts"] == list(range(9 * 60, 12 * 60, 20))
    assert told["places"] == [[table.key, table.name.shown("en")]]
    assert (told["start"], told["place"], told["minutes"]) == (9 * 60, table.key, 20)


def test_a_place_that_fits_says_its_price_and_whom_it_tells(desk, two, table):
    told = desk.get(VERDICT, asked(two[0], table)).json()

    assert told["fits"] is True
    assert told["lines"] == []
    assert told["sentence"] == f"09:40–10:00, {table.name.shown('en')}. It fits. Cost 0. 2 people would be told."
    assert len(told["names"]) == told["told"] == 2


def test_a_place_that_breaks_a_rule_says_which_and_that_room_can_be_made(desk, two, table):
    told = desk.get(VERDICT, asked(two[0], table, 9 * 60 + 20)).json()

    number = two[1].number
    assert (told["fits"], told["room"]) == (False, True)
    assert told["against"] == [
        f"Ann Busy is in meeting {number}, 09:20–09:40, the road included.",
        f"{table.name.shown('en')} is taken by meeting {number}, 09:20–09:40, turn-round included.",
    ]


def test_a_hidden_meeting_in_the_way_reads_like_a_closed_hour(desk, two, table):
    Meeting.objects.filter(pk=two[1].pk).update(secrecy=Secrecy.NOTHING)

    told = desk.get(VERDICT, asked(two[0], table, 9 * 60 + 20)).json()

    assert told["against"] == ["Ann Busy is not free then.", f"{table.name.shown('en')} is not free then."]
    assert str(two[1].number) not in told["sentence"].replace("09:20", "")


@pytest.mark.parametrize("level", [Secrecy.NOTHING, Secrecy.BUSY])
def test_a_meeting_whose_hour_one_may_not_see_is_missing(desk, two, table, level):
    Meeting.objects.filter(pk=two[0].pk).update(secrecy=level)

    for address in (BEGIN, VERDICT, f"/desk/vidw-2025/meetings/{two[0].number}/move/"):
        assert desk.get(address, asked(two[0], table)).status_code == 404
    assert desk.post(MOVE, asked(two[0], table)).status_code == 404


@pytest.mark.parametrize(
    "wrong", [{"start": "1440"}, {"start": "x"}, {"place": "nowhere"}, {"day": "2025-12-24"}, {"plan": "99"}, {"meeting": "0"}]
)
def test_what_the_week_does_not_have_is_missing(desk, two, table, wrong):
    assert desk.get(VERDICT, asked(two[0], table) | wrong).status_code == 404


def test_putting_it_there_makes_a_draft_and_shows_it(desk, two, table):
    answer = desk.post(MOVE, asked(two[0], table) | {"view": "places"})

    draft = Plan.objects.get(origin="moved")
    assert answer["Location"] == f"/desk/vidw-2025/board/?day={DAY}&plan={draft.number}&view=places"
    assert draft.placements.get(meeting=two[0]).starts_at.strftime("%H:%M") == "02:40"


def test_making_room_moves_the_other_aside(desk, week, two, table, settings):
    settings.DEMO = True
    clock.move_demo(local(week, DAY, "08:00"))

    desk.post(MOVE, asked(two[0], table, 9 * 60 + 20) | {"room": "1"})

    draft = Plan.objects.get(origin="made_room")
    assert draft.placements.get(meeting=two[0]).starts_at.strftime("%H:%M") == "02:20"
    assert draft.placements.count() == 2


def test_a_move_against_a_rule_is_refused_in_words_and_makes_nothing(desk, two, table):
    answer = desk.post(MOVE, asked(two[0], table, 9 * 60 + 20), follow=True)

    assert f"Meeting {two[0].number} cannot be there" in answer.content.decode()
    assert Plan.objects.count() == 1


def test_the_cost_of_a_verdict_in_queries_does_not_grow_with_the_week(desk, week, two, table):
    for _ in range(2):
        desk.get(VERDICT, asked(two[0], table))
    with CaptureQueriesContext(connection) as few:
        desk.get(VERDICT, asked(two[0], table))
    plan = Plan.objects.get()
    for number in range(12):
        make_meeting(week, number=1000 + number)
    plan.save()
    desk.get(VERDICT, asked(two[0], table))
    with CaptureQueriesContext(connection) as many:
        desk.get(VERDICT, asked(two[0], table))

    assert len(many) == len(few)


def test_the_form_shows_the_verdict_before_anything_is_put(desk, two, table):
    page = f"/desk/vidw-2025/meetings/{two[0].number}/move/"
    assert "Look what it comes to" in desk.get(page).content.decode()

    shown = desk.get(page, {"starts_at": f"{DAY}T09:40", "place": table.pk})

    assert "It fits" in shown.content.decode()
    assert Plan.objects.count() == 1
    put = desk.post(page, {"starts_at": f"{DAY}T09:40", "place": table.pk})
    assert put["Location"] == f"/desk/vidw-2025/plan/?plan={Plan.objects.get(origin='moved').number}"


def test_the_form_says_what_stands_against_it_and_offers_to_make_room(desk, two, table):
    page = f"/desk/vidw-2025/meetings/{two[0].number}/move/"

    shown = desk.get(page, {"starts_at": f"{DAY}T09:20", "place": table.pk}).content.decode()

    assert "It does not fit" in shown
    assert "Make room there" in shown
    assert "Put it there" not in shown


def test_an_unreadable_hour_is_asked_for_again(desk, two, table):
    answer = desk.get(f"/desk/vidw-2025/meetings/{two[0].number}/move/", {"starts_at": "soon", "place": table.pk})

    assert answer.status_code == 422
    assert "Give the hour as" in answer.content.decode()


def test_an_auditor_moves_nothing(client, week, two, table):
    account = make_account(person=make_person())
    make_role(week, account, Role.Kind.AUDITOR)
    client.force_login(account)

    assert client.get(VERDICT, asked(two[0], table)).status_code == 404
    assert client.post(MOVE, asked(two[0], table)).status_code == 404
