"""The command says in one line that it has nowhere to write."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest


def hanhlang(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "HANHLANG_DATABASE_URL"}
    return subprocess.run(
        [sys.executable, "-m", "hanhlang", *words], env={**environment, "HANHLANG_HOME": str(home)}, capture_output=True, text=True
    )


@pytest.mark.parametrize("home", ["/proc/hanhlang", "a-file/home"])
def test_a_home_that_cannot_be_made_is_one_clear_line(tmp_path: Path, home: str):
    (tmp_path / "a-file").touch()

    done = hanhlang(tmp_path / home, "migrate")

    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "cannot write in" in done.stderr
    assert "HANHLANG_HOME" in done.stderr


def test_a_database_that_cannot_be_opened_is_one_clear_line(tmp_path: Path):
    (tmp_path / "hanhlang.sqlite3").mkdir()

    done = hanhlang(tmp_path, "migrate")

    assert done.returncode == 1
    assert done.stderr.strip() == f"hanhlang: cannot write in {tmp_path}. Make it writable, or set HANHLANG_HOME to a folder that is."


@pytest.mark.parametrize("words", [("migrate",), ("doctor",)])
def test_a_damaged_database_is_one_clear_line(tmp_path: Path, words: tuple[str, ...]):
    (tmp_path / "hanhlang.sqlite3").write_bytes(b"this was a database once" * 500)

    done = hanhlang(tmp_path, *words)

    assert done.returncode == 1
    assert done.stderr.strip().count("\n") == 0
    assert "Traceback" not in done.stderr + done.stdout
    assert "file is not a database" in done.stderr + done.stdout


def test_a_home_that_is_not_there_yet_is_made_with_a_key_only_its_owner_reads(tmp_path: Path):
    home = tmp_path / "new" / "home"

    done = hanhlang(home, "migrate", "--verbosity", "0")

    assert done.returncode == 0, done.stderr
    assert (home / "hanhlang.sqlite3").exists()
    assert (home / "secret-key").stat().st_mode & 0o777 == 0o600
