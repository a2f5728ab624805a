"""The garbage collector held back while very many objects are made that die together."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """
    Hold the garbage collector back: hundreds of thousands of clauses or placements, no cycles.

    Looking at them again and again takes as long as making them.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
