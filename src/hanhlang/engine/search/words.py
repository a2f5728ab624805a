"""Bits of a word as the processor counts them: one instruction each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from llvmlite import ir
from numba import int64
from numba.extending import intrinsic

from hanhlang.engine.search.cache import inner


def _ones(_context: Any, _word: Any) -> Any:
    def code(_base: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.ctpop(arguments[0])

    return int64(int64), code


def _lowest(_context: Any, _word: Any) -> Any:
    def code(_base: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 1))

    return int64(int64), code


# The number of bits set.
ones = cast(Callable[[int], int], intrinsic(_ones))
# The place of the lowest bit set; the word must not be 0.
lowest = cast(Callable[[int], int], intrinsic(_lowest))


@inner
def nth(word: int, n: int) -> int:
    """Return the place of the bit that has ``n`` set bits below it; there must be one."""
    for _ in range(n):
        word &= word - 1
    return lowest(word)
