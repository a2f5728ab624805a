"""Whatever is done to a request in whatever order: both sides agreed or there is no meeting, and nothing half done stays."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from factories.meetings import NOW, make_party, make_ready_week
from hanhlang.domains.agenda.models import Claim
from hanhlang.domains.delegations.models import Delegation
from hanhlang.domains.meetings import actions, bilaterals, errors
from hanhlang.domains.meetings.models import Meeting, Request

pytestmark = pytest.mark.django_db
ENDED = {"accepted", "declined", "withdrawn", "expired"}
# How a request may go on from each state; what has ended goes nowhere.
FORWARD = {"open": {"open", "countered", *ENDED}, "countered": {"countered", *ENDED}} | {state: {state} for state in ENDED}
Step = tuple[str, int, int, int]
steps = st.lists(
    st.tuples(
        st.sampled_from(["accept", "counter", "decline", "withdraw", "hold", "expire", "secrecy"]),
        st.integers(0, 1),
        st.sampled_from([20, 25, 30]),
        st.sampled_from([0, 1, 30, 100]),
    ),
    max_size=9,
)


@pytest.fixture
def sides() -> tuple[Delegation, Delegation]:
    week = make_ready_week()
    return make_party(week), make_party(week)


def rows(request: Request) -> tuple[Any, ...]:
    return Request.objects.filter(pk=request.pk).values().get(), request.steps.count(), Meeting.objects.count(), Claim.objects.count()


def do(request: Request, side: Delegation, deed: str, minutes: int, now: Any) -> None:
    who: dict[str, Any] = {"request": request, "side": side, "by": None, "now": now}
    if deed == "counter":
        actions.counter_request(minutes=minutes, **who)
    elif deed == "hold":
        actions.hold_request(until=now + timedelta(hours=minutes), **who)
    elif deed == "secrecy":
        actions.set_secrecy(secrecy={20: "all", 25: "busy", 30: "nothing"}[minutes], **who)
    elif deed == "expire":
        actions.expire_requests(now=now)
    else:
        {"accept": actions.accept_request, "decline": actions.decline_request, "withdraw": actions.withdraw_request}[deed](why="so", **who)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps)
def test_in_every_order_both_agreed_or_there_is_no_meeting(sides: tuple[Delegation, Delegation], drawn: list[Step]) -> None:
    with transaction.atomic():
        request, now = actions.file_request(asking=sides[0], asked=sides[1], by=None, now=NOW), NOW
        for deed, side, minutes, hours in drawn:
            now += timedelta(hours=hours)
            before = rows(request)
            turn = bilaterals.side_to_answer(before[0]["counter"])
            try:
                with transaction.atomic():
                    do(request, sides[side], deed, minutes, now)
            except errors.MeetingError:
                # A refusal leaves everything as it was.
                assert rows(request) == before
            else:
                row, count, meetings, claims = rows(request)
                changed = row["state"] != before[0]["state"]
                assert row["state"] in FORWARD[before[0]["state"]]
                assert count - before[1] == (1 if row != before[0] else 0)
                assert (meetings, claims) == (1 if row["state"] == "accepted" else 0, 0)
                if deed in ("accept", "counter", "hold"):
                    assert side + 1 == turn
                if changed and deed == "expire":
                    assert now >= bilaterals.ends_at(before[0]["expires_at"], before[0]["held_until"])
        judge_the_end(request, sides)
        transaction.set_rollback(True)


def judge_the_end(request: Request, sides: tuple[Delegation, Delegation]) -> None:
    """Read the history alone: the last offer and the yes to it are of different sides, and the meeting is what was offered."""
    history = list(request.steps.values_list("event", "side", "offer"))
    offers = [(event, side, offer) for event, side, offer in history if event in ("filed", "countered")]
    yes = [side for event, side, _offer in history if event == "accepted"]
    meeting = Meeting.objects.filter(request=request).first()
    assert len(yes) == (1 if meeting else 0)
    assert all(first[1] != second[1] for first, second in pairwise(offers))
    if meeting:
        _event, offered_by, offer = offers[-1]
        assert {offered_by, yes[0]} == {side.pk for side in sides}
        assert meeting.minutes == offer.get("minutes", 30)
        members = {side.pk: set(side.members.values_list("person_id", flat=True)) for side in sides}
        there = set(meeting.participants.values_list("person_id", flat=True))
        assert all(there & each for each in members.values())
        request.refresh_from_db()
        assert meeting.secrecy == request.secrecy
