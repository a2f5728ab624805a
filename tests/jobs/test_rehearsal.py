"""A rehearsal: what is drawn, what the clerk does, what the reader sees, and one played through."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from factories import local
from factories.meetings import DAY, NOW, make_meeting, make_plan, make_ready_week, make_table
from hanhlang.domains.events.models import Place, Week
from hanhlang.domains.meetings.actions import publish_plan
from hanhlang.domains.meetings.models import Change, Lock, Notice, Participant, Placement, Plan, Promise
from hanhlang.domains.meetings.planning import question_of
from hanhlang.jobs.rehearsal.clerk import answer_as_a_clerk, fallen_of
from hanhlang.jobs.rehearsal.drawing import about, draw
from hanhlang.jobs.rehearsal.reader import Reader
from installations import installation

pytestmark = pytest.mark.django_db


@pytest.fixture
def week() -> Week:
    return make_ready_week()


@pytest.fixture
def table(week: Week) -> Place:
    return Place.objects.get(week=week, pool="tables")


def published(week: Week, *placed: tuple[object, str, Place]) -> Plan:
    plan = make_plan(week, *placed)  # type: ignore[arg-type]
    publish_plan(plan=plan, by=None, now=NOW)
    return plan


def test_of_sixty_changes_there_are_as_many_of_each_kind_as_the_mix_says(week: Week) -> None:
    kinds = Counter(due.kind for due in draw(week, 60, Random(1)))

    assert kinds == {"late": 18, "place": 9, "team": 6, "road": 6, "absent": 12, "urgent": 9}


def test_equal_seeds_draw_equal_changes_in_the_order_of_their_hours(week: Week) -> None:
    one, same, other = (draw(week, 20, Random(seed)) for seed in (1, 1, 2))

    assert one == same != other
    assert [due.at for due in one] == sorted(due.at for due in one)


def test_a_place_that_is_lost_is_one_that_is_needed(week: Week, table: Place) -> None:
    published(week, (make_meeting(week), "10:00", table))
    due = next(due for due in draw(week, 60, Random(3)) if due.kind == Change.Kind.PLACE and due.at < local(week, DAY, "10:00"))

    what = about(week, due, Random(1))

    assert what is not None
    assert what["place"] == table


def test_nothing_is_drawn_about_a_day_that_is_over(week: Week, table: Place) -> None:
    published(week, (make_meeting(week), "09:00", table))
    due = next(due for due in draw(week, 60, Random(3)) if due.kind == Change.Kind.ABSENT and due.at > local(week, DAY, "12:00"))

    assert about(week, due, Random(1)) is None


def test_the_clerk_takes_the_first_slot_that_is_free(week: Week, table: Place) -> None:
    second = make_table(week.sites.get())
    stays, falls = make_meeting(week), make_meeting(week)
    published(week, (stays, "09:00", second), (falls, "09:20", table))
    Place.objects.filter(pk=table.pk).update(pool="")
    question = question_of(week, now=local(week, DAY, "08:00"))

    clerk = answer_as_a_clerk(question)

    assert fallen_of(question) == {str(falls.pk)}
    assert (clerk.moved, clerk.told, clerk.lost_value) == (1, 2, 0)


def test_the_clerk_leaves_out_what_finds_no_slot(week: Week, table: Place) -> None:
    falls = make_meeting(week)
    published(week, (falls, "09:20", table))
    Place.objects.filter(pk=table.pk).update(pool="")

    clerk = answer_as_a_clerk(question_of(week, now=local(week, DAY, "08:00")))

    assert (clerk.moved, clerk.lost_value) == (1, falls.value)


def test_the_reader_is_content_with_what_was_told(week: Week, table: Place) -> None:
    meeting = make_meeting(week)
    published(week, (meeting, "09:00", table))
    reader = Reader(week)

    published(week, (meeting, "09:20", table))
    reader.look(NOW)

    assert (reader.broken, reader.doubled, reader.began) == ([], [], {})


def test_a_placement_that_moves_without_a_word_is_a_broken_promise(week: Week, table: Place) -> None:
    published(week, (make_meeting(week), "09:00", table))
    reader = Reader(week, within=-1.0)

    Placement.objects.update(starts_at=local(week, DAY, "09:40"), ends_at=local(week, DAY, "10:00"))
    reader.look(NOW)

    assert len(reader.broken) == 2
    assert "was not told" in reader.broken[0]


def test_two_meetings_of_one_person_at_once_are_seen(week: Week, table: Place) -> None:
    second = make_table(week.sites.get())
    one, other = make_meeting(week), make_meeting(week)
    published(week, (one, "09:00", table), (other, "09:20", second))
    reader = Reader(week)

    Participant.objects.create(meeting=other, person=one.participants.first().person, side=1)  # type: ignore[union-attr]
    Placement.objects.filter(meeting=other).update(starts_at=local(week, DAY, "09:10"))
    reader.look(NOW)

    assert [text.startswith("person ") for text in reader.doubled] == [True]


def test_a_lock_that_is_not_kept_is_a_broken_promise(week: Week, table: Place) -> None:
    meeting = make_meeting(week)
    published(week, (meeting, "09:00", table))
    Lock.objects.create(meeting=meeting, starts_at=local(week, DAY, "09:00"), reason="Asked for")
    reader = Reader(week)
    reader.look(NOW)
    assert reader.broken == []

    Placement.objects.update(starts_at=local(week, DAY, "09:20"), ends_at=local(week, DAY, "09:40"))
    reader.look(NOW)

    assert ["is elsewhere" in text for text in reader.broken] == [True]


def test_a_notice_to_somebody_else_is_a_broken_promise(week: Week, table: Place) -> None:
    meeting, other = make_meeting(week), make_meeting(week)
    published(week, (meeting, "09:00", table), (other, "09:20", table))
    reader = Reader(week)

    notice = Notice.objects.filter(meeting=meeting).first()
    assert notice is not None
    notice.pk, notice.person_id, notice.sequence = None, Promise.objects.filter(meeting=other).first().person_id, 7  # type: ignore[assignment, union-attr]
    notice._state.adding = True
    notice.save()
    reader.look(NOW)

    assert ["which is others'" in text for text in reader.broken] == [True]


SMALL_WEEK = """
from factories.agenda import make_team
from factories.meetings import *
from hanhlang.domains.meetings.actions import publish_plan
from hanhlang.domains.meetings.models import Placement
week = make_ready_week(key="small-week")
site = week.sites.get()
tables = [make_table(site) for _ in range(3)]
make_team(site, "ko-vi")
parties = [make_party(week) for _ in range(4)]
people = [make_guest(week) for _ in range(8)]
meetings = [make_meeting(week, people[n], people[n + 4]) for n in range(4)]
hours = ("09:20", "10:00", "10:40", "11:20")
publish_plan(plan=make_plan(week, *[(meeting, hour, tables[0]) for meeting, hour in zip(meetings, hours)]), by=None, now=NOW)
"""


def test_a_small_week_is_played_through_on_a_copy_and_stays_as_it_was(tmp_path: Path) -> None:
    with installation(tmp_path) as own:
        own.succeed("migrate", "-v0")
        own.python(SMALL_WEEK)
        before = own.value("SELECT count(*) FROM meetings_plan")

        done = own.run("rehearse", "small-week", "--seed", "4", "--changes", "6")

        figures = json.loads(done.stdout.strip().splitlines()[-1])
        assert done.returncode == 0, done.stderr[-2000:]
        assert (figures["promises_broken"], figures["double_bookings"]) == (0, 0)
        assert figures["changes"] + figures["skipped"] == 6
        assert own.value("SELECT count(*) FROM meetings_plan") == before


def test_a_rehearsal_of_nothing_is_refused_in_a_line(tmp_path: Path) -> None:
    with installation(tmp_path) as own:
        own.succeed("migrate", "-v0")

        done = own.run("rehearse", "nowhere")

        assert done.returncode == 2
        assert "there is no week nowhere" in done.stderr
