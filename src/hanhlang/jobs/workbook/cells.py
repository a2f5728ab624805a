"""One cell: from what a person typed to a value, and from a value to what a person reads."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from typing import Any

from hanhlang.jobs.workbook.columns import LISTS, Column

YES = frozenset({"có", "co", "yes", "x", "1", "true", "đúng", "✓", "có / yes"})
NO = frozenset({"không", "khong", "no", "0", "false", "sai", "không / no"})
YES_SHOWN, NO_SHOWN = "có / yes", "không / no"
DASH = " – "

ISO_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
LOCAL_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
CLOCK = re.compile(r"(\d{1,2})(?:[:hH](\d{2})?)(?::00)?")
SPAN = re.compile(r"(\S+)\s+(\S+?)\s*[-–]\s*(\S+)")

Window = tuple[datetime, datetime]


class Wrong(ValueError):
    """A cell that cannot be what its column is; ``code`` and ``values`` as a fault has them."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.code, self.values = code, values


def value_of(raw: Any, column: Column) -> Any:
    """
    Return what a cell says: text, a whole number, a date, an hour, a local moment, or a tuple of such.

    :raises Wrong: with what to do about it.
    """
    if isinstance(raw, str):
        raw = clean(raw)
    if raw is None or raw == "":
        return column.nothing
    return READERS[column.kind](raw, column)


def clean(text: str) -> str:
    """Return a text as it is kept: composed letters, plain line ends, nothing around it."""
    return unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").strip()


def _text(raw: Any, column: Column) -> str:
    if isinstance(raw, bool):
        raise Wrong("cell_not_text", value="TRUE" if raw else "FALSE")
    if isinstance(raw, int | float):
        # Where letters and digits are a name for something, a number has lost the zeros it began with.
        if column.kind != "text" or column.needed or not float(raw).is_integer():
            raise Wrong("number_in_text", value=_digits(raw))
        return _digits(raw)
    if isinstance(raw, date | time | timedelta):
        raise Wrong("cell_not_text", value=str(raw))
    return str(raw)


def _words(raw: Any, column: Column) -> tuple[str, ...]:
    parts = re.split(r"[;,\n]", _text(raw, column) if isinstance(raw, str) else _listed(raw))
    return tuple(part.strip() for part in parts if part.strip())


def _refs(raw: Any, column: Column) -> tuple[str, ...]:
    # Who is named is a set: in another order it says the same.
    return tuple(sorted(set(_words(raw, column))))


def _listed(raw: Any) -> str:
    raise Wrong("number_in_text" if isinstance(raw, int | float) else "cell_not_text", value=_digits(raw))


def _choice(raw: Any, column: Column) -> str:
    text = str(_digits(raw) if isinstance(raw, int | float) else raw).split(DASH)[0].strip()
    if text in column.choices:
        return text
    # Somebody may type the Vietnamese word alone.
    for word, vietnamese in column.choices.items():
        if text.casefold() in (word.casefold(), vietnamese.casefold()):
            return word
    raise Wrong("not_one_of", value=text, choices=", ".join(column.choices))


def _choices(raw: Any, column: Column) -> tuple[str, ...]:
    return tuple(sorted({_choice(part, column) for part in _words(raw, column)}))


def _whole(raw: Any, _: Column) -> int:
    if isinstance(raw, str) and re.fullmatch(r"\d{1,9}", raw):
        return int(raw)
    if isinstance(raw, int | float) and not isinstance(raw, bool) and float(raw).is_integer() and abs(raw) < 10**9:
        return int(raw)
    raise Wrong("not_a_number", value=_digits(raw))


def _yes(raw: Any, _: Column) -> bool:
    word = _digits(raw).casefold() if isinstance(raw, int | float) else str(raw).casefold()
    if isinstance(raw, bool) or word in YES | NO:
        return raw if isinstance(raw, bool) else word in YES
    raise Wrong("not_yes_or_no", value=word)


def _day(raw: Any, _: Column) -> date:
    if isinstance(raw, datetime):
        if raw.time() != time(0):
            raise Wrong("bad_day", value=f"{raw:%Y-%m-%d %H:%M}")
        return raw.date()
    if isinstance(raw, date):
        return raw
    return _written_day(_moment_text(raw), _digits(raw))


def _written_day(text: str, whole: str) -> date:
    if match := ISO_DAY.fullmatch(text):
        year, month, day = map(int, match.groups())
    elif match := LOCAL_DAY.fullmatch(text):
        day, month, year = map(int, match.groups())
        # 10/11 is the tenth of November here and the eleventh of October elsewhere: nobody should miss a minister by guessing.
        if day <= 12 and month <= 12 and day != month:
            raise Wrong("ambiguous_day", value=whole, one=f"{year:04}-{month:02}-{day:02}", other=f"{year:04}-{day:02}-{month:02}")
    else:
        raise Wrong("bad_day", value=whole)
    try:
        return date(year, month, day)
    except ValueError as refusal:
        raise Wrong("bad_day", value=whole) from refusal


def _hour(raw: Any, _: Column) -> time:
    if isinstance(raw, datetime):
        # An hour typed into a cell formatted as a day and hour lies on day nought of the calendar.
        if raw.year < 1905:
            return _whole_minute(raw).time()
        raise Wrong("bad_hour", value=f"{raw:%Y-%m-%d %H:%M}")
    if isinstance(raw, time):
        return _whole_minute(datetime.combine(date(2000, 1, 1), raw)).time()
    if isinstance(raw, timedelta) and timedelta(0) <= raw < timedelta(days=1):
        return _whole_minute(datetime(2000, 1, 1) + raw).time()
    if isinstance(raw, float) and 0 <= raw < 1:
        return _whole_minute(datetime(2000, 1, 1) + timedelta(days=raw)).time()
    return _written_hour(_moment_text(raw), _digits(raw))


def _written_hour(text: str, whole: str) -> time:
    match = CLOCK.fullmatch(text)
    if match is None or int(match[1]) > 23 or int(match[2] or 0) > 59:
        raise Wrong("bad_hour", value=whole)
    return time(int(match[1]), int(match[2] or 0))


def _moment(raw: Any, _: Column) -> datetime:
    if isinstance(raw, datetime):
        return _whole_minute(raw)
    if isinstance(raw, date):
        return datetime.combine(raw, time())  # midnight is read as a bare day
    if isinstance(raw, str) and len(parts := raw.replace("T", " ").split()) == 2:
        day, hour = parts
        return datetime.combine(_written_day(day, raw), _written_hour(hour, raw))
    raise Wrong("bad_moment", value=_digits(raw))


def _windows(raw: Any, _: Column) -> tuple[Window, ...]:
    if not isinstance(raw, str):
        raise Wrong("bad_windows", value=_digits(raw))
    found = []
    for part in filter(None, (part.strip() for part in re.split(r"[;\n]", raw))):
        match = SPAN.fullmatch(part)
        if match is None:
            raise Wrong("bad_windows", value=part)
        day = _written_day(match[1], part)
        start, end = (datetime.combine(day, _written_hour(hour, part)) for hour in match.groups()[1:])
        if end <= start:
            raise Wrong("bad_windows", value=part)
        found.append((start, end))
    return tuple(found)


def _moment_text(raw: Any) -> str:
    return raw if isinstance(raw, str) else ""


def _whole_minute(moment: datetime) -> datetime:
    # Excel keeps hours as fractions of a day: 09:00 comes back as 08:59:59.99.
    return (moment + timedelta(seconds=30)).replace(second=0, microsecond=0, tzinfo=None)


def _digits(raw: Any) -> str:
    return str(int(raw)) if isinstance(raw, float) and raw.is_integer() else str(raw)


READERS = {
    "text": _text,
    "id": _text,
    "ref": _text,
    "refs": _refs,
    "words": _words,
    "choice": _choice,
    "choices": _choices,
    "whole": _whole,
    "yes": _yes,
    "day": _day,
    "hour": _hour,
    "moment": _moment,
    "windows": _windows,
}


def written(value: Any, column: Column) -> Any:
    """Return what goes into the cell for a value: text, a number, a date, an hour or a moment."""
    if value is None or value == ():
        return None
    if column.kind == "choice":
        return f"{value}{DASH}{column.choices[value]}" if value in column.choices else value
    if column.kind == "yes":
        return YES_SHOWN if value else NO_SHOWN
    if column.kind == "windows":
        return "; ".join(f"{start:%Y-%m-%d %H:%M}-{end:%H:%M}" for start, end in value)
    return "; ".join(value) if column.kind in LISTS else value


def shown(value: Any, column: Column, language: str) -> str:
    """Return a value as a page shows it, in one language."""
    if column.kind == "choice" and value in column.choices:
        return column.choices[value] if language == "vi" else str(value)
    if column.kind == "choices":
        return "; ".join(column.choices[one] if language == "vi" else one for one in value)
    if column.kind == "yes" and value is not None:
        return {"vi": ("không", "có"), "en": ("no", "yes")}[language][bool(value)]
    if isinstance(value, datetime):
        return f"{value:%d/%m/%Y %H:%M}" if language == "vi" else f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}" if language == "vi" else f"{value:%Y-%m-%d}"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    text = written(value, column)
    return "" if text is None else str(text)
