"""What templates may not hold: inline style or script, and the parts of htmx that build functions from text."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TEMPLATES = Path(__file__).resolve().parents[2] / "src" / "hanhlang" / "web" / "templates"
FORBIDDEN = {
    "hx-on builds a function": re.compile(r"\b(?:data-)?hx-on[:=\-]"),
    "js: builds a function": re.compile(r"""=\s*["'][^"']*\b(?:js|javascript):"""),
    "a trigger filter builds a function": re.compile(r"""hx-trigger(?::\w+)*\s*=\s*["'][^"']*\["""),
    "inline script": re.compile(r"<script(?![^>]*\bsrc=)", re.IGNORECASE),
    "inline handler": re.compile(r"""\son[a-z]+\s*=\s*["']""", re.IGNORECASE),
    "inline style": re.compile(r"""<style\b|\sstyle\s*=\s*["']""", re.IGNORECASE),
}


def faults(text: str) -> list[str]:
    return [name for name, pattern in FORBIDDEN.items() if pattern.search(text)]


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_a_template_holds_nothing_the_security_policy_refuses(path: Path):
    assert faults(path.read_text()) == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('<a hx-on:click="go()">', "hx-on builds a function"),
        ("<form hx-vals='js:{a: 1}'>", "js: builds a function"),
        ('<input hx-trigger="keyup[ctrlKey]">', "a trigger filter builds a function"),
        ("<script>go()</script>", "inline script"),
        ('<button onclick="go()">', "inline handler"),
        ('<p style="color: red">', "inline style"),
    ],
)
def test_each_forbidden_thing_is_seen(text: str, fault: str):
    assert fault in faults(text)


def test_ordinary_htmx_is_allowed():
    assert faults('<form hx-post="/x/" hx-trigger="submit" hx-target="this"><script src="/static/js/app.js" defer></script>') == []
