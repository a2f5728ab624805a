"""A search within limits, two plans side by side, an earlier plan brought back, and who would be told what."""

from __future__ import annotations

import pytest

from factories.events import local, make_role
from factories.meetings import DAY, NOW, make_guest, make_meeting, make_plan, make_ready_week
from factories.people import make_account, make_person
from hanhlang.domains.events.models import Place, Role
from hanhlang.domains.meetings.actions import publish_plan
from hanhlang.domains.meetings.enums import Secrecy
from hanhlang.domains.meetings.models import Meeting, Plan, Run
from hanhlang.domains.meetings.weights import WEIGHTS

pytestmark = pytest.mark.django_db
SEARCH, COMPARE = "/desk/vidw-2025/plan/search/", "/desk/vidw-2025/plan/compare/"
PLAIN = {f"weight_{name}": weight.default for name, weight in WEIGHTS.items()} | {"limit_seconds": 30, "seed": 0}


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


def published(week, *placed):
    plan = make_plan(week, *placed)
    publish_plan(plan=plan, by=None, now=NOW)
    return plan


def test_a_search_is_asked_for_with_its_limits_and_weights(desk, week):
    make_meeting(week)

    answer = desk.post(SEARCH, PLAIN | {"kind": "business", "day": DAY, "weight_meal": 9})

    run = Run.objects.get()
    assert answer["Location"] == "/desk/vidw-2025/plan/"
    assert (run.scope, run.weights, run.limit_seconds) == ({"kind": "business", "day": DAY}, {"meal": 9}, 30)
    assert "Within limits: business meetings only, Mon 27 Oct" in desk.get("/desk/vidw-2025/plan/").content.decode()


def test_the_form_begins_with_what_the_last_search_was_given(desk, week):
    make_meeting(week)
    desk.post(SEARCH, PLAIN | {"kind": "business", "weight_meal": 9})

    form = desk.get(SEARCH).context["form"]

    assert (form["kind"].value(), form["weight_meal"].value(), form["weight_breaks"].value()) == ("business", 9, 2)


@pytest.mark.parametrize("wrong", [{"weight_unplaced": 0}, {"limit_seconds": 0}, {"day": "2025-12-24"}, {"weight_meal": "much"}])
def test_what_cannot_be_searched_so_is_asked_for_again(desk, week, wrong):
    make_meeting(week)

    assert desk.post(SEARCH, PLAIN | wrong).status_code == 422
    assert not Run.objects.exists()


def test_limits_without_a_meeting_are_refused_in_words(desk, week):
    make_meeting(week)

    answer = desk.post(SEARCH, PLAIN | {"kind": "bilateral"})

    assert answer.status_code == 409
    assert "No meeting is within these limits" in answer.content.decode()


def test_two_plans_are_compared_term_by_term_with_what_moves(desk, week, table):
    stays, moves, leaves, comes = (make_meeting(week) for _ in range(4))
    published(week, (stays, "09:00", table), (moves, "09:20", table), (leaves, "09:40", table))
    make_plan(week, (stays, "09:00", table), (moves, "10:00", table), (comes, "09:40", table))

    page = desk.get(COMPARE)

    lost, new, moved = page.context["groups"]
    assert [[move.shift.number for move in group[2]] for group in (lost, new, moved)] == [[leaves.number], [comes.number], [moves.number]]
    terms = {line.word: (line.first[1], line.second[1]) for line in page.context["lines"]}
    assert terms["Moved since published"] == ("0", "2")
    assert page.context["found"].told == (0, 6)


def test_a_hidden_meeting_is_in_no_comparison(desk, week, table):
    shown, hidden = make_meeting(week), make_meeting(week, secrecy=Secrecy.NOTHING)
    published(week, (shown, "09:00", table), (hidden, "09:20", table))
    make_plan(week, (shown, "09:00", table), (hidden, "10:00", table))

    page = desk.get(COMPARE)

    assert [count for _title, count, _moves in page.context["groups"]] == [0, 0, 0]
    assert page.context["difference"] == "0"


def test_plans_that_are_not_there_are_missing(desk, week, table):
    published(week, (make_meeting(week), "09:00", table))

    assert desk.get(COMPARE, {"a": "77"}).status_code == 404
    assert "There is only one plan" in desk.get(COMPARE).content.decode()


def test_an_earlier_plan_is_brought_back_and_what_no_longer_holds_is_named(desk, week, table):
    busy = make_guest(week)
    kept, late = make_meeting(week), make_meeting(week, busy, make_guest(week))
    earlier = published(week, (kept, "09:00", table), (late, "09:20", table))
    published(week, (kept, "10:00", table), (late, "10:20", table))
    week.participations.filter(person=busy).update(arrives_at=local(week, DAY, "10:00"))

    answer = desk.post(f"/desk/vidw-2025/plan/{earlier.number}/restore/", follow=True)

    draft = Plan.objects.get(origin="restored")
    page = answer.content.decode()
    assert f"Plan {earlier.number} is brought back as draft {draft.number}" in page
    assert f"Meeting {late.number} no longer holds and is left out." in page


def test_the_question_before_publishing_lists_who_is_told_what(desk, week, table):
    ann = make_guest(week, name="Ann Told")
    meeting = make_meeting(week, ann, make_guest(week))
    published(week, (meeting, "09:00", table))
    draft = make_plan(week, (meeting, "10:00", table))

    page = desk.get(f"/desk/vidw-2025/plan/{draft.number}/publish/")

    assert {(one.person.name, one.after.starts_at.hour - one.before.starts_at.hour) for one in page.context["tellings"]} >= {
        ("Ann Told", 1)
    }
    assert "Publish and tell 2 people" in page.content.decode()


def test_who_is_told_of_a_hidden_meeting_is_listed_to_nobody_at_the_desk(desk, week, table):
    meeting = make_meeting(week, make_guest(week, name="Ann Hidden"), make_guest(week))
    Meeting.objects.filter(pk=meeting.pk).update(secrecy=Secrecy.BUSY)
    draft = make_plan(week, (meeting, "10:00", table))

    page = desk.get(f"/desk/vidw-2025/plan/{draft.number}/publish/").content.decode()

    assert "Ann Hidden" not in page
    assert "Publish and tell 0 people" in page


def test_publishing_twice_tells_once(desk, week, table):
    draft = make_plan(week, (make_meeting(week), "10:00", table))
    address = f"/desk/vidw-2025/plan/{draft.number}/publish/"
    seen = desk.get(address).context["seen"]

    first, second = (desk.post(address, {"seen": seen}) for _ in range(2))

    assert (first.status_code, second.status_code) == (302, 409)
