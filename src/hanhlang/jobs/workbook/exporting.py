"""Give a week out as a workbook."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import IO

from django.db import transaction

from hanhlang.domains.core import audit
from hanhlang.domains.events.models import Week
from hanhlang.domains.people.models import Account
from hanhlang.jobs.workbook.file import write_week


@transaction.atomic
def export_week(*, week: Week, target: Path | IO[bytes], by: Account | None, now: datetime) -> dict[str, int]:
    """Write everything of a week into a workbook and return the rows of each sheet; who took it is written down: it names people."""
    rows = write_week(week, target)
    audit.record("week.exported", about=week, by=by, at=now, details={"rows": rows})
    return rows
