"""Reads ``CHANGE.json`` (``hanhlang-change/1``): what happened since a plan was published."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter, ValidationError

from hanhlang.engine.formats.hanhlang import RecordFault, fault, json_object, validator
from hanhlang.engine.formats.schema import DIALECT
from hanhlang.engine.problem import Problem, Strict
from hanhlang.engine.replan import BadChange, Change

CHANGE_FORMAT = "hanhlang-change/1"
# Fields that hold a moment: minutes since the problem's origin, or local time where the problem has a calendar.
MOMENTS = ("now", "start", "end", "until", "at", "fixed_start")


@dataclass(frozen=True, slots=True)
class ChangeFile(Strict):
    """``now``: nothing moves to an earlier minute, and near hours weigh more."""

    format: Literal["hanhlang-change/1"]
    changes: tuple[Annotated[Change, Field(discriminator="kind")], ...]
    now: int | None = None


_FILE = TypeAdapter(ChangeFile)
_VALID_FILE = validator(_FILE)


def read_changes(text: str, problem: Problem) -> ChangeFile:
    """
    Read the changes of ``problem``.

    :raises FormatFault: if the file is not JSON, or a field is missing, unknown or of the wrong kind.
    """
    raw = json_object(text, CHANGE_FORMAT)
    try:
        found: ChangeFile = _VALID_FILE.validate_python(_with_minutes(raw, problem, "file"))
    except ValidationError as error:
        raise fault(error, raw) from None
    except RecursionError:
        raise RecordFault(record="file", field="nesting", wrong="is too deep", remedy="write it as the format says") from None
    return found


def refused(change: BadChange) -> RecordFault:
    """Return the fault for a change that does not fit its problem."""
    return RecordFault(record=f"change {change.kind}", field=change.field, wrong=change.wrong, remedy=change.remedy)


def change_schema() -> dict[str, Any]:
    """Return the JSON Schema of the file, for people who write it."""
    found = _FILE.json_schema()
    found |= {"$schema": DIALECT, "title": CHANGE_FORMAT}
    _each_object(found, _let_moments_be_text)
    return found


def _with_minutes(value: Any, problem: Problem, record: str) -> Any:
    """Turn local times into minutes, wherever a field is a moment."""
    if isinstance(value, list):
        return [_with_minutes(each, problem, f"change {number}") for number, each in enumerate(value, start=1)]
    if not isinstance(value, dict):
        return value
    return {
        key: _minute(each, problem, record, key) if key in MOMENTS and isinstance(each, str) else _with_minutes(each, problem, record)
        for key, each in value.items()
    }


def _minute(text: str, problem: Problem, record: str, field: str) -> int:
    if problem.origin is None:
        raise RecordFault(record=record, field=field, wrong="is a time, but the problem has no origin", remedy="give minutes")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise RecordFault(record=record, field=field, wrong=f"{text[:30]!a} is no time", remedy="write 2025-10-27T09:10") from None
    return int((moment.replace(tzinfo=None) - datetime.fromisoformat(problem.origin)).total_seconds() // 60)


def _each_object(value: Any, change: Callable[[dict[str, Any]], None]) -> None:
    if isinstance(value, dict):
        change(value)
        for each in value.values():
            _each_object(each, change)
    elif isinstance(value, list):
        for each in value:
            _each_object(each, change)


def _let_moments_be_text(value: dict[str, Any]) -> None:
    for name, field in value.get("properties", {}).items():
        if name in MOMENTS and isinstance(field, dict):
            kept = {key: each for key, each in field.items() if key in ("title", "default")}
            kinds = ["integer", "string", "null"] if "default" in field else ["integer", "string"]
            value["properties"][name] = {**kept, "type": kinds}
