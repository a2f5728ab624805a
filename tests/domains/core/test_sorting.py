"""Vietnamese order against a table of known pairs, and as an order at all."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanhlang.domains.core.folding import fold
from hanhlang.domains.core.sorting import is_vietnamese_name, name_order_key, order_key

# Letters, tones and blanks in every combination say more about order than arbitrary signs do.
VIETNAMESE = st.text("aăâbcdđeêioôơuưAĐÂ -'\u0300\u0301\u0303\u0309\u0323", max_size=8)

WORD = st.text("aăâbdđeêgnouưAĐÂ", min_size=1, max_size=5)


def after(one: str, other: str) -> bool:
    return order_key(one) > order_key(other)


@pytest.mark.parametrize(
    "words",
    [
        # The alphabet: each letter of its own after its plain one.
        ["an", "ăn", "ân", "ba", "ca", "da", "đa", "em", "êm", "ga", "in", "on", "ôn", "ơn", "pha", "tu", "tư", "va", "xa", "y"],
        # Tones, and only between equal letters of one word.
        ["ma", "mà", "mả", "mã", "má", "mạ", "mac", "mác", "mai"],
        ["hoa", "hòa", "hỏa", "hõa", "hóa", "họa", "hoai"],
        # Word by word, as dictionaries do: all of "ba" before "bà".
        ["ba", "ba lô", "ba mươi", "bà", "bà con", "bả", "bạc"],
        ["An Bình", "An Giang", "Anh", "Ân", "Dũng", "Đặng", "Uyên", "Ước", "Vân"],
        # Figures before letters, other scripts after them.
        ["5G", "AI", "Zalo", "Ελλάδα", "Москва", "ไทย"],
        [
            "Bắc Giang",
            "Bắc Kạn",
            "Bắc Ninh",
            "Bến Tre",
            "Đà Nẵng",
            "Đắk Lắk",
            "Đồng Nai",
            "Đồng Tháp",
            "Hà Nội",
            "Hải Phòng",
            "Thừa Thiên – Huế",
        ],
    ],
)
def test_words_come_in_vietnamese_order(words: list[str]):
    assert sorted(set(words), key=order_key) == words


@pytest.mark.parametrize(
    "names",
    [
        # By given name, then family name, then what stands between.
        [
            "Trần Văn An",
            "Nguyễn Thị Ân",
            "Lê Bình",
            "Lê Thị Bình",
            "Trần Bình",
            "Phạm Minh Chính",
            "Nguyễn Dũng",
            "Nguyễn Hoàng Đăng",
            "Bùi Ước",
        ],
        ["Phan Hà", "Bùi Hạ", "Đỗ Hải"],
        # Others as they are written: Jorim stands at J, Lee at L.
        ["Jorim Vantor", "Nguyễn Thị Lan", "Lee Jae-myung", "Trần Mai", "Mirko An"],
    ],
)
def test_people_are_listed_by_their_given_names(names: list[str]):
    assert sorted(set(names), key=name_order_key) == names


@pytest.mark.parametrize("name", ["Nguyễn Mạnh Hùng", "Võ Nguyên Giáp", "Đỗ Quyên", "Huỳnh Thúc Kháng", "LƯƠNG TAM QUANG", "Kim Lan"])
def test_a_vietnamese_name_is_known_by_its_family_name_and_its_syllables(name: str):
    assert is_vietnamese_name(name)


@pytest.mark.parametrize(
    "name", ["Kim Min-jun", "Kim Dae Jung", "Nguyen Van A", "Nguyễn", "Mai Jensen", "Maria da Silva", "", "An Dương Vương"]
)
def test_another_name_is_not(name: str):
    assert not is_vietnamese_name(name)


@given(st.text(), st.text())
def test_two_texts_share_a_place_only_if_they_are_one_text(one: str, other: str):
    assert (order_key(one) == order_key(other)) == (unicodedata.normalize("NFC", one) == unicodedata.normalize("NFC", other))


@given(st.text())
def test_composed_and_decomposed_text_sort_alike(text: str):
    assert order_key(unicodedata.normalize("NFD", text)) == order_key(unicodedata.normalize("NFC", text))


@given(st.text())
def test_a_key_holds_only_what_every_collation_orders_alike(text: str):
    assert set(order_key(text) + name_order_key(text)) <= set("0123456789abcdef")


@given(VIETNAMESE)
def test_a_text_comes_before_what_begins_with_it(text: str):
    assert not after(text, f"{text} a")


@given(WORD, WORD, VIETNAMESE, VIETNAMESE)
def test_the_first_word_decides_whatever_follows(one: str, other: str, more: str, else_more: str):
    if fold(one) != fold(other):
        assert after(one, other) == after(f"{one} {more}", f"{other} {else_more}")
