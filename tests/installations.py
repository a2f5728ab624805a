"""Whole installations for tests: a home and a database of their own, on the kind of database the tests run on."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import psycopg

ROOT = Path(__file__).resolve().parent.parent
# Seconds. It ends what hangs; a machine that does twenty other things is slow, too, and must not turn anything red.
GENEROUS = 900


@dataclass
class Installation:
    """A home, a database and the ``hanhlang`` command for both; ``python`` runs a text inside it."""

    home: Path
    database_url: str
    environment: dict[str, str] = field(default_factory=dict)

    def variables(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("HANHLANG_")}
        return {**kept, "HANHLANG_HOME": str(self.home), "HANHLANG_DATABASE_URL": self.database_url, **self.environment}

    def run(self, *words: str | Path) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "hanhlang", *map(str, words)]
        return subprocess.run(command, env=self.variables(), capture_output=True, text=True, timeout=GENEROUS, cwd=ROOT)

    def start(self, *words: str | Path) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "hanhlang", *map(str, words)]
        return subprocess.Popen(command, env=self.variables(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT)

    def figures(self, *words: str | Path) -> dict[str, Any]:
        """Run a command that must succeed and return its last line's figures."""
        done = self.run(*words)
        assert done.returncode == 0, done.stderr[-2000:]
        figures: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
        return figures

    def succeed(self, *words: str | Path) -> None:
        """Run a command that must succeed and says no figures."""
        done = self.run(*words)
        assert done.returncode == 0, done.stderr[-2000:]

    def python(self, text: str, timeout: float | None = GENEROUS) -> str:
        """Run ``text`` inside the installation, with the factories at hand, and return what it printed; ``None`` waits for ever."""
        setting_up = "import os, django; os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'hanhlang.project.settings'); django.setup()\n"
        variables = {**self.variables(), "PYTHONPATH": f"{ROOT / 'src'}:{ROOT / 'tests'}"}
        done = subprocess.run(
            [sys.executable, "-c", setting_up + text], env=variables, capture_output=True, text=True, timeout=timeout, cwd=ROOT
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout.strip()

    def sql(self, *statements: str) -> None:
        """Change the database behind the program's back."""
        if self.database_url.startswith("sqlite"):
            with closing(sqlite3.connect(urlparse(self.database_url).path, timeout=60, isolation_level=None)) as database:
                for statement in statements:
                    database.execute(statement)
            return
        with psycopg.connect(self.database_url, autocommit=True) as database:
            for statement in statements:
                database.execute(statement)

    def value(self, query: str) -> Any:
        """Ask the database behind the program's back for one value."""
        if self.database_url.startswith("sqlite"):
            with closing(sqlite3.connect(urlparse(self.database_url).path, timeout=60)) as database:
                return database.execute(query).fetchone()[0]
        with psycopg.connect(self.database_url, autocommit=True) as database:
            return database.execute(query).fetchone()[0]

    @property
    def vendor(self) -> str:
        return "sqlite" if self.database_url.startswith("sqlite") else "postgresql"


@contextmanager
def installation(folder: Path, *, copy_of: Installation | None = None, kind: str = "") -> Iterator[Installation]:
    """
    Give an installation with an empty database, without tables; or a copy of one that nobody is using.

    ``kind`` is ``sqlite`` or ``postgresql``, by default that of the tests.
    """
    url = os.environ.get("HANHLANG_DATABASE_URL", "")
    home = folder / f"home-{secrets.token_hex(4)}"
    home.mkdir(parents=True)
    if (kind or ("postgresql" if url.startswith("postgres") else "sqlite")) == "sqlite":
        made = Installation(home, f"sqlite://{home / 'hanhlang.sqlite3'}")
        if copy_of:
            shutil.copy(copy_of.home / "hanhlang.sqlite3", home / "hanhlang.sqlite3")
        yield made
        return
    name = f"hh_{secrets.token_hex(6)}"
    server = urlparse(url)
    made = Installation(home, server._replace(path=f"/{name}").geturl())
    template = urlparse(copy_of.database_url).path.lstrip("/") if copy_of else "template0"
    with psycopg.connect(url, autocommit=True) as database:
        database.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        yield made
    finally:
        with psycopg.connect(url, autocommit=True) as database:
            database.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
