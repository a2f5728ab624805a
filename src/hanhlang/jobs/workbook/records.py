"""Merged rows as the records of a week's folder: the same shapes, the same checks, the same writer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path as FilePath
from typing import Any

from pydantic import BaseModel

from hanhlang.jobs.load.faults import Fault, Hint
from hanhlang.jobs.load.files import Document, Path
from hanhlang.jobs.load.folder import Folder, Item, shaped
from hanhlang.jobs.load.schemas import City, Event, GridIn, OrganisationIn, PersonIn, PlaceIn, SessionIn, TeamIn, TravelIn
from hanhlang.jobs.workbook.merging import Merged, Whole
from hanhlang.jobs.workbook.schemas import AttendeeIn, ClosedIn, DelegationIn, MeetingIn, RequestIn, WishIn

# sheet -> (section of the folder, shape)
PLAIN: dict[str, tuple[str, type[BaseModel]]] = {
    "sites": ("programme.yaml:cities", City),
    "places": ("places.yaml:places", PlaceIn),
    "travel": ("travel.yaml:travel", TravelIn),
    "teams": ("teams.yaml:teams", TeamIn),
    "organisations": ("organisations.yaml:organisations", OrganisationIn),
    "delegations": ("workbook:delegations", DelegationIn),
    "requests": ("workbook:requests", RequestIn),
    "wishes": ("workbook:wishes", WishIn),
    "meetings": ("workbook:meetings", MeetingIn),
    "availability": ("workbook:availability", ClosedIn),
}
OF_PERSON = (
    "id",
    "name",
    "title_vi",
    "title_en",
    "organisation",
    "rank",
    "languages",
    "status",
    "source",
    "also",
    "assumed_fields",
    "note",
)
OF_ATTENDEE = ("id", "category", "arrives", "leaves", "delegation", "head", "email", "roles", "status", "source", "also", "note")
PEOPLE, ATTENDEES = "programme.yaml:people", "workbook:attendees"
SECTIONS = {name: section for name, (section, _) in PLAIN.items()} | {
    "people": PEOPLE,
    "sessions": "programme.yaml:sessions",
    "grids": "grids.yaml:grids",
    "topics": "programme.yaml:topics",
}


class BookDocument(Document):
    """A workbook as the place of records: each value's row and column by its path."""

    def __init__(self) -> None:
        super().__init__("workbook", data={})
        self.rows: dict[Path, Merged] = {}

    def put(self, path: Path, row: Merged) -> None:
        """Say which row the record at ``path`` comes from."""
        self.rows[path] = row

    def row(self, path: Path) -> tuple[Merged | None, str]:
        """Return the row of a value, and the column it stands in."""
        for length in range(len(path), 0, -1):
            if found := self.rows.get(path[:length]):
                return found, str(path[length] if length < len(path) else path[-1])
        return None, ""

    def where(self, path: Path) -> str:
        row, key = self.row(path)
        return row.where(key) if row else ""

    def fault(self, code: str, path: Path, /, *, record: str = "", field: str = "", **values: Any) -> Fault:
        row, key = self.row(path)
        return row.fault(code, key, **values) if row else Fault(code, "week", record=record, field=field, values=values)


def folder_of(whole: Whole) -> Folder:
    """Return the merged rows as a folder; its faults are those of shape."""
    folder, document = Folder(FilePath("workbook")), BookDocument()
    for name, section in SECTIONS.items():
        folder.raw_ids[section] |= {str(row.values.get("id")) for row in whole.rows[name].values()}
    for name, (section, shape) in PLAIN.items():
        for index, row in enumerate(whole.sheet(name)):
            _take(folder, document, section, (name, index), row, _filled(row.values, row), shape)
    for index, row in enumerate(whole.sheet("people")):
        filled = _filled(row.values, row)
        person = {key: filled[key] for key in OF_PERSON if key in filled}
        attendee = {key: filled[key] for key in OF_ATTENDEE if key in filled}
        if _take(folder, document, PEOPLE, ("people", index), row, person, PersonIn):
            _take(folder, document, ATTENDEES, ("people", index), row, attendee, AttendeeIn)
    _grids(folder, document, whole)
    _sessions(folder, document, whole)
    _event(folder, document, whole)
    return folder


def _filled(values: dict[str, Any], row: Merged) -> dict[str, Any]:
    shown = {column.key for column in row.sheet.columns if column.shown}
    plain = {key: list(value) if isinstance(value, tuple) else value for key, value in values.items() if value not in (None, ())}
    return {key: value for key, value in plain.items() if key not in shown}


def _take(
    folder: Folder,
    document: BookDocument,
    section: str,
    path: Path,
    row: Merged,
    record: dict[str, Any],
    shape: type[BaseModel],
    with_it: Iterable[Merged] = (),
) -> Item | None:
    document.put(path, row)
    item = shaped(folder, document, path, record, shape, "reported")
    if item is not None:
        # A row that says nothing new is not written at all: what the workbook cannot say of it stays.
        item = replace(item, is_written=any(one.is_written for one in (row, *with_it)))
        folder.sections[section].append(item)
    return item


def _grids(folder: Folder, document: BookDocument, whole: Whole) -> None:
    sets: dict[str, list[Merged]] = defaultdict(list)
    for row in whole.sheet("grids"):
        sets[row.values["id"]].append(row)
    for index, (key, rows) in enumerate(sets.items()):
        first = rows[0].values
        blocks = []
        for number, row in enumerate(rows):
            path: Path = ("grids", index, "blocks", number)
            document.put(path, row)
            blocks.append({"day": row.values["day"], "from": row.values["from"], "to": row.values["to"]})
            for name in ("kind", "minutes", "pools"):
                if row.values[name] != first[name]:
                    folder.faults.append(row.fault("grid_rows_differ", name, other=rows[0].where(name)))
        record = {"id": key, "kind": first["kind"], "minutes": first["minutes"], "pools": list(first["pools"]), "blocks": blocks}
        _take(folder, document, "grids.yaml:grids", ("grids", index), rows[0], record, GridIn, rows)


def _sessions(folder: Folder, document: BookDocument, whole: Whole) -> None:
    parts = _by_session(folder, whole, "parts")
    speakers = _by_session(folder, whole, "speakers")
    for index, row in enumerate(whole.sheet("sessions")):
        key, path = row.values["id"], ("sessions", index)
        record = _filled(row.values, row)
        lists: dict[str, list[Merged]] = {
            "items": parts[key],
            "speakers": [one for one in speakers[key] if one.values["person"]],
            "statements_without_name": [one for one in speakers[key] if not one.values["person"]],
        }
        for section, rows in lists.items():
            for number, one in enumerate(rows):
                document.put((*path, section, number), one)
            record[section] = [_nested(section, one) for one in rows]
        _take(folder, document, "programme.yaml:sessions", path, row, record, SessionIn, [one for rows in lists.values() for one in rows])


def _nested(section: str, row: Merged) -> dict[str, Any]:
    left_out = {"items": {"session"}, "speakers": {"session", "organisation"}, "statements_without_name": {"session", "person"}}[section]
    return {key: value for key, value in _filled(row.values, row).items() if key not in left_out}


def _by_session(folder: Folder, whole: Whole, name: str) -> dict[str, list[Merged]]:
    found: dict[str, list[Merged]] = defaultdict(list)
    known = {row.key[0] for row in whole.rows["sessions"].values()}
    for row in whole.sheet(name):
        if row.values["session"] not in known:
            folder.faults.append(row.fault("unknown_id", "session", key=row.values["session"], hint=Hint(row.values["session"], known)))
        elif name == "speakers" and bool(row.values["person"]) == bool(row.values["organisation"]):
            folder.faults.append(row.fault("speaker_who", "person"))
        else:
            found[row.values["session"]].append(row)
    return found


def _event(folder: Folder, document: BookDocument, whole: Whole) -> None:
    for row in whole.sheet("week"):
        record = _filled(row.values, row)
        folder.timezone = record.pop("timezone", "")
        topics = list(whole.sheet("topics"))
        for number, topic in enumerate(topics):
            document.put(("event", "topics", number), topic)
        record["topics"] = [_filled(topic.values, topic) for topic in topics]
        document.put(("event",), row)
        document.put(("timezone",), row)
        item = shaped(folder, document, ("event",), record, Event, "reported")
        folder.event = item and replace(item, is_written=any(one.is_written for one in (row, *topics)))
