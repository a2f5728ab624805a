"""The solvers behind the proofs: what they answer, refuse and leave open."""

from __future__ import annotations

from itertools import combinations

from hanhlang.engine.proof.solvers import Glucose, cadical_model


def pigeons(birds: int, holes: int) -> list[list[int]]:
    """Return clauses that put each bird into a hole and no two into one."""
    at = [[1 + bird * holes + hole for hole in range(holes)] for bird in range(birds)]
    return at + [[-one[hole], -other[hole]] for one, other in combinations(at, 2) for hole in range(holes)]


def test_a_model_satisfies_every_clause():
    clauses = pigeons(4, 4)
    with Glucose(clauses) as solver:
        assert solver.solve() is True
        models = [solver.model(), cadical_model(clauses, {"seed": 1})]
    for model in models:
        assert model is not None
        assert all(any(literal in model for literal in clause) for clause in clauses)


def test_literals_that_are_preferred_are_tried_first():
    clauses = pigeons(4, 4)
    wanted = [1 + bird * 4 + (bird + 1) % 4 for bird in range(4)]
    other = [1 + bird * 4 + (bird + 2) % 4 for bird in range(4)]

    for some in (wanted, other):
        prefer = [literal if literal in some else -literal for literal in range(1, 17)]
        model = cadical_model(clauses, {"lucky": 0, "walk": 0}, prefer)
        assert [literal for literal in model or [] if literal > 0] == some


def test_a_refusal_names_the_assumptions_it_used():
    with Glucose([[-1, -2], [3, 4]]) as solver:
        assert solver.solve([1, 2, 3]) is False
        assert set(solver.core()) == {1, 2}
        assert solver.solve([1, 3]) is True


def test_without_any_model_the_core_is_empty():
    with Glucose(pigeons(4, 3)) as solver:
        assert solver.solve([1]) is False
        assert solver.solve() is False
        assert solver.core() == []
    assert cadical_model(pigeons(4, 3), {}) is None


def test_a_small_budget_of_conflicts_leaves_a_hard_question_open_and_is_spent():
    with Glucose(pigeons(9, 8)) as solver:
        assert solver.solve(conflicts=20) is None
        assert solver.conflicts() >= 20
        assert solver.solve(conflicts=None) is False


def test_propagation_alone_sees_a_chain_and_not_a_case_distinction():
    with Glucose([[-1, 2], [-2, 3]]) as solver:
        assert not solver.consistent([1, -3])
        assert solver.consistent([1])
    with Glucose([[1, 2], [1, -2]]) as solver:
        assert solver.consistent()
