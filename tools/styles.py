"""
Join the style sheets of ``web/styles`` into those the pages load, so that a page needs one request for each.

    python tools/styles.py

``hanhlang.css`` serves every page. ``programme.css`` adds the programme's grid with ready-made classes for hours,
lengths and rows: a strict content security policy allows no inline style, so positions must be classes. ``board.css``
and ``wall.css`` serve the day board and the wall screen, ``changes.css`` what happens on the day.
"""

from __future__ import annotations

import re
from pathlib import Path

WEB = Path(__file__).resolve().parent.parent / "src" / "hanhlang" / "web"
FIRST, LAST, STEP = 6 * 60, 23 * 60, 5
HALF_HOUR = 30 // STEP
ROWS = 60
EVERY_PAGE = ("tokens.css", "base.css", "parts.css", "public.css")


def clock(unit: int) -> str:
    """Return the hour and minute a unit begins, as 0830."""
    hour, minute = divmod(FIRST + unit * STEP, 60)
    return f"{hour:02d}{minute:02d}"


def placements() -> str:
    """Return the classes of the programme grid, in units of five minutes after 06:00."""
    units = (LAST - FIRST) // STEP
    lines = [f".s{clock(unit)}{{--s:{unit}}}" for unit in range(units + 1)]
    lines += [f".d{unit * STEP}{{--d:{unit}}}" for unit in range(1, units + 1)]
    lines += [f".a{clock(unit)}{{--a:{unit}}}" for unit in range(0, units, HALF_HOUR)]
    lines += [f".w{unit * STEP}{{--w:{unit}}}" for unit in range(HALF_HOUR, units + 1, HALF_HOUR)]
    lines += [f".r{row}{{--r:{row}}}.n{row}{{--n:{row}}}" for row in range(1, ROWS + 1)]
    return "\n".join(lines) + "\n"


def packed(text: str) -> str:
    """Return ``text`` without comments, indentation and empty lines."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    return "\n".join(line.strip() for line in text.splitlines() if line.strip()) + "\n"


def sheets() -> dict[str, str]:
    """Return the text of each sheet the pages load, by name."""
    styles = WEB / "styles"
    return {
        "hanhlang.css": packed("".join((styles / name).read_text() for name in EVERY_PAGE)),
        "programme.css": packed((styles / "programme.css").read_text()) + placements(),
        "board.css": packed((styles / "board.css").read_text()),
        "changes.css": packed((styles / "changes.css").read_text()),
        "wall.css": packed((styles / "wall.css").read_text()),
    }


if __name__ == "__main__":
    for name, text in sheets().items():
        (WEB / "static" / "css" / name).write_text(text)
        print(f"{name:16} {len(text):6d} bytes")
