"""The database's own refusal to change what was written into the audit."""

from __future__ import annotations

from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from hanhlang.domains.core.models import AuditEntry, AuditSeal

ENTRIES = AuditEntry._meta.db_table
SEALS = AuditSeal._meta.db_table
TRIGGERS = ("audit_entry_update", "audit_entry_delete", "audit_seal_update", "audit_seal_delete")
WRITTEN = [field.column for field in AuditEntry._meta.concrete_fields if field.column not in ("seal_id", "link")]


def install(connection: BaseDatabaseWrapper) -> None:
    """Make the database refuse every change of an entry but its sealing, and every deletion of what is sealed."""
    with connection.cursor() as cursor:
        for statement in _postgresql() if connection.vendor == "postgresql" else _sqlite():
            cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take the refusal away, for repairs and for tests that play the intruder."""
    with connection.cursor() as cursor:
        for trigger in TRIGGERS:
            table = f" ON {_table_of(trigger)}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {trigger}{table}")


def is_present(connection: BaseDatabaseWrapper) -> bool:
    """Tell whether all of the refusal's triggers stand and are switched on."""
    if connection.vendor == "postgresql":
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D' AND tgname LIKE 'audit_%%'"
    else:
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'audit_%%'"
    with connection.cursor() as cursor:
        cursor.execute(query, [])
        return set(TRIGGERS) <= {name for (name,) in cursor.fetchall()}


def install_after_migrate(*, using: str, **_: Any) -> None:
    connection = connections[using]
    if {ENTRIES, SEALS} <= set(connection.introspection.table_names()):
        install(connection)


def _table_of(trigger: str) -> str:
    return ENTRIES if trigger.startswith("audit_entry") else SEALS


def _sqlite() -> list[str]:
    changed = " OR ".join(f'NEW."{column}" IS NOT OLD."{column}"' for column in WRITTEN)
    refused = {
        "audit_entry_update": f"OLD.seal_id IS NOT NULL OR NEW.seal_id IS NULL OR {changed}",
        "audit_entry_delete": "OLD.seal_id IS NOT NULL",
        "audit_seal_update": "1",
        "audit_seal_delete": "1",
    }
    statements = []
    for trigger, condition in refused.items():
        statements.append(f"DROP TRIGGER IF EXISTS {trigger}")
        statements.append(
            f"CREATE TRIGGER {trigger} BEFORE {trigger.rsplit('_', 1)[1]} ON {_table_of(trigger)} WHEN {condition} "
            "BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END"
        )
    return statements


def _postgresql() -> list[str]:
    changed = f"ROW({', '.join(f'NEW.{c}' for c in WRITTEN)}) IS DISTINCT FROM ROW({', '.join(f'OLD.{c}' for c in WRITTEN)})"
    refused = {
        "audit_entry_update": f"OLD.seal_id IS NOT NULL OR NEW.seal_id IS NULL OR {changed}",
        "audit_entry_delete": "OLD.seal_id IS NOT NULL",
        "audit_seal_update": "TRUE",
        "audit_seal_delete": "TRUE",
    }
    statements = [
        "CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit is append-only' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    ]
    for trigger, condition in refused.items():
        table = _table_of(trigger)
        statements.append(f"DROP TRIGGER IF EXISTS {trigger} ON {table}")
        statements.append(
            f"CREATE TRIGGER {trigger} BEFORE {trigger.rsplit('_', 1)[1]} ON {table} "
            f"FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION audit_refuse()"
        )
    return statements
