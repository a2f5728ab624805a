"""
Glucose and CaDiCaL as the proofs use them, on python-sat's native module itself.

``pysat.solvers`` wraps the same functions, but loading its modules takes longer than a small event takes to prove.
"""

from __future__ import annotations

import pysolvers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any, Self

    Clause = Sequence[int]

# Ctrl-C is for whoever called us: told that it runs on the main thread, the native code would jump out of the solver at one.
_MAIN_THREAD = 0


class Glucose:
    """Glucose 4.1: incremental, refuses with a core, works within a budget."""

    def __init__(self, clauses: Iterable[Clause]) -> None:
        self._solver: Any = pysolvers.glucose41_new()
        self.extend(clauses)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        pysolvers.glucose41_del(self._solver)
        self._solver = None

    def add(self, clause: Clause) -> None:
        """Add one clause."""
        pysolvers.glucose41_add_cl(self._solver, clause)

    def extend(self, clauses: Iterable[Clause]) -> None:
        """Add clauses."""
        add, solver = pysolvers.glucose41_add_cl, self._solver
        for clause in clauses:
            add(solver, clause)

    def prefer(self, literals: Sequence[int]) -> None:
        """Try these literals first when their variables are decided."""
        pysolvers.glucose41_setphases(self._solver, literals)

    def consistent(self, assumptions: Sequence[int] = ()) -> bool:
        """Tell whether unit propagation alone finds no contradiction."""
        answer, _ = pysolvers.glucose41_propagate(self._solver, list(assumptions), 0, _MAIN_THREAD)
        return bool(answer)

    def solve(self, assumptions: Sequence[int] = (), *, conflicts: int | None = None) -> bool | None:
        """Return whether there is a model, ``None`` if that many conflicts did not tell."""
        pysolvers.glucose41_cbudget(self._solver, -1 if conflicts is None else conflicts)
        answer: bool | None = pysolvers.glucose41_solve_lim(self._solver, list(assumptions), _MAIN_THREAD, 0)
        return answer

    def model(self) -> list[int]:
        """Return the model just found."""
        found: list[int] = pysolvers.glucose41_model(self._solver) or []
        return found

    def core(self) -> list[int]:
        """Return the assumptions just refused together; none if there is no model at all."""
        found: list[int] = pysolvers.glucose41_core(self._solver) or []
        return found

    def conflicts(self) -> int:
        """Return how many conflicts there were so far."""
        count: int = pysolvers.glucose41_acc_stats(self._solver)["conflicts"]
        return count


def cadical_model(clauses: Iterable[Clause], settings: Mapping[str, int], prefer: Sequence[int] = ()) -> list[int] | None:
    """
    Return a model found by CaDiCaL 1.5.3, ``None`` if there is none; takes as long as it takes.

    Literals of ``prefer`` are tried first when their variables are decided.
    """
    solver = pysolvers.cadical153_new()
    try:
        for name, value in settings.items():  # right after creation, or CaDiCaL refuses
            pysolvers.cadical153_set(solver, name, value)
        add = pysolvers.cadical153_add_cl
        for clause in clauses:
            add(solver, clause)
        pysolvers.cadical153_setphases(solver, prefer)
        if not pysolvers.cadical153_solve(solver, [], _MAIN_THREAD):
            return None
        model: list[int] = pysolvers.cadical153_model(solver)
        return model
    finally:
        pysolvers.cadical153_del(solver, None)
