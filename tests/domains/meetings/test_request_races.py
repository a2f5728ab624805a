"""Two answers at once: one counts, the other gets a clear refusal, and nothing half done stays."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connections

from factories.meetings import NOW, make_party, make_ready_week
from hanhlang.domains.delegations.models import Delegation
from hanhlang.domains.meetings import actions, bilaterals, errors
from hanhlang.domains.meetings.models import Meeting, Request

pytestmark = pytest.mark.django_db(transaction=True)
ENOUGH_SECONDS = 120
ROUNDS = 4


def at_once(*deeds: Callable[[], object]) -> list[str]:
    """Do all at the same moment, each with a connection of its own; return how each ended."""
    together, endings = threading.Barrier(len(deeds)), [""] * len(deeds)

    def one(number: int) -> None:
        try:
            together.wait(ENOUGH_SECONDS)
            deeds[number]()
            endings[number] = "done"
        except errors.MeetingError as refusal:
            endings[number] = refusal.code
        except OperationalError:
            # A database too busy to wait any longer may say so; whoever asked tries again.
            endings[number] = "busy"
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=[number]) for number in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(ENOUGH_SECONDS)
    return endings


@pytest.fixture
def sides() -> tuple[Delegation, Delegation]:
    week = make_ready_week()
    return make_party(week), make_party(week)


def filed(sides: tuple[Delegation, Delegation]) -> Request:
    return actions.file_request(asking=sides[0], asked=sides[1], by=None, now=NOW)


def who(request: Request, side: Delegation, **more: Any) -> dict[str, Any]:
    return {"request": request, "side": side, "by": None, "now": NOW, **more}


def judge(request: Request) -> None:
    request.refresh_from_db()
    meetings = Meeting.objects.filter(request=request).count()
    assert meetings == (1 if request.state == "accepted" else 0)
    assert request.steps.filter(event__in=("accepted", "declined", "withdrawn", "expired")).count() <= 1


def test_a_yes_and_a_withdrawal_at_once_are_one_or_the_other() -> None:
    week = make_ready_week()
    for _ in range(ROUNDS):
        request = filed((make_party(week), make_party(week)))

        endings = at_once(
            lambda row=request: actions.accept_request(**who(row, row.asked)),  # type: ignore[misc]
            lambda row=request: actions.withdraw_request(**who(row, row.asking)),  # type: ignore[misc]
        )

        assert endings.count("done") == 1
        assert set(endings) <= {"done", "busy", "meetings.request_closed"}
        judge(request)


def test_two_focal_points_of_one_side_who_answer_at_once_are_not_both_heard() -> None:
    week = make_ready_week()
    for _ in range(ROUNDS):
        request = filed((make_party(week), make_party(week)))

        endings = at_once(
            lambda row=request: actions.accept_request(**who(row, row.asked, seen=1)),  # type: ignore[misc]
            lambda row=request: actions.counter_request(minutes=20, **who(row, row.asked, seen=1)),  # type: ignore[misc]
        )

        assert endings.count("done") == 1
        assert set(endings) <= {"done", "busy", "meetings.request_closed", "meetings.request_moved"}
        judge(request)


def test_send_pressed_twice_files_once(sides: tuple[Delegation, Delegation]) -> None:
    endings = at_once(*[lambda: filed(sides)] * 3)

    assert endings.count("done") == 1
    assert set(endings) <= {"done", "busy", "meetings.already_asked"}
    assert Request.objects.count() == 1


def test_a_yes_in_the_last_minute_and_the_clock_do_not_both_count() -> None:
    week, last = make_ready_week(), NOW + bilaterals.ANSWER_WITHIN
    for _ in range(ROUNDS):
        request = filed((make_party(week), make_party(week)))

        endings = at_once(
            lambda row=request: actions.accept_request(**(who(row, row.asked) | {"now": last - timedelta(seconds=1)})),  # type: ignore[misc]
            lambda: actions.expire_requests(now=last),
        )

        assert set(endings) <= {"done", "busy", "meetings.request_expired"}
        request.refresh_from_db()
        assert (endings[0] == "done") == (request.state == "accepted")
        judge(request)
