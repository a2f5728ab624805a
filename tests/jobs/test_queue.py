from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import OperationalError, connection
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from hanhlang.domains.core.models import AuditEntry
from hanhlang.jobs import periodic, queue
from hanhlang.jobs.models import Periodic, Worker
from hanhlang.jobs.worker import carry_out_jobs

pytestmark = pytest.mark.django_db(transaction=True)
DOING = Path(__file__).parent / "doing"
LONG = 120.0  # seconds; nothing here takes long, but machines do


@pytest.fixture
def doing(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.syspath_prepend(str(DOING))
    import jobs_for_tests

    return jobs_for_tests


def due_now() -> None:
    DBTaskResult.objects.filter(status="READY").update(run_after=timezone.now() - timedelta(minutes=1))


def state() -> tuple[str, int]:
    # A real worker also queues what is due each day: only the test's own job counts.
    row = DBTaskResult.objects.get(task_path__startswith="jobs_for_tests.")
    return row.status, len(row.worker_ids)


def test_a_job_is_carried_out_once(doing, tmp_path):
    doing.note.enqueue(str(tmp_path / "notes"), word="hello")

    assert queue.run_one("one")
    assert not queue.run_one("one")
    assert (tmp_path / "notes").read_text() == "hello\n"
    assert state() == ("SUCCESSFUL", 1)


def test_a_failing_job_waits_longer_each_time_and_then_for_the_desk(doing, tmp_path):
    doing.fail.enqueue(str(tmp_path / "missing"))

    waits = []
    for _ in range(queue.TRIES):
        assert queue.run_one("one")
        assert not queue.run_one("one"), "it must wait before it is tried again"
        waits.append(DBTaskResult.objects.get().run_after - timezone.now())
        due_now()

    assert timedelta(0) < waits[0] < waits[1]
    assert state() == ("FAILED", queue.TRIES)
    assert [row.exception_class_path for row in queue.failed()] == ["builtins.FileNotFoundError"]


def test_a_job_whose_end_could_not_be_written_is_done_by_its_own_worker_and_no_other_worker_s_job_is(doing, tmp_path):
    path = tmp_path / "notes"
    for worker in ("one", "two"):
        doing.note.enqueue(str(path), word=worker)
        # As it stands when the database went away between a job's work and its end: taken up, and never ended.
        DBTaskResult.objects.filter(status="READY").first().claim(worker)

    carry_out_jobs("one", threading.Event())

    assert path.read_text() == "one\n"
    held = DBTaskResult.objects.filter(task_path__startswith="jobs_for_tests.").order_by("enqueued_at")
    assert [(row.status, len(row.worker_ids)) for row in held] == [("SUCCESSFUL", 2), ("RUNNING", 1)]


def test_the_desk_has_a_failed_job_tried_again_and_that_is_recorded(doing, tmp_path):
    path = tmp_path / "late"
    doing.fail.enqueue(str(path))
    for _ in range(queue.TRIES):
        queue.run_one("one")
        due_now()
    row = queue.failed().get()
    path.write_text("here now")

    assert queue.try_again(jobs=[row.pk], by=None, now=timezone.now()) == 1
    assert queue.run_one("two")
    assert state() == ("SUCCESSFUL", 1)
    assert queue.try_again(jobs=[row.pk], by=None, now=timezone.now()) == 0, "what is done is not done again"
    assert AuditEntry.objects.filter(event="job.tried_again").count() == 1


def test_only_what_a_silent_worker_held_is_given_back(doing, tmp_path):
    doing.note.enqueue(str(tmp_path / "notes"), word="a")
    queue.beat("one", timezone.now())
    queue._claim("one")
    later = timezone.now() + queue.LEASE + timedelta(seconds=1)

    assert queue.give_back_lost(timezone.now()) == 0
    queue.beat("one", later)
    assert queue.give_back_lost(later) == 0
    queue.beat("one", timezone.now())
    assert queue.give_back_lost(later) == 1
    assert state() == ("READY", 1)


def test_a_job_that_kills_its_worker_thrice_is_not_tried_for_ever(doing, tmp_path):
    doing.note.enqueue(str(tmp_path / "notes"), word="a")
    for number in range(queue.TRIES):
        due_now()
        assert queue._claim(f"worker-{number}")
        assert queue.give_back_lost(timezone.now() + queue.LEASE + timedelta(seconds=1)) == 1

    due_now()
    assert queue._claim("another") is None
    assert queue.failed().get().exception_class_path.endswith("JobLost")


def test_a_worker_thought_dead_does_not_end_what_another_has_taken_up(doing, tmp_path):
    doing.note.enqueue(str(tmp_path / "notes"), word="a")
    slow = queue._claim("slow")
    queue.give_back_lost(timezone.now() + queue.LEASE + timedelta(seconds=1))
    due_now()
    assert queue._claim("quick")

    queue._end(slow, "slow", value="too late")

    assert state() == ("RUNNING", 2)


def test_two_workers_never_carry_out_one_job(doing, tmp_path):
    path = tmp_path / "notes"
    for number in range(12):
        doing.note.enqueue(str(path), word=str(number))

    def work(name: str) -> None:
        end = time.monotonic() + LONG
        while time.monotonic() < end:
            try:
                if not queue.run_one(name):
                    break
            except OperationalError:
                continue  # a lawful outcome of two at once; the job still waits
        connection.close()

    threads = [threading.Thread(target=work, args=(name,)) for name in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONG)

    assert sorted(map(int, path.read_text().split())) == list(range(12))
    assert set(DBTaskResult.objects.values_list("status", flat=True)) == {"SUCCESSFUL"}


def database_url() -> str:
    """Return the address of the database this test writes to, for another process."""
    given = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{given['NAME']}".replace("////", "///")
    user = f"{quote(given['USER'], safe='')}:{quote(given['PASSWORD'], safe='')}"
    port = f":{given['PORT']}" if given["PORT"] else ""
    return f"postgresql://{user}@{quote(given['HOST'], safe='')}{port}/{quote(given['NAME'], safe='')}"


def test_the_job_of_a_killed_worker_is_taken_up_by_the_next(doing, tmp_path):
    path = tmp_path / "tries"
    doing.stick_at_first.enqueue(str(path))
    environment = {
        **os.environ,
        "HANHLANG_DATABASE_URL": database_url(),
        "HANHLANG_HOME": str(tmp_path / "home"),
        "PYTHONPATH": os.pathsep.join([str(DOING), os.environ.get("PYTHONPATH", "")]),
    }
    worker = subprocess.Popen([sys.executable, "-m", "hanhlang", "worker"], env=environment)
    try:
        end = time.monotonic() + LONG
        while not path.exists() or not path.read_text():
            assert worker.poll() is None, "the worker ended by itself"
            assert time.monotonic() < end, "the worker never took the job up"
            time.sleep(0.1)
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait(LONG)

    assert state() == ("RUNNING", 1)
    beat, begun = Worker.objects.get().beat_at, DBTaskResult.objects.get(status="RUNNING").started_at
    assert queue.give_back_lost(beat + timedelta(seconds=1)) == 0, "it may still live"
    # The lease, not our patience: the clock is handed in.
    assert queue.give_back_lost(max(beat, begun) + queue.LEASE + timedelta(seconds=1)) == 1
    due_now()
    while queue.run_one("next"):
        pass
    assert path.read_text() == "1\n2\n"
    assert state() == ("SUCCESSFUL", 2)


@pytest.fixture
def daily():
    done = []

    @periodic.periodic(every=timedelta(days=1))
    def sweep():
        done.append(1)

    yield done
    periodic._known.pop(f"{sweep.__module__}.{sweep.__qualname__}")


def test_what_is_due_each_day_is_done_once_a_day(daily):
    start = timezone.now()
    known = len(periodic._known)

    assert periodic.enqueue_due(start) == known
    oftener = sum(every <= timedelta(hours=23) for every, _ in periodic._known.values())
    assert periodic.enqueue_due(start + timedelta(hours=23)) == oftener
    while queue.run_one("one"):
        pass
    assert daily == [1]
    assert periodic.enqueue_due(start + timedelta(days=5)) == known, "missed days are not made up for"
    assert Periodic.objects.filter(next_at__gt=start + timedelta(days=5)).count() == known
