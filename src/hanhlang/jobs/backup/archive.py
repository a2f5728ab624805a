"""
The file: a zip with ``manifest.json`` and one ``tables/<label>.jsonl`` for each table, one row a line.

The manifest names the format, the version that wrote it, the applied migrations, and of each table its columns, the
number of its rows and the SHA-256 of its lines; ``manifest.sha256`` beside it that of the manifest.
"""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from hanhlang.jobs.backup.errors import CannotWrite, FileStands, NotABackup, Unreadable
from hanhlang.jobs.backup.tables import Migrations

FORMAT = "hanhlang-backup/1"
MANIFEST, DIGEST = "manifest.json", "manifest.sha256"


@dataclass
class Table:
    columns: list[str]
    rows: int
    sha256: str


@dataclass
class Manifest:
    """What a backup says about itself."""

    version: str
    made_at: str
    database: str
    migrations: Migrations
    tables: dict[str, Table] = field(default_factory=dict)
    format: str = FORMAT

    def content(self) -> str:
        """Return one digest of all rows: equal content of two installations has equal digests, on either database."""
        parts = [f"{label} {table.sha256}" for label, table in sorted(self.tables.items())]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def row_count(self) -> int:
        return sum(table.rows for table in self.tables.values())


class Writer:
    """Write a backup; it has its name only once it is whole and on the disk."""

    def __init__(self, path: Path) -> None:
        if path.exists():
            raise FileStands(file=path)
        self.path, self.part = path, path.with_name(path.name + ".part")
        try:
            # Personal data: nobody but its owner reads it.
            self.file = os.fdopen(os.open(self.part, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb")
        except OSError as fault:
            raise CannotWrite(file=path, why=fault.strerror) from fault
        self.zip = zipfile.ZipFile(self.file, "w", zipfile.ZIP_DEFLATED, compresslevel=6)

    def __enter__(self) -> Writer:
        return self

    def table(self, label: str, columns: list[str], rows: Iterable[list[Any]]) -> Table:
        digest, count = hashlib.sha256(), 0
        with self.zip.open(_member(label), "w", force_zip64=True) as lines:
            for row in rows:
                line = json.dumps(row, sort_keys=True, separators=(",", ":"), allow_nan=False).encode() + b"\n"
                lines.write(line)
                digest.update(line)
                count += 1
        return Table(columns, count, digest.hexdigest())

    def finish(self, manifest: Manifest) -> None:
        said = json.dumps(asdict(manifest), indent=1, sort_keys=True)
        self.zip.writestr(MANIFEST, said)
        self.zip.writestr(DIGEST, hashlib.sha256(said.encode()).hexdigest())
        self.zip.close()
        self.file.flush()
        os.fsync(self.file.fileno())
        self.file.close()
        self.part.rename(self.path)

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: object) -> None:
        if kind is not None:
            self.zip.fp = None  # else it would still write its end when it is thrown away
            with suppress(OSError):
                self.file.close()
            self.part.unlink(missing_ok=True)
        if isinstance(fault, OSError):
            raise CannotWrite(file=self.path, why=fault.strerror or str(fault)) from fault


class Reader:
    """Read a backup that was checked to be whole first."""

    def __init__(self, path: Path) -> None:
        """
        Open ``path`` and compare every digest.

        :raises Unreadable: if there is no such file.
        :raises NotABackup: if it is something else, cut off or changed.
        """
        self.path = path
        try:
            self.zip = zipfile.ZipFile(path)
            self.manifest = self._manifest()
            self._compare()
        except OSError as fault:
            raise Unreadable(file=path, why=fault.strerror or fault) from fault
        except (zipfile.BadZipFile, zlib.error, KeyError, ValueError, TypeError, EOFError, NotImplementedError, RuntimeError) as fault:
            raise NotABackup(file=path, why=str(fault).strip("'\"") or type(fault).__name__) from fault

    def _manifest(self) -> Manifest:
        said = self.zip.read(MANIFEST)
        if hashlib.sha256(said).hexdigest() != self.zip.read(DIGEST).decode():
            raise ValueError(f"{MANIFEST} was changed")
        given = json.loads(said)
        if given.get("format") != FORMAT:
            raise ValueError(f"its format is {given.get('format')}, not {FORMAT}")
        tables = {label: Table(**table) for label, table in given.pop("tables").items()}
        return Manifest(tables=tables, **given)

    def _compare(self) -> None:
        for label, table in self.manifest.tables.items():
            digest, count = hashlib.sha256(), 0
            for line in self._lines(label):
                digest.update(line)
                count += 1
            if (digest.hexdigest(), count) != (table.sha256, table.rows):
                raise ValueError(f"the rows of {label} were changed")

    def _lines(self, label: str) -> Iterator[bytes]:
        with self.zip.open(_member(label)) as lines:
            yield from lines

    def rows(self, label: str) -> Iterator[list[Any]]:
        for line in self._lines(label):
            yield json.loads(line)


def _member(label: str) -> str:
    return f"tables/{label}.jsonl"
