"""
Write the reference of the workbook's sheets and columns from what reads them.

    python tools/workbook_reference.py

A test fails while docs/reference/workbook.md says something else.
"""

from __future__ import annotations

import os
from pathlib import Path

PAGE = Path(__file__).resolve().parent.parent / "docs" / "reference" / "workbook.md"
KINDS = {
    "text": "text",
    "id": "id",
    "ref": "id of",
    "refs": "ids of",
    "words": "words, `;` between",
    "choice": "one of",
    "choices": "any of",
    "whole": "whole number",
    "yes": "yes or no",
    "day": "day",
    "hour": "hour",
    "moment": "day and hour",
    "windows": "stretches of hours",
}
HEAD = """# The workbook

Made by `python tools/workbook_reference.py` from what reads the sheets (`jobs/workbook/sheets.py`).
How to work with it: [Excel](../how-to/excel.md). What the fields mean: [the week folder](week-folder.md).

- A sheet is known by its name, a column by its heading: the whole heading, either language, or the name below,
  marks and capitals aside. Order does not matter.
- The first column marks rows that are not loaded: `Giải thích / Help` and `Ví dụ / Example`.
- **needed**: may not be empty. **kept**: an empty cell leaves what is there; in every other column it empties the field.
  **shown**: written out, never read.
- Days `2025-10-27` or `27/10/2025`; hours `09:00` or `9h30`; both, with a space between, for a moment; stretches
  `2025-10-27 09:00-12:00`, `;` between. A day that could be two (`10/11/2025`) is refused. All hours are the week's own.
- At most {megabytes} MB, {cells:,} cells, {rows:,} rows and {columns} columns.

"""


def table() -> str:
    """Return the page."""
    from hanhlang.jobs.workbook import archive
    from hanhlang.jobs.workbook.sheets import SHEETS

    limits = {"megabytes": archive.MOST_BYTES // 1_000_000, "cells": archive.MOST_CELLS, "rows": archive.MOST_ROWS}
    parts = [HEAD.format(**limits, columns=archive.MOST_COLUMNS)]
    for sheet in SHEETS:
        keys = ", ".join(f"`{key}`" for key in sheet.keys)
        parts.append(f"## {sheet.name}\n\n{sheet.vi} / {sheet.en}. {sheet.about_en} Rows are told apart by {keys}.\n")
        parts.append("| column | heading | what goes in | |\n| --- | --- | --- | --- |")
        for column in sheet.columns:
            kind = KINDS[column.kind] + (f" `{column.of}`" if column.of else "")
            choices = f" {', '.join(f'`{word}`' for word in column.choices)}" if column.choices else ""
            hint = f"; {column.hint_en}" if column.hint_en and column.kind not in ("ref", "refs", "choice", "choices") else ""
            marks = ", ".join(mark for mark in ("needed", "keeps", "shown") if getattr(column, mark)).replace("keeps", "kept")
            parts.append(f"| `{column.key}` | {column.heading} | {kind}{choices}{hint} | {marks} |")
        parts.append("")
    return "\n".join(parts).rstrip() + "\n"


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hanhlang.project.settings")
    import django

    django.setup()
    PAGE.write_text(table(), encoding="utf-8")
    print(PAGE.name)
