"""What a sheet and a column of the workbook are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["text", "id", "ref", "refs", "words", "choice", "choices", "whole", "yes", "day", "hour", "moment", "windows"]
LISTS = frozenset({"refs", "words", "choices", "windows"})


@dataclass(frozen=True)
class Column:
    """
    One column: its key, what its cells are, how both languages call it and what goes in.

    ``of`` is the sheet a reference names; ``choices`` the words possible, each with its Vietnamese. A blank cell of a row that exists
    empties the field, unless ``keeps``: then what is there stays. ``shown`` is for reading only and never loaded.
    """

    key: str
    kind: Kind
    vi: str
    en: str
    hint_vi: str = ""
    hint_en: str = ""
    example: Any = None
    of: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    needed: bool = False
    keeps: bool = False
    shown: bool = False
    width: int = 16

    @property
    def heading(self) -> str:
        """What stands above the column."""
        return f"{self.vi} / {self.en}"

    def title(self, language: str) -> str:
        """Return the column's name in one language."""
        return self.vi if language == "vi" else self.en

    @property
    def nothing(self) -> Any:
        """What a blank cell means."""
        return () if self.kind in LISTS else False if self.kind == "yes" and not self.keeps else None


@dataclass(frozen=True)
class Sheet:
    """One sheet; ``keys`` are the columns that tell a row from all others."""

    name: str
    vi: str
    en: str
    about_vi: str
    about_en: str
    keys: tuple[str, ...]
    columns: tuple[Column, ...]

    def title(self, language: str) -> str:
        """Return the sheet's name in one language."""
        return self.vi if language == "vi" else self.en

    def column(self, key: str) -> Column:
        """Return a column by its key."""
        return next(column for column in self.columns if column.key == key)

    def key_of(self, row: Mapping[str, Any]) -> tuple[str, ...]:
        """Return what tells a row from all others."""
        return tuple("" if row[key] is None else str(row[key]) for key in self.keys)

    def blank(self) -> dict[str, Any]:
        """Return a row in which nothing is filled."""
        return {column.key: column.nothing for column in self.columns}
