"""Whether anything may run on this database: it answers, it is at this version's state, and it guards itself."""

from __future__ import annotations

from functools import cache

from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext_lazy as _

from hanhlang.domains.agenda import no_overlap
from hanhlang.domains.core import audit
from hanhlang.domains.core.errors import CodedError

Names = frozenset[tuple[str, str]]


class NotReady(CodedError):
    """Nothing may run on this database as it is."""

    code = "core.not_ready"
    status = 503


class DatabaseAway(NotReady):
    code = "core.database_away"
    text = _("The database does not answer (%(why)s). Start it, or correct HANHLANG_DATABASE_URL.")


class MigrationsMissing(NotReady):
    code = "core.migrations_missing"
    text = _("The database is behind this version: %(count)d migrations are missing, the first is %(first)s. Run `hanhlang migrate`.")


class MigrationsUnknown(NotReady):
    code = "core.migrations_unknown"
    text = _("The database was migrated by a newer version (%(first)s). Install that version again, or restore an earlier backup.")


class DoubleBookingUnguarded(NotReady):
    code = "core.double_booking_unguarded"
    text = _("The database would accept a double booking: %(why)s")


class AuditUnguarded(NotReady):
    code = "core.audit_unguarded"
    text = _("The database would let the audit be changed. Run `hanhlang migrate`, which puts its guard back.")


def require_ready() -> None:
    """
    Make sure that this program may run on this database; costs three queries.

    :raises NotReady: with the first thing that is wrong and its remedy.
    """
    try:
        _require_migrations()
        try:
            no_overlap.require_installed(connection)
        except no_overlap.NotGuarded as fault:
            raise DoubleBookingUnguarded(why=str(fault)) from fault
        if not audit.guard_present():
            raise AuditUnguarded()
    except DatabaseError as fault:
        raise DatabaseAway(why=reason(fault)) from fault


def reason(fault: Exception) -> str:
    """Return the first line of what a database says, without a full stop."""
    lines = str(fault).strip().splitlines()
    return lines[0].rstrip(".") if lines else type(fault).__name__


def _require_migrations() -> None:
    wanted = _of_this_version()
    applied = set(MigrationRecorder(connection).applied_migrations())
    apps = {app for app, _name in wanted}
    if unknown := sorted(key for key in applied - wanted if key[0] in apps):
        raise MigrationsUnknown(first=".".join(unknown[0]))
    if missing := sorted(wanted - applied):
        raise MigrationsMissing(count=len(missing), first=".".join(missing[0]))


@cache
def _of_this_version() -> Names:
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)
