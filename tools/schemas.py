"""Write the JSON Schemas of our formats into docs/reference, for people who make files by other means."""

from __future__ import annotations

import json
from pathlib import Path

from hanhlang.engine.formats.changes import change_schema
from hanhlang.engine.formats.schema import plan_schema, problem_schema

REFERENCE = Path(__file__).resolve().parent.parent / "docs" / "reference"
FILES = {"problem.schema.json": problem_schema, "plan.schema.json": plan_schema, "change.schema.json": change_schema}


def main() -> None:
    for name, schema in FILES.items():
        (REFERENCE / name).write_text(json.dumps(schema(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
