"""Turn a folder into records of known shape, with a fault for each that is not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from hanhlang.jobs.load.faults import Fault, Hint
from hanhlang.jobs.load.files import Document, Path, read
from hanhlang.jobs.load.schemas import COMMON, FILES, NOT_LOADED, Event

# pydantic's word for a fault -> ours; all others are told as "bad_value".
CODES = {
    "missing": "missing",
    "string_too_long": "too_long",
    "string_pattern_mismatch": "bad_form",
    "bad_email": "bad_email",
    "bad_id": "bad_id",
    "bad_date": "bad_date",
    "bad_hour": "bad_hour",
    "literal_error": "not_one_of",
    "string_type": "not_text",
    "list_type": "not_a_list",
    "model_type": "not_a_record",
    "model_attributes_type": "not_a_record",
    "dict_type": "not_a_record",
}
NUMBERS = frozenset({"int_type", "int_parsing", "int_from_float", "greater_than_equal", "less_than_equal"})


@dataclass(frozen=True)
class Item:
    """One record: its shape, and where it stands; what is not to be ``is_written`` is there already and stays as it is."""

    shape: Any
    document: Document
    path: Path
    standing: str
    is_written: bool = True

    @property
    def name(self) -> str:
        """Return what a fault calls this record."""
        return str(getattr(self.shape, "id", "") or getattr(self.shape, "session", "") or "")

    def fault(self, code: str, *where: str | int, **values: Any) -> Fault:
        """Return a fault of this record at the field ``where``."""
        return self.document.fault(code, (*self.path, *where), record=self.name, field=".".join(map(str, where)), **values)


@dataclass
class Folder:
    """All records of a week, by section as ``file:section``; ``raw_ids`` are also those of records with a fault."""

    path: FilePath
    event: Item | None = None
    timezone: str = ""
    sections: dict[str, list[Item]] = field(default_factory=lambda: defaultdict(list))
    raw_ids: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    faults: list[Fault] = field(default_factory=list)
    is_readable: bool = True

    def items(self, *sections: str) -> Iterator[Item]:
        """Yield the sound records of some sections, in the order of the files."""
        for section in sections:
            yield from self.sections[section]

    def ids(self, *sections: str) -> set[str]:
        """Return the ids given in some sections, in records with a fault too: they should not count as unknown elsewhere."""
        return set().union(*(self.raw_ids[section] for section in sections))


def open_folder(path: FilePath) -> Folder:
    """Return the records of ``path`` and every fault of shape."""
    folder = Folder(path)
    if not path.is_dir():
        return _refused(folder, Fault("folder_missing", str(path)))
    names = sorted(file.name for file in path.iterdir() if file.suffix in (".yaml", ".yml"))
    if not names:
        return _refused(folder, Fault("folder_empty", str(path)))
    for name in names:
        if name not in FILES and name not in NOT_LOADED:
            folder.faults.append(Fault("file_unknown", name, values={"hint": Hint(name, FILES)}))
    for name, (schema, is_needed, sections) in FILES.items():
        if name in names:
            _take_file(folder, read(path / name), schema, sections)
        elif is_needed:
            _refused(folder, Fault("file_missing", name))
    return folder


def _refused(folder: Folder, fault: Fault) -> Folder:
    folder.faults.append(fault)
    folder.is_readable = False
    return folder


def _take_file(folder: Folder, document: Document, schema: str, sections: dict[str, type[BaseModel]]) -> None:
    folder.faults += document.faults
    if document.faults:
        folder.is_readable = False
        return
    if not isinstance(document.data, dict):
        _refused(folder, Fault("not_a_record", document.file, line=1))
        return
    if (found := document.data.get("schema")) != schema:
        line = document.line(("schema",))
        folder.faults.append(Fault("wrong_schema", document.file, line=line, field="schema", values={"found": found, "wanted": schema}))
    standing = str(document.data.get("standing") or "reported")
    for key, value in document.data.items():
        if key in sections:
            _take_section(folder, document, key, value, sections[key], standing)
        elif key not in COMMON:
            values = {"hint": Hint(key, [*sections, *COMMON])}
            folder.faults.append(Fault("unknown_field", document.file, line=document.line((key,)), field=key, values=values))
    if document.file == "programme.yaml":
        _take_event(folder, document)


def _take_event(folder: Folder, document: Document) -> None:
    folder.timezone = str(document.data.get("timezone") or "")
    value = document.data.get("event")
    if isinstance(value, dict):
        for topic in value.get("topics") or []:
            if isinstance(topic, dict):
                folder.raw_ids["programme.yaml:topics"].add(str(topic.get("id")))
        folder.event = shaped(folder, document, ("event",), value, Event, "reported")
    else:
        folder.faults.append(Fault("missing", document.file, line=1, field="event"))


def _take_section(folder: Folder, document: Document, section: str, value: Any, model: type[BaseModel], standing: str) -> None:
    name = f"{document.file}:{section}"
    if value is None:
        return
    if not isinstance(value, list):
        folder.faults.append(Fault("not_a_list", document.file, line=document.line((section,)), field=section))
        return
    for index, record in enumerate(value):
        path: Path = (section, index)
        if not isinstance(record, dict):
            folder.faults.append(Fault("not_a_record", document.file, line=document.line(path), field=section))
            continue
        folder.raw_ids[name].add(str(record.get("id")))
        if item := shaped(folder, document, path, record, model, standing):
            folder.sections[name].append(item)


def shaped(folder: Folder, document: Document, path: Path, record: dict[str, Any], model: type[BaseModel], standing: str) -> Item | None:
    """Return a record in its shape; if it has none, put every fault of it into the folder."""
    try:
        shape = model.model_validate(record)
    except ValidationError as refusal:
        # One value may be refused for several reasons at once; the first says enough.
        told: set[Path] = set()
        for error in refusal.errors(include_url=False):
            where = tuple(error["loc"])
            if where not in told:
                told.add(where)
                folder.faults.append(_fault_of(document, path, str(record.get("id") or record.get("session") or ""), error, model))
        return None
    return Item(shape, document, path, getattr(shape, "status", None) or standing)


def _fault_of(document: Document, path: Path, record: str, error: ErrorDetails, model: type[BaseModel]) -> Fault:
    where = tuple(error["loc"])
    values: dict[str, Any] = {"value": error["input"]}
    kind = error["type"]
    if kind == "extra_forbidden":
        code, values = "unknown_field", {"hint": Hint(str(where[-1]), [info.alias or name for name, info in model.model_fields.items()])}
    elif kind in NUMBERS:
        code = "not_a_number"
    else:
        code = CODES.get(kind, "bad_value")
    if code == "not_one_of":
        values["choices"] = error["ctx"]["expected"].replace("'", "").replace(" or ", ", ")
    elif code == "too_long":
        values["limit"] = error["ctx"]["max_length"]
    elif code == "bad_value":
        values["problem"] = error["msg"]
    elif code not in ("unknown_field", "bad_id", "bad_date", "bad_hour", "not_a_number", "bad_form", "bad_email"):
        values = {}
    return document.fault(code, (*path, *where), record=record, field=".".join(map(str, where)), **values)
