"""
Vietnamese alphabetical order as a column: keys that every database sorts alike; docs/explanation/order.md gives rules and sources.

A key is lower-case hexadecimal, because a collation may treat letters, marks and punctuation as it likes, but never ``0-9a-f``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from hanhlang.domains.core.folding import MARKS, STROKES

GRAVE, HOOK, TILDE, ACUTE, DOT = "\u0300", "\u0309", "\u0303", "\u0301", "\u0323"
BREVE, CIRCUMFLEX, HORN = "\u0306", "\u0302", "\u031b"
TONES = {GRAVE: 1, HOOK: 2, TILDE: 3, ACUTE: 4, DOT: 5}
# Letters of their own, each after its plain one: ă â, đ, ê, ô ơ, ư.
LETTERS = {("a", BREVE): 1, ("a", CIRCUMFLEX): 2, ("e", CIRCUMFLEX): 1, ("o", CIRCUMFLEX): 1, ("o", HORN): 2, ("u", HORN): 1}
STROKED_D = "đð"

# Every part of a key begins above the signs that end one, so that the shorter of two words comes first.
WORD_END, LETTERS_END, LOWEST = b"\x00", b"\x01", 2

# The family names of nearly all Vietnamese, as they are written; without its marks a name is not taken for one.
FAMILY = re.compile(
    r"âu|bạch|bành|bế|biện|bùi|cao|cầm|châu|chế|chu|chử|cù|cung|diệp|doãn|dư|dương|đàm|đào|đặng|đậu|đinh|điền|đoàn|đỗ|đồng|"
    r"đường|giang|giáp|hà|hàn|hoa|hoàng|hồ|hứa|huỳnh|khổng|khúc|khương|kiều|kim|la|lã|lại|lâm|lê|lò|lô|lục|lư|lưu|lữ|lương|"
    r"lý|ma|mã|mạc|mai|mẫn|nghiêm|ngô|nguyễn|ngụy|nhâm|nhan|ninh|nông|ông|phạm|phan|phí|phó|phùng|phương|quách|quan|quản|sầm|"
    r"sử|tạ|tăng|tiêu|tiết|tô|tôn|tống|thạch|thái|thân|thiều|trà|trần|trang|trầm|triệu|trịnh|trương|từ|tưởng|ung|uông|văn|vi|"
    r"viên|võ|vòng|vũ|vương|xa"
)
SYLLABLE = re.compile(
    r"(?:ngh|ng|nh|gh|gi|ch|kh|ph|qu|th|tr|[bcdđghklmnprstvx])?"
    r"(?:uyê|iêu|yêu|uôi|ươi|ươu|oai|oay|oeo|uây|uya|uyu|ai|ao|au|ay|âu|ây|eo|êu|ia|iê|iu|yê|oa|oă|oe|oi|ôi|ơi|ua|uâ|uê|ui|uô|uơ|uy|ưa|ưi|ươ|ưu"
    r"|[aăâeêioôơuưy])"
    r"(?:ch|ng|nh|[cmnpt])?"
)


def order_key(text: str) -> str:
    """Return a key for Vietnamese order, word by word: letters, then tones (huyền, hỏi, ngã, sắc, nặng), then the text itself."""
    return _key(_words(text), text)


def name_order_key(name: str) -> str:
    """
    Return a key for a person's name: a Vietnamese one by given name, then family and middle names; any other as it is written.

    A name is taken for Vietnamese when it begins with a Vietnamese family name and every word is a syllable of the language.
    """
    words = list(_words(name))
    if is_vietnamese_name(name):
        words = [*words[-1:], *words[:-1]]
    return _key(words, name)


def is_vietnamese_name(name: str) -> bool:
    """Tell whether a name is written as Vietnamese ones are: family name first, given name last."""
    parts = unicodedata.normalize("NFC", name.casefold()).split()
    known = len(parts) > 1 and FAMILY.fullmatch(parts[0])
    return bool(known) and all(SYLLABLE.fullmatch(_without_tones(part)) for part in parts)


def _without_tones(word: str) -> str:
    kept = "".join(sign for sign in unicodedata.normalize("NFD", word) if sign not in TONES)
    return unicodedata.normalize("NFC", kept)


def _words(text: str) -> Iterator[list[str]]:
    """Give the words of a text, each as a list of letters with the marks that follow them; what is no letter or figure parts words."""
    # Taken apart first: of a composed sign case folding may move a mark to another letter.
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFD", text).casefold())
    # Compatibility forms (full-width, ligatures) give capitals only now.
    plain = unicodedata.normalize("NFKD", plain.casefold())
    word: list[str] = []
    for sign in plain:
        if MARKS.match(sign):
            if word:
                word[-1] += sign
        elif sign.isalnum() or unicodedata.category(sign).startswith("M"):
            word.append(sign)
        elif word:
            yield word
            word = []
    if word:
        yield word


def _key(words: Iterator[list[str]] | list[list[str]], text: str) -> str:
    parts = [_word_key(word) + WORD_END for word in words]
    return (b"".join(parts) + WORD_END + unicodedata.normalize("NFC", text).encode()).hex()


def _word_key(word: list[str]) -> bytes:
    letters = b"".join(_letter(sign[0], sign[1:]) for sign in word)
    tones = bytes(LOWEST + max((TONES.get(mark, 0) for mark in sign[1:]), default=0) for sign in word)
    return letters + LETTERS_END + tones.rstrip(bytes([LOWEST]))


def _letter(base: str, marks: str) -> bytes:
    if base in STROKED_D:
        return b"d" + bytes([LOWEST + 1])
    quality = max((LETTERS.get((base, mark), 0) for mark in marks), default=0)
    return base.translate(STROKES).encode() + bytes([LOWEST + quality])
