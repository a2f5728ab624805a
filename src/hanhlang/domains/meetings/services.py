"""
What meetings need besides a room, as the planner names it.

A language pair is its own name (``ko-vi``), with ``/3`` behind it where teams of several sizes serve the pair and the larger are kept for
what is long; a kind of equipment has ``/0`` behind it.
"""

from __future__ import annotations

from collections.abc import Collection

from hanhlang.domains.agenda.rules import team_size


def of_team(pair: str, size: int, sizes: Collection[int]) -> str:
    """Return what a team of ``size`` serves, where those of its pair have these ``sizes``."""
    return pair if len(set(sizes)) <= 1 else f"{pair}/{size}"


def of_meeting(pair: str, minutes: int, sizes: Collection[int]) -> str:
    """
    Return what a meeting of ``minutes`` needs for a pair whose teams have these ``sizes``: the smallest that may work so long.

    Where none may, it is something that nobody serves: the meeting stays unplaced and says why.
    """
    if not sizes:
        return pair
    people = team_size(minutes)
    enough = [size for size in sizes if size >= people]
    return of_team(pair, min(enough), sizes) if enough else f"{pair}/{people}"


def of_equipment(kind: str) -> str:
    """Return what a piece of equipment serves."""
    return f"{kind}/0"


def parts(service: str) -> tuple[str, int | None]:
    """Return the pair or kind, and the size of the team: ``None`` for any, 0 for equipment."""
    what, _, size = service.partition("/")
    return what, int(size) if size else None
