"""Moments as whole minutes since 1970-01-01 UTC, the unit of claims."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def minute_of(moment: datetime) -> int:
    """
    Return the minute of an aware ``moment``, rounded down.

    :raises ValueError: if ``moment`` has no time zone: its minute would depend on the machine.
    """
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no time zone.")
    return (moment - EPOCH) // MINUTE


def moment_of(minute: int) -> datetime:
    """Return the moment at which ``minute`` begins, in UTC."""
    return EPOCH + minute * MINUTE
