"""Stretches of hours in a form: a day, from and to, several rows of them, without scripts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext

from hanhlang.domains.events.models import Week
from hanhlang.domains.meetings.rules import Window
from hanhlang.web.components.dates import short_day

SHOWN, MOST = 2, 8


@dataclass
class Row:
    """One stretch as it was typed."""

    id: str
    name: str
    number: int
    day: str = ""
    begins: str = ""
    ends: str = ""
    error: str = ""
    window: Window | None = None

    @property
    def is_empty(self) -> bool:
        return not (self.day or self.begins or self.ends)


class HourRows:
    """A group of stretches; ``windows`` are those that could be read, ``lines`` what is to be put right, each with the id of its field."""

    is_hours = True

    def __init__(
        self, name: str, label: str | Promise, hint: str | Promise, week: Week, data: QueryDict | None, initial: Sequence[Window] = ()
    ) -> None:
        self.name, self.label, self.hint = name, label, hint
        self.zone = ZoneInfo(week.timezone)
        days = [week.starts_on + timedelta(days=n) for n in range((week.ends_on - week.starts_on).days + 1)]
        self.days = [(day.isoformat(), short_day(day)) for day in days]
        self.refusal = ""
        # What helps to choose, where somebody has it: see requests/own_hours.html.
        self.drawing: object = None
        self.rows = [self._typed(n, data) for n in range(MOST)] if data is not None else self._given(initial)
        if data is not None:
            for row in self.rows:
                self._read(row)

    @property
    def shown(self) -> list[Row]:
        return self.rows[:SHOWN]

    @property
    def more(self) -> list[Row]:
        return self.rows[SHOWN:]

    @property
    def more_are_used(self) -> bool:
        return any(not row.is_empty for row in self.more)

    @property
    def windows(self) -> list[Window]:
        return [row.window for row in self.rows if row.window]

    @property
    def lines(self) -> list[dict[str, str]]:
        found = [{"id": f"{row.id}-day", "text": row.error} for row in self.rows if row.error]
        return ([{"id": f"{self.rows[0].id}-day", "text": self.refusal}] if self.refusal else []) + found

    def refuse(self, sentence: str) -> None:
        """Say why the action refused these hours."""
        self.refusal = sentence

    def _typed(self, number: int, data: QueryDict) -> Row:
        row = self._row(number)
        row.day, row.begins, row.ends = (data.get(f"{self.name}-{number}-{part}", "").strip() for part in ("day", "from", "to"))
        return row

    def _given(self, windows: Sequence[Window]) -> list[Row]:
        rows = [self._row(number) for number in range(MOST)]
        for row, (start, end) in zip(rows, windows, strict=False):
            first, last = start.astimezone(self.zone), end.astimezone(self.zone)
            row.day, row.begins, row.ends = first.date().isoformat(), f"{first:%H:%M}", f"{last:%H:%M}"
        return rows

    def _row(self, number: int) -> Row:
        return Row(f"id_{self.name}-{number}", f"{self.name}-{number}", number + 1)

    def _read(self, row: Row) -> None:
        if row.is_empty:
            return
        if not (row.day and row.begins and row.ends):
            row.error = gettext("Give the day, from and to of row %(number)d, or leave all three empty.") % {"number": row.number}
            return
        try:
            day, begins, ends = date.fromisoformat(row.day), time.fromisoformat(row.begins), time.fromisoformat(row.ends)
        except ValueError:
            row.error = gettext("Give the hours of row %(number)d as 09:30.") % {"number": row.number}
            return
        start = datetime.combine(day, begins, tzinfo=self.zone)
        # Until midnight is written 00:00.
        end = datetime.combine(day + timedelta(days=1) if ends == time(0) else day, ends, tzinfo=self.zone)
        if end <= start:
            row.error = gettext("In row %(number)d the end must be later than the beginning.") % {"number": row.number}
            return
        row.window = (start, end)
