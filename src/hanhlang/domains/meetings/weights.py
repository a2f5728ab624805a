"""What a desk may weigh: each soft term of a plan, its default and its bounds. Plain values, no engine, no database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hanhlang.domains.meetings.errors_planning import UnknownWeight, WeightUnusable

MOST = 1000
MOVED_COST = 1  # half a break: moving a meeting people were told of must save at least one


@dataclass(frozen=True, slots=True)
class Weight:
    """``default`` is what one unit costs unless the desk says otherwise; 0 switches the term off where ``least`` allows it."""

    default: int
    least: int = 0
    most: int = MOST


# The names are the engine's; a test holds the two lists together.
WEIGHTS: dict[str, Weight] = {
    # At 0 the cheapest plan would be the empty one.
    "unplaced": Weight(1, least=1),
    "breaks": Weight(2),
    "idle": Weight(0),
    "preferred": Weight(1),
    "meal": Weight(5),
    "in_a_row": Weight(3),
    "city_changes": Weight(4),
    "moved": Weight(MOVED_COST),
    "meal_minutes": Weight(40, least=10, most=120),
}


def checked(given: Mapping[str, object]) -> dict[str, int]:
    """
    Return the weights that differ from the defaults.

    :raises UnknownWeight: if there is none of that name.
    :raises WeightUnusable: if one is no whole number within its bounds.
    """
    for name, value in given.items():
        weight = WEIGHTS.get(name)
        if weight is None:
            raise UnknownWeight(name=name, names=", ".join(WEIGHTS))
        if isinstance(value, bool) or not isinstance(value, int) or not weight.least <= value <= weight.most:
            raise WeightUnusable(name=name, value=value, least=weight.least, most=weight.most)
    return {name: value for name, value in given.items() if isinstance(value, int) and value != WEIGHTS[name].default}
