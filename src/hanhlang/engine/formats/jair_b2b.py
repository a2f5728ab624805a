"""
Reads the brokerage events of Bofill et al., JAIR 74 (2022) 263-301, in MiniZinc's data syntax.

Participants, meetings and tables keep their numbers as ids; slot ``s`` of the file is minute ``s - 1``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from hanhlang.engine.formats.dzn import Value, read_values
from hanhlang.engine.formats.faults import FormatFault
from hanhlang.engine.problem import Grid, Interval, Meeting, Person, Pool, Precedence, Problem, Site, Unit, Weights

FORMAT = "jair-b2b"
LIMITS = {"nBusiness": 20_000, "nMeetings": 100_000, "nTables": 20_000, "nTotalSlots": 2_000}
MORNING, AFTERNOON, EITHER = 1, 2, 3

_DERIVED = ("meetingsxBusiness", "nMeetingsBusiness")
_KINDS = {
    "nBusiness": "number",
    "nMeetings": "number",
    "nTables": "number",
    "nTotalSlots": "number",
    "nMorningSlots": "number",
    "requested": "table",
    "forbidden": "sets",
    "fixed": "numbers",
    "precedences": "sets",
}


@dataclass(frozen=True, slots=True)
class _Event:
    people: int
    meetings: int
    tables: int
    slots: int
    morning: int
    values: dict[str, Value]


def read(text: str, fairness: int | None = 2) -> Problem:
    """
    Read an event; ``fairness`` bounds the difference in breaks between any two people (``None``: no bound).

    :raises FormatFault: if the file is damaged, contradicts itself or is too large.
    """
    event = _event(read_values(text))
    slots = tuple(range(event.slots))
    return Problem(
        sites=(Site("hall"),),
        pools=(Pool("tables", "hall", tuple(Unit(str(table + 1)) for table in range(event.tables))),),
        people=tuple(_people(event)),
        grids=(Grid("slots", slots, 1, (0,) * event.slots),),
        meetings=tuple(_meetings(event)),
        precedences=tuple(_precedences(event)),
        weights=Weights(breaks=1, preferred=0, meal=0, in_a_row=0, city_changes=0),
        fairness=fairness,
        place_all=True,
        format=FORMAT,
    )


def _event(values: dict[str, Value]) -> _Event:
    for name, value in values.items():
        if name not in _KINDS and name not in _DERIVED:
            raise _fault(value, "no such field in this format", "remove it or choose another --format")
    for name, kind in _KINDS.items():
        if name not in values:
            raise FormatFault(line=1, field=name, wrong="the field is missing", remedy="add it or fetch the file again")
        # An empty list does not say whether it would have held numbers or sets.
        if values[name].kind != kind and values[name].rows != ((),):
            raise _fault(values[name], f"the value is of the kind {values[name].kind}, not {kind}", "see the format's description")
    sizes = {name: values[name].rows[0][0] for name in LIMITS}
    for name, largest in LIMITS.items():
        if not 0 <= sizes[name] <= largest:
            raise _fault(values[name], f"{sizes[name]} is too large", f"this reader takes up to {largest}")
    event = _Event(sizes["nBusiness"], sizes["nMeetings"], sizes["nTables"], sizes["nTotalSlots"], _morning(values, sizes), values)
    _expect_rows(values["requested"], event.meetings, "nMeetings")
    _expect_rows(values["forbidden"], event.people, "nBusiness")
    _expect_rows(values["precedences"], event.meetings, "nMeetings")
    if len(values["fixed"].rows[0]) != event.meetings:
        raise _fault(values["fixed"], f"it has {len(values['fixed'].rows[0])} entries, nMeetings is {event.meetings}", "make them equal")
    return event


def _morning(values: dict[str, Value], sizes: dict[str, int]) -> int:
    morning = values["nMorningSlots"].rows[0][0]
    if morning > sizes["nTotalSlots"]:
        raise _fault(values["nMorningSlots"], f"{morning} is more than nTotalSlots", f"use at most {sizes['nTotalSlots']}")
    return morning


def _expect_rows(value: Value, count: int, counted_by: str) -> None:
    rows = 0 if value.kind == "numbers" else len(value.rows)
    if rows != count:
        raise _fault(value, f"it has {rows} rows, {counted_by} is {count}", "make them equal")


def _rows(value: Value) -> Iterable[tuple[int, int, tuple[int, ...]]]:
    """Yield number (from 1), line and content of each row; an empty list has none."""
    if value.kind == "numbers":
        return
    for number, (line, row) in enumerate(zip(value.lines, value.rows, strict=True), start=1):
        yield number, line, row


def _people(event: _Event) -> Iterable[Person]:
    for number, line, forbidden in _rows(event.values["forbidden"]):
        for slot in forbidden:
            if slot > event.slots:
                raise FormatFault(
                    line=line,
                    field=f"forbidden, participant {number}",
                    wrong=f"slot {slot} does not exist",
                    remedy=f"use 0 to {event.slots}",
                )
        closed = {slot - 1 for slot in forbidden if slot > 0}
        yield Person(str(number), windows=_open(closed, event.slots) if closed else ())


def _open(closed: set[int], slots: int) -> tuple[Interval, ...]:
    """Return the runs of slots outside ``closed``; a time after the last slot if there are none, as no window means always."""
    windows: list[Interval] = []
    for slot in range(slots):
        if slot in closed:
            continue
        if windows and windows[-1].end == slot:
            windows[-1] = Interval(windows[-1].start, slot + 1)
        else:
            windows.append(Interval(slot, slot + 1))
    return tuple(windows) or (Interval(slots, slots + 1),)


def _meetings(event: _Event) -> Iterable[Meeting]:
    fixed = event.values["fixed"]
    sessions = {
        MORNING: _open(set(range(event.morning, event.slots)), event.slots),
        AFTERNOON: _open(set(range(event.morning)), event.slots),
        EITHER: (),
    }
    for number, line, row in _rows(event.values["requested"]):
        where = f"requested, meeting {number}"
        if len(row) != 3:
            raise FormatFault(
                line=line, field=where, wrong=f"the row has {len(row)} numbers", remedy="give participant, participant, session"
            )
        first, second, session = row
        for person in (first, second):
            if not 1 <= person <= event.people:
                raise FormatFault(line=line, field=where, wrong=f"participant {person} does not exist", remedy=f"use 1 to {event.people}")
        if first == second:
            raise FormatFault(line=line, field=where, wrong=f"participant {first} meets itself", remedy="name two participants")
        if session not in sessions:
            raise FormatFault(
                line=line, field=where, wrong=f"session {session} does not exist", remedy="use 1 (morning), 2 (afternoon) or 3 (either)"
            )
        slot = fixed.rows[0][number - 1]
        if slot > event.slots:
            raise FormatFault(
                line=fixed.line, field=f"fixed, meeting {number}", wrong=f"slot {slot} does not exist", remedy=f"use 0 to {event.slots}"
            )
        yield Meeting(
            str(number),
            people=(str(first), str(second)),
            minutes=1,
            grid="slots",
            pools=("tables",),
            windows=sessions[session],
            fixed_start=slot - 1 if slot else None,
        )


def _precedences(event: _Event) -> Iterable[Precedence]:
    for number, line, earlier in _rows(event.values["precedences"]):
        for other in sorted(set(earlier)):
            if not 1 <= other <= event.meetings:
                raise FormatFault(
                    line=line,
                    field=f"precedences, meeting {number}",
                    wrong=f"meeting {other} does not exist",
                    remedy=f"use 1 to {event.meetings}",
                )
            if other == number:
                raise FormatFault(
                    line=line,
                    field=f"precedences, meeting {number}",
                    wrong="it is to be earlier than itself",
                    remedy="remove it from its set",
                )
            yield Precedence(str(other), str(number))


def _fault(value: Value, wrong: str, remedy: str) -> FormatFault:
    return FormatFault(line=value.line, field=value.field, wrong=wrong, remedy=remedy)
