"""Making a backup while the installation runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader

from hanhlang.jobs.backup import tables
from hanhlang.jobs.backup.archive import Manifest, Writer
from hanhlang.jobs.backup.errors import NotMigrated


def save(path: Path, *, now: datetime) -> Manifest:
    """
    Write all rows of one moment into the file ``path`` and return what it says about itself.

    Nobody is kept waiting: writers go on, and what they write after the first read is not in the file.

    :raises FileStands, CannotWrite, NotMigrated: as their names say.
    """
    with Writer(path) as file, one_moment():
        loader = MigrationLoader(connection)
        migrations = tables.applied(loader)
        if migrations != tables.known(loader):
            raise NotMigrated()
        manifest = Manifest(version("hanhlang"), now.isoformat(timespec="seconds"), connection.vendor, migrations)
        for model in tables.kept(tables.state(loader, migrations)):
            label, columns = model._meta.label_lower, tables.columns(model)
            manifest.tables[label] = file.table(label, columns, tables.rows(model))
        file.finish(manifest)
    return manifest


@contextmanager
def one_moment() -> Iterator[None]:
    """Read everything inside the block as it was at its first read, without holding anybody up."""
    if connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
        return
    # Not `atomic`: that is IMMEDIATE here and would shut every writer out. A plain BEGIN in WAL mode reads one snapshot.
    with connection.cursor() as cursor:
        cursor.execute("BEGIN DEFERRED")
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")
