"""How code is compiled and where it is kept. Import before any module that compiles."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., Any])

# What is compiled, and what it is compiled from; a change elsewhere costs nobody a minute.
COMPILED = ("board.py", "cache.py", "layout.py", "lookahead.py", "moves.py", "words.py")


def keep_compiled_code() -> Path:
    """Point numba at a folder named after the sources' digest and return it."""
    # numba looks only at the file of the outermost function, so a change in another file would go unseen.
    digest = hashlib.sha256(numba.__version__.encode())
    for source in COMPILED:
        digest.update((Path(__file__).parent / source).read_bytes())
    name = f"hanhlang-{digest.hexdigest()[:16]}"
    folder = _base() / name
    numba.config.CACHE_DIR = str(folder)  # type: ignore[attr-defined]
    return folder


def _base() -> Path:
    """Return the folder that is set, else one of the user's own: cached code is executed, so nobody else may write it."""
    if set_folder := os.environ.get("NUMBA_CACHE_DIR"):
        return Path(set_folder)
    try:
        own = Path.home() / ".cache" / "hanhlang"
        own.mkdir(parents=True, exist_ok=True)
    except (OSError, RuntimeError):
        return Path(tempfile.mkdtemp(prefix="hanhlang-"))
    return own


FOLDER = keep_compiled_code()

# No counting of references: nothing is allocated, the caller holds every array, and counting the sixty of them in each
# call took six sevenths of the time, more so with several threads counting the same ones.
_OPTIONS: dict[str, Any] = {"nogil": True, "_nrt": False}


def inner(function: F) -> F:
    """Compile what only compiled code calls."""
    return cast(F, numba.njit(**_OPTIONS)(function))


def outer(signature: Any) -> Callable[[F], F]:
    """Compile at import for one signature, or load what was compiled before."""

    def compile_now(function: F) -> F:
        return cast(F, numba.njit([signature], cache=True, error_model="numpy", **_OPTIONS)(function))

    return compile_now
