"""Each rule erases what is past its time and keeps what is young; nothing is erased unasked, and every erasure is on record."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings as project
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from factories import make_account, make_person, make_week, past_weeks
from factories.meetings import make_plan, make_ready_week
from hanhlang.api.v1 import repeats
from hanhlang.domains.agenda.models import Feed
from hanhlang.domains.core import clock
from hanhlang.domains.core.models import AuditEntry, DemoClock, Letter, OutboxMessage
from hanhlang.domains.events.models import ApiAnswer, ApiToken
from hanhlang.domains.meetings.models import FollowUp, PackSet, Plan, Wish
from hanhlang.jobs import periodic, queue
from hanhlang.jobs.models import Worker
from hanhlang.jobs.retention import erasing
from hanhlang.jobs.retention.rule import Rule
from hanhlang.jobs.retention.rules import RULES
from hanhlang.jobs.schedule import erase_what_is_past_its_time

pytestmark = pytest.mark.django_db
REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "retention.md"
PAST, YOUNG = timedelta(hours=36), -timedelta(hours=36)  # beside the rule's limit; weeks end by days, in any time zone
Make = Callable[[datetime], object]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Any) -> Path:
    settings.HOME, settings.DEMO = tmp_path, False
    (tmp_path / "imports").mkdir()
    return tmp_path


def make_session(expires: datetime) -> None:
    Session.objects.create(session_key=uuid4().hex, session_data="", expire_date=expires)


def make_device(seen: datetime) -> None:
    UserSession.objects.create(user=make_account(), ip="192.0.2.7", session_key=uuid4().hex, user_agent="x", last_seen_at=seen)


def make_count(expires: datetime) -> None:
    key = f"attempts-{uuid4().hex}"
    cache.set(key, 1)
    with connection.cursor() as cursor:
        moment = connection.ops.adapt_datetimefield_value(expires.replace(microsecond=0))
        cursor.execute("UPDATE hanhlang_cache SET expires = %s WHERE cache_key LIKE %s", [moment, f"%{key}"])


def make_letter(written: datetime) -> None:
    row = Letter.objects.create(to="mai@example.org", kind="x", language="vi", subject="x", written_at=written, sent_at=written)
    Letter.objects.filter(pk=row.pk).update(created_at=written)


def make_message(done: datetime) -> None:
    OutboxMessage.objects.create(topic="test", done_at=done)


def make_job(ended: datetime) -> None:
    result = periodic.carry_out.enqueue("nothing")
    DBTaskResult.objects.filter(pk=result.id).update(status=TaskResultStatus.FAILED, finished_at=ended)


def make_worker(beat: datetime) -> None:
    queue.beat(uuid4().hex, beat)


def make_upload(written: datetime) -> None:
    for suffix in ("xlsx", "json"):
        path = project.HOME / "imports" / f"{uuid4()}.{suffix}"
        path.touch()
        os.utime(path, (written.timestamp(),) * 2)


def make_ended_feed(ended: datetime) -> None:
    today = timezone.now().date()
    Feed.objects.create(week=make_week(starts_on=today, ends_on=today), person=make_person(), token_hash=uuid4().hex, revoked_at=ended)


def make_feed_of_a_week(last_day: datetime) -> None:
    week = make_week(starts_on=last_day.date(), ends_on=last_day.date())
    Feed.objects.create(week=week, person=make_person(), token_hash=uuid4().hex)


def make_expired_token(expires: datetime) -> ApiToken:
    return ApiToken.objects.create(week=make_week(), account=make_account(), name="x", token_hash=uuid4().hex, expires_at=expires)


def make_answer(asked: datetime) -> None:
    row = ApiAnswer.objects.create(token=make_expired_token(timezone.now()), key=uuid4().hex, asked="x")
    ApiAnswer.objects.filter(pk=row.pk).update(created_at=asked)


def make_packs(asked: datetime) -> None:
    row = PackSet.objects.create(week=make_week(), language="vi", asked_at=asked)
    PackSet.objects.filter(pk=row.pk).update(created_at=asked)


def make_of_a_week(name: str) -> Make:
    """Return what makes one row of a rule of past weeks, in a week with the last day given."""
    return lambda last_day: past_weeks.MAKE[name](make_ready_week(starts_on=last_day.date(), ends_on=last_day.date()))


MAKE: dict[str, Make] = {
    "sessions": make_session,
    "devices": make_device,
    "attempts": make_count,
    "letters": make_letter,
    "outbox": make_message,
    "jobs": make_job,
    "workers": make_worker,
    "imports": make_upload,
    "feeds-ended": make_ended_feed,
    "feeds-past": make_feed_of_a_week,
    "tokens": make_expired_token,
    "answers": make_answer,
    "packs": make_packs,
    **{name: make_of_a_week(name) for name in past_weeks.MAKE},
}
AT_ONCE = {"imports": 2}  # files of one upload


def numbers(outcomes: list[erasing.Outcome]) -> dict[str, int]:
    return {outcome.rule.name: outcome.number for outcome in outcomes if outcome.number}


def test_every_rule_is_tried_here():
    assert [rule.name for rule in RULES] == list(MAKE)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_what_is_past_its_time_goes_and_what_is_young_stays(rule: Rule):
    now, make, each = timezone.now(), MAKE[rule.name], AT_ONCE.get(rule.name, 1)
    make(now - rule.kept - PAST)
    make(now - rule.kept - YOUNG)

    assert numbers(erasing.look(now=now)) == {rule.name: each}
    assert numbers(erasing.look(now=now)) == {rule.name: each}, "looking changes nothing"
    assert numbers(erasing.erase(by=None, now=now)) == {rule.name: each}
    assert rule.due(now + timedelta(days=4000)).count() == each, "the young one is here"

    entry = AuditEntry.objects.get(event="retention.erased")
    assert (entry.details["rule"], entry.details["number"]) == (rule.name, each)
    assert numbers(erasing.erase(by=None, now=now)) == {}
    assert AuditEntry.objects.filter(event="retention.erased").count() == 1, "nothing erased is nothing to record"


def test_a_device_that_is_signed_in_stays_however_long_ago_it_was_seen():
    now = timezone.now()
    make_device(now - timedelta(days=20))
    row = UserSession.objects.get()
    Session.objects.create(session_key=row.session_key, session_data="", expire_date=now + timedelta(days=1))

    assert numbers(erasing.erase(by=None, now=now)) == {}
    assert numbers(erasing.erase(by=None, now=now + timedelta(days=2))) == {"sessions": 1, "devices": 1}


def test_what_waits_or_was_given_up_is_no_work_done():
    long_ago = timezone.now() - timedelta(days=400)
    OutboxMessage.objects.create(topic="waits")
    OutboxMessage.objects.create(topic="given up", given_up_at=long_ago)
    OutboxMessage.objects.update(posted_at=long_ago)
    periodic.carry_out.enqueue("nothing")
    DBTaskResult.objects.update(enqueued_at=long_ago)

    assert numbers(erasing.erase(by=None, now=timezone.now())) == {}
    assert (OutboxMessage.objects.count(), DBTaskResult.objects.count()) == (2, 1)


def test_a_living_token_and_feed_stay_and_an_ended_token_goes_before_its_expiry():
    now = timezone.now()
    make_expired_token(now + timedelta(days=300))
    ended = make_expired_token(now + timedelta(days=300))
    ApiToken.objects.filter(pk=ended.pk).update(revoked_at=now - timedelta(days=92))
    make_feed_of_a_week(now + timedelta(days=10))

    assert numbers(erasing.erase(by=None, now=now)) == {"tokens": 1}
    assert not ApiToken.objects.filter(pk=ended.pk).exists()
    assert Feed.objects.count() == 1


def test_a_demonstration_keeps_what_its_own_clock_calls_past_and_the_clock_itself(settings: Any):
    now = timezone.now()
    for name in ("feeds-ended", "feeds-past", "tokens", "letters"):
        MAKE[name](now - timedelta(days=400))
    settings.DEMO = True
    clock.move_demo(now + timedelta(days=4000))

    assert numbers(erasing.erase(by=None, now=now)) == {"letters": 1}
    assert (Feed.objects.count(), ApiToken.objects.count(), DemoClock.objects.count()) == (2, 1, 1)

    settings.DEMO = False
    assert numbers(erasing.erase(by=None, now=now)) == {"feeds-ended": 1, "feeds-past": 1, "tokens": 1}


def test_the_worker_carries_it_out_each_day():
    make_letter(timezone.now() - timedelta(days=31))
    names = {f"{erase_what_is_past_its_time.__module__}.{erase_what_is_past_its_time.__qualname__}"}

    periodic.enqueue_due(timezone.now())
    while queue.run_one("one"):
        pass

    assert Letter.objects.count() == 0
    assert names <= {row.args_kwargs["args"][0] for row in DBTaskResult.objects.all()}


@pytest.mark.parametrize("language", ["en", "vi"])
def test_the_command_lists_without_asking_and_erases_only_when_told(language: str, capsys: pytest.CaptureFixture[str]):
    make_letter(timezone.now() - timedelta(days=31))

    call_command("retention", language=language)
    listed = capsys.readouterr().out.splitlines()
    assert Letter.objects.count() == 1
    assert AuditEntry.objects.count() == 0

    call_command("retention", apply=True, language=language)
    erased = capsys.readouterr().out.splitlines()
    assert Letter.objects.count() == 0

    for lines, applied in ((listed, False), (erased, True)):
        said = json.loads(lines[-1])
        assert (said["applied"], said["total"], said["rules"]["letters"]) == (applied, 1, 1)
        assert [line.split()[0] for line in lines[: len(RULES)]] == [rule.name for rule in RULES]
        letters = next(rule for rule in RULES if rule.name == "letters")
        assert letters.words(language) in "\n".join(lines)
    assert ("thư" in "\n".join(listed).lower()) == (language == "vi")


def test_a_file_that_cannot_be_deleted_is_named_with_the_remedy(home: Path, capsys: pytest.CaptureFixture[str]):
    stuck = home / "imports" / "stuck.xlsx"
    stuck.mkdir()  # no user, not even root, deletes a folder as if it were a file
    os.utime(stuck, (0, 0))

    with pytest.raises(SystemExit) as end:
        call_command("retention", apply=True)

    said = capsys.readouterr()
    assert end.value.code == 2
    assert len(said.err.splitlines()) == 1
    assert str(stuck) in said.err


def test_the_table_of_the_reference_says_what_the_rules_say():
    rows = re.findall(r"^\| `([a-z-]+)` \|[^|]*\| ([^|]+) \|", REFERENCE.read_text(), re.MULTILINE)

    assert rows == [(rule.name, span(rule.kept)) for rule in RULES]


def span(kept: timedelta) -> str:
    number, unit = (kept.days, "day") if kept.days or not kept else (kept // timedelta(hours=1), "hour")
    return f"{number} {unit}{'' if number == 1 else 's'}"


def test_every_rule_says_itself_in_both_languages():
    for rule in RULES:
        assert rule.words("vi") != rule.words("en")
        assert "%" not in rule.words("en") + rule.words("vi")


def test_repeated_calls_are_answered_for_as_long_as_their_answers_are_kept():
    assert {rule.name: rule.kept for rule in RULES}["answers"] == repeats.KEPT


def test_words_go_and_the_wish_the_step_and_the_stand_in_stay():
    long_ago = timezone.now().date() - timedelta(days=91)
    week = make_ready_week(starts_on=long_ago, ends_on=long_ago)
    rows = [past_weeks.make_wish(week), past_weeks.make_step(week), past_weeks.make_stand_in(week)]

    assert numbers(erasing.erase(by=None, now=timezone.now())) == {"messages": 3}
    for row in rows:
        row.refresh_from_db()
    assert (rows[0].message, rows[0].why, rows[1].why, rows[2].note) == ("", "", "", "")
    assert (rows[0].state, rows[1].event) == (Wish.State.DECLINED, "declined")


def test_what_is_to_follow_long_after_a_week_is_kept_until_then():
    now = timezone.now()
    long_ago = now.date() - timedelta(days=400)
    row = past_weeks.make_follow_up(make_ready_week(starts_on=long_ago, ends_on=long_ago))
    FollowUp.objects.filter(pk=row.pk).update(due_on=now.date())

    assert numbers(erasing.erase(by=None, now=now)) == {}
    assert numbers(erasing.erase(by=None, now=now + timedelta(days=367))) == {"follow-ups": 1}


def test_a_plan_that_was_published_outlives_the_change_it_answers():
    long_ago = timezone.now().date() - timedelta(days=400)
    week = make_ready_week(starts_on=long_ago, ends_on=long_ago)
    change = past_weeks.make_change(week)
    plan = make_plan(week, state=Plan.State.PUBLISHED, change=change)

    assert numbers(erasing.erase(by=None, now=timezone.now())) == {"changes": 1}
    plan.refresh_from_db()
    assert plan.change is None


def test_a_dead_worker_is_forgotten_and_a_silent_one_of_today_is_not():
    make_worker(timezone.now() - timedelta(days=15))
    make_worker(timezone.now() - timedelta(hours=1))

    erasing.erase(by=None, now=timezone.now())

    assert Worker.objects.count() == 1
