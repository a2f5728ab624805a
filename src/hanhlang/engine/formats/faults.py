"""The one way a reader refuses a file."""

from __future__ import annotations


class FormatFault(ValueError):
    """A file cannot be read; the message is one line naming the line, the field and the remedy."""

    def __init__(self, *, line: int, field: str, wrong: str, remedy: str) -> None:
        self.line, self.field, self.wrong, self.remedy = line, field, wrong, remedy
        super().__init__(f"line {line}, {field}: {wrong}; {remedy}.")


def quoted(text: str) -> str:
    """Return a piece of a hostile file, short, printable and on one line."""
    shown = text if len(text) <= 24 else text[:24] + "…"
    return ascii(shown)
