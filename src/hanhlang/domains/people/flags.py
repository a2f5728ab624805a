"""Whose flag is which drawing."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from zlib import crc32

from django.contrib.staticfiles import finders

from hanhlang.domains.people.models import Organisation

INVENTED_FLAGS = 48  # as drawn by tools/flags.py
BODIES_WITH_A_FLAG = frozenset({"EU", "UN"})


def flag_file(organisation: Organisation) -> str:
    """Return the static file of an organisation's flag, empty if it has none."""
    # A body's country is where its seat is: that country's flag is not the body's.
    if organisation.kind != "country":
        has_own = organisation.kind == "igo" and not organisation.is_invented and organisation.short in BODIES_WITH_A_FLAG
        return _file(organisation.short) if has_own else ""
    if organisation.is_invented:
        return f"flags/invented/{crc32(organisation.key.encode()) % INVENTED_FLAGS:02d}.svg"
    return _file(organisation.country) if organisation.country else ""


def flag_drawing(organisation: Organisation | None) -> str:
    """Return the flag itself as SVG, empty if there is none."""
    name = flag_file(organisation) if organisation else ""
    return _drawing(name) if name else ""


@cache
def _file(code: str) -> str:
    name = f"flags/{code.lower()}.svg"
    return name if finders.find(name) else ""


@cache
def _drawing(name: str) -> str:
    found = finders.find(name)
    return Path(found).read_text(encoding="utf-8") if found else ""
