"""
Place what cannot stay, with as few others moved as possible: chains of ejections, tried in full up to a number of moves.

Every plan with at most that many moves, in which who is not moved stays, is met by the search. So when it ends without
a plan and without having been cut short, there is none: the next number of moves is then a proven bound.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from hanhlang.engine.replan.board import Board, Offer, Spot
from hanhlang.engine.replan.broken import Broken, crowded

LOOK_AT_CLOCK = 32


@dataclass(slots=True)
class Effort:
    """When to give up: a moment on the monotonic clock, a number of steps, or because somebody says so."""

    deadline: float
    steps: int = 1 << 60
    should_stop: Callable[[], bool] | None = None
    over: bool = False
    _count: int = 0

    def spent(self) -> bool:
        """Count a step and tell whether it was one too many."""
        self._count += 1
        if self._count > self.steps or (
            self._count % LOOK_AT_CLOCK == 0 and (time.monotonic() >= self.deadline or (self.should_stop and self.should_stop()))
        ):
            self.over = True
        return self.over


@dataclass(slots=True)
class Chains:
    """
    The search on a board from which ``broken.lifted`` are off.

    ``weights``: what moving a meeting costs when two ways need equally many moves; meetings without one may not move.
    """

    board: Board
    broken: Broken
    before: Mapping[str, Spot]
    weights: Mapping[str, int]
    order: Callable[[str, Offer], tuple[int, ...]]
    price: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.price = dict.fromkeys(self.weights, 1)

    def leaves(self, wanted: frozenset[str], moves: int, loss: int, effort: Effort) -> Iterator[dict[str, Spot | None]]:
        """
        Yield where to put ``wanted`` and whom it ejects, with at most ``moves`` ejections; ``None`` for a meeting left out.

        At most ``loss`` points of value are left out. The board is as before whenever this has ended or is closed.
        """
        yield from self._descend(dict.fromkeys(sorted(wanted)), moves, loss, effort)

    def _descend(
        self, waiting: dict[str, None], moves: int, loss: int, effort: Effort, settled: bool = False
    ) -> Iterator[dict[str, Spot | None]]:
        """``settled``: no two of those who stay are in each other's way any more."""
        if effort.spent():
            return
        conflict = None if settled else self._conflict()
        if conflict is not None:
            yield from self._resolve(conflict, waiting, moves, loss, effort)
            return
        if not waiting:
            yield {}
            return
        name, offers = self._tightest(waiting, moves)
        rest = dict(waiting)
        del rest[name]
        for offer in sorted(offers, key=lambda offer: self.order(name, offer)):
            yield from self._take(name, offer, rest, moves, loss, effort)
            if effort.over:
                return
        value = self.board.meetings[name].value
        if value <= loss:
            for leaf in self._descend(rest, moves, loss - value, effort, True):
                yield {**leaf, name: None}

    def _resolve(
        self, conflict: list[str], waiting: dict[str, None], moves: int, loss: int, effort: Effort
    ) -> Iterator[dict[str, Spot | None]]:
        """Lift each of those who cannot all stay, in turn; who has had its turn stays in the later ones."""
        if moves <= 0:
            return
        prices = dict(self.price)
        try:
            for name in sorted(conflict, key=lambda name: (self.weights.get(name, 0), name)):
                if name not in self.price or effort.over:
                    continue
                spot = self.board.lift(name)
                del self.price[name]
                try:
                    yield from self._descend({**waiting, name: None}, moves - 1, loss, effort)
                finally:
                    self.board.put(name, spot)
        finally:
            self.price.update(prices)

    def _take(
        self, name: str, offer: Offer, rest: dict[str, None], moves: int, loss: int, effort: Effort
    ) -> Iterator[dict[str, Spot | None]]:
        spots = {other: self.board.lift(other) for other in offer.ejected}
        prices = {other: self.price.pop(other) for other in offer.ejected}
        self.board.put(name, offer.spot)
        try:
            for leaf in self._descend({**rest, **dict.fromkeys(sorted(spots))}, moves - len(spots), loss, effort, True):
                yield {**leaf, name: offer.spot}
        finally:
            self.board.lift(name)
            for other, spot in spots.items():
                self.board.put(other, spot)
            self.price.update(prices)

    def _tightest(self, waiting: dict[str, None], moves: int) -> tuple[str, list[Offer]]:
        """Return the waiting meeting with the fewest spots, and these; the first that has none ends the branch."""
        best: tuple[str, list[Offer]] | None = None
        for name in waiting:
            offers = list(dict.fromkeys(self.board.offers(name, moves, self.price)))
            if best is None or len(offers) < len(best[1]):
                best = name, offers
            if not offers:
                break
        if best is None:
            raise AssertionError("nothing waits")
        return best

    def _conflict(self) -> list[str] | None:
        """Return meetings at their old spots of which one must go, ``None`` if there are none."""
        spots, before = self.board.spots, self.before
        for one, other in self.broken.pairs:
            if spots.get(one) is before[one] and spots.get(other) is before[other]:
                return [one, other]
        for kind in self.broken.full:
            names = crowded(kind)
            if names is not None:
                return [name for name in names if name in self.price]
        return None


def hopeless(board: Board, name: str, movable: Iterable[str]) -> bool:
    """Tell whether a meeting off the board has no spot even if all of ``movable`` left."""
    return next(board.offers(name, 0, dict.fromkeys(movable, 0)), None) is None
