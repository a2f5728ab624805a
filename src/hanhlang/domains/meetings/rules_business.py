"""What profiles, hours and wishes of business people must satisfy; plain functions over values, no database."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from hanhlang.domains.core.folding import fold
from hanhlang.domains.core.multitext import MultiText
from hanhlang.domains.meetings.errors_business import EntriesTooLong
from hanhlang.domains.meetings.rules import Window

# As many as one may have meetings: whoever asks for more asks without wanting to meet.
MOST_OPEN_WISHES = 20
MOST_ENTRIES, ENTRY_LETTERS = 8, 80
ANSWER_DAYS = 5
MISSING_AFTER_MINUTES = 5
# Allowances, not measurements: nobody has paced the halls. From table to table in one hall, and between places of one site.
WALK_IN_ONE_HALL, WALK_IN_ONE_SITE = 2, 5


def wish_expires(now: datetime, *, starts_on: date) -> datetime:
    """Return until when a wish waits for its answer: five days, from five days before the week on one day only."""
    far = starts_on - now.date() > timedelta(days=ANSWER_DAYS)
    return now + timedelta(days=ANSWER_DAYS if far else 1)


def entries(text: MultiText) -> dict[str, list[str]]:
    """Return the entries of a text that holds one a line, by language."""
    return {language: [line.strip() for line in one.splitlines() if line.strip()] for language, one in text.texts.items()}


def check_entries(text: MultiText, *, field: str) -> MultiText:
    """
    Return the text with clean lines.

    :raises EntriesTooLong: if there are too many, or one is longer than a line.
    """
    clean = {language: list(dict.fromkeys(lines)) for language, lines in entries(text).items()}
    for lines in clean.values():
        if len(lines) > MOST_ENTRIES or any(len(line) > ENTRY_LETTERS for line in lines):
            raise EntriesTooLong(most=MOST_ENTRIES, letters=ENTRY_LETTERS, fields=(field,))
    return text.changed({language: "\n".join(lines) for language, lines in clean.items()})


def answer_each_other(offer: str, need: str) -> bool:
    """Tell whether an offer and a need name the same thing: all words of the shorter stand together in the longer."""
    one, other = sorted((f" {fold(offer)} ", f" {fold(need)} "), key=len)
    return len(one.strip()) > 1 and one in other


def within(windows: Iterable[Window], start: datetime, end: datetime) -> bool:
    """Tell whether a stretch lies inside one of the windows; no windows leave any hour open."""
    held = list(windows)
    return not held or any(first <= start and end <= last for first, last in held)
