"""The engine's reasons are said with names people know."""

from __future__ import annotations

import pytest

from factories import make_person, make_team
from factories.meetings import make_meeting, make_ready_week
from hanhlang.domains.meetings.planning import problem_of
from hanhlang.domains.meetings.wording import pair_name, sentences
from hanhlang.engine.plan import Reason, Unplaced


@pytest.mark.parametrize(
    ("pair", "english", "vietnamese"),
    [("ko-vi", "Korean–Vietnamese", "tiếng Hàn–tiếng Việt"), ("xq-vi", "xq–Vietnamese", "xq–tiếng Việt")],
)
def test_a_language_pair_is_named_in_both_languages(pair: str, english: str, vietnamese: str):
    assert pair_name(pair).texts == {"en": english, "vi": vietnamese}


@pytest.mark.django_db
def test_a_missing_interpreter_is_named_by_languages_and_no_id_is_left():
    week = make_ready_week()
    make_team(week.sites.get(), "ko-vi")
    meeting = make_meeting(week)
    person = make_person()

    (said,) = sentences(week, problem_of(week), [Unplaced(str(meeting.pk), Reason.NO_INTERPRETER, resource="ko-vi")])

    assert "Korean–Vietnamese" in said.shown("en")
    assert "tiếng Hàn–tiếng Việt" in said.shown("vi")
    assert not {"ko-vi", str(meeting.pk), str(person.pk)} & set(said.shown("en").split())
    assert f"no. {meeting.number}" in said.shown("en")
