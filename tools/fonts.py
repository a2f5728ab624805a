"""
Build the web fonts from the unpacked npm package ``@fontsource/be-vietnam-pro``.

    npm pack @fontsource/be-vietnam-pro && tar xzf fontsource-be-vietnam-pro-*.tgz
    python tools/fonts.py package src/hanhlang/web/static/fonts src/hanhlang/domains/core/paper/fonts

Writes Be Vietnam Pro 400 and 600 (one file each: ASCII, Latin-1, Vietnamese and the punctuation of our pages, no hints),
its 300 digits for large dates, and "Hanhlang Figures" 400 and 600: the same digits on one width. Into the second folder it
writes the whole face, as the typesetter of paper reads it.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from fontTools.merge import Merger
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

DIGITS = "0123456789"
LETTERS = {
    *range(0x20, 0x7F),
    *range(0xA0, 0x100),
    *map(ord, "ĂăĐđĨĩŨũƠơƯư₫"),
    *range(0x1EA0, 0x1EFA),
    *map(ord, "‐‑–—‘’“”•…′″×·−≤≥"),
    # Loose marks, for names that arrive decomposed.
    *map(ord, "\u0300\u0301\u0303\u0309\u0323"),
}
ADVANCE = 624  # of 1000, as wide as the widest digit needs
INK = 554  # the most ink a digit may have, so that neighbours never touch
ONE_SHIFT = -22  # the 1 has no ink on its left: centred by its box it looks too far right


def subset(font: TTFont, letters: set[int]) -> None:
    """Leave only ``letters``, kerning and mark positions; drop hints."""
    options = Options(hinting=False, layout_features=["kern", "mark", "mkmk", "ccmp", "locl"], name_IDs=["*"], notdef_outline=True)
    worker = Subsetter(options)
    worker.populate(unicodes=letters)
    worker.subset(font)


def whole(package: Path, weight: int) -> TTFont:
    """Return the face of one weight, merged from the three parts the package ships, without hints."""
    with tempfile.TemporaryDirectory() as folder:
        parts = []
        for part in ("latin", "latin-ext", "vietnamese"):
            font = TTFont(package / "files" / f"be-vietnam-pro-{part}-{weight}-normal.woff2")
            font.flavor = None
            # Each part repeats some letters; the merger takes the first of each, hints differ and are dropped.
            for table in ("fpgm", "prep", "cvt ", "gasp"):
                if table in font:
                    del font[table]
            for glyph in font["glyf"].glyphs.values():
                glyph.expand(font["glyf"])
                glyph.removeHinting()
            path = Path(folder) / f"{part}.ttf"
            font.save(path)
            parts.append(str(path))
        return Merger().merge(parts)


def figures(package: Path, weight: int) -> TTFont:
    """Return the digits of one weight, each on the same advance with its ink in the middle."""
    font = whole(package, weight)
    subset(font, set(map(ord, DIGITS)))
    for table in ("GPOS", "GSUB", "GDEF"):
        if table in font:
            del font[table]
    glyphs, widths, names = font.getGlyphSet(), font["hmtx"], font.getBestCmap()
    for digit in DIGITS:
        name = names[ord(digit)]
        shape = font["glyf"][name]
        shape.recalcBounds(font["glyf"])
        left, right = shape.xMin, shape.xMax
        narrow = min(1.0, INK / (right - left))
        shift = (ADVANCE - (right - left) * narrow) / 2 - left * narrow + (ONE_SHIFT if digit == "1" else 0)
        pen = TTGlyphPen(None)
        glyphs[name].draw(TransformPen(pen, (narrow, 0, 0, 1, shift, 0)))
        drawn = pen.glyph()
        font["glyf"][name] = drawn
        drawn.recalcBounds(font["glyf"])
        widths[name] = (ADVANCE, drawn.xMin)
    for record in font["name"].names:
        if record.nameID in (1, 4, 6, 16):
            record.string = "HanhlangFigures" if record.nameID == 6 else "Hanhlang Figures"
    return font


def save(font: TTFont, path: Path, flavor: str | None = "woff2") -> None:
    # The build date would make every build a change.
    font["head"].created = font["head"].modified = 3_800_000_000
    font.recalcTimestamp = False
    font.flavor = flavor
    font.save(path)
    print(f"{path.name:32} {path.stat().st_size:6d} bytes")


def main(package: Path, target: Path, paper: Path) -> None:
    for folder in (target, paper):
        folder.mkdir(parents=True, exist_ok=True)
    for weight in (400, 600):
        font = whole(package, weight)
        subset(font, LETTERS)
        save(font, target / f"be-vietnam-pro-{weight}.woff2")
        save(figures(package, weight), target / f"hanhlang-figures-{weight}.woff2")
        save(whole(package, weight), paper / f"be-vietnam-pro-{weight}.ttf", None)
    light = whole(package, 300)
    subset(light, set(map(ord, DIGITS)))
    save(light, target / "be-vietnam-pro-300-digits.woff2")
    for folder in (target, paper):
        shutil.copy(package / "LICENSE", folder / "OFL.txt")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
