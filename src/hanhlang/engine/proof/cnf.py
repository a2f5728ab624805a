"""Clauses under construction: variables, constants and the counting networks that the encodings share."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

TRUE = 1  # the first variable is fixed, so that constants are literals
FALSE = -1


class Clauses:
    """A formula in conjunctive normal form; literals are non-zero integers as in DIMACS."""

    def __init__(self) -> None:
        self.top = 1
        self.all: list[list[int]] = [[TRUE]]

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
        self.all.extend([-first, -second] for first, second in combinations(literals, 2))

    def either(self, literals: Sequence[int]) -> int:
        """Return a literal that is true exactly if one of ``literals`` is."""
        if not literals:
            return FALSE
        if len(literals) == 1:
            return literals[0]
        whole = self.new()
        self.all.extend([-literal, whole] for literal in literals)
        self.all.append([-whole, *literals])
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
        clauses = self.all
        for i in range(len(left) + 1):
            for j in range(len(right) + 1):
                if i + j > 0:
                    at_least = [outputs[min(i + j, limit) - 1]]
                    if i:
                        at_least.append(-left[i - 1])
                    if j:
                        at_least.append(-right[j - 1])
                    clauses.append(at_least)
                if i + j < len(outputs):
                    at_most = [-outputs[i + j]]
                    if i < len(left):
                        at_most.append(left[i])
                    if j < len(right):
                        at_most.append(right[j])
                    clauses.append(at_most)
        return outputs
