"""
What open pages follow: each *audience* has a version that grows when what it looks at has changed.

An action calls ``bump`` in its transaction; the live stream tells the pages, and they ask for their fragment again. A version also
serves as the key of a cache. See docs/reference/live.md for the audiences there are.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from hanhlang.domains.core.models import LiveVersion

CHANNEL = "hanhlang_live"
# SQLite knows "excluded" and the table's own name as PostgreSQL does.
BUMP = """
INSERT INTO core_liveversion (audience, version) VALUES (%s, 1)
ON CONFLICT (audience) DO UPDATE SET version = core_liveversion.version + 1
"""


def bump(*audiences: str) -> None:
    """
    Say that what ``audiences`` look at has changed, in the transaction that changes it; name all of them in one call, last.

    :raises RuntimeError: outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("Bump inside the transaction of the action: outside, a page could look before the change stands.")
    with connection.cursor() as cursor:
        # In one order, so that two actions cannot wait for each other.
        for audience in sorted(set(audiences)):
            cursor.execute(BUMP, [audience])
            if connection.vendor == "postgresql":
                cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, audience])


def versions(audiences: Iterable[str]) -> dict[str, int]:
    """Return the version of each of ``audiences``, 0 for one that never changed."""
    wanted = set(audiences)
    known = dict(LiveVersion.objects.filter(audience__in=wanted).values_list("audience", "version"))
    return {audience: known.get(audience, 0) for audience in wanted}
