import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanhlang.domains.core.folding import fold


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
