"""The searching process: an answer for the parent, and a trace in the log when there is none."""

from __future__ import annotations

import logging
import multiprocessing
from typing import Any

import pytest

from engine.small import day, meeting
from hanhlang.engine.plan import Outcome
from hanhlang.jobs.searching import Fault, Report, search


def answer_to(problem: Any) -> Outcome | Fault:
    receiving, sending = multiprocessing.Pipe(duplex=False)
    wanted, wanting = multiprocessing.Pipe(duplex=False)
    search(sending, wanted, problem, 1.0, 1, 0)
    wanting.close()
    while isinstance(answer := receiving.recv(), Report):
        pass
    return answer


def test_a_failing_search_answers_with_its_fault_and_leaves_the_trace_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        answer = answer_to("no problem at all")

    assert isinstance(answer, Fault)
    (record,) = caplog.records
    assert (record.name, record.levelname) == ("hanhlang.jobs.searching", "ERROR")
    assert record.exc_info is not None
    assert record.exc_info[0] is not None
    assert answer.text.startswith(record.exc_info[0].__name__)


def test_a_search_that_succeeds_logs_nothing(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        answer = answer_to(day(meeting()))

    assert isinstance(answer, Outcome)
    assert answer.plan is not None
    assert caplog.records == []
