"""Letters made comparable for search: without marks, case and width."""

from __future__ import annotations

import re
import unicodedata

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
