"""
Every released state of the tables comes forward with its rows in place.

``vX.Y.Z.zip`` is a small week as that version held it. It is put into a database whose tables stand as they did then, which is
migrated to today's; the rows must be the same as before in every column that is still there.
"""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from installations import installation

HERE = Path(__file__).resolve().parent
# Tables that became another: the rows are found there, in other columns.
BECAME = {"meetings.latearrival": "meetings.change"}
RELEASES = sorted(HERE.glob("v*.zip"))
Rows = list[dict[str, Any]]


def tables(path: Path) -> dict[str, Rows]:
    with zipfile.ZipFile(path) as file:
        columns = {label: table["columns"] for label, table in json.loads(file.read("manifest.json"))["tables"].items()}
        return {
            label: [dict(zip(names, json.loads(line), strict=True)) for line in file.read(f"tables/{label}.jsonl").splitlines()]
            for label, names in columns.items()
        }


def differences(before: dict[str, Rows], after: dict[str, Rows]) -> list[str]:
    """Return what of ``before`` is not the same in ``after``; new tables, columns and kinds of rows are no difference."""
    found = []
    for label, rows in before.items():
        if label in BECAME and label not in after:
            known = {row["id"] for row in after[BECAME[label]]}
            found += [f"{label} {row['id']} is no {BECAME[label]}" for row in rows if row["id"] not in known]
            continue
        if label not in after:
            found.append(f"{label} is gone")
            continue
        if label.startswith(("auth.permission", "contenttypes.")):
            continue  # made anew by every migration for what is new
        now = after[label]
        if len(rows) != len(now):
            found.append(f"{label}: {len(rows)} rows became {len(now)}")
        for old, new in zip(rows, now, strict=False):
            changed = [name for name in old.keys() & new.keys() if old[name] != new[name]]
            if changed:
                found.append(f"{label}: {', '.join(changed)} of {old}")
                break
    return found


@pytest.mark.parametrize("release", RELEASES, ids=lambda path: path.stem)
def test_a_released_state_comes_forward_with_its_rows(release: Path, tmp_path: Path):
    with installation(tmp_path) as old:
        old.figures("restore", release)
        old.figures("backup", tmp_path / "today.zip")
        audit = old.figures("audit", "verify")

        assert differences(tables(release), tables(tmp_path / "today.zip")) == []
        assert (audit["holds"], audit["guarded"], audit["entries"]) == (True, True, len(tables(release)["core.auditentry"]))
        assert old.run("migrate", "--check").returncode == 0


def test_there_are_releases_and_a_lost_row_or_a_changed_value_is_found():
    before = tables(RELEASES[0])
    label = "people.person"

    assert differences(before, before) == []
    assert len(differences(before, before | {label: before[label][1:]})) == 2
    assert len(differences(before, before | {label: [before[label][0] | {"name": "?"}, *before[label][1:]]})) == 1
    assert differences(before, {name: rows for name, rows in before.items() if name != label}) == [f"{label} is gone"]
