"""Write a row by its key: make it, or change only what differs."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

from django.db import models

from hanhlang.domains.core import audit
from hanhlang.domains.people.models import Account

Row = TypeVar("Row", bound=models.Model)


def save_by(model: type[Row], lookup: dict[str, Any], values: dict[str, Any]) -> tuple[Row, list[str]]:
    """Return the row that ``lookup`` finds or makes, and the names of the fields that had to be written."""
    row = model._default_manager.filter(**lookup).first()
    if row is None:
        row = model(**lookup, **values)
        row.save(force_insert=True)
        return row, ["id"]
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    # An unchanged row keeps its moment of change: pages and feeds are cached by it.
    if changed:
        row.save()
    return row, changed


def save_recorded(
    model: type[Row], lookup: dict[str, Any], values: dict[str, Any], *, event: str, by: Account | None, now: datetime
) -> Row:
    """Save by key inside the caller's transaction and record ``event`` if anything had to be written."""
    row, changed = save_by(model, lookup, values)
    if changed:
        audit.record(event, about=row, by=by, at=now, details={"changed": changed})
    return row
