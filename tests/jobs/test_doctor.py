"""The doctor finds each thing that can be wrong, and nothing where all is well."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from factories import make_week
from factories.meetings import NOW, make_meeting, make_ready_week
from hanhlang.domains.core import audit, audit_guard
from hanhlang.domains.core.models import AuditEntry, Letter, OutboxMessage
from hanhlang.domains.meetings.actions import start_run
from hanhlang.domains.meetings.models import Run
from hanhlang.jobs.doctor import data, machine
from hanhlang.jobs.doctor.findings import BAD, NOTE, OK, Finding
from hanhlang.jobs.models import Worker
from hanhlang.jobs.periodic import carry_out

LONG_AGO = timedelta(hours=1)


@pytest.fixture
def home(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a home in which all is well."""
    settings.HOME, settings.STATIC_ROOT, settings.EMAIL_HOST = tmp_path, tmp_path / "static", "mail.example"
    settings.ALLOWED_HOSTS, settings.SESSION_COOKIE_SECURE, settings.DEMO = ["week.example"], True, False
    monkeypatch.delenv("HANHLANG_SECRET_KEY", raising=False)
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "staticfiles.json").write_text("{}")
    os.utime(tmp_path / "static" / "staticfiles.json", (time.time() + 3600,) * 2)
    (tmp_path / "backups").mkdir()
    (tmp_path / "backups" / "night.zip").touch()
    (tmp_path / "secret-key").touch(0o600)
    return tmp_path


def break_chain() -> None:
    with transaction.atomic():
        audit.record("test.happened", about=None, by=None, at=NOW)
    audit.seal(NOW)
    audit_guard.remove(connection)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE core_auditentry SET event = 'test.forged'")
    audit_guard.install(connection)


def leave_unsealed() -> None:
    AuditEntry.objects.create(event="test.happened", at=NOW, written_at=timezone.now() - LONG_AGO)


def fail_a_job() -> None:
    carry_out.enqueue("nothing")
    DBTaskResult.objects.update(status=TaskResultStatus.FAILED, finished_at=timezone.now())


def give_news_up() -> None:
    OutboxMessage.objects.create(topic="test", given_up_at=timezone.now())


def keep_a_letter() -> None:
    Letter.objects.create(to="a@b.example", kind="x", language="vi", subject="x", written_at=NOW)
    Letter.objects.update(created_at=timezone.now() - LONG_AGO)


def lose_a_search() -> None:
    week = make_ready_week()
    make_meeting(week)
    start_run(week=week, by=None, now=NOW)
    Run.objects.update(state=Run.State.RUNNING, heartbeat_at=timezone.now() - LONG_AGO)


IN_THE_DATABASE: dict[Callable[[], Finding], Callable[[], object]] = {
    data.database: lambda: audit_guard.remove(connection),
    data.chain: break_chain,
    data.sealed: leave_unsealed,
    data.worker: lambda: Worker.objects.update(beat_at=timezone.now() - LONG_AGO),
    data.jobs: fail_a_job,
    data.news: give_news_up,
    data.post: keep_a_letter,
    data.searches: lose_a_search,
}


@pytest.mark.django_db
@pytest.mark.parametrize("check", IN_THE_DATABASE, ids=lambda check: check.__name__)
def test_what_is_wrong_in_the_database_is_found(check: Callable[[], Finding], home: Path):
    Worker.objects.create(key="w", beat_at=timezone.now())
    assert check().state == OK

    IN_THE_DATABASE[check]()

    found = check()
    assert found.state == BAD
    assert found.words("vi") != found.words("en")


@pytest.mark.django_db
def test_no_worker_at_all_and_no_mail_server_are_found(home: Path, settings: Any):
    assert data.worker().state == BAD

    settings.EMAIL_HOST = ""
    assert data.post().state == BAD
    settings.DEMO = True
    assert data.post().state == OK


@pytest.mark.django_db
def test_the_file_and_the_clock_are_judged():
    assert data.whole().state == OK
    assert data.clock().state == OK
    assert data.judged_clock(timedelta(seconds=4)).state == OK
    assert data.judged_clock(timedelta(seconds=60)).state == BAD


def change_home(home: Path, settings: Any) -> None:
    settings.HOME = home / "nowhere"


ON_THE_MACHINE: dict[Callable[[], Finding], Callable[[Path, Any], object]] = {
    machine.home: change_home,
    machine.secret_key: lambda home, settings: (home / "secret-key").chmod(0o644),
    machine.addresses: lambda home, settings: setattr(settings, "SESSION_COOKIE_SECURE", False),
    machine.page_files: lambda home, settings: (home / "static" / "staticfiles.json").unlink(),
    machine.backups: lambda home, settings: os.utime(home / "backups" / "night.zip", (0, 0)),
}


@pytest.mark.parametrize("check", ON_THE_MACHINE, ids=lambda check: check.__name__)
def test_what_is_wrong_on_the_machine_is_found(check: Callable[[], Finding], home: Path, settings: Any):
    assert check().state == OK

    ON_THE_MACHINE[check](home, settings)

    assert check().state == BAD


def test_a_disk_with_little_room_is_found(home: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(machine, "LEAST_FREE", 1)
    assert machine.room().state == OK

    monkeypatch.setattr(machine, "LEAST_FREE", 10**18)
    assert machine.room().state == BAD


@pytest.mark.parametrize(
    ("hosts", "demo", "state"),
    [(["localhost"], True, NOTE), (["localhost", "week.example"], True, BAD), (["*"], False, BAD), (["week.example"], False, OK)],
)
def test_a_demonstration_is_for_this_machine_only(home: Path, settings: Any, hosts: list[str], demo: bool, state: str):
    settings.ALLOWED_HOSTS, settings.DEMO = hosts, demo

    assert machine.addresses().state == state


def test_a_short_key_old_files_and_uncompiled_words_and_engine_are_found(home: Path, settings: Any):
    settings.SECRET_KEY = "x" * 39
    assert machine.secret_key().state == BAD

    os.utime(home / "static" / "staticfiles.json", (0, 0))
    assert machine.page_files().state == BAD

    folder = home / "locale" / "vi" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    settings.LOCALE_PATHS = [home / "locale"]
    (folder.parent / "a.po").touch()
    assert machine.words().state == BAD
    (folder / "django.mo").touch()
    os.utime(folder / "django.mo", (time.time() + 60,) * 2)
    assert machine.words().state == OK

    assert machine.judged_kernel(home).state == BAD
    (home / "moves.nbc").touch()
    assert machine.judged_kernel(home).state == OK


def test_no_backup_yet_is_worth_a_note(home: Path):
    (home / "backups" / "night.zip").unlink()

    assert machine.backups().state == NOTE


@pytest.mark.django_db
def test_the_command_ends_with_figures_and_fails_when_something_is_wrong(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    # Whether this copy was set up a moment ago is not this test's matter.
    monkeypatch.setattr(
        machine, "CHECKS", [check for check in machine.CHECKS if check not in (machine.words, machine.kernel, machine.room)]
    )
    Worker.objects.create(key="w", beat_at=timezone.now())
    make_week()

    call_command("doctor")
    said = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (said["holds"], said["bad"], said["figures"]["weeks"]) == (True, [], 1)

    Worker.objects.all().delete()
    with pytest.raises(SystemExit) as end:
        call_command("doctor", "--json", "--language", "vi")
    said = json.loads(capsys.readouterr().out)
    assert (end.value.code, said["bad"]) == (1, ["worker"])
    assert any("tiến trình nền" in finding["text"] for finding in said["findings"])
