"""
Write who may open what: one row for each address, from what its view declares.

    python tools/access_table.py

A test fails while docs/reference/access.md says something else.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PAGE = Path(__file__).resolve().parent.parent / "docs" / "reference" / "access.md"
ITSELF = "/api/v1/"
HEAD = """# Who may open what

Made by `python tools/access_table.py` from what each view declares (`@access`, `web/access.py`).
A test opens every address as every kind of visitor. A role counts in its own week only.

● opens it · ◐ a role kept to one site opens it too, for what is at that site · ○ sent to sign in.
Everyone else gets the answer for an address that does not exist, also for what is somebody else's.
The JSON interface (`/api/v1/`) lets every call in and checks its token itself.

"""


def addresses(patterns: list[Any] | None = None, prefix: str = "/") -> Iterator[tuple[str, Any]]:
    """Return every address with its view, once."""
    from django.urls import URLResolver, get_resolver

    seen = set()
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        where = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from addresses(entry.url_patterns, where)
        elif where not in seen:
            seen.add(where)
            yield where, entry.callback


def mark(view: Any, kind: str) -> str:
    """Return the mark of one role kind (or of ``stranger`` and ``signed in``) for a view."""
    from hanhlang.web.access import PUBLIC, SIGNED_IN

    declared = getattr(view, "access", ())
    if PUBLIC in declared or (SIGNED_IN in declared and kind != "stranger"):
        return "●"
    if kind == "stranger":
        return "○"
    if kind in declared:
        return "◐" if getattr(view, "also_for_sites", False) else "●"
    return ""


def table() -> str:
    """Return the page."""
    from hanhlang.domains.events.models import Role

    kinds = ["stranger", "signed in", *(kind.value for kind in Role.Kind)]
    rows = [
        f"| `{where}` | {' | '.join(mark(view, kind) for kind in kinds)} |" for where, view in addresses() if not where.startswith(ITSELF)
    ]
    head = [f"| address | {' | '.join(kind.replace('_', ' ') for kind in kinds)} |", f"|---|{':-:|' * len(kinds)}"]
    return HEAD + "\n".join([*head, *sorted(rows)]) + "\n"


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hanhlang.project.settings")
    import django

    django.setup()
    PAGE.write_text(table())
    print(f"{PAGE.name}: {sum(1 for _ in addresses())} addresses")
