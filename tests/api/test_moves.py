"""Plans judged for programs: the same verdicts, comparisons and drafts as at the desk."""

from __future__ import annotations

import pytest

from factories.events import make_role
from factories.meetings import DAY, NOW, make_guest, make_meeting, make_plan, make_ready_week
from factories.people import make_account
from factories.programs import token_of
from hanhlang.domains.events.models import Role
from hanhlang.domains.meetings.actions import publish_plan
from hanhlang.domains.meetings.enums import Secrecy
from hanhlang.domains.meetings.models import Plan, Run

pytestmark = pytest.mark.django_db
PLANS = "/api/v1/weeks/vidw-2025/plans"


@pytest.fixture
def week():
    return make_ready_week(key="vidw-2025")


@pytest.fixture
def call(client, week):
    account = make_account()
    make_role(week, account, Role.Kind.MEETINGS)
    token = token_of(week, account)

    def send(path, body=None):
        headers = {"authorization": f"Bearer {token}"}
        if body is None:
            return client.get(path, headers=headers)
        return client.post(path, body, content_type="application/json", headers=headers)

    return send


@pytest.fixture
def two(week):
    table = week.places.get(pool="tables")
    busy = make_guest(week)
    first, second = make_meeting(week, busy, make_guest(week)), make_meeting(week, busy, make_guest(week))
    plan = make_plan(week, (first, "09:00", table), (second, "09:20", table))
    return first, second, plan, table


def at(hour, meeting, table):
    return {"meeting": meeting.number, "starts_at": f"{DAY}T{hour}:00+07:00", "place": table.key}


def query(given):
    return "&".join(f"{name}={str(value).replace('+', '%2B')}" for name, value in given.items())


def test_a_move_is_judged(call, two):
    first, second, plan, table = two

    fits = call(f"{PLANS}/{plan.number}/verdict?{query(at('09:40', first, table))}").json()
    breaks = call(f"{PLANS}/{plan.number}/verdict?{query(at('09:20', first, table))}").json()

    assert (fits["fits"], fits["cost"], len(fits["told"])) == (True, 0, 2)
    assert [(fault["rule"], fault["meeting"]) for fault in breaks["faults"]] == [
        ("nobody_in_two_places", second.number),
        ("units_once", second.number),
    ]
    assert breaks["can_make_room"] is True


def test_a_hidden_meeting_in_the_way_has_no_number_and_no_hours(call, two):
    first, second, plan, table = two
    second.secrecy = Secrecy.NOTHING
    second.save()

    told = call(f"{PLANS}/{plan.number}/verdict?{query(at('09:20', first, table))}").json()

    assert {(fault["meeting"], fault["starts_at"]) for fault in told["faults"]} == {(None, None)}


def test_a_move_makes_a_draft_or_is_refused(call, two):
    first, _second, plan, table = two

    made = call(f"{PLANS}/{plan.number}/moves", at("09:40", first, table))
    refused = call(f"{PLANS}/{plan.number}/moves", at("09:20", first, table))

    assert (made.status_code, made.json()["plan"]) == (201, Plan.objects.get(origin="moved").number)
    assert (refused.status_code, refused.json()["code"]) == (409, "meetings.move_breaks")


def test_plans_are_compared_and_brought_back(call, week, two):
    first, second, plan, table = two
    publish_plan(plan=plan, by=None, now=NOW)
    later = make_plan(week, (first, "10:00", table), (second, "09:20", table))

    told = call(f"{PLANS}/{plan.number}/compare/{later.number}").json()

    assert [(shift["meeting"], shift["kind"]) for shift in told["shifts"]] == [(first.number, "moved")]
    assert told["told"] == [0, 2]
    publish_plan(plan=later, by=None, now=NOW)
    done = call(f"{PLANS}/{plan.number}/restore", {})
    assert (done.status_code, done.json()["left_out"]) == (201, [])
    assert call(f"{PLANS}/{later.number}/restore", {}).json()["code"] == "meetings.plan_not_past"


def test_a_search_is_asked_for_with_limits_and_weights(call, week, two):
    given = {"limit_seconds": 5, "scope": {"kind": "business", "day": DAY}, "weights": {"meal": 9}}

    told = call("/api/v1/weeks/vidw-2025/runs", given)

    assert told.status_code == 201
    assert told.json()["weights"] == Run.objects.get(state="queued").weights == {"meal": 9}
    assert told.json()["scope"] == {"kind": "business", "day": DAY, "plan": two[2].number}


@pytest.mark.parametrize("given", [{"scope": {"kind": "dinner"}}, {"scope": {"site": "nowhere"}}, {"weights": {"unplaced": 0}}])
def test_limits_and_weights_out_of_bounds_are_refused(call, two, given):
    assert call("/api/v1/weeks/vidw-2025/runs", given).status_code == 422
