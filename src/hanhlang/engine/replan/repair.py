"""The repair of one plan: a lawful answer at once, then fewest moves, then other ways worth showing."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from heapq import heapify, heappop, heappush

from hanhlang.engine.checker import check
from hanhlang.engine.explain import Explainer
from hanhlang.engine.plan import Plan
from hanhlang.engine.problem import Problem
from hanhlang.engine.replan.answer import Alternative, columns_of, moves_between, told_of, weights_of_moves
from hanhlang.engine.replan.board import Board, Offer, Spot, spot_of
from hanhlang.engine.replan.broken import crowded, find_broken
from hanhlang.engine.replan.chains import Chains, Effort, hopeless
from hanhlang.engine.replan.units import name_units
from hanhlang.engine.scoring import score

Leaf = dict[str, Spot | None]
# An ejection search this much deeper than the bound is hopeless in the time there is.
DEPTH = 6
MOST_REFUSED = 200


@dataclass(frozen=True, slots=True)
class Fewest:
    """A way with few moves (``None``: the greedy one), a bound on the moves, and whether no plan loses less value than ``loss``."""

    leaf: Leaf | None
    bound: int
    loss: int
    loss_proven: bool


class Repair:
    """One changed problem with the plan that was published."""

    def __init__(self, problem: Problem, before: Plan, added: Iterable[str], *, now: int | None, effort: Effort) -> None:
        self.problem, self.before, self.effort = problem, before, effort
        self.explainer = Explainer(problem)
        self.placed = {placement.meeting: placement for placement in before.placements}
        self.weights = weights_of_moves(problem, before, now)
        self.board = Board(problem, self.explainer, earliest=now)
        self.spots: dict[str, Spot] = {}
        astray = set()
        for placement in before.placements:
            if placement.meeting not in self.board.meetings:
                continue
            spot = spot_of(placement, self.explainer)
            if spot is None:
                astray.add(placement.meeting)
                continue
            self.spots[placement.meeting] = spot
            self.board.put(placement.meeting, spot)
        found = find_broken(self.board)
        self.broken = replace(found, lifted=found.lifted | astray, bound=found.bound + len(astray))
        begun = {name for name, spot in self.spots.items() if now is not None and spot.start < now}
        # What has begun stays, unless it cannot.
        self.movable = {name: weight for name, weight in self.weights.items() if name not in begun and name not in self.broken.lifted}
        if begun & {name for pair in self.broken.pairs for name in pair} or any(begun & set(kind.uses) for kind in self.broken.full):
            self.movable = {name: weight for name, weight in self.weights.items() if name not in self.broken.lifted}
        self.wanted = self.broken.lifted | {name for name in added if name not in self.placed}
        self.impossible = frozenset(name for name in self.wanted if hopeless(self.board, name, self.movable))
        self.value_bound = sum(self.board.meetings[name].value for name in self.impossible)
        self.base = dict(self.board.spots)
        self.unsure = False

    def greedy(self) -> Leaf:
        """Keep what can stay, then seat the others one by one where nobody else must move; if some find no seat, keep the dearest."""
        leaf = self._seated(self._in_the_way(self.weights))
        if None not in leaf.values():
            return leaf
        values = {name: meeting.value for name, meeting in self.board.meetings.items()}
        return min(leaf, self._seated(self._in_the_way(values)), key=lambda leaf: (self.loss(leaf), self._moves(leaf)))

    def _seated(self, in_the_way: Iterable[str]) -> Leaf:
        leaf: Leaf = {}
        lifted: dict[str, Spot] = {}
        for name in in_the_way:
            lifted[name] = self.board.lift(name)
        waiting = sorted({*self.wanted, *lifted}, key=lambda name: (-self.board.meetings[name].value, name))
        for name in waiting:
            offers = [Offer(spot, frozenset()) for spot in ([] if name in self.impossible else self.board.free_spots(name))]
            best = min(offers, key=lambda offer: self.near(name, offer), default=None)
            leaf[name] = best.spot if best else None
            if best:
                self.board.put(name, best.spot)
        for name, spot in leaf.items():
            if spot is not None:
                self.board.lift(name)
        for name, spot in lifted.items():
            self.board.put(name, spot)
        return leaf

    def _in_the_way(self, prices: Mapping[str, int]) -> list[str]:
        """Return whom to lift so that the rest can stay: who is in most others' way for its price, of a full kind who stays longest."""
        gone = {name: self.board.lift(name) for name in self._clearing(prices)}
        for kind in self.broken.full:
            while (names := crowded(kind)) is not None:
                name = max(names, key=lambda name: (name in self.movable, kind.uses[name][1], -prices.get(name, 0), name))
                gone[name] = self.board.lift(name)
        for name, spot in gone.items():
            self.board.put(name, spot)
        return list(gone)

    def _clearing(self, prices: Mapping[str, int]) -> list[str]:
        """Return names of which each clashing pair has one, most pairs for its price first; pairs times their logarithm."""
        others: dict[str, set[str]] = defaultdict(set)
        for one, other in self.broken.pairs:
            others[one].add(other)
            others[other].add(one)

        def dearness(name: str) -> tuple[bool, float, str]:
            return name not in self.movable, prices.get(name, 0) / len(others[name]), name

        cheapest = [dearness(name) for name in others]
        heapify(cheapest)
        chosen = []
        while cheapest:
            entry = heappop(cheapest)
            name = entry[-1]
            # Whoever lost a pair meanwhile stands further back, too, with what it costs now.
            if not others[name] or entry != dearness(name):
                continue
            chosen.append(name)
            for other in others[name]:
                others[other].discard(name)
                if others[other]:
                    heappush(cheapest, dearness(other))
            others[name] = set()
        return chosen

    def near(self, name: str, offer: Offer) -> tuple[int, ...]:
        """Order offers: fewest and lightest ejections, a unit free as a whole, the same pool, the nearest hour."""
        old, spot = self.spots.get(name), offer.spot
        weight = sum(self.weights.get(other, 0) for other in offer.ejected)
        whole = self._whole(name, offer)
        if old is None:
            return len(offer.ejected), weight, not whole, 0, 0, spot.start
        return len(offer.ejected), weight, not whole, spot.pool != old.pool, abs(spot.start - old.start), spot.start

    def _whole(self, name: str, offer: Offer) -> bool:
        """Tell whether a unit is free all the time, so that nobody need change rooms for this."""
        pool = self.explainer.pools[offer.spot.pool]
        start, cleared = offer.spot.start, offer.spot.start + self.board.meetings[name].minutes + pool.turnround
        busy = set()
        for other, (begins, ends, _) in self.board.places[pool.id].uses.items():
            if begins < cleared and start < ends and other not in offer.ejected and other in self.placed:
                busy.add(self.placed[other].unit)
        return any(
            unit.id not in busy and not any(closed.start < cleared and start < closed.end for closed in unit.closed) for unit in pool.units
        )

    def fewest(self, greedy: Leaf, seconds: float, tell: Callable[[Leaf], None]) -> Fewest:
        """Ask for one move more after the other, first with nothing lost beyond the impossible, then with more."""
        worst, deadline = self.loss(greedy), min(self.effort.deadline, time.monotonic() + seconds)
        lifted, proven = len(self.broken.lifted), True
        for step in self._losses(worst):
            # When time is up nothing less is asked for: values of one point beside others of a million make a million steps.
            loss = max(worst, self.value_bound) if self._over(deadline) else step
            proven = proven and loss == step
            last = loss >= worst
            bound, refuted = self.broken.bound, True
            for moves in self._budgets(self._moves(greedy) - lifted if last else None):
                effort = Effort(time.monotonic() + max(0.0, (deadline - time.monotonic()) / 2), should_stop=self.effort.should_stop)
                leaf = self._first(moves, loss, effort)
                if leaf is not None:
                    tell(leaf)
                    return Fewest(leaf, bound, loss, proven)
                refuted = refuted and not effort.over
                if refuted:
                    bound = lifted + moves + 1
                if time.monotonic() >= deadline:
                    break
            if last:
                return Fewest(None, min(bound, self._moves(greedy)), loss, proven)
            proven = proven and refuted and bound > lifted + len(self.movable)
        raise AssertionError("the greedy loss is among the losses")

    def _over(self, deadline: float) -> bool:
        return time.monotonic() >= deadline or (self.effort.should_stop is not None and self.effort.should_stop())

    def _budgets(self, known: int | None) -> list[int]:
        """Return how many ejections to ask for, ascending; ``known`` are enough. The last, all that may move, settles the value."""
        least = self.broken.bound - len(self.broken.lifted)
        if known is not None:
            return list(range(least, min(least + DEPTH, known + 1)))
        return sorted({*range(least, min(least + DEPTH, len(self.movable) + 1)), max(least, len(self.movable))})

    def _first(self, moves: int, loss: int, effort: Effort) -> Leaf | None:
        """Return the first leaf that a plan can be made of."""
        for count, leaf in enumerate(self.leaves(moves, loss, effort)):
            if self.plan(leaf) is not None:
                return leaf
            if self.unsure or count >= MOST_REFUSED:
                effort.over = True
        return None

    def leaves(self, moves: int, loss: int, effort: Effort, order: Callable[[str, Offer], tuple[int, ...]] | None = None) -> Iterator[Leaf]:
        """Yield ways to seat whom the change concerns, with at most so many ejections and points of value lost."""
        search = Chains(self.board, self.broken, self.spots, self.movable, order or self.near)
        for leaf in search.leaves(frozenset(self.wanted - self.impossible), moves, loss - self.value_bound, effort):
            yield {**leaf, **dict.fromkeys(self.impossible)}

    def _losses(self, worst: int) -> Iterator[int]:
        """Yield, ascending, the losses of value between what is surely lost and ``worst``."""
        step = sorted({meeting.value for meeting in self.problem.meetings if meeting.value > 0})
        known = {self.value_bound}
        while known:
            loss = min(known)
            known.discard(loss)
            if loss >= worst:
                break
            yield loss
            known |= {loss + value for value in step if loss + value < worst}
        yield max(worst, self.value_bound)

    def loss(self, leaf: Leaf) -> int:
        """Return the value that a leaf leaves out."""
        return sum(self.board.meetings[name].value for name, spot in leaf.items() if spot is None)

    def _moves(self, leaf: Leaf) -> int:
        return sum(name in self.placed and not _same(spot, self.spots.get(name)) for name, spot in leaf.items())

    def leaf_of(self, plan: Plan) -> Leaf:
        """Return what a plan does with the meetings that it moves, and with those that had to be seated."""
        there = {placement.meeting: spot_of(placement, self.explainer) for placement in plan.placements}
        moved = {name for name, spot in self.spots.items() if not _same(spot, there.get(name))}
        return {name: there.get(name) for name in sorted(moved | self.wanted)}

    def all_spots(self, leaf: Leaf) -> dict[str, Spot]:
        """Return where everybody is with this leaf."""
        return {name: spot for name, spot in {**self.base, **leaf}.items() if spot is not None}

    def plan(self, leaf: Leaf) -> Plan | None:
        """Return the plan of a leaf with what else fits for free, ``None`` if units do not suffice or breaks are unfair."""
        bare = self.all_spots(leaf)
        for spots in [self._with_extras(leaf, bare), bare]:
            naming = name_units(self.problem, self.explainer, spots, self.placed)
            self.unsure |= not naming.exact
            if naming.placements is not None:
                plan = self.explainer.complete(naming.placements)
                if not check(self.problem, plan):
                    return plan
        return None

    def _with_extras(self, leaf: Leaf, spots: dict[str, Spot]) -> dict[str, Spot]:
        """Seat what was not placed before wherever nobody need move for it."""
        extras = [meeting for meeting in self.problem.meetings if meeting.id not in self.placed and meeting.id not in leaf]
        extras = [meeting for meeting in extras if self.board.options(meeting.id)]
        if not extras:
            return spots
        spots = dict(spots)
        board = Board(self.problem, self.explainer, earliest=self.board.earliest)
        for name, spot in spots.items():
            board.put(name, spot)
        for meeting in sorted(extras, key=lambda meeting: (-meeting.value, meeting.id)):
            free = board.free_spots(meeting.id)
            if free:
                spots[meeting.id] = min(free, key=lambda spot: spot.start)
                board.put(meeting.id, spots[meeting.id])
        return spots

    def alternative(self, plan: Plan) -> Alternative:
        """Return a plan with everything it is compared by."""
        moves = moves_between(self.problem, self.before, plan, self.weights)
        told = told_of(self.problem, moves)
        terms = score(self.problem, plan)
        placed = {placement.meeting for placement in plan.placements}
        lost = sum(self.board.meetings[name].value for name in {*self.spots, *self.wanted} if name not in placed)
        return Alternative(plan, moves, told, columns_of(moves, told, terms), (), lost, terms)


def _same(one: Spot | None, other: Spot | None) -> bool:
    return one is not None and other is not None and (one.start, one.pool) == (other.start, other.pool)
