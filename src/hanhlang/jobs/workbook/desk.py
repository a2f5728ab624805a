"""
A workbook that somebody brought to the desk: kept for an hour, looked at, then loaded or forgotten.

The pages reach this through ``settings.WORKBOOK``: they know no jobs. What a page shows comes from here each time; nothing a
browser sends back is believed but the name of the file and the word "go on".
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.utils import timezone

from hanhlang.domains.events.models import Week
from hanhlang.domains.people.models import Account
from hanhlang.jobs.load.faults import Fault, LoadRefused
from hanhlang.jobs.workbook.archive import MOST_BYTES
from hanhlang.jobs.workbook.cells import shown
from hanhlang.jobs.workbook.exporting import export_week
from hanhlang.jobs.workbook.file import write_template
from hanhlang.jobs.workbook.loading import ChangedMeanwhile, Loaded, Preview, load_book, preview_book
from hanhlang.jobs.workbook.merging import Merged
from hanhlang.jobs.workbook.sheets import BY_NAME

KEPT_SECONDS = 3600
__all__ = ["ChangedMeanwhile", "LoadRefused", "Look", "apply", "export_week", "forget", "keep", "look", "write_template"]


@dataclass
class Look:
    """What a kept workbook would do, in the words of one language: ``sheets`` have counts and rows, ``faults`` place and sentence."""

    name: str
    language: str
    digest: str
    rows: int
    faults: list[dict[str, str]] = field(default_factory=list)
    sheets: list[dict[str, Any]] = field(default_factory=list)


def keep(pieces: Iterable[bytes], *, name: str, week: Week, by: Account, language: str) -> UUID:
    """
    Keep a workbook and look at it; return what it is called from now on.

    :raises LoadRefused: if it cannot be read at all; then it is not kept.
    """
    _sweep()
    token = uuid4()
    path = _path(token, week, by)
    size = 0
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        for piece in pieces:
            size += len(piece)
            if size <= MOST_BYTES:
                file.write(piece)
    if size > MOST_BYTES:
        path.unlink()
        raise LoadRefused([Fault("book_too_large", name, values={"limit": MOST_BYTES // 1_000_000})])
    preview = preview_book(path, only=week, by=by)
    if preview.faults and preview.faults[0].file not in BY_NAME:
        path.unlink()
        raise LoadRefused([Fault(fault.code, name, values=fault.values) for fault in preview.faults])
    _note(path, _told(preview, name, language))
    return token


def look(token: UUID, *, week: Week, by: Account, language: str, again: bool = False) -> Look | None:
    """Return what a kept workbook would do; nothing if it is not there, no longer there or somebody else's."""
    _sweep()
    path = _path(token, week, by)
    try:
        noted = Look(**json.loads(path.with_suffix(".json").read_text(encoding="utf-8")))
    except OSError:
        return None
    if again or noted.language != language:
        noted = _told(preview_book(path, only=week, by=by), noted.name, language)
        _note(path, noted)
    return noted


def apply(token: UUID, *, week: Week, by: Account, now: datetime) -> Loaded | None:
    """
    Load a kept workbook as it was looked at, and forget it; return nothing if it is no longer there.

    :raises LoadRefused: if it has faults; then nothing was written.
    :raises ChangedMeanwhile: if it would do something else now.
    """
    path = _path(token, week, by)
    try:
        agreed = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))["digest"]
    except OSError:
        return None
    loaded = load_book(path, by=by, now=now, only=week, agreed=agreed)
    forget(token, week=week, by=by)
    return loaded


def forget(token: UUID, *, week: Week, by: Account) -> None:
    """Throw a kept workbook away."""
    path = _path(token, week, by)
    path.unlink(missing_ok=True)
    path.with_suffix(".json").unlink(missing_ok=True)


def _path(token: UUID, week: Week, by: Account) -> Path:
    # Whose it is and of which week is part of the name: there is no way to ask for somebody else's.
    return _folder() / f"{week.pk}.{by.pk}.{token}.xlsx"


def _folder() -> Path:
    folder = Path(settings.HOME) / "imports"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def kept_before(moment: datetime) -> list[Path]:
    """Return the files, workbooks and what was noted of them, that were kept before ``moment`` of the machine's clock."""
    return [path for path in sorted(_folder().iterdir()) if _written(path) < moment.timestamp()]


def _written(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return math.inf  # somebody else swept it


def _sweep() -> None:
    for path in kept_before(timezone.now() - timedelta(seconds=KEPT_SECONDS)):
        path.unlink(missing_ok=True)


def _note(path: Path, noted: Look) -> None:
    draft = path.with_suffix(".draft")
    draft.write_text(json.dumps(asdict(noted)), encoding="utf-8")
    draft.replace(path.with_suffix(".json"))


def _told(preview: Preview, name: str, language: str) -> Look:
    faults = sorted(
        preview.faults, key=lambda fault: (list(BY_NAME).index(fault.file) if fault.file in BY_NAME else -1, fault.line, fault.cell)
    )
    return Look(
        name,
        language,
        preview.digest(),
        preview.rows,
        [{"where": fault.where(language), "sentence": fault.sentence(language)} for fault in faults],
        [
            {
                "key": sheet,
                "title": BY_NAME[sheet].title(language),
                **counts,
                "rows": [_row(row, language) for row in (*preview.new[sheet], *preview.changed[sheet])],
            }
            for sheet, counts in preview.counts().items()
        ],
    )


def _row(row: Merged, language: str) -> dict[str, Any]:
    return {
        "key": " · ".join(part for part in row.key if part),
        "called": row.values.get("name") or row.values.get(f"name_{language}") or row.values.get(f"title_{language}") or "",
        "line": row.line.number if row.line else 0,
        "is_new": row.is_new,
        "fields": [
            {
                "title": column.title(language),
                "old": "" if row.before is None else shown(row.before[column.key], column, language),
                "new": shown(row.values[column.key], column, language),
            }
            for column in row.changed
            if column.key not in row.sheet.keys
        ],
    }
