"""Putting a backup into an empty installation: all of it or nothing."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

from django.apps.registry import Apps
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from hanhlang.domains.agenda import no_overlap
from hanhlang.domains.core import audit, audit_guard
from hanhlang.jobs.backup import tables
from hanhlang.jobs.backup.archive import Manifest, Reader
from hanhlang.jobs.backup.errors import FromNewerVersion, NotABackup, NotEmpty, OtherState, RowsDoNotFit

BATCH = 500


def restore(path: Path) -> Manifest:
    """
    Fill this installation with the rows of ``path`` and bring it to this version's state.

    A database without tables is first made at the backup's state. Sequences, the refusal of double booking and the audit's
    guard are in place afterwards, and the audit's chain was walked before anything was kept.

    :raises BackupRefused: if the file is not whole, not of this program, or the installation not empty.
    """
    file = Reader(path)
    loader = MigrationLoader(connection)
    _refuse_unknown(file, loader)
    present, wanted = tables.applied(loader), file.manifest.migrations
    apps = tables.state(loader, wanted)
    if holding := tables.filled(apps):
        raise NotEmpty(what=", ".join(holding))
    _refuse_other_tables(file, apps)
    if present and present != wanted:
        raise OtherState(file=path, migration=_difference(present, wanted))
    if not present:
        executor = MigrationExecutor(connection)
        executor.migrate([(app, names[-1]) for app, names in sorted(wanted.items())])
    try:
        _fill(file, apps)
    except (DatabaseError, ValidationError, ValueError, TypeError, OverflowError) as fault:
        raise RowsDoNotFit(file=path, why=str(fault).strip().splitlines()[0]) from fault
    ContentType.objects.clear_cache()
    call_command("migrate", verbosity=0, interactive=False)
    return file.manifest


def _refuse_unknown(file: Reader, loader: MigrationLoader) -> None:
    here = tables.known(loader)
    for app, names in sorted(file.manifest.migrations.items()):
        for name in names:
            if name not in here.get(app, ()):
                raise FromNewerVersion(file=file.path, version=file.manifest.version, migration=f"{app}.{name}")


def _refuse_other_tables(file: Reader, apps: Apps) -> None:
    expected = {model._meta.label_lower: tables.columns(model) for model in tables.kept(apps)}
    given = {label: table.columns for label, table in file.manifest.tables.items()}
    for label in sorted(expected.keys() | given.keys()):
        if expected.get(label) != given.get(label):
            raise NotABackup(file=file.path, why=f"the columns of {label} are not those of its own version")


def _difference(present: tables.Migrations, wanted: tables.Migrations) -> str:
    flat = [{f"{app}.{name}" for app, names in some.items() for name in names} for some in (present, wanted)]
    return ", ".join(sorted(flat[0] ^ flat[1])[:3])


@transaction.atomic
def _fill(file: Reader, apps: Apps) -> None:
    models = tables.kept(apps)
    with connection.cursor() as cursor:
        # What `migrate` put there (content types, permissions) has other numbers than the rows that refer to it.
        for model in models:
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)}")  # noqa: S608 (a table's name)
    for model in models:
        fields = list(model._meta.concrete_fields)
        found = file.rows(model._meta.label_lower)
        while batch := list(islice(found, BATCH)):
            made = [
                model.from_db(
                    connection.alias, [f.attname for f in fields], [tables.lively(f, v) for f, v in zip(fields, row, strict=True)]
                )
                for row in batch
            ]
            # Raw, so that "last changed" stays what it was.
            size = connection.ops.bulk_batch_size(fields, made)
            for first in range(0, len(made), size):
                model._base_manager._insert(made[first : first + size], fields=fields, raw=True)  # type: ignore[attr-defined]
    connection.check_constraints()
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)
    audit_guard.install(connection)
    try:
        no_overlap.install(connection)
    except no_overlap.NotGuarded as fault:
        raise ValueError(str(fault)) from fault
    found_chain = audit.verify()
    if not found_chain.holds:
        raise ValueError(f"audit {found_chain.broken}: {found_chain.fault}")
