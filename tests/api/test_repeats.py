"""Two calls at once under one key: done once, whoever comes first."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connections

from factories import make_account, make_person, make_role
from factories.meetings import make_party, make_ready_week
from factories.programs import Program, token_of
from hanhlang.domains.events.models import ApiAnswer
from hanhlang.domains.meetings.models import Request

ENOUGH_SECONDS = 120


@pytest.mark.django_db(transaction=True)
def test_two_calls_at_once_under_one_key_are_one_call() -> None:
    week = make_ready_week(key="vidw-2025")
    account = make_account(person=make_person())
    make_role(week, account)
    token = token_of(week, account)
    sides = make_party(week), make_party(week)
    body = {"asking": sides[0].key, "asked": sides[1].key}
    together, answers = threading.Barrier(2), []

    def call() -> None:
        try:
            together.wait(ENOUGH_SECONDS)
            answers.append(Program(token).post("weeks/vidw-2025/requests", body, **{"idempotency-key": "twice"}))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=call) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(ENOUGH_SECONDS)

    statuses = [answer.status_code for answer in answers]
    done: list[Any] = [answer.content for answer in answers if answer.status_code == 201]
    assert len(statuses) == 2
    # A database too busy to wait any longer may say so; the caller then tries again.
    assert set(statuses) <= {201, 503}
    assert len(set(done)) == 1
    assert Request.objects.count() == ApiAnswer.objects.count() == 1
