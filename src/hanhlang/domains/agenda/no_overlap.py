"""
The database's own refusal of double booking.

PostgreSQL: an exclusion constraint on one ``int8range``. Equality of the resource would need the btree_gist extension, so
the resource's number is packed above the minutes instead: claim ``[start, end)`` of resource ``n`` becomes
``[n * 2**33 + start, n * 2**33 + end)``. Minutes stay below 2**33 by a check constraint, so lanes never touch.
SQLite: triggers. Both refuse every UPDATE of a claim: a change is a deletion and an insertion in one transaction,
so that the end state is judged and two people may swap hours.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core import checks
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from hanhlang.domains.agenda.models import Claim

TABLE = Claim._meta.db_table
LANE = 2**33
NAMES = frozenset({"claim_no_overlap", "claim_no_update"})

SQLITE = (
    "DROP TRIGGER IF EXISTS claim_no_overlap",
    f"""CREATE TRIGGER claim_no_overlap BEFORE INSERT ON {TABLE} WHEN NEW.is_exclusive AND EXISTS (
        SELECT 1 FROM {TABLE} WHERE resource_id = NEW.resource_id AND is_exclusive AND start < NEW."end" AND NEW.start < "end")
        BEGIN SELECT RAISE(ABORT, 'claim_no_overlap'); END""",
    "DROP TRIGGER IF EXISTS claim_no_update",
    f"""CREATE TRIGGER claim_no_update BEFORE UPDATE ON {TABLE}
        BEGIN SELECT RAISE(ABORT, 'claim_no_update'); END""",
)
POSTGRESQL = (
    f"""DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = 'claim_no_overlap' AND conrelid = '{TABLE}'::regclass) THEN
        ALTER TABLE {TABLE} ADD CONSTRAINT claim_no_overlap EXCLUDE USING gist
        (int8range(resource_id * {LANE} + start, resource_id * {LANE} + "end") WITH &&) WHERE (is_exclusive);
        END IF; END $$""",
    """CREATE OR REPLACE FUNCTION claim_no_update() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'claim_no_update' USING ERRCODE = 'integrity_constraint_violation'; END $$""",
    f"""CREATE OR REPLACE TRIGGER claim_no_update BEFORE UPDATE ON {TABLE} FOR EACH ROW EXECUTE FUNCTION claim_no_update()""",
)
# PostgreSQL looks at the rows when the constraint is added; a trigger sees only those that come later.
OVERLAPPING = f"""SELECT resource_id FROM (SELECT resource_id, start, LAG("end") OVER (PARTITION BY resource_id ORDER BY start) AS before
    FROM {TABLE} WHERE is_exclusive) WHERE start < before LIMIT 1"""
PRESENT = {
    "sqlite": f"SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = '{TABLE}'",
    "postgresql": f"""SELECT conname FROM pg_constraint WHERE conrelid = to_regclass('{TABLE}')
        UNION SELECT tgname FROM pg_trigger WHERE tgrelid = to_regclass('{TABLE}') AND tgenabled <> 'D'""",
}


class NotGuarded(RuntimeError):
    """The database would accept a double booking; nothing may run on it."""


def install(connection: BaseDatabaseWrapper) -> None:
    """
    Put the refusal in place; doing it again changes nothing.

    :raises NotGuarded: if claims that are there already overlap.
    """
    is_sqlite = connection.vendor == "sqlite"
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        if is_sqlite and (row := cursor.execute(OVERLAPPING).fetchone()):
            raise NotGuarded(f"resource {row[0]} is taken twice already. Free one of its claims, then run `hanhlang migrate`.")
        for statement in SQLITE if is_sqlite else POSTGRESQL:
            cursor.execute(statement)


def require_installed(connection: BaseDatabaseWrapper) -> None:
    """
    Make sure that this database refuses double booking.

    :raises NotGuarded: if a trigger or constraint is missing or switched off.
    """
    with connection.cursor() as cursor:
        cursor.execute(PRESENT[connection.vendor])
        present = {name for (name,) in cursor.fetchall()}
    if missing := NAMES - present:
        raise NotGuarded(f"the database lacks {', '.join(sorted(missing))}. Run `hanhlang migrate`, which puts it back.")


def install_after_migrate(*, using: str, **_: Any) -> None:
    connection = connections[using]
    if TABLE in connection.introspection.table_names():
        install(connection)


# Among those of `check --deploy` only: `migrate` runs all others first and could then never put the refusal back.
@checks.register(checks.Tags.database, deploy=True)
def check_installed(*, databases: Iterable[str] | None = None, **_: Any) -> list[checks.CheckMessage]:
    """Report each of ``databases`` that would accept a double booking."""
    faults: list[checks.CheckMessage] = []
    for alias in databases or ():
        try:
            require_installed(connections[alias])
        except NotGuarded as fault:
            faults.append(checks.Error(f"{alias}: {fault}", id="agenda.E001"))
    return faults
