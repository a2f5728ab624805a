"""Which tables are kept, at which state of the migrations, and how a row is said in JSON."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.apps.registry import Apps
from django.db import connection, models
from django.db.migrations.loader import MigrationLoader

from hanhlang.domains.core.multitext import MultiText

# Who is signed in and which worker lives is of the moment: after a restore everyone signs in again.
LEFT_OUT = frozenset({"sessions.session", "usersessions.usersession", "jobs.worker"})
# An installation without rows in these holds nothing that a restore could destroy.
TELLING = ("events.week", "people.person", "people.organisation", "people.account", "core.auditentry")

Migrations = dict[str, list[str]]
Model = type[models.Model]


def applied(loader: MigrationLoader) -> Migrations:
    """Return the names of the applied migrations of this program's apps, by app."""
    found: Migrations = {}
    for app, name in sorted(loader.applied_migrations):
        if app in loader.migrated_apps:
            found.setdefault(app, []).append(name)
    return found


def known(loader: MigrationLoader) -> Migrations:
    """Return the names of all migrations this program has, by app."""
    found: Migrations = {}
    for app, name in sorted(loader.disk_migrations):
        found.setdefault(app, []).append(name)
    return found


def state(loader: MigrationLoader, migrations: Migrations) -> Apps:
    """Return the models as they were when exactly ``migrations`` were applied."""
    wanted = {(app, name) for app, names in migrations.items() for name in names}
    tips = [node for node in wanted if not any(child.key in wanted for child in loader.graph.node_map[node].children)]
    apps: Apps = loader.project_state(sorted(tips)).apps
    return apps


def kept(apps: Apps) -> list[Model]:
    """Return the models of ``apps`` whose rows belong into a backup, by label."""
    found = [model for model in apps.get_models(include_auto_created=True) if not model._meta.proxy and model._meta.managed]
    return sorted((model for model in found if model._meta.label_lower not in LEFT_OUT), key=lambda model: model._meta.label_lower)


def filled(apps: Apps) -> list[str]:
    """Return which telling tables have rows."""
    present = set(connection.introspection.table_names())
    telling = [apps.get_model(label) for label in TELLING]
    return [model._meta.label_lower for model in telling if model._meta.db_table in present and model._base_manager.exists()]


def columns(model: Model) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


def rows(model: Model) -> Iterable[list[Any]]:
    """Return every row in JSON's words, in the order of the key, which is the same on both databases."""
    for row in model._base_manager.order_by("pk").values_list(*columns(model)).iterator(chunk_size=2000):
        yield [plain(value) for value in row]


def plain(value: Any) -> Any:
    """Say a value in JSON; :func:`lively` takes it back with the field's help."""
    if isinstance(value, MultiText):
        return value.to_json()
    if isinstance(value, UUID | Decimal):
        return str(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value // timedelta(microseconds=1)
    if isinstance(value, bytes | bytearray | memoryview):
        return base64.b64encode(bytes(value)).decode()
    return value


def lively(field: models.Field[Any, Any], value: Any) -> Any:
    """Turn what :func:`plain` wrote into the value of ``field``."""
    if value is None or isinstance(field, models.JSONField):
        return value
    if isinstance(field, models.ForeignKey):
        return lively(field.target_field, value)
    if isinstance(field, models.DurationField):
        return timedelta(microseconds=value)
    if isinstance(field, models.BinaryField):
        return base64.b64decode(value)
    return field.to_python(value)
