"""
Reads meetings with travel, CSPLib problem 046: two meetings of one person differ by at least distance + 1 slots.

Each meeting has a site and a place of its own, a slot is a minute, the distance is the road between the sites.
Meetings and people are numbered from 0, as in the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

from hanhlang.engine.formats.faults import FormatFault, quoted
from hanhlang.engine.problem import Grid, Meeting, Person, Pool, Problem, Road, Site, Unit, Weights

FORMAT = "csplib046"
MAX_CHARACTERS = 1_000_000
LIMITS = {"NumberOfMeetings": 200, "NumberOfAgents": 5_000, "DomainSize": 500}
MAX_DISTANCE = 500
STAND_IN = "nobody-"

_SIZE = re.compile(r"([A-Za-z]+)\s*=\s*(\S+)")
_AGENT = re.compile(r"Agents\s*\(([0-9]{1,9})\)\s*:(.*)")
_ROW = re.compile(r"([0-9]{1,9})\s*:(.*)")
_IGNORED = re.compile(r"Agents Meetings:|Between Meetings Distance:|Estimated P1=.*|[0-9\s]*")
Key = TypeVar("Key")

_INFORMATION = ("NumberOfMeetingPerAgent", "MinDisTimeBetweenMeetings", "MaxDisTimeBetweenMeetings")


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    numbers: tuple[int, ...]


@dataclass(slots=True)
class _File:
    sizes: dict[str, _Row]
    agents: dict[int, _Row]
    distances: dict[int, _Row]


def read(text: str) -> Problem:
    """
    Read an instance; every meeting must be placed.

    :raises FormatFault: if the file is damaged, contradicts itself or is too large.
    """
    if len(text) > MAX_CHARACTERS:
        raise FormatFault(line=1, field="file", wrong=f"it has more than {MAX_CHARACTERS} characters", remedy="give one instance per file")
    file = _scan(text)
    meetings, people, slots = (_size(file, name) for name in LIMITS)
    _expect(file.agents, people, "Agents", "NumberOfAgents")
    _expect(file.distances, meetings, "Between Meetings Distance", "NumberOfMeetings")
    _check_distances(file.distances, meetings)
    attendees = _attendees(file.agents, meetings)
    stand_ins = [attending[0] for attending in attendees if attending[0].startswith(STAND_IN)]
    return Problem(
        sites=tuple(Site(f"site-{number}") for number in range(meetings)),
        pools=tuple(Pool(f"place-{number}", f"site-{number}", (Unit(f"place-{number}"),)) for number in range(meetings)),
        people=tuple(Person(name) for name in (*map(str, range(people)), *stand_ins)),
        grids=(Grid("slots", tuple(range(slots)), 1, (0,) * slots, count_breaks=False),),
        meetings=tuple(
            Meeting(str(number), people=attendees[number], minutes=1, grid="slots", pools=(f"place-{number}",))
            for number in range(meetings)
        ),
        roads=tuple(_roads(file.distances)),
        weights=Weights(breaks=0, preferred=0, meal=0, in_a_row=0, city_changes=0),
        place_all=True,
        format=FORMAT,
    )


def _scan(text: str) -> _File:
    file = _File({}, {}, {})
    for line, full in enumerate(text.splitlines(), start=1):
        content = full.strip()
        if found := _SIZE.fullmatch(content):
            if found[1] in LIMITS:
                _add(file.sizes, found[1], _Row(line, _numbers(found[2], line, found[1])), found[1])
            elif found[1] not in _INFORMATION:
                raise FormatFault(line=line, field=quoted(found[1]), wrong="no such field in this format", remedy="remove it")
        elif found := _AGENT.fullmatch(content):
            _add(file.agents, int(found[1]), _Row(line, _numbers(found[2], line, "Agents")), f"Agents ({found[1]})")
        elif found := _ROW.fullmatch(content):
            _add(file.distances, int(found[1]), _Row(line, _numbers(found[2], line, "Between Meetings Distance")), f"row {found[1]}")
        elif not _IGNORED.fullmatch(content):
            raise FormatFault(
                line=line, field="file", wrong=f"{quoted(content)} is not understood", remedy="remove it or fetch the file again"
            )
    return file


def _add(rows: dict[Key, _Row], key: Key, row: _Row, field: str) -> None:
    if key in rows:
        raise FormatFault(line=row.line, field=field, wrong=f"it is given twice, first on line {rows[key].line}", remedy="keep one of them")
    rows[key] = row


def _numbers(text: str, line: int, field: str) -> tuple[int, ...]:
    words = text.split()
    for word in words:
        if not re.fullmatch("[0-9]{1,9}", word):
            raise FormatFault(line=line, field=field, wrong=f"{quoted(word)} is not a whole number of up to 9 digits", remedy="correct it")
    return tuple(int(word) for word in words)


def _size(file: _File, name: str) -> int:
    if name not in file.sizes:
        raise FormatFault(line=1, field=name, wrong="the field is missing", remedy="add it or fetch the file again")
    row = file.sizes[name]
    if row.numbers[0] > LIMITS[name]:
        raise FormatFault(
            line=row.line, field=name, wrong=f"{row.numbers[0]} is too large", remedy=f"this reader takes up to {LIMITS[name]}"
        )
    return row.numbers[0]


def _expect(rows: dict[int, _Row], count: int, field: str, counted_by: str) -> None:
    for number, row in rows.items():
        if number >= count:
            raise FormatFault(
                line=row.line, field=field, wrong=f"{counted_by} is {count}, yet there is a row {number}", remedy="make them agree"
            )
    if len(rows) != count:
        missing = min(set(range(count)) - set(rows))
        raise FormatFault(line=1, field=field, wrong=f"row {missing} is missing", remedy="add it or fetch the file again")


def _check_distances(rows: dict[int, _Row], meetings: int) -> None:
    for number, row in sorted(rows.items()):
        field = f"Between Meetings Distance, row {number}"
        if len(row.numbers) != meetings:
            raise FormatFault(line=row.line, field=field, wrong=f"it has {len(row.numbers)} distances", remedy=f"give {meetings}")
        if max(row.numbers) > MAX_DISTANCE:
            raise FormatFault(
                line=row.line, field=field, wrong=f"{max(row.numbers)} is too far", remedy=f"use at most {MAX_DISTANCE} slots"
            )
    for number, row in sorted(rows.items()):
        for other, distance in enumerate(row.numbers):
            if rows[other].numbers[number] != distance:
                raise FormatFault(
                    line=row.line,
                    field=f"Between Meetings Distance, row {number}",
                    wrong=f"to {other} it is {distance} but back {rows[other].numbers[number]}",
                    remedy="make the table symmetric",
                )


def _attendees(agents: dict[int, _Row], meetings: int) -> list[tuple[str, ...]]:
    attendees: list[list[str]] = [[] for _ in range(meetings)]
    for number, row in sorted(agents.items()):
        for meeting in sorted(set(row.numbers)):
            if meeting >= meetings:
                raise FormatFault(
                    line=row.line, field=f"Agents ({number})", wrong=f"meeting {meeting} does not exist", remedy=f"use 0 to {meetings - 1}"
                )
            attendees[meeting].append(str(number))
    # Real files have meetings that nobody attends; a problem wants somebody in each.
    return [tuple(people) or (f"{STAND_IN}{meeting}",) for meeting, people in enumerate(attendees)]


def _roads(rows: dict[int, _Row]) -> Iterator[Road]:
    for number, row in sorted(rows.items()):
        for other, distance in enumerate(row.numbers):
            if other != number:
                yield Road(f"site-{number}", f"site-{other}", (distance,) * 24)
