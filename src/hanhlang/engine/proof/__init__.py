"""Optimality and infeasibility, proven by SAT from below. The child that proves loads little, so nothing is imported here."""
