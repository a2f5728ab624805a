"""Read YAML with the line of every value, within bounds, and without what makes YAML dangerous or surprising."""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any

import yaml

from hanhlang.jobs.load.faults import Fault

MOST_BYTES = 4_000_000
MOST_LEVELS = 12

Path = tuple[str | int, ...]

# Plain YAML 1.1 would read 08:30 as 510, NO as false and 2025-10-27 as a date: here only these are not text.
INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
NOTHING = ("", "~", "null", "Null", "NULL")
TRUTH = {"true": True, "True": True, "false": False, "False": False}


@dataclass
class Document:
    """What a file says; ``lines`` has the line of each value by its path."""

    file: str
    data: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def line(self, path: Path) -> int:
        """Return the line of the value at ``path``, else of the nearest one that holds it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def where(self, path: Path) -> str:
        """Return how another fault refers to the value at ``path``."""
        return f"{self.file}:{self.line(path)}"

    def fault(self, code: str, path: Path, /, *, record: str = "", field: str = "", **values: Any) -> Fault:
        """Return a fault of the value at ``path``."""
        return Fault(code, self.file, line=self.line(path), record=record, field=field, values=values)


def read(path: FilePath) -> Document:
    """Return what a file says; its ``faults`` say why ``data`` is missing."""
    document = Document(path.name)
    try:
        # Read one byte more than is allowed: the size of a pipe or a growing file is not known before.
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
    except OSError:
        document.faults.append(Fault("file_unreadable", path.name))
        return document
    if len(raw) > MOST_BYTES:
        document.faults.append(Fault("too_large", path.name, values={"limit": MOST_BYTES // 1000}))
    elif raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in raw[:4]:
        document.faults.append(Fault("utf16", path.name))
    else:
        _parse(raw, document)
    return document


def _parse(raw: bytes, document: Document) -> None:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        document.faults.append(Fault("not_utf8", document.file, line=raw.count(b"\n", 0, fault.start) + 1))
        return
    builder = _Builder(document)
    try:
        for event in yaml.parse(unicodedata.normalize("NFC", text), Loader=yaml.SafeLoader):
            builder.take(event)
            if builder.is_stopped:
                return
    except yaml.MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        _broken(document, mark.line + 1 if mark else 0, fault.problem or fault.context or "")
    except yaml.reader.ReaderError as fault:
        code = fault.character if isinstance(fault.character, int) else ord(fault.character)
        _broken(document, text.count("\n", 0, fault.position) + 1, f"character U+{code:04X}")


def _broken(document: Document, line: int, problem: str) -> None:
    document.faults.append(Fault("broken_yaml", document.file, line=line, values={"problem": problem}))


class _Builder:
    """Build plain values from the parser's events, without recursion, so that depth cannot break it."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.is_stopped = False
        self._open: list[tuple[Path, Any]] = []
        self._key: list[str | None] = []

    def take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) or getattr(event, "tag", None):
            self._stop("alias", event)
        elif isinstance(event, yaml.DocumentStartEvent) and self.document.lines:
            self._stop("broken_yaml", event, problem="a second document begins")
        elif isinstance(event, yaml.ScalarEvent):
            self._scalar(event)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            self._begin({} if isinstance(event, yaml.MappingStartEvent) else [], event)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self._open.pop()
            self._key.pop()

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        if self._open and isinstance(self._open[-1][1], dict) and self._key[-1] is None:
            if event.value in self._open[-1][1]:
                self._fault("key_twice", event, key=event.value)
            self._key[-1] = event.value
        else:
            self._place(_value(event), event)

    def _begin(self, empty: dict[str, Any] | list[Any], event: yaml.Event) -> None:
        if len(self._open) >= MOST_LEVELS:
            self._stop("too_deep", event, limit=MOST_LEVELS)
        elif self._open and isinstance(self._open[-1][1], dict) and self._key[-1] is None:
            self._stop("not_a_record", event)
        else:
            path = self._place(empty, event)
            self._open.append((path, empty))
            self._key.append(None)

    def _place(self, value: Any, event: yaml.Event) -> Path:
        if not self._open:
            self.document.data = value
            path: Path = ()
        else:
            above, holder = self._open[-1]
            if isinstance(holder, list):
                path = (*above, len(holder))
                holder.append(value)
            else:
                key = self._key[-1] or ""
                path = (*above, key)
                holder[key] = value
                self._key[-1] = None
        self.document.lines[path] = event.start_mark.line + 1
        return path

    def _fault(self, code: str, event: yaml.Event, **values: Any) -> None:
        self.document.faults.append(Fault(code, self.document.file, line=event.start_mark.line + 1, values=values))

    def _stop(self, code: str, event: yaml.Event, **values: Any) -> None:
        self._fault(code, event, **values)
        self.is_stopped = True


def _value(event: yaml.ScalarEvent) -> Any:
    text: str = event.value
    if event.style:
        return text
    if text in NOTHING:
        return None
    if text in TRUTH:
        return TRUTH[text]
    return int(text) if INTEGER.fullmatch(text) else text
