"""A backup is one moment, whole, and comes back on either database; anything else changes nothing."""

from __future__ import annotations

import hashlib
import json
import os
import threading
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from hanhlang.jobs.backup.tables import LEFT_OUT, kept
from installations import Installation, installation

SMALL_WEEK = """
from datetime import timedelta
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone
from factories import make_account, make_role
from factories.meetings import DAY, NOW, make_meeting, make_plan, make_ready_week
from factories import local
from hanhlang.domains.agenda.actions import make_feed
from hanhlang.domains.core import audit, clock, outbox
from hanhlang.domains.core.models import DemoClock
from hanhlang.domains.meetings.actions import lock_meeting
week = make_ready_week()
meetings = [make_meeting(week) for _ in range(3)]
account = make_account(person=meetings[0].participants.first().person)
make_role(week, account)
make_feed(week=week, person=account.person, by=account, now=NOW)
DemoClock.objects.create(pk=1, offset=timedelta(days=-3, microseconds=7))
Session.objects.create(session_key="signed-in", session_data="secret", expire_date=timezone.now())
for meeting, hour in zip(meetings, ("09:00", "10:00")):
    start = local(week, DAY, hour)
    lock_meeting(meeting=meeting, starts_at=start, place=None, reason="Minister asks: Đúng 9 giờ \\u2028", by=account, now=NOW)
audit.seal(NOW)
lock_meeting(meeting=meetings[2], starts_at=local(week, DAY, "11:00"), place=None, reason="still unsealed", by=account, now=NOW)
"""


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installation(tmp_path_factory.mktemp("filled")) as made:
        assert made.run("migrate", "-v0").returncode == 0
        made.python(SMALL_WEEK)
        yield made


@pytest.fixture(scope="module")
def backup(filled: Installation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("backup") / "week.zip"
    filled.figures("backup", path)
    return path


def content(path: Path) -> dict[str, str]:
    with zipfile.ZipFile(path) as file:
        return {label: table["sha256"] for label, table in json.loads(file.read("manifest.json"))["tables"].items()}


def counted(where: Installation) -> dict[str, int]:
    """Return the doctor's figures; that no worker runs here is not this test's matter."""
    figures: dict[str, int] = json.loads(where.run("doctor", "--json").stdout)["figures"]
    assert figures["meetings"] == 3
    return figures


def told_by_the_api(where: Installation) -> list[Any]:
    """Return what anybody reads without a token: the week, its figures, its places."""
    said: list[Any] = json.loads(
        where.python(
            "import json\n"
            "from django.test import Client\n"
            "from hanhlang.domains.events.models import Week\n"
            "base = f'/api/v1/weeks/{Week.objects.get().key}'\n"
            "asked = [Client(HTTP_HOST='localhost').get(base + path) for path in ('', '/figures', '/places')]\n"
            "assert {answer.status_code for answer in asked} == {200}, asked\n"
            "print(json.dumps([answer.json() for answer in asked]))\n"
        )
    )
    assert said[1]["meetings"] == 3
    return said


def refusal(where: Installation, *words: str | Path) -> str:
    done = where.run(*words)
    assert done.returncode == 2, done.stderr[-2000:]
    assert done.stderr.strip().count("\n") == 0
    assert done.stdout == ""
    return done.stderr.strip()


@pytest.mark.parametrize("kind", ["sqlite", "the tests' own"])
def test_what_comes_back_is_row_for_row_what_went_in(filled: Installation, backup: Path, tmp_path: Path, kind: str):
    with installation(tmp_path, kind="sqlite" if kind == "sqlite" else "") as other:
        assert other.figures("restore", backup)["content"] == other.figures("backup", tmp_path / "again.zip")["content"]

        assert content(tmp_path / "again.zip") == content(backup)
        assert counted(other) == counted(filled)
        assert told_by_the_api(other) == told_by_the_api(filled)
        audit = other.figures("audit", "verify")
        assert (audit["holds"], audit["guarded"], audit["seals"]) == (True, True, 1)
        # Numbers go on after the last one, and the database refuses what it refused before.
        said = other.python(
            "from django.db import IntegrityError, transaction\n"
            "from django.utils import timezone\n"
            "from hanhlang.domains.core import audit, outbox\n"
            "from hanhlang.domains.agenda.models import Claim, Resource\n"
            "from factories.meetings import *\n"
            "with transaction.atomic():\n"
            "    audit.record('test.went_on', about=None, by=None, at=timezone.now()); outbox.post('test.went_on')\n"
            "audit.seal(timezone.now())\n"
            "from hanhlang.domains.events.models import Week\n"
            "from hanhlang.domains.agenda.queries import resource_ids\n"
            "week = Week.objects.get(); place = week.places.first(); number = resource_ids(week).place(place.pk)\n"
            "Claim.objects.create(resource_id=number, start=100, end=200, kind='meeting', source='a')\n"
            "try:\n"
            "    Claim.objects.create(resource_id=number, start=150, end=250, kind='meeting', source='b')\n"
            "except IntegrityError:\n"
            "    print('refused')\n"
        )
        assert said == "refused"
        assert other.figures("audit", "verify")["holds"]


def test_what_was_written_while_the_backup_was_made_is_whole_or_absent(filled: Installation, tmp_path: Path):
    with installation(tmp_path, copy_of=filled) as busy:
        writing = threading.Thread(
            target=busy.python,
            args=(
                "from django.db import transaction\nfrom django.utils import timezone\nfrom hanhlang.domains.core import audit, outbox\n"
                "for number in range(400):\n"
                "    with transaction.atomic():\n"
                "        audit.record('test.pair', about=None, by=None, at=timezone.now()); outbox.post('test.pair', number=number)\n",
            ),
        )
        writing.start()
        made = [tmp_path / f"{number}.zip" for number in range(3)]
        for path in made:
            busy.figures("backup", path)
        writing.join(300)

        for path in made:
            with zipfile.ZipFile(path) as file:
                entries = [line for line in file.read("tables/core.auditentry.jsonl").splitlines() if b"test.pair" in line]
                messages = [line for line in file.read("tables/core.outboxmessage.jsonl").splitlines() if b"test.pair" in line]
            assert len(entries) == len(messages)


def test_a_session_and_the_secret_key_are_not_in_it(filled: Installation, backup: Path):
    key = (filled.home / "secret-key").read_bytes()
    with zipfile.ZipFile(backup) as file:
        everything = b"".join(file.read(name) for name in file.namelist())

    assert b"Minister asks" in everything
    assert b"signed-in" not in everything
    assert key not in everything
    assert backup.stat().st_mode & 0o777 == 0o600


@pytest.mark.django_db
def test_every_table_is_kept_or_left_out_on_purpose():
    present = set(connection.introspection.table_names())
    in_models = {model._meta.db_table for model in kept(apps)}  # type: ignore[arg-type]
    without = {apps.get_model(label)._meta.db_table for label in LEFT_OUT if apps.is_installed(f"django.contrib.{label.split('.')[0]}")}
    without |= {apps.get_model(label)._meta.db_table for label in LEFT_OUT if label.split(".")[0] in apps.app_configs}

    # The cache holds only what can be made again or may be forgotten; the rest is Django's own book of migrations.
    assert present - in_models - without - {"django_migrations", "hanhlang_cache"} == set()


def test_an_installation_with_data_is_left_alone(filled: Installation, backup: Path, tmp_path: Path):
    before = filled.figures("backup", tmp_path / "before.zip")["content"]

    assert "holds data (events.week" in refusal(filled, "restore", backup)
    assert "đã có dữ liệu" in refusal(filled, "restore", backup, "--language", "vi")

    assert filled.figures("backup", tmp_path / "after.zip")["content"] == before


def test_a_file_that_stands_is_not_overwritten_and_an_odd_folder_is_named(filled: Installation, tmp_path: Path):
    (tmp_path / "there.zip").write_text("mine")

    assert "is there already" in refusal(filled, "backup", tmp_path / "there.zip")
    assert "cannot be written" in refusal(filled, "backup", tmp_path / "nowhere" / "x.zip")

    assert (tmp_path / "there.zip").read_text() == "mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["there.zip"]


def rewritten(backup: Path, target: Path, **changes: bytes) -> Path:
    """Copy a backup with some members replaced; ``manifest__json`` stands for ``manifest.json``."""
    names = {name.replace(".", "__").replace("/", "___"): name for name in zipfile.ZipFile(backup).namelist()}
    with zipfile.ZipFile(backup) as old, zipfile.ZipFile(target, "w") as new:
        for short, name in names.items():
            new.writestr(name, changes.get(short, old.read(name)))
    return target


def damaged(kind: str, backup: Path, folder: Path) -> Path:
    target = folder / "damaged.zip"
    whole = backup.read_bytes()
    with zipfile.ZipFile(backup) as file:
        people, manifest = file.read("tables/people.person.jsonl"), json.loads(file.read("manifest.json"))
    if kind == "cut off":
        target.write_bytes(whole[: len(whole) // 2])
    elif kind == "a flipped byte":
        target.write_bytes(whole[:2000] + bytes([whole[2000] ^ 1]) + whole[2001:])
    elif kind == "empty":
        target.touch()
    elif kind == "no zip":
        target.write_text("what is this?")
    elif kind == "another zip":
        with zipfile.ZipFile(target, "w") as other:
            other.writestr("letter.txt", "hello")
    elif kind == "a row taken out":
        rewritten(backup, target, tables___people__person__jsonl=people.split(b"\n", 1)[1])
    elif kind == "a changed manifest":
        rewritten(backup, target, manifest__json=json.dumps(manifest | {"version": "9"}).encode())
    elif kind == "not there":
        return folder / "missing.zip"
    return target


DAMAGES = ["cut off", "a flipped byte", "empty", "no zip", "another zip", "a row taken out", "a changed manifest", "not there"]


def test_a_damaged_or_foreign_file_is_one_clear_line_and_changes_nothing(backup: Path, tmp_path: Path):
    with installation(tmp_path) as empty:
        for kind in DAMAGES:
            path = damaged(kind, backup, tmp_path)

            assert str(path) in refusal(empty, "restore", path), kind

        assert empty.python("from django.db import connection; print(connection.introspection.table_names())") == "[]"


Rows = list[list[object]]


def signed(backup: Path, target: Path, label: str, change: Callable[[Rows, list[str]], Rows], **more: object) -> Path:
    """Forge a backup whose digests all fit."""
    with zipfile.ZipFile(backup) as file:
        rows = [json.loads(line) for line in file.read(f"tables/{label}.jsonl").splitlines()]
        manifest = json.loads(file.read("manifest.json"))
    rows = change(rows, manifest["tables"][label]["columns"])
    lines = b"".join(json.dumps(row).encode() + b"\n" for row in rows)
    manifest["tables"][label] |= {"rows": len(rows), "sha256": hashlib.sha256(lines).hexdigest()}
    said = json.dumps(manifest | more).encode()
    member = f"tables/{label}.jsonl".replace(".", "__").replace("/", "___")
    digest = hashlib.sha256(said).hexdigest().encode()
    return rewritten(backup, target, **{member: lines, "manifest__json": said, "manifest__sha256": digest})


def another_fact(rows: Rows, columns: list[str]) -> Rows:
    rows[0][columns.index("event")] = "meeting.forged"
    return rows


def no_rows(rows: Rows, columns: list[str]) -> Rows:
    return []


def test_a_forged_file_whose_rows_do_not_hold_together_changes_nothing(backup: Path, tmp_path: Path):
    with installation(tmp_path) as empty:
        assert empty.run("migrate", "-v0").returncode == 0
        before = empty.figures("backup", tmp_path / "before.zip")["content"]

        forged = signed(backup, tmp_path / "audit.zip", "core.auditentry", another_fact)
        assert "audit entry" in refusal(empty, "restore", forged)
        orphans = signed(backup, tmp_path / "orphans.zip", "events.week", no_rows)
        assert "this database refuses" in refusal(empty, "restore", orphans)
        newer = {"core": ["0001_initial", "9999_from_the_future"]}
        assert "core.9999_from_the_future" in refusal(
            empty, "restore", signed(backup, tmp_path / "new.zip", "events.week", no_rows, migrations=newer)
        )

        assert empty.figures("backup", tmp_path / "after.zip")["content"] == before
        assert empty.figures("restore", backup)["rows"] > 0


def test_a_full_disk_leaves_no_half_backup(filled: Installation, tmp_path: Path):
    said = filled.python(
        "import resource\nfrom pathlib import Path\nfrom django.utils import timezone\n"
        "from hanhlang.domains.events.models import Week\n"
        "from hanhlang.jobs.backup.errors import CannotWrite\nfrom hanhlang.jobs.backup.save import save\n"
        "Week.objects.count()\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
        f"try:\n    save(Path({str(tmp_path / 'b.zip')!r}), now=timezone.now())\n"
        "except CannotWrite as refusal:\n    print(refusal.message('en'))\n"
    )

    assert "cannot be written: File too large" in said
    assert os.listdir(tmp_path) == []
