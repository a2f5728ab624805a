"""Many rows read as text: a week has thousands, and turning each id and hour into an object costs more than all the rest."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TypeVar
from uuid import UUID

from django.db.models import Field, Model, QuerySet, TextField
from django.db.models.functions import Cast

# SQLite takes so many values in one query.
BATCH = 500
_HEX = 32
Row = TypeVar("Row", bound=Model)


def as_text(*names: str) -> tuple[Cast, ...]:
    """Return columns to be read as the database writes them; ids then go through :func:`key_of`."""
    kind: Field[str, str] = TextField()
    return tuple(Cast(name, kind) for name in names)


def key_of(text: str) -> str:
    """Return an id read as text in its usual form: SQLite keeps ids without their strokes."""
    if len(text) != _HEX:
        return text
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def of_many(rows: QuerySet[Row], keys: Collection[UUID], name: str = "pk__in") -> Iterator[Row]:
    """Yield the rows of many keys, asked for in several queries."""
    ordered = sorted(keys)
    for first in range(0, len(ordered), BATCH):
        yield from rows.filter(**{name: ordered[first : first + BATCH]})
