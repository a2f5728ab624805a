"""
The interface's words: one PO fragment per area, merged and compiled in Python.

``python -m hanhlang.project.catalogue`` writes ``locale/vi/LC_MESSAGES/django.mo``; no gettext tools are needed.
"""

from __future__ import annotations

import sys
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE = Path(__file__).resolve().parent.parent / "locale"


class Conflict(ValueError):
    """Two fragments translate one text differently."""


def fragments(language: str) -> list[Path]:
    """Return the PO files of ``language``, one per area."""
    return sorted((LOCALE / language).glob("*.po"))


def merged(language: str) -> Catalog:
    """
    Return all fragments of ``language`` as one catalogue.

    :raises Conflict: if two areas give one source text two translations.
    """
    whole = Catalog(locale=language, charset="utf-8")
    origin: dict[tuple[object, str | None], tuple[object, str]] = {}
    for path in fragments(language):
        with path.open("rb") as file:
            part = read_po(file, locale=language)
        for message in part:
            if not message.id:
                continue
            key = (message.id, message.context)
            earlier = origin.setdefault(key, (message.string, path.name))
            if earlier[0] != message.string:
                raise Conflict(f"{path.name}: {message.id!r} is {message.string!r}, but {earlier[0]!r} in {earlier[1]}. Use one wording.")
            whole[message.id] = Message(message.id, message.string, flags=message.flags - {"fuzzy"}, context=message.context)
    return whole


def compile_catalogue(language: str) -> int:
    """Write the compiled catalogue of ``language`` and return how many texts it has."""
    whole = merged(language)
    target = LOCALE / language / "LC_MESSAGES" / "django.mo"
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as file:
        write_mo(file, whole)
    return len(whole)


if __name__ == "__main__":
    try:
        print(f"vi: {compile_catalogue('vi')} texts")
    except Conflict as conflict:
        sys.exit(f"catalogue: {conflict}")
