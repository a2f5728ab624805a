"""A rehearsal of the days themselves: changes drawn, answered and published on a copy, watched by a reader that shares nothing with us."""
