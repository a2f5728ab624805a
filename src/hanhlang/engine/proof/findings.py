"""
How a proof's process and its parent speak: :mod:`marshal`, behind the number of bytes it takes.

Marshal is in the interpreter; to load a reader of JSON takes a new process as long as many an event to prove.
"""

from __future__ import annotations

import marshal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

SIZE_BYTES = 4


def written(finding: dict[str, Any]) -> bytes:
    """Return a finding as it travels."""
    body = marshal.dumps(finding)
    return len(body).to_bytes(SIZE_BYTES, "big") + body


def read(received: bytes) -> tuple[list[dict[str, Any]], bytes]:
    """Return the findings that have come whole, and the beginning of one that has not."""
    findings = []
    while len(received) >= SIZE_BYTES:
        end = SIZE_BYTES + int.from_bytes(received[:SIZE_BYTES], "big")
        if len(received) < end:
            break
        findings.append(marshal.loads(received[SIZE_BYTES:end]))  # noqa: S302 - our own process wrote it
        received = received[end:]
    return findings, received
