"""Letters made comparable: for search (``fold``) and for Vietnamese alphabetical order (``sort_key``)."""

from __future__ import annotations

import re
import unicodedata

# Marks of the Latin, Greek and Cyrillic scripts. Thai, Lao, Khmer or Devanagari vowels are marks too, but carry the word: they stay.
MARKS = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]")
# Letters with a stroke do not decompose; eth is what some keyboards give for đ.
STROKES = str.maketrans({"đ": "d", "ð": "d", "ɖ": "d", "ł": "l", "ø": "o", "ı": "i"})

# Letters of the Vietnamese alphabet that follow their plain one; d and đ are as different as d and e.
LETTERS = {"ă": ("a", 1), "â": ("a", 2), "đ": ("d", 1), "ð": ("d", 1), "ê": ("e", 1), "ô": ("o", 1), "ơ": ("o", 2), "ư": ("u", 1)}
TONES = {"": 0, "\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
QUALITIES = "\u0306\u0302\u031b"


def fold(text: str) -> str:
    """Return ``text`` as search compares it: lower case, without marks, đ as d, single spaces."""
    plain = MARKS.sub("", unicodedata.normalize("NFKD", text.casefold()))
    # Compatibility forms (full-width, ligatures) give capitals and marks only now.
    plain = MARKS.sub("", unicodedata.normalize("NFKD", plain.casefold())).translate(STROKES)
    return " ".join(unicodedata.normalize("NFC", plain).split())


def sort_key(text: str) -> tuple[tuple[tuple[str, int], ...], tuple[int, ...], str]:
    """Return a key for Vietnamese order: letters first (a ă â b c d đ e ê …), then tones (huyền, hỏi, ngã, sắc, nặng), then case."""
    letters: list[tuple[str, int]] = []
    tones: list[int] = []
    for whole in unicodedata.normalize("NFC", text.casefold()):
        parts = unicodedata.normalize("NFD", whole)
        base, marks = parts[0], parts[1:]
        letter = unicodedata.normalize("NFC", base + "".join(mark for mark in marks if mark in QUALITIES))
        letters.append(LETTERS.get(letter, (fold(base) or base, 0)))
        tones.append(max((TONES.get(mark, 0) for mark in marks), default=0))
    return tuple(letters), tuple(tones), text
