"""
Draw the flags of invented states: 48 of our own, in colours and divisions no state flies.

    python tools/flags.py
"""

from __future__ import annotations

from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "src" / "hanhlang" / "web" / "static" / "flags" / "invented"
COLOURS = (
    ("#1f6f78", "#f2e3c6", "#7a2e4d"),
    ("#5b3a70", "#e8d9a0", "#2f6f5e"),
    ("#8a5a1f", "#e6ece8", "#2b3f63"),
    ("#3d5a3f", "#f0d7d0", "#6a3b2a"),
    ("#45506b", "#f3e9d2", "#a3653a"),
    ("#7b3f5c", "#dfe9e6", "#3f6b73"),
)
DIVISIONS = (
    '<path fill="{b}" d="M0 0h4v3H0z"/><path fill="{a}" d="M0 0l4 3H0z"/><circle fill="{c}" cx="2.9" cy=".9" r=".42"/>',
    '<path fill="{a}" d="M0 0h4v3H0z"/><path fill="{b}" d="M0 1.1l2-.6 2 .6v.8l-2-.6-2 .6z"/>',
    '<path fill="{a}" d="M0 0h4v3H0z"/><path fill="{b}" d="M.5 1.5L2 .4l1.5 1.1L2 2.6z"/><path fill="{c}" d="M1.4 1.5L2 1l.6.5L2 2z"/>',
    '<path fill="{b}" d="M0 0h4v3H0z"/><path fill="{a}" d="M0 0h1v3H0zM3 0h1v3H3z"/><path fill="{c}" d="M1.7 .6h.6v1.8h-.6z"/>',
    '<path fill="{c}" d="M0 0h4v3H0z"/><path fill="{b}" d="M0 0h2v1.5H0zM2 1.5h2V3H2z"/><circle fill="{a}" cx="2" cy="1.5" r=".6"/>',
    '<path fill="{a}" d="M0 0h4v3H0z"/>'
    '<path fill="{b}" d="M0 2.3q1-.6 2 0t2 0v.3q-1 .6-2 0t-2 0z"/><circle fill="{b}" cx="2" cy="1.1" r=".55"/>',
    '<path fill="{b}" d="M0 0h4v3H0z"/><path fill="{a}" d="M0 3L2 .3 4 3z"/><path fill="{c}" d="M1.1 3L2 1.8 2.9 3z"/>',
    '<path fill="{a}" d="M0 0h4v3H0z"/>'
    '<path fill="{c}" d="M0 0h4v.5H0zM0 2.5h4V3H0z"/><path fill="{b}" d="M1.2 1.3h1.6v.4H1.2zM1.2 .9h1.6v.2H1.2zM1.2 1.9h1.6v.2H1.2z"/>',
)


def main() -> None:
    TARGET.mkdir(parents=True, exist_ok=True)
    drawn = [division.format(a=a, b=b, c=c) for division in DIVISIONS for a, b, c in COLOURS]
    for number, shapes in enumerate(drawn):
        (TARGET / f"{number:02d}.svg").write_text(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 3">{shapes}</svg>\n')


if __name__ == "__main__":
    main()
