"""Clauses under construction: variables, constants and the counting networks that the encodings share."""

from __future__ import annotations

from itertools import combinations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

TRUE = 1  # the first variable is fixed, so that constants are literals
FALSE = -1


class Clauses:
    """A formula in conjunctive normal form; literals are non-zero integers as in DIMACS."""

    def __init__(self) -> None:
        self.top = 1
        self.all: list[Sequence[int]] = [(TRUE,)]

    def new(self) -> int:
        """Return a fresh variable."""
        self.top += 1
        return self.top

    def add(self, *literals: int) -> None:
        """Add a clause; a true literal drops it, false literals are dropped from it."""
        if TRUE not in literals:
            self.all.append([literal for literal in literals if literal != FALSE])

    def at_most_one(self, literals: Sequence[int]) -> None:
        """Forbid every pair; no literal may be a constant."""
        self.all += combinations([-literal for literal in literals], 2)

    def either(self, literals: Sequence[int]) -> int:
        """Return a literal that is true exactly if one of ``literals`` is."""
        if not literals:
            return FALSE
        if len(literals) == 1:
            return literals[0]
        whole = self.new()
        self.all += [(-literal, whole) for literal in literals]
        self.all.append((-whole, *literals))
        return whole

    def totalizer(self, literals: Sequence[int], limit: int) -> list[int]:
        """
        Return outputs ``o`` with ``o[k]`` true exactly if more than ``k`` of ``literals`` are, for ``k < limit``.

        Bailleux and Boufkhad's totalizer, both directions, clipped at ``limit``.
        """
        if len(literals) <= 1 or limit <= 0:
            return list(literals[: max(limit, 0)])
        half = len(literals) // 2
        left, right = self.totalizer(literals[:half], limit), self.totalizer(literals[half:], limit)
        outputs = [self.new() for _ in range(min(len(literals), limit))]
        ends = [*left, *right, *outputs]
        known = [*ends, *(-literal for literal in ends)]
        self.all += [
            (known[of[0]], known[of[1]], known[of[2]]) if len(of) == 3 else (known[of[0]], known[of[1]])
            for of in _sum(len(left), len(right), len(outputs))
        ]
        return outputs


# Every slot of an event has counters of the same sizes, and to work out the same clauses again takes most of the encoding.
_sums: dict[tuple[int, int, int], list[tuple[int, ...]]] = {}


def _sum(left: int, right: int, outputs: int) -> list[tuple[int, ...]]:
    """Return the clauses that add up two counters, as places in a row of all literals and then their negations."""
    sizes = left, right, outputs
    if sizes not in _sums:
        _sums[sizes] = _worked_out(left, right, outputs)
    return _sums[sizes]


def _worked_out(left: int, right: int, outputs: int) -> list[tuple[int, ...]]:
    ends = left + right + outputs
    clauses: list[tuple[int, ...]] = []
    for i in range(left + 1):
        for j in range(right + 1):
            if i + j > 0:
                at_least = (left + right + min(i + j, outputs) - 1,)
                clauses.append(at_least + (ends + i - 1,) * (i > 0) + (ends + left + j - 1,) * (j > 0))
            if i + j < outputs:
                clauses.append((ends + left + right + i + j,) + (i,) * (i < left) + (left + j,) * (j < right))
    return clauses
