"""Optimality and infeasibility, proven by SAT from below."""

from hanhlang.engine.proof.prove import can_prove, prove

__all__ = ["can_prove", "prove"]
