"""The look as far as arithmetic can hold it: contrast of every token, joined style sheets, sizes on the wire."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WEB = ROOT / "src" / "hanhlang" / "web"
TEXT = ("ink", "ink-2", "ink-3", "son", "jade", "hoe", "cham")
SHAPES = ("edge", "hoe-fill", "way")
GROUNDS = ("paper", "sheet", "sunk")


def tokens(mode: str) -> dict[str, str]:
    sheet = (WEB / "styles" / "tokens.css").read_text()
    opening = {"light": ":root {", "dark": ':root[data-mode="dark"] {', "system dark": ':root:not([data-mode="light"]) {'}[mode]
    block = sheet.split(opening, 1)[1].split("}", 1)[0]
    return dict(re.findall(r"--([a-z0-9-]+): (#[0-9A-F]{6});", block))


def brightness(colour: str) -> float:
    parts = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((brightness(one), brightness(other)))
    return (high + 0.05) / (low + 0.05)


def faint(found: dict[str, str]) -> list[str]:
    """Return the pairs below WCAG 2.2: 4.5 for text, 3 for shapes."""
    pairs = [(name, ground, 4.5) for name in TEXT for ground in GROUNDS]
    pairs += [(name, f"{name}-wash", 4.5) for name in ("son", "jade", "hoe", "cham")]
    pairs += [("ink", f"{name}-wash", 4.5) for name in ("son", "hoe", "cham")]
    pairs += [("on-son", "son", 4.5), ("paper", "ink", 4.5)]
    pairs += [(name, ground, 3.0) for name in SHAPES for ground in GROUNDS]
    return [f"{one} on {other}" for one, other, least in pairs if contrast(found[one], found[other]) < least]


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_every_token_can_be_read_on_every_ground(mode: str):
    assert faint(tokens(mode)) == []


def test_a_faint_token_is_found():
    assert faint({**tokens("light"), "ink-3": "#9A9184"}) == ["ink-3 on paper", "ink-3 on sheet", "ink-3 on sunk"]


def test_the_chosen_dark_mode_and_the_system_one_are_the_same():
    assert tokens("dark") == tokens("system dark")


def test_the_sheets_pages_load_are_the_ones_written():
    joined = runpy.run_path(str(ROOT / "tools" / "styles.py"))["sheets"]()

    served = {name: (WEB / "static" / "css" / name).read_text() for name in joined}

    assert served == joined


def test_the_letters_of_a_page_stay_small_on_the_wire():
    sizes = {path.name: path.stat().st_size for path in (WEB / "static" / "fonts").glob("*.woff2")}

    assert sum(sizes.values()) < 36_000
    assert max(sizes.values()) < 26_000


@pytest.mark.parametrize("weight", [400, 600])
def test_the_face_has_every_letter_of_vietnamese(weight: int):
    from fontTools.ttLib import TTFont

    has = TTFont(WEB / "static" / "fonts" / f"be-vietnam-pro-{weight}.woff2").getBestCmap()
    plain = "aăâbcdđeêghiklmnoôơpqrstuưvxy"
    toned = "àảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ"
    wanted = plain + toned + (plain + toned).upper() + "0123456789–—“”‘’…·"

    assert [letter for letter in wanted if ord(letter) not in has] == []


@pytest.mark.parametrize("weight", [400, 600])
def test_the_figures_are_all_of_one_width(weight: int):
    from fontTools.ttLib import TTFont

    font = TTFont(WEB / "static" / "fonts" / f"hanhlang-figures-{weight}.woff2")
    names = font.getBestCmap()

    assert {font["hmtx"][names[ord(digit)]][0] for digit in "0123456789"} == {624}
    assert {chr(code) for code in names} == set("0123456789")
