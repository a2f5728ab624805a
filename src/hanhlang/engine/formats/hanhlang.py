"""Our own JSON: problems (``hanhlang-problem/1``) and plans (``hanhlang-plan/1``)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic_core import SchemaValidator

from hanhlang.engine.formats.faults import FormatFault, quoted
from hanhlang.engine.plan import Placement, Plan, Reason, Unplaced
from hanhlang.engine.problem import Problem
from hanhlang.engine.validate import MOST_FAULTS, problem_faults

PROBLEM_FORMAT = "hanhlang-problem/1"
PLAN_FORMAT = "hanhlang-plan/1"
MOST_BYTES = 400_000_000
# Benchmark files number slots from 1; our own and CSPLib's from 0.
FIRST_SLOT = {"jair-b2b": 1}

# No record has so many fields, and naming each that is too much takes more memory than there is.
MOST_FIELDS = 50

_PROBLEM = TypeAdapter(Problem)


def validator(adapter: TypeAdapter[Any]) -> SchemaValidator:
    """
    Return what validates as the adapter does, but looks at no list further than its first fault.

    Only one is told, and a file of a few megabytes with nothing right in it has millions.
    """

    def stopping(schema: Any) -> Any:
        if isinstance(schema, list):
            return [stopping(each) for each in schema]
        if not isinstance(schema, dict):
            return schema
        stops = {"fail_fast": True} if schema.get("type") in ("tuple", "list") else {}
        return {key: stopping(each) for key, each in schema.items()} | stops

    return SchemaValidator(stopping(adapter.core_schema))


_VALID_PROBLEM = validator(_PROBLEM)


class RecordFault(FormatFault):
    """A fault in a record of a JSON file; the record stands for the line."""

    def __init__(self, *, record: str, field: str, wrong: str, remedy: str) -> None:
        self.line, self.field, self.wrong, self.remedy = 0, field, wrong, remedy
        ValueError.__init__(self, f"{record}, {field}: {wrong}; {remedy}.")


class PlacementRow(BaseModel):
    model_config = ConfigDict(extra="forbid")

    meeting: Annotated[str, Field(coerce_numbers_to_str=True)]
    slot: int
    start: str | None = None
    place: str | None = None
    teams: tuple[str, ...] = ()


class UnplacedRow(BaseModel):
    model_config = ConfigDict(extra="forbid")

    meeting: Annotated[str, Field(coerce_numbers_to_str=True)]
    reason: Reason
    people: tuple[str, ...] = ()
    resource: str = ""
    text: dict[str, str] = {}


class PlanFile(BaseModel):
    model_config = ConfigDict(extra="forbid")

    format: str
    placements: tuple[PlacementRow, ...]
    unplaced: tuple[UnplacedRow, ...] = ()


_VALID_PLAN = validator(TypeAdapter(PlanFile))


def read_problem(text: str) -> Problem:
    """
    Read a problem.

    :raises FormatFault: if the file is not JSON, a field is missing, unknown or of the wrong kind, or the problem makes no sense.
    """
    raw = json_object(text, PROBLEM_FORMAT)
    try:
        problem: Problem = _VALID_PROBLEM.validate_python({**raw, "format": "hanhlang"})
    except ValidationError as error:
        raise fault(error, raw) from None
    faults = problem_faults(problem)
    if faults:
        first = faults[0]
        at_least = "at least " if len(faults) >= MOST_FAULTS else ""
        wrong = f"{first.text.rstrip('.')}" + (f" (and {at_least}{len(faults) - 1} more)" if len(faults) > 1 else "")
        raise RecordFault(record=first.record, field=first.field, wrong=wrong, remedy=first.remedy.rstrip("."))
    return problem


def write_problem(problem: Problem) -> str:
    """Return the problem as JSON; fields at their default are left out."""
    body = _PROBLEM.dump_python(problem, mode="json", exclude_defaults=True)
    return json.dumps({"format": PROBLEM_FORMAT, **{key: value for key, value in body.items() if key != "format"}}, ensure_ascii=False)


def read_plan(text: str, problem: Problem) -> Plan:
    """
    Read a plan for ``problem``; unknown meetings and places are left for the checker to name.

    :raises FormatFault: if the file is not a plan.
    """
    raw = json_object(text, PLAN_FORMAT)
    try:
        file: PlanFile = _VALID_PLAN.validate_python(raw)
    except ValidationError as error:
        raise fault(error, raw) from None
    grids = {grid.id: grid for grid in problem.grids}
    starts = {meeting.id: grids[meeting.grid].starts for meeting in problem.meetings}
    only_units = {meeting.id: meeting.pools for meeting in problem.meetings}
    first = FIRST_SLOT.get(problem.format, 0)
    placements = []
    for row in file.placements:
        slot = row.slot - first
        known = starts.get(row.meeting, ())
        start = known[slot] if 0 <= slot < len(known) else -1
        placements.append(Placement(row.meeting, slot, start, row.place or _single(problem, only_units.get(row.meeting, ())), row.teams))
    return Plan(tuple(placements), tuple(Unplaced(row.meeting, row.reason, row.people, row.resource) for row in file.unplaced))


def write_plan(plan: Plan, problem: Problem, texts: Mapping[str, Mapping[str, str]] | None = None) -> str:
    """Return the plan as JSON; ``texts`` gives the reason in words by meeting and language."""
    first = FIRST_SLOT.get(problem.format, 0)
    numbered = problem.format != "hanhlang"
    words = texts or {}

    def name(meeting: str) -> str | int:
        return int(meeting) if numbered and meeting.isdigit() else meeting

    @cache
    def at(minute: int) -> str:
        return json.dumps(moment(problem, minute))

    # Put together by hand: of forty thousand it takes a third of the time, and whoever presses Ctrl-C waits for it.
    placements = [
        f'{{"meeting": {_encoded(name(p.meeting))}, "slot": {p.slot + first}, "start": {at(p.start)}, "place": {_encoded(p.unit)}'
        + (f', "teams": {_encoded(p.teams)}}}' if p.teams else "}")
        for p in plan.placements
    ]
    unplaced = [
        _encoded(
            {"meeting": name(u.meeting), "reason": str(u.reason), "people": u.people, "resource": u.resource}
            | {"text": dict(words.get(u.meeting, {}))}
        )
        for u in plan.unplaced
    ]
    # A line for each meeting: a diff shows who moved.
    return f"""{{
"format": {json.dumps(PLAN_FORMAT)},
"placements": {_lines(placements)},
"unplaced": {_lines(unplaced)}
}}"""


def _lines(records: Sequence[str]) -> str:
    return "[" + ",".join(["\n " + record for record in records]) + "]"


# Made once: `json.dumps` makes one for each record, which takes longer than writing it.
_encoded = json.JSONEncoder(ensure_ascii=False).encode


def moment(problem: Problem, minute: int) -> str | None:
    """Return ``minute`` as local ISO time with offset, ``None`` where the problem has no calendar."""
    if problem.origin is None:
        return None
    zone = ZoneInfo(problem.timezone) if problem.timezone else None
    local = datetime.fromisoformat(problem.origin) + timedelta(minutes=minute)
    return local.replace(tzinfo=zone).isoformat(timespec="minutes")


def _single(problem: Problem, pools: tuple[str, ...]) -> str:
    """Return the only permitted unit, where a benchmark plan leaves places out."""
    units = [unit.id for pool in problem.pools if pool.id in pools for unit in pool.units]
    return units[0] if len(units) == 1 else ""


def json_object(text: str, wanted: str) -> dict[str, Any]:
    """
    Return the JSON object of a file that says it is in the format ``wanted``.

    :raises FormatFault: if it is not one.
    """
    if len(text) > MOST_BYTES:
        raise RecordFault(record="file", field="size", wrong=f"has {len(text)} characters", remedy=f"keep it below {MOST_BYTES}")
    try:
        raw = json.loads(text, object_hook=_record)
    except json.JSONDecodeError as error:
        raise FormatFault(line=error.lineno, field=f"column {error.colno}", wrong=error.msg, remedy="mend the JSON there") from None
    except RecursionError:
        raise RecordFault(record="file", field="nesting", wrong="is too deep", remedy="write it as the format says") from None
    if not isinstance(raw, dict) or raw.get("format") != wanted:
        given = quoted(str(raw.get("format"))) if isinstance(raw, dict) else "missing"
        raise RecordFault(record="file", field="format", wrong=f"is {given}", remedy=f'give "format": "{wanted}"')
    return raw


def _record(fields: dict[str, Any]) -> dict[str, Any]:
    if len(fields) > MOST_FIELDS:
        name = quoted(str(fields.get("id", fields.get("meeting", ""))))
        raise RecordFault(record=f"record {name}", field="fields", wrong=f"has {len(fields)}", remedy=f"give {MOST_FIELDS} at the most")
    return fields


def fault(error: ValidationError, raw: dict[str, Any]) -> FormatFault:
    """Return the first fault that validation found, with the record it is in."""
    first = error.errors(include_url=False)[0]
    path = first["loc"]
    record = "file"
    here: Any = raw
    for key in path[:-1]:
        try:
            here = here[key]
        except (KeyError, IndexError, TypeError):
            break
        if isinstance(here, dict):
            record = f"{path[0]} {quoted(str(here.get('id', here.get('meeting', ''))))}"
    field = ".".join(str(part) for part in path) or "format"
    more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
    return RecordFault(record=record, field=field, wrong=first["msg"] + more, remedy="see the format's description")
