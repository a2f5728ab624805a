"""Letters made comparable for search: without marks, case and width."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter

# Marks of the Latin, Greek and Cyrillic scripts. Thai, Lao, Khmer or Devanagari vowels are marks too, but carry the word: they stay.
MARKS = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]")
# Letters with a stroke do not decompose; eth is what some keyboards give for đ.
STROKES = str.maketrans({"đ": "d", "ð": "d", "ɖ": "d", "ł": "l", "ø": "o", "ı": "i"})


def fold(text: str) -> str:
    """Return ``text`` as search compares it: lower case, without marks, đ as d, single spaces."""
    plain = MARKS.sub("", unicodedata.normalize("NFKD", text.casefold()))
    # Compatibility forms (full-width, ligatures) give capitals and marks only now.
    plain = MARKS.sub("", unicodedata.normalize("NFKD", plain.casefold())).translate(STROKES)
    return " ".join(unicodedata.normalize("NFC", plain).split())


def found_in(text: str, words: Iterable[str]) -> list[tuple[str, bool]]:
    """Return ``text`` in pieces, each with whether it is one of the folded ``words``: what search found, to be shown as found."""
    signs = unicodedata.normalize("NFC", text)
    plain, origin = [], []
    for place, sign in enumerate(signs):
        for letter in " " if sign.isspace() else fold(sign):
            plain.append(letter)
            origin.append(place)
    folded, hits = "".join(plain), [False] * len(signs)
    for word in filter(None, words):
        start = folded.find(word)
        while start >= 0:
            # Up to the next letter, so that a mark written by itself stays with its own.
            end = origin[start + len(word)] if start + len(word) < len(origin) else len(signs)
            hits[origin[start] : end] = [True] * (end - origin[start])
            start = folded.find(word, start + 1)
    return [("".join(sign for sign, _ in piece), hit) for hit, piece in groupby(zip(signs, hits, strict=True), key=itemgetter(1))]
