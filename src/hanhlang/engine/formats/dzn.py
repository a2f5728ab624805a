"""
The part of MiniZinc's data syntax that meeting instances use: numbers, lists, sets and one table.

Every value keeps the line it began on, so that a reader can name it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from hanhlang.engine.formats.faults import FormatFault, quoted

MAX_CHARACTERS = 4_000_000
MAX_NUMBER_DIGITS = 9

_TOKEN = re.compile(r"(?P<skip>[ \t\r\n\f]+|%[^\n]*)|(?P<name>[A-Za-z_][A-Za-z0-9_]*)|(?P<number>[0-9]+)|(?P<mark>\[\||\|\]|[\[\]{}|=;,])")
_CUT_OFF = "the file may be cut off, fetch it again"


@dataclass(frozen=True, slots=True)
class Token:
    kind: str  # name, number, mark, foreign or end
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Value:
    """``rows`` is the content: a number is one row of one, a list of sets one row per set."""

    field: str
    line: int
    kind: str  # number, numbers, sets or table
    rows: tuple[tuple[int, ...], ...]
    lines: tuple[int, ...]  # where each row stands


def read_values(text: str) -> dict[str, Value]:
    """
    Read all assignments of a data file.

    :raises FormatFault: if the text is too large, damaged, or assigns a name twice.
    """
    if len(text) > MAX_CHARACTERS:
        raise FormatFault(line=1, field="file", wrong=f"it has more than {MAX_CHARACTERS} characters", remedy="give one instance per file")
    return _Parser(text).values()


def _tokens(text: str) -> Iterator[Token]:
    at, line = 0, 1
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            yield Token("foreign", text[at], line)
            at += 1
            continue
        if match.lastgroup != "skip":
            yield Token(match.lastgroup or "", match.group(), line)
        line += match.group().count("\n")
        at = match.end()
    yield Token("end", "", line)


class _Parser:
    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self._now = next(self._tokens)
        self._field = "file"

    def values(self) -> dict[str, Value]:
        found: dict[str, Value] = {}
        while self._now.kind != "end":
            name = self._take("name", "a field name")
            self._field = quoted(name.text).strip("'")
            if name.text in found:
                raise self._fault(f"the field is given twice, first on line {found[name.text].line}", "keep one of them", name.line)
            self._mark("=")
            found[name.text] = self._value(name)
            self._mark(";")
        return found

    def _value(self, name: Token) -> Value:
        line = self._now.line
        if self._now.kind == "number":
            return Value(name.text, line, "number", ((self._number(),),), (line,))
        if self._now.text == "[|":
            return self._table(name)
        self._mark("[")
        if self._now.text == "{":
            return self._sets(name, line)
        row = self._numbers("]")
        return Value(name.text, line, "numbers", (row,), (line,))

    def _table(self, name: Token) -> Value:
        first = self._mark("[|").line
        rows, lines = [], []
        while self._now.text != "|]":
            lines.append(self._now.line)
            row = []
            while self._now.text not in ("|", "|]"):
                row.append(self._number())
                if self._now.text == ",":
                    self._next()
                elif self._now.text not in ("|", "|]"):
                    raise self._unexpected("a comma or '|'")
            if row:
                rows.append(tuple(row))
            else:
                lines.pop()
            if self._now.text == "|":
                self._next()
        self._mark("|]")
        return Value(name.text, first, "table", tuple(rows), tuple(lines))

    def _sets(self, name: Token, line: int) -> Value:
        rows, lines = [], []
        while self._now.text != "]":
            lines.append(self._now.line)
            self._mark("{")
            rows.append(self._numbers("}"))
            if self._now.text != "]":
                self._mark(",")
        self._mark("]")
        return Value(name.text, line, "sets", tuple(rows), tuple(lines))

    def _numbers(self, closing: str) -> tuple[int, ...]:
        row = []
        while self._now.text != closing:
            row.append(self._number())
            if self._now.text != closing:
                self._mark(",")
        self._mark(closing)
        return tuple(row)

    def _number(self) -> int:
        token = self._take("number", "a whole number of 0 or more")
        if len(token.text) > MAX_NUMBER_DIGITS:
            raise self._fault(f"{quoted(token.text)} is too large", f"use at most {MAX_NUMBER_DIGITS} digits", token.line)
        return int(token.text)

    def _mark(self, text: str) -> Token:
        if self._now.text != text:
            raise self._unexpected(f"'{text}'")
        return self._next()

    def _take(self, kind: str, wanted: str) -> Token:
        if self._now.kind != kind:
            raise self._unexpected(wanted)
        return self._next()

    def _next(self) -> Token:
        token = self._now
        if token.kind != "end":
            self._now = next(self._tokens)
        return token

    def _unexpected(self, wanted: str) -> FormatFault:
        if self._now.kind == "end":
            return self._fault(f"the file ends where {wanted} should stand", _CUT_OFF, self._now.line)
        return self._fault(f"{quoted(self._now.text)} stands where {wanted} should", "correct it or fetch the file again", self._now.line)

    def _fault(self, wrong: str, remedy: str, line: int) -> FormatFault:
        return FormatFault(line=line, field=self._field, wrong=wrong, remedy=remedy)
