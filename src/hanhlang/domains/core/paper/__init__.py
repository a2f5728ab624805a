"""
Paper: data set into tagged PDF.

A template is a file of ours; what people wrote reaches it as JSON and is only ever shown, never read as typst. The files follow PDF/UA
where every letter is in a font of this machine; where one is missing they are tagged all the same, without that claim.
"""

from __future__ import annotations

import json
import logging
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import typst

FONTS = Path(__file__).parent / "fonts"
STANDARD = "ua-1"
log = logging.getLogger(__name__)


def set_pages(template: Path, data: Mapping[str, Any]) -> bytes:
    """
    Return the PDF that ``template`` makes of ``data``.

    :raises typst.TypstError: if the template itself is wrong; what the data says can be no cause of it.
    """
    inputs = {"data": json.dumps(_printable(data), ensure_ascii=False)}
    try:
        return _compiled(template, inputs, [STANDARD])
    except typst.TypstError as fault:
        # A letter that no font here has: the claim is given up, not the page.
        log.warning("PDF/UA is not claimed for %s: %s", template.name, fault)
        return _compiled(template, inputs, [])


def _compiled(template: Path, inputs: dict[str, str], standards: list[Any]) -> bytes:
    made = typst.compile(
        str(template), root=str(template.parent), font_paths=_fonts(), sys_inputs=inputs, format="pdf", pdf_standards=standards
    )
    if not isinstance(made, bytes):
        raise TypeError(f"{template.name} made no single file.")
    return made


@cache
def _fonts() -> typst.Fonts:
    # Ours first; those of the machine stand in for letters ours does not have (Lao, Korean, Arabic, …).
    return typst.Fonts(include_system_fonts=True, include_embedded_fonts=False, font_paths=[str(FONTS)])


def _printable(value: Any) -> Any:
    """Return ``value`` without control characters, which no font draws, and with Vietnamese letters whole."""
    if isinstance(value, str):
        whole = unicodedata.normalize("NFC", value)
        return "".join(letter for letter in whole if letter == "\n" or unicodedata.category(letter) not in ("Cc", "Cs"))
    if isinstance(value, Mapping):
        return {key: _printable(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_printable(inner) for inner in value]
    return value
