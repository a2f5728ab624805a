"""Look at a workbook's file before anything is believed of it: what it is, how much it unpacks to, what its cells hide."""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn
from xml.parsers import expat

from hanhlang.jobs.load.faults import Fault

MOST_BYTES = 20_000_000
MOST_UNPACKED = 100_000_000
MOST_PARTS = 1_000
MOST_CELLS = 1_000_000
MOST_ROWS = 50_000
MOST_COLUMNS = 200
CHUNK = 1 << 16

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")


class Refused(Exception):
    """The file cannot be read at all; ``fault`` says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.code)
        self.fault = fault


@dataclass
class Hidden:
    """What a sheet's cells hide from a reader of values, by cell as ``D14``."""

    formulas_without_value: set[str] = field(default_factory=set)
    errors: dict[str, str] = field(default_factory=dict)
    merged: list[str] = field(default_factory=list)
    far: str = ""


def examine(path: Path) -> dict[str, Hidden]:
    """
    Return what each sheet hides, by the sheet's name.

    Everything in the archive is unpacked once, in pieces, and thrown away: what a reader unpacks later is known to fit.

    :raises Refused: if the file is no workbook of the present kind, or too large.
    """
    name = path.name
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(8)
            whole = head + file.read(MOST_BYTES) if head == OLE and size <= MOST_BYTES else head
    except OSError:
        _refuse("file_unreadable", name)
    if size > MOST_BYTES:
        _refuse("book_too_large", name, limit=MOST_BYTES // 1_000_000)
    if head == OLE:
        _refuse("book_protected" if ENCRYPTED in whole else "book_old", name)
    if not zipfile.is_zipfile(path):
        _refuse("book_other", name)
    try:
        with zipfile.ZipFile(path) as archive:
            return _sheets(archive, name)
    except (zipfile.BadZipFile, zlib.error, expat.ExpatError, EOFError, OSError, KeyError, ValueError, NotImplementedError, RuntimeError):
        # A broken archive breaks zipfile in many ways; each means the same to the person who sent it.
        _refuse("book_damaged", name)


def _sheets(archive: zipfile.ZipFile, name: str) -> dict[str, Hidden]:
    parts = archive.infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        _refuse("book_unpacks", name, limit=MOST_UNPACKED // 1_000_000)
    names = {part.filename for part in parts}
    if "xl/workbook.xml" not in names:
        _refuse("book_other", name)
    if any(part.flag_bits & 1 for part in parts):
        _refuse("book_protected", name)
    targets = {posixpath.normpath(posixpath.join("xl", target.lstrip("/").removeprefix("xl/"))): key for key, target in _relations(archive)}
    titles = dict(_titles(archive))
    found, left = {}, MOST_CELLS
    for part in parts:
        title = titles.get(targets.get(part.filename, ""))
        if title is None:
            for _ in _pieces(archive, part):
                pass
            continue
        scan = _Scan(left, name)
        scan.read(archive, part)
        left -= scan.cells
        found[title] = scan.hidden
    return found


def _relations(archive: zipfile.ZipFile) -> list[tuple[str, str]]:
    return [(row["Id"], row["Target"]) for row in _elements(archive, "xl/_rels/workbook.xml.rels", "Relationship")]


def _titles(archive: zipfile.ZipFile) -> list[tuple[str, str]]:
    rows = _elements(archive, "xl/workbook.xml", "sheet")
    return [(next(value for key, value in row.items() if key.rpartition(":")[2] == "id"), row["name"]) for row in rows]


def _elements(archive: zipfile.ZipFile, part: str, wanted: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag.rpartition(":")[2] == wanted:
            found.append(attributes)

    parser = _parser()
    parser.StartElementHandler = start
    for piece in _pieces(archive, archive.getinfo(part)):
        parser.Parse(piece)
    parser.Parse(b"", True)
    return found


def _pieces(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Any:
    # zipfile gives no more than the directory promises, and the sum of what it promises has been checked.
    with archive.open(part) as file:
        while piece := file.read(CHUNK):
            yield piece


def _parser() -> Any:
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def doctype(*_: Any) -> NoReturn:
        # No spreadsheet program writes one; with it come entities that unfold without end.
        raise ValueError("doctype")

    parser.StartDoctypeDeclHandler = doctype
    return parser


class _Scan:
    """One sheet's cells, seen once in the order of the file."""

    def __init__(self, most: int, name: str) -> None:
        self.hidden = Hidden()
        self.cells = 0
        self.most, self.name = most, name
        self.row = self.column = 0
        self.cell = self.kind = ""
        self.text: list[str] | None = None
        self.has_formula = self.has_value = False

    def read(self, archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
        parser = _parser()
        parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = self.start, self.end, self.data
        for piece in _pieces(archive, part):
            parser.Parse(piece)
        parser.Parse(b"", True)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "row":
            self.row = int(attributes.get("r") or self.row + 1)
            self.column = 0
        elif tag == "c":
            self.begin_cell(attributes)
        elif tag == "f":
            self.has_formula = True
        elif tag in ("v", "t"):
            self.text = []
        elif tag == "mergeCell":
            self.hidden.merged.append(attributes.get("ref", ""))

    def begin_cell(self, attributes: dict[str, str]) -> None:
        self.cells += 1
        if self.cells > self.most:
            _refuse("book_cells", self.name, limit=MOST_CELLS)
        if match := CELL.fullmatch(attributes.get("r", "")):
            self.column, self.row = number_of(match[1]), int(match[2])
        else:
            self.column += 1
        self.cell, self.kind = f"{letters_of(self.column)}{self.row}", attributes.get("t", "")
        self.has_formula = self.has_value = False

    def data(self, text: str) -> None:
        if self.text is not None:
            self.text.append(text)

    def end(self, tag: str) -> None:
        tag = tag.rpartition(":")[2]
        if tag in ("v", "t") and self.text is not None:
            value = "".join(self.text)
            self.text = None
            self.has_value = self.has_value or bool(value)
            if self.kind == "e" and value:
                self.hidden.errors[self.cell] = value
        elif tag == "c":
            if self.has_formula and not self.has_value and self.kind != "str":
                self.hidden.formulas_without_value.add(self.cell)
            # A reader of values makes a full rectangle out of the farthest cell: one lone value could cost gigabytes.
            if self.has_value and not self.hidden.far and (self.row > MOST_ROWS or self.column > MOST_COLUMNS):
                self.hidden.far = self.cell


def number_of(letters: str) -> int:
    """Return the number of a column, A being 1."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def letters_of(number: int) -> str:
    """Return the letters of a column, 1 being A."""
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _refuse(code: str, file: str, **values: Any) -> NoReturn:
    raise Refused(Fault(code, file, values=values))
