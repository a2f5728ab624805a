import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanhlang.domains.core.folding import fold, found_in


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Hà Nội", "ha noi"),
        ("Đường Đinh Tiên Hoàng", "duong dinh tien hoang"),
        ("Ðà Nẵng", "da nang"),  # Icelandic eth, as some keyboards give it
        ("  Ninh   Bình ", "ninh binh"),
        ("São Tomé", "sao tome"),
    ],
)
def test_search_ignores_marks_case_and_spaces(text, folded):
    assert fold(text) == folded


def test_marks_that_carry_the_word_stay():
    assert fold("ที่") != fold("ท")


@given(st.text())
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_composed_and_decomposed_text_are_found_alike(text):
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))


@pytest.mark.parametrize(
    ("text", "asked", "found"),
    [
        ("Đặng Thị Ước", "dang", ["Đặng"]),
        ("Hội nghị về đổi mới", "doi moi", ["đổi", "mới"]),
        ("chuyển đổi", "đổi", ["đổi"]),
        ("Ha\u0300 No\u0323\u0302i", "ha noi", ["Hà", "Nội"]),
        ("banana", "ana", ["anana"]),
        ("Straße", "strasse", ["Straße"]),
        ("không có", "zzz", []),
        ("gì cũng được", "", []),
    ],
)
def test_what_search_found_is_marked_in_the_text_as_written(text, asked, found):
    pieces = found_in(text, fold(asked).split())

    assert [piece for piece, hit in pieces if hit] == found
    assert "".join(piece for piece, _ in pieces) == unicodedata.normalize("NFC", text)


@given(st.text(), st.lists(st.text(max_size=3), max_size=3))
def test_marking_loses_and_adds_nothing(text, words):
    pieces = found_in(text, [part for word in words for part in fold(word).split()])

    assert "".join(piece for piece, _ in pieces) == unicodedata.normalize("NFC", text)
    assert all(one != other for one, other in pairwise(hit for _, hit in pieces))
