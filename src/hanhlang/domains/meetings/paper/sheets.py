"""The agenda and the placements as workbooks; a cell is always a text, never a formula."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import datetime

import xlsxwriter
from django.utils.translation import gettext

from hanhlang.domains.delegations.models import Delegation, Member
from hanhlang.domains.events.models import Week
from hanhlang.domains.meetings import queries
from hanhlang.domains.meetings.enums import Secrecy
from hanhlang.domains.meetings.models import Participant, Placement
from hanhlang.domains.meetings.paper.cards import Reading, heading_of, number_of, published
from hanhlang.domains.meetings.parties import party_of
from hanhlang.domains.meetings.visibility import Viewer, levels_of

WIDTHS = (12, 8, 8, 10, 26, 34, 34, 26, 18, 30)


def placements_sheet(*, week: Week, viewer: Viewer, now: datetime) -> bytes:
    """Return every published meeting that ``viewer`` may see, with what its secrecy leaves of it."""
    reading = Reading(week, now)
    rows = published(week)
    levels = levels_of(viewer, [row.meeting for row in rows])
    return _book(gettext("Meetings"), (_placement(row, levels[row.meeting_id], reading) for row in rows))


def agenda_sheet(*, delegation: Delegation, viewer: Viewer, now: datetime) -> bytes:
    """Return a delegation's agenda, a row for each session and meeting."""
    week = delegation.week
    reading = Reading(week, now, party=delegation)
    members = set(Member.objects.filter(delegation=delegation).values_list("person_id", flat=True))
    rows = published(week, members)
    levels = levels_of(viewer, [row.meeting for row in rows])
    timed: list[tuple[datetime, Sequence[str]]] = [(row.starts_at, _placement(row, levels[row.meeting_id], reading)) for row in rows]
    for item in queries.sessions_in_agenda(week, members):
        place, site = (str(item.place.name), str(item.place.site.name)) if item.place else ("", "")
        who = ", ".join(person.name for person in item.people)
        hours = (reading.day(item.starts_at).isoformat(), reading.hour(item.starts_at), reading.hour(item.ends_at))
        timed.append(
            (item.starts_at, (*hours, "", gettext("Session"), str(item.session.title) if item.session else "", who, place, site, ""))
        )
    columns = [
        gettext("Day"),
        gettext("From"),
        gettext("To"),
        gettext("Number"),
        gettext("Kind"),
        gettext("First side"),
        gettext("Second side"),
    ]
    columns += [gettext("Place"), gettext("City"), gettext("Interpreters")]
    return _book(gettext("Agenda"), (row for _, row in sorted(timed, key=lambda pair: pair[0])))


def _placement(row: Placement, level: Secrecy, reading: Reading) -> Sequence[str]:
    if level == Secrecy.NOTHING:
        return ()
    hours = (reading.day(row.starts_at).isoformat(), reading.hour(row.starts_at), reading.hour(row.ends_at))
    where = (str(row.place.name), str(row.place.site.name)) if level in (Secrecy.PLACE, Secrecy.ALL) else ("", "")
    if level != Secrecy.ALL:
        return (*hours, "", gettext("Taken"), "", "", *where, "")
    seats: list[Participant] = row.meeting.seats_taken  # type: ignore[attr-defined]
    sides = [party_of([seat for seat in seats if seat.side == side]) for side in (1, 2)]
    names = (side.name if side else "" for side in sides)
    teams = ", ".join(str(team.name) for team in row.teams.all())
    return (*hours, number_of(row.meeting), heading_of(row.meeting), *names, *where, teams)


def _columns() -> list[str]:
    when = [gettext("Day"), gettext("From"), gettext("To")]
    what = [gettext("Number"), gettext("Kind"), gettext("First side"), gettext("Second side")]
    return [*when, *what, gettext("Place"), gettext("City"), gettext("Interpreters")]


def _book(title: str, rows: Iterable[Sequence[str]]) -> bytes:
    columns = _columns()
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(target, options)
    sheet = book.add_worksheet(title[:31])
    bold = book.add_format({"bold": True})
    for column, (name, width) in enumerate(zip(columns, WIDTHS, strict=True)):
        sheet.write_string(0, column, name, bold)
        sheet.set_column(column, column, width)
    line = 0
    for row in rows:
        if not row:
            continue
        line += 1
        for column, text in enumerate(row):
            sheet.write_string(line, column, text)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(line, 1), len(columns) - 1)
    book.close()
    return target.getvalue()
