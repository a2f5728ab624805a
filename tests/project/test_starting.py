"""Nothing runs on a database that is not at this version's state or does not guard itself; what was cut off goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from installations import ROOT, Installation, installation

BREAKS = {
    "a missing overlap guard": {
        "sqlite": "DROP TRIGGER claim_no_overlap",
        "postgresql": "ALTER TABLE agenda_claim DROP CONSTRAINT claim_no_overlap",
    },
    "a missing update guard": {"sqlite": "DROP TRIGGER claim_no_update", "postgresql": "DROP TRIGGER claim_no_update ON agenda_claim"},
    "a missing audit guard": {
        "sqlite": "DROP TRIGGER audit_entry_delete",
        "postgresql": "ALTER TABLE core_auditentry DISABLE TRIGGER audit_entry_delete",
    },
    "a missing migration": dict.fromkeys(
        ("sqlite", "postgresql"), "DELETE FROM django_migrations WHERE app = 'meetings' AND name = '0001_initial'"
    ),
    "a newer version's migration": dict.fromkeys(
        ("sqlite", "postgresql"),
        "INSERT INTO django_migrations (app, name, applied) VALUES ('core', '9999_from_the_future', '2026-01-01 00:00:00')",
    ),
}
WORDS = {
    "a missing overlap guard": "claim_no_overlap",
    "a missing update guard": "claim_no_update",
    "a missing audit guard": "would let the audit be changed",
    "a missing migration": "meetings.0001_initial",
    "a newer version's migration": "core.9999_from_the_future",
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installation(tmp_path_factory.mktemp("whole")) as made:
        assert made.run("migrate", "-v0").returncode == 0
        yield made


def start_pages(where: Installation) -> subprocess.CompletedProcess[str]:
    """Load the pages' process as gunicorn does."""
    code = "import hanhlang.project.wsgi; print('ready')"
    return subprocess.run([sys.executable, "-c", code], env=where.variables(), capture_output=True, text=True, timeout=300, cwd=ROOT)


@pytest.mark.parametrize("fault", BREAKS)
def test_no_process_starts_on_such_a_database(whole: Installation, tmp_path: Path, fault: str):
    with installation(tmp_path, copy_of=whole) as broken:
        assert start_pages(broken).stdout == "ready\n"
        broken.sql(BREAKS[fault][broken.vendor])

        pages = start_pages(broken)
        others = [broken.run("serve"), broken.run("worker")]

        assert [done.returncode for done in (pages, *others)] == [4, 1, 1]
        for done in (pages, *others):
            assert WORDS[fault] in done.stderr
            assert done.stderr.strip().count("\n") == 0


def test_migrating_puts_lost_guards_back(whole: Installation, tmp_path: Path):
    with installation(tmp_path, copy_of=whole) as broken:
        broken.sql(*(statements[broken.vendor] for fault, statements in BREAKS.items() if "guard" in fault))

        assert broken.run("migrate", "-v0").returncode == 0

        assert start_pages(broken).stdout == "ready\n"


def test_an_empty_database_is_named_as_such(tmp_path: Path):
    with installation(tmp_path) as empty:
        done = empty.run("worker")

        assert done.returncode == 1
        assert "Run `hanhlang migrate`" in done.stderr


def test_a_database_that_does_not_answer_is_one_clear_line(tmp_path: Path):
    away = Installation(tmp_path, "postgresql://nobody@%2Fno%2Fsuch%2Ffolder/none")

    for words in (["worker"], ["migrate"]):
        done = away.run(*words)

        assert done.returncode == 1
        assert done.stderr.strip().count("\n") == 0
        assert "database" in done.stderr


KILLED = """
import os, signal
from django.core.management import call_command
from django.db.backends.base.schema import BaseDatabaseSchemaEditor as Editor
made = []
original = Editor.create_model
def create_model(self, model):
    original(self, model)
    made.append(model)
    if len(made) == {number}:
        {end}
Editor.create_model = create_model
call_command("migrate", verbosity=0)
"""


@pytest.mark.parametrize(
    ("number", "end"), [(25, "os.kill(os.getpid(), signal.SIGKILL)"), (12, "raise RuntimeError('the migration is at fault')")]
)
def test_a_migration_cut_off_in_the_middle_goes_on(tmp_path: Path, number: int, end: str):
    with installation(tmp_path) as cut_off:
        setting_up = "import os, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'hanhlang.project.settings'; django.setup()"
        code = setting_up + KILLED.format(number=number, end=end)
        done = subprocess.run([sys.executable, "-c", code], env=cut_off.variables(), capture_output=True, timeout=300, cwd=ROOT)
        assert done.returncode == (-signal.SIGKILL if "KILL" in end else 1)
        assert "Run `hanhlang migrate`" in cut_off.run("worker").stderr

        assert cut_off.run("migrate", "-v0").returncode == 0

        assert start_pages(cut_off).stdout == "ready\n"
        assert os.path.exists(cut_off.home / "secret-key")
