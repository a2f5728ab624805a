"""What a rule found: rows, words in them, files, or counters of the cache; it can be counted, and erased."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet


class Due(Protocol):
    def count(self) -> int: ...

    def erase(self) -> int:
        """Erase it; return how much of it was still there."""


@dataclass(frozen=True)
class Rows:
    rows: QuerySet[Any]

    def count(self) -> int:
        return self.rows.count()

    def erase(self) -> int:
        # What hangs on a row goes with it and is not counted.
        return self.rows.delete()[1].get(self.rows.model._meta.label, 0)


@dataclass(frozen=True)
class Words:
    """What stands in some columns of rows that are kept themselves."""

    rows: QuerySet[Any]
    columns: tuple[str, ...]

    def count(self) -> int:
        return self._written().count()

    def erase(self) -> int:
        return self._written().update(**dict.fromkeys(self.columns, ""))

    def _written(self) -> QuerySet[Any]:
        return self.rows.exclude(**dict.fromkeys(self.columns, ""))


@dataclass(frozen=True)
class Several:
    parts: tuple[Due, ...]

    def count(self) -> int:
        return sum(part.count() for part in self.parts)

    def erase(self) -> int:
        return sum(part.erase() for part in self.parts)


@dataclass(frozen=True)
class Files:
    paths: Sequence[Path]

    def count(self) -> int:
        return len(self.paths)

    def erase(self) -> int:
        """
        Delete the files.

        :raises OSError: naming the first that cannot be deleted.
        """
        return sum(_delete(path) for path in self.paths)


@dataclass(frozen=True)
class Counters:
    """Entries of the cache, which is a table without a model."""

    before: datetime

    def count(self) -> int:
        with connection.cursor() as cursor:
            cursor.execute(self._statement("SELECT COUNT(*)"), [self._moment()])
            found: int = cursor.fetchone()[0]
        return found

    def erase(self) -> int:
        with connection.cursor() as cursor:
            cursor.execute(self._statement("DELETE"), [self._moment()])
            return cursor.rowcount

    def _statement(self, what: str) -> str:
        table = connection.ops.quote_name(settings.CACHES["default"]["LOCATION"])
        return f"{what} FROM {table} WHERE expires < %s"

    def _moment(self) -> Any:
        return connection.ops.adapt_datetimefield_value(self.before.replace(microsecond=0))


def _delete(path: Path) -> bool:
    try:
        path.unlink()
    except FileNotFoundError:
        return False  # somebody else was quicker
    return True
