"""Turn a problem into the kernel's arrays."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, partial
from itertools import chain
from typing import Any

import numpy as np

from hanhlang.engine.hours import Hours, Starts, slots_of
from hanhlang.engine.problem import Grid, Interval, Meeting, Pool, Problem, Unit
from hanhlang.engine.search import layout as at
from hanhlang.engine.search.layout import Data, State, empty_state
from hanhlang.engine.validate import BadProblem, ProblemFault

Ints = np.ndarray[Any, Any]
# A bit more than the last slot is needed by shifts, and the sign stays out of it.
WORD_SLOTS = 61
# Numbers in the pieces: eight times as many bytes. A week of 10,000 people has a hundredth.
MOST_PIECES = 80_000_000
# Of a word of permitted starts.
WORD_BITS = 32


@dataclass(frozen=True)
class UnitClass:
    """Units of one pool that are closed at the same times: only their number matters to the search."""

    pool: Pool
    units: tuple[Unit, ...]

    @property
    def closed(self) -> tuple[Interval, ...]:
        return self.units[0].closed


@dataclass
class Prepared:
    """A problem in arrays, and what it takes to read an answer back."""

    problem: Problem
    data: Data
    classes: list[UnitClass]
    calendars: Ints
    calendar_counts: Ints
    uses: int
    order: Ints  # meetings in the order of the first filling
    constant: int  # cost of losing every meeting

    def state(self, seed: int) -> State:
        """Return an empty board, priced: its cost is what losing every meeting costs."""
        state = empty_state(self.data, self.calendars, self.calendar_counts, self.uses, len(self.problem.grids), seed)
        options = self.data.meet[:, at.M_OPTION_END] > self.data.meet[:, at.M_OPTION]
        waiting = np.flatnonzero(options)
        state.waiting[: len(waiting)] = waiting
        state.waiting_place[waiting] = np.arange(len(waiting))
        state.total[at.T_UNPLACED] = len(waiting)
        state.total[at.T_COST] = self.constant
        return state

    def bound(self, empty_cost: int) -> int:
        """Return a proven lower bound, given the cost of the empty board: placing what has an option costs nothing."""
        # Every term but the lost value can only grow when a meeting is put on.
        meet = self.data.meet
        hopeful = meet[:, at.M_OPTION_END] > meet[:, at.M_OPTION]
        moved = int((hopeful & (meet[:, at.M_PUB_CLASS] >= 0)).sum()) * self.problem.weights.moved
        return empty_cost - int(meet[hopeful, at.M_LOST].sum()) - moved


def prepare(problem: Problem) -> Prepared:
    """
    Turn a valid problem into arrays.

    :raises BadProblem: if they would take more memory than a search is given.
    """
    return _Preparation(problem).run()


@dataclass
class _Preparation:
    problem: Problem
    classes: list[UnitClass] = field(default_factory=list)

    def run(self) -> Prepared:
        problem = self.problem
        self.sites = {site.id: index for index, site in enumerate(problem.sites)}
        self.people = {person.id: index for index, person in enumerate(problem.people)}
        self.grids = {grid.id: index for index, grid in enumerate(problem.grids)}
        self.meetings = {meeting.id: index for index, meeting in enumerate(problem.meetings)}
        self.pools = {pool.id: pool for pool in problem.pools}
        self.travel = self._travel()
        self._fold_units()
        self.shapes = sorted({(self.grids[meeting.grid], meeting.minutes) for meeting in problem.meetings})
        self.shape_index = {shape: index for index, shape in enumerate(self.shapes)}
        hours = Hours(problem)
        self.starts = [hours.of(problem.grids[grid].id, minutes) for grid, minutes in self.shapes]
        shape, slot = self._slots()
        span, span_rows, use_sizes = self._spans()
        meet, people, mclass, mdom, dom, option = self._domains()
        need, team_row, team = self._needs(meet)
        prec = self._precedences(meet)
        preferred = self._preferences(meet)
        person, meal, apart, apart_minutes, calendars, counts = self._people(meet, people)
        cls = self._class_table(use_sizes, mclass)
        person[:, at.P_WORD] = self._words_of_people(meet, people, cls[mclass, at.C_SITE])
        data = Data(
            meet, people, mclass, mdom, dom, option, need, prec, shape, slot, span, span_rows, cls,
            person, meal, apart, apart_minutes, self.travel, team_row, team, preferred, self._weights(), *self._blocks(),
            _list([max((len(grid.starts) for grid in problem.grids if _fits_word(grid)), default=1)]),
        )  # fmt: skip
        lost = int(meet[:, at.M_LOST].sum())
        moved = problem.weights.moved * int((meet[:, at.M_PUB_CLASS] >= 0).sum())
        return Prepared(problem, data, self.classes, calendars, counts, int(sum(use_sizes)), self._order(meet), lost + moved)

    def _travel(self) -> Ints:
        table = np.zeros((max(1, len(self.sites)), max(1, len(self.sites)), 24), np.int64)
        for road in self.problem.roads:
            table[self.sites[road.origin], self.sites[road.destination]] = road.minutes
        return table

    def _fold_units(self) -> None:
        fixed = {meeting.fixed_unit for meeting in self.problem.meetings if meeting.fixed_unit is not None}
        self.class_of_unit: dict[str, int] = {}
        self.classes_of_pool: dict[str, list[int]] = {}
        for pool in self.problem.pools:
            alike: dict[object, list[Unit]] = {}
            for unit in pool.units:
                # A unit that a lock names stands alone, so that nobody else is counted into it.
                alike.setdefault(unit.id if unit.id in fixed else tuple(sorted(unit.closed)), []).append(unit)
            self.classes_of_pool[pool.id] = []
            for units in alike.values():
                for unit in units:
                    self.class_of_unit[unit.id] = len(self.classes)
                self.classes_of_pool[pool.id].append(len(self.classes))
                self.classes.append(UnitClass(pool, tuple(units)))

    def _slots(self) -> tuple[Ints, Ints]:
        shape: list[tuple[int, int]] = []
        rows: list[tuple[int, ...]] = []
        for grid_index, minutes in self.shapes:
            grid = self.problem.grids[grid_index]
            blocks = {block: number for number, block in enumerate(dict.fromkeys(grid.blocks))}
            shape.append((len(rows), len(grid.starts)))
            for start, block in zip(grid.starts, grid.blocks, strict=True):
                end = start + minutes
                first, after = bisect_left(grid.starts, start), bisect_left(grid.starts, end)
                bits = (1 << after) - (1 << first) if _fits_word(grid) else 0
                rows.append((start, end, after, blocks[block], int(grid.count_breaks), bits))
        return _table(shape, at.H_COLUMNS), _table(rows, at.L_COLUMNS)

    def _blocks(self) -> tuple[Ints, Ints]:
        """Return the slots of each block as bits, of the grids that fit a word."""
        rows, blocks = [0], []
        for grid in self.problem.grids:
            if _fits_word(grid):
                for block in dict.fromkeys(grid.blocks):
                    blocks.append(sum(1 << slot for slot, its in enumerate(grid.blocks) if its == block))
            rows.append(len(blocks))
        return _list(rows), _list(blocks)

    def _spans(self) -> tuple[Ints, Ints, list[int]]:
        used: dict[int, set[int]] = {index: set() for index in range(len(self.classes))}
        for meeting in self.problem.meetings:
            shape = self.shape_index[self.grids[meeting.grid], meeting.minutes]
            for pool in meeting.pools:
                for c in self.classes_of_pool[pool]:
                    used[c].add(shape)
            for c, one in enumerate(self.classes):
                if meeting.needs and one.pool.serves in meeting.needs:
                    used[c].add(shape)
        span = np.full((max(1, len(self.shapes)), max(1, len(self.classes))), -1, np.int64)
        rows: list[tuple[int, int]] = []
        sizes: list[int] = []
        for c, one in enumerate(self.classes):
            stays = {shape: self._stays(shape, one.pool.turnround) for shape in sorted(used[c])}
            points = sorted({point for shape_stays in stays.values() for point in chain.from_iterable(shape_stays)})
            index = {point: number for number, point in enumerate(points)}
            for shape, shape_stays in stays.items():
                span[shape, c] = len(rows)
                # Places are asked for at permitted starts only; an empty row tells the kernel that a team does not work then.
                works = self.starts[shape].open(one.pool, one.closed if one.pool.serves else ())
                rows += [(index[start], index[cleared]) if works >> n & 1 else (0, 0) for n, (start, cleared) in enumerate(shape_stays)]
            sizes.append(len(points))
        return span, _table(rows, 2), sizes

    def _stays(self, shape: int, turnround: int) -> list[tuple[int, int]]:
        grid, minutes = self.shapes[shape]
        return [(start, start + minutes + turnround) for start in self.problem.grids[grid].starts]

    def _domains(self) -> tuple[Ints, Ints, Ints, Ints, Ints, Ints]:
        rows, people, mclass, bases = array("q"), array("q"), array("q"), array("q")
        words, options = _Pieces(), _Pieces()
        places = cache(slots_of)
        published = {placed.meeting: placed for placed in self.problem.published} if self.problem.weights.moved else {}
        row = [0] * at.M_COLUMNS
        for meeting in self.problem.meetings:
            grid = self.grids[meeting.grid]
            shape = self.shape_index[grid, meeting.minutes]
            row[at.M_LOST] = meeting.value * self.problem.weights.unplaced
            row[at.M_GRID], row[at.M_SHAPE] = grid, shape
            row[at.M_PEOPLE], row[at.M_CLASS] = len(people), len(mclass)
            people.extend([self.people[person] for person in meeting.people])
            permitted = self._classes_for(meeting, self.starts[shape])
            size = _size(self.starts[shape])
            for c, starts in permitted:
                mclass.append(c)
                bases.append(words.keep((size, starts), partial(_words, size, starts)))
            chosen = tuple([starts for _, starts in permitted])
            row[at.M_PEOPLE_END], row[at.M_CLASS_END] = len(people), len(mclass)
            row[at.M_OPTION] = options.keep(chosen, partial(_options, chosen, places))
            row[at.M_OPTION_END] = row[at.M_OPTION] + sum(map(int.bit_count, chosen))
            row[at.M_FIXED] = meeting.fixed_start is not None or meeting.fixed_unit is not None
            placed = published.get(meeting.id)
            row[at.M_PUB_START] = placed.start if placed else -1
            row[at.M_PUB_CLASS] = self.class_of_unit[placed.unit] if placed else -1
            rows.extend(row)
        meet = _flat(rows)[: len(rows)].reshape(-1, at.M_COLUMNS)
        return meet, _flat(people), _flat(mclass), _flat(bases), _flat(words.flat), _flat(options.flat)

    def _classes_for(self, meeting: Meeting, starts: Starts) -> list[tuple[int, int]]:
        """Return the classes a meeting may use, with its permitted starts there as bits."""
        found = []
        needed = max(meeting.seats, len(meeting.people))
        own = starts.inside(meeting.windows)
        if meeting.fixed_start is not None:
            own &= starts.at(meeting.fixed_start)
        for pool_id in dict.fromkeys(meeting.pools):
            classes = self.classes_of_pool[pool_id]
            pool = self.pools[pool_id]
            if pool.seats is not None and pool.seats < needed:
                continue
            here = own & starts.attended(meeting.people, pool.site)
            for pair in meeting.needs:
                here &= starts.served(pair, pool.site, meeting.needs.count(pair))
            for c in classes:
                if meeting.fixed_unit is not None and self.class_of_unit[meeting.fixed_unit] != c:
                    continue
                permitted = here & starts.open(pool, self.classes[c].closed)
                if permitted:
                    found.append((c, permitted))
        return found

    def _needs(self, meet: Ints) -> tuple[Ints, Ints, Ints]:
        pairs: dict[str, int] = {}
        need: list[int] = []
        for m, meeting in enumerate(self.problem.meetings):
            meet[m, at.M_NEED] = len(need)
            need.extend(pairs.setdefault(pair, len(pairs)) for pair in meeting.needs)
            meet[m, at.M_NEED_END] = len(need)
        rows, team = [0], []
        for pair in pairs:
            for site in self.problem.sites:
                team += [c for c, one in enumerate(self.classes) if one.pool.serves == pair and one.pool.site == site.id]
                rows.append(len(team))
        return _list(need), _list(rows), _list(team)

    def _precedences(self, meet: Ints) -> Ints:
        related: list[list[int]] = [[] for _ in self.problem.meetings]
        for precedence in self.problem.precedences:
            earlier, later = self.meetings[precedence.earlier], self.meetings[precedence.later]
            related[earlier].append(later * 2 + 1)
            related[later].append(earlier * 2)
        return _rows(related, meet, at.M_PREC, at.M_PREC_END)

    def _preferences(self, meet: Ints) -> Ints:
        words: list[int] = []
        meet[:, at.M_PREFERRED] = -1
        for m, meeting in enumerate(self.problem.meetings):
            if meeting.preferred and self.problem.weights.preferred:
                starts = self.starts[int(meet[m, at.M_SHAPE])]
                meet[m, at.M_PREFERRED] = len(words)
                words += _words(_size(starts), starts.inside(meeting.preferred)).tolist()
        return _list(words)

    def _people(self, meet: Ints, people: Ints) -> tuple[Ints, Ints, Ints, Ints, Ints, Ints]:
        problem = self.problem
        table = np.zeros((len(problem.people), at.P_COLUMNS), np.int64)
        degrees = np.bincount(people[: int(meet[-1, at.M_PEOPLE_END]) if len(meet) else 0], minlength=len(problem.people))
        rows = sum(len(person.engagements) for person in problem.people) + int(degrees.sum())
        calendars = np.zeros((rows + 1, at.K_COLUMNS), np.int64)
        counts = np.zeros(len(problem.people), np.int64)
        meals: list[tuple[int, int]] = []
        free = 0
        for p, person in enumerate(problem.people):
            table[p, at.P_CAL], table[p, at.P_WEIGHT], table[p, at.P_ROW] = free, person.weight, person.in_a_row
            table[p, at.P_MEAL] = len(meals)
            meals += [(meal.start, meal.end) for meal in person.meals]
            table[p, at.P_MEAL_END] = len(meals)
            for n, item in enumerate(sorted(person.engagements, key=lambda item: (item.start, item.site or ""))):
                site = -1 if item.site is None else self.sites[item.site]
                calendars[free + n, : at.K_MEETING + 1] = (item.start, item.end, site, -1)
            counts[p] = len(person.engagements)
            free += len(person.engagements) + int(degrees[p])
        apart: list[list[int]] = [[] for _ in problem.people]
        minutes: list[list[int]] = [[] for _ in problem.people]
        for pair in problem.apart:
            first, second = self.people[pair.first], self.people[pair.second]
            for one, other in ((first, second), (second, first)):
                apart[one].append(other)
                minutes[one].append(pair.minutes)
        between = _rows(minutes, table, at.P_APART, at.P_APART_END)
        return table, _table(meals, 2), _rows(apart, table, at.P_APART, at.P_APART_END), between, calendars, counts

    def _words_of_people(self, meet: Ints, people: Ints, sites: Ints) -> list[int]:
        """Return for each person the grid on whose word alone they can clash, all their meetings being on it at one site, or -1."""
        fits = [_fits_word(grid) for grid in self.problem.grids]
        seats, homes = people.tolist(), sites.tolist()
        found: list[set[tuple[int, int]]] = [set() for _ in self.problem.people]
        for row in meet.tolist():
            for p in seats[row[at.M_PEOPLE] : row[at.M_PEOPLE_END]]:
                # A meeting that can be nowhere clashes with nothing.
                found[p].update((row[at.M_GRID], home) for home in homes[row[at.M_CLASS] : row[at.M_CLASS_END]])
        only = [next(iter(where))[0] if len(where) == 1 else -1 for where in found]
        return [grid if grid >= 0 and fits[grid] else -1 for grid in only]

    def _class_table(self, use_sizes: list[int], mclass: Ints) -> Ints:
        members = np.bincount(mclass, minlength=len(self.classes))
        rows: list[tuple[int, ...]] = []
        use = member = 0
        for c, one in enumerate(self.classes):
            rows.append((len(one.units), self._pool_index(one.pool), self.sites[one.pool.site], use, one.pool.turnround, member))
            use += use_sizes[c]
            member += int(members[c])
        return _table(rows, at.C_COLUMNS)

    def _pool_index(self, pool: Pool) -> int:
        return self.classes_of_pool[pool.id][0]

    def _weights(self) -> Ints:
        weights = self.problem.weights
        row = np.zeros(at.W_COUNT, np.int64)
        row[at.W_BREAK], row[at.W_IDLE], row[at.W_MEAL] = weights.breaks, weights.idle, weights.meal
        row[at.W_ROW], row[at.W_CITY], row[at.W_MOVED] = weights.in_a_row, weights.city_changes, weights.moved
        row[at.W_PREFERRED], row[at.W_MEAL_MINUTES] = weights.preferred, weights.meal_minutes
        # Somebody with one meeting has no break, so the fair number is taken from 0: strict, and always lawful.
        row[at.W_FAIRNESS] = -1 if self.problem.fairness is None else self.problem.fairness
        return row

    def _order(self, meet: Ints) -> Ints:
        """Return locked meetings first, then by value, then the scarcest first."""
        options = meet[:, at.M_OPTION_END] - meet[:, at.M_OPTION]
        seats = meet[:, at.M_PEOPLE_END] - meet[:, at.M_PEOPLE]
        return np.lexsort((options, -seats, -meet[:, at.M_LOST], -meet[:, at.M_FIXED])).astype(np.int64)


class _Pieces:
    """Pieces of one long array; equal pieces are kept once, which is what makes a large week fit the processor's cache."""

    def __init__(self) -> None:
        self.flat = array("q")
        self.known: dict[tuple[int, ...], int] = {}

    def keep(self, key: tuple[int, ...], piece: Callable[[], Ints]) -> int:
        """Return where the piece begins that belongs to ``key``, made if it is not there yet."""
        first = self.known.get(key)
        if first is None:
            first = self.known[key] = len(self.flat)
            self.flat.frombytes(piece().astype(np.int64).tobytes())
            if len(self.flat) > MOST_PIECES:
                text, remedy = "have too many hours and places to choose from, each its own.", "Give fewer meetings, starts or windows."
                raise BadProblem((ProblemFault("problem", "meetings", text, remedy),))
        return first


def _fits_word(grid: Grid) -> bool:
    return grid.count_breaks and len(grid.starts) <= WORD_SLOTS


def _size(starts: Starts) -> int:
    """Return how many words the starts of a grid take."""
    return (len(starts.starts) + WORD_BITS - 1) // WORD_BITS


def _words(size: int, bits: int) -> Ints:
    return np.frombuffer(bits.to_bytes(size * WORD_BITS // 8, "little"), "<u4").astype(np.int64)


def _options(starts: tuple[int, ...], places: Callable[[int], Ints]) -> Ints:
    return np.concatenate([places(bits) | nth << 16 for nth, bits in enumerate(starts)] or [np.zeros(0, np.int64)])


def _rows(lists: list[list[int]], table: Ints, begin: int, end: int) -> Ints:
    flat: list[int] = []
    for index, items in enumerate(lists):
        table[index, begin] = len(flat)
        flat += items
        table[index, end] = len(flat)
    return _list(flat)


def _list(values: list[int]) -> Ints:
    return np.array(values or [0], np.int64)


def _flat(values: array[int]) -> Ints:
    return np.frombuffer(values, np.int64).copy() if values else np.zeros(1, np.int64)


def _table(rows: list[Any], columns: int) -> Ints:
    return np.array(rows, np.int64).reshape(-1, columns) if rows else np.zeros((1, columns), np.int64)
