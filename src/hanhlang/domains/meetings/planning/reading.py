"""Many rows read as text: a week has thousands, and turning each id and hour into an object costs more than all the rest."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache

from django.db.models import Field, TextField
from django.db.models.functions import Cast

from hanhlang.domains.meetings.planning.ground import Ground

_HEX = 32


def as_text(*names: str) -> tuple[Cast, ...]:
    """Return columns to be read as the database writes them; ids then go through :func:`key_of`, hours through :func:`minutes_in`."""
    kind: Field[str, str] = TextField()
    return tuple(Cast(name, kind) for name in names)


def key_of(text: str) -> str:
    """Return an id read as text as the engine knows it: SQLite keeps ids without their strokes."""
    if len(text) != _HEX:
        return text
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def minutes_in(ground: Ground) -> Callable[[str], int]:
    """Return what turns an hour read as text into a minute of the week; of thousands of hours few differ."""

    @cache
    def minute(text: str) -> int:
        moment = datetime.fromisoformat(text)
        return ground.minute(moment if moment.tzinfo else moment.replace(tzinfo=UTC))

    return minute
