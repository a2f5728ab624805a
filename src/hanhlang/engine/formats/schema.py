"""The JSON Schemas of our own formats, made from the same types that read them."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from hanhlang.engine.formats.hanhlang import PLAN_FORMAT, PROBLEM_FORMAT, PlanFile
from hanhlang.engine.problem import Problem

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def problem_schema() -> dict[str, Any]:
    """Return the schema of a problem file, ``hanhlang-problem/1``."""
    return _named(TypeAdapter(Problem).json_schema(), PROBLEM_FORMAT)


def plan_schema() -> dict[str, Any]:
    """Return the schema of a plan file, ``hanhlang-plan/1``."""
    return _named(PlanFile.model_json_schema(), PLAN_FORMAT)


def _named(schema: dict[str, Any], name: str) -> dict[str, Any]:
    properties = {**schema["properties"], "format": {"const": name, "description": "name and version of the format"}}
    required = sorted({*schema.get("required", []), "format"})
    return {**schema, "$schema": DIALECT, "title": name, "properties": properties, "required": required}
