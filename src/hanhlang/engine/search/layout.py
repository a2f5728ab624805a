"""
The shape of a problem and a state as the kernel sees them: flat arrays of whole numbers.

All numbers have 64 bits: with two widths numba would compile most functions twice.

Columns have names here; ``Data`` never changes during a search, ``State`` is one search's own.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any, NamedTuple

import numpy as np
from numba import types

# Meetings; what every move asks comes first, so that it lies in one line of the processor's cache
M_PEOPLE, M_PEOPLE_END, M_SHAPE, M_GRID, M_CLASS, M_CLASS_END, M_FIXED, M_OPTION, M_OPTION_END = range(9)
M_NEED, M_NEED_END, M_LOST, M_PREC, M_PREC_END, M_PUB_START, M_PUB_CLASS, M_PREFERRED = range(9, 17)
M_COLUMNS = 17
# Shapes: a grid with a length; slots of a shape are rows of ``slot``
H_ROW, H_SLOTS, H_COLUMNS = range(3)
L_START, L_END, L_NEXT, L_BLOCK, L_COUNTS, L_BITS, L_COLUMNS = range(7)
# Classes: units of a pool that are closed at the same times
C_CAPACITY, C_POOL, C_SITE, C_USE, C_TURN, C_MEMBER, C_COLUMNS = range(7)
# People
# ``P_WORD`` is the grid whose word of bits says all about when a person is taken by meetings, -1 if none does
P_CAL, P_WEIGHT, P_ROW, P_MEAL, P_MEAL_END, P_APART, P_APART_END, P_WORD, P_COLUMNS = range(9)
# Calendar rows
K_START, K_END, K_SITE, K_MEETING, K_NEXT, K_BLOCK, K_SLOT, K_GRID, K_COLUMNS = range(9)
# Weights
W_BREAK, W_IDLE, W_MEAL, W_ROW, W_CITY, W_MOVED, W_PREFERRED, W_MEAL_MINUTES, W_FAIRNESS, W_COUNT = range(10)
# Totals of a state
T_COST, T_EXCESS, T_UNPLACED, T_STAMP, T_JOURNAL, T_TOUCHED, T_QUEUE, T_MOVES, T_LOOK, T_QUEUED, T_COSTLY, T_COUNT = range(12)


class Data(NamedTuple):
    """A problem in arrays."""

    meet: Any  # [meeting, M_*]
    people: Any  # person of each seat, meetings one after another
    mclass: Any  # permitted classes, meetings one after another
    mdom: Any  # for each of them, where its words begin in ``dom``
    dom: Any  # permitted starts, 32 slots a word; equal ones are one
    option: Any  # permitted (nth class << 16 | slot); equal lists are one
    need: Any  # language pair of each need
    prec: Any  # other meeting * 2 + (1 if the other comes later)
    shape: Any  # [shape, H_*]
    slot: Any  # [row, L_*]
    span: Any  # [shape, class] first row of ``span_rows`` or -1
    span_rows: Any  # [row, 2] first and last interval of ``use``
    cls: Any  # [class, C_*]
    person: Any  # [person, P_*]
    meal: Any  # [meal, 2]
    apart: Any  # people to keep apart
    apart_minutes: Any  # fewest minutes between the two in one pool
    travel: Any  # [site, site, hour]
    team_row: Any  # [pair * sites + site] first of ``team``, one more at the end
    team: Any  # classes of teams
    preferred: Any  # words of preferred starts
    weight: Any  # W_*
    block_row: Any  # [grid] first of ``block``, one more at the end; none for a grid that does not fit a word
    block: Any  # slots of each block as bits
    word_slots: Any  # [1] slots of the longest grid that fits a word


class State(NamedTuple):
    """One search's plan in arrays."""

    slot: Any  # slot of each meeting, -1 unplaced
    cls: Any  # class of each meeting
    team: Any  # class of each need
    cal: Any  # [row, K_*] calendars, sorted by start
    cal_count: Any  # rows in use of each person
    use: Any  # units in use of each class and interval
    cost: Any  # soft cost of each person
    base: Any  # soft cost of each person without any meeting: no plan is cheaper
    excess: Any  # breaks beyond the fair number of each person
    strays: Any  # slots outside the longest run of their block of each person
    mask: Any  # [person, grid] slots taken as bits, on grids that fit a word
    who: Any  # [person, slot] meeting in a slot that is taken, of people with a word
    look: Any  # a person's bits as they would be after the move that is looked at
    look_mark: Any  # stamp of the look that last wrote them
    looked: Any  # people looked at
    member: Any  # meetings of each class
    member_count: Any
    member_place: Any  # where a meeting stands in ``member``
    waiting: Any  # unplaced meetings that have an option
    waiting_place: Any
    mark: Any  # stamp of the move that last touched a meeting
    person_mark: Any
    journal: Any  # [n, 3] meeting, slot and class before the move
    journal_team: Any  # teams before the move, in the place of ``team``
    touched: Any  # people touched by the move
    queue: Any  # [n, 2] meetings a chain moves, and where to
    queue_mark: Any  # stamp of the queue that last held a meeting
    costly: Any  # people whose meetings cost something
    costly_place: Any  # where a person stands in ``costly``, -1 if not there
    grid_last: Any  # [grid, 3] scratch
    total: Any  # T_*
    rng: Any


class Kind(IntEnum):
    """Dimensions of the arrays above."""

    ONE = 1
    TWO = 2
    THREE = 3


_DATA_TWO = {"meet", "shape", "slot", "span", "span_rows", "cls", "person", "meal"}
_STATE_TWO = {"cal", "journal", "queue", "grid_last", "mask", "who"}


def _data_type(name: str) -> Any:
    dimensions = Kind.THREE if name == "travel" else Kind.TWO if name in _DATA_TWO else Kind.ONE
    return types.Array(types.int64, int(dimensions), "C")


def _state_type(name: str) -> Any:
    if name == "rng":
        return types.Array(types.uint64, 1, "C")
    return types.Array(types.int64, 2 if name in _STATE_TWO else 1, "C")


DATA_TYPE = types.NamedTuple([_data_type(name) for name in Data._fields], Data)  # type: ignore[no-untyped-call]
STATE_TYPE = types.NamedTuple([_state_type(name) for name in State._fields], State)  # type: ignore[no-untyped-call]


def empty_state(data: Data, calendars: np.ndarray[Any, Any], counts: np.ndarray[Any, Any], uses: int, grids: int, seed: int) -> State:
    """Return a state with nothing placed; ``calendars`` hold the engagements."""
    meetings, people, classes = len(data.meet), len(data.person), len(data.cls)

    def zeros(*size: int) -> np.ndarray[Any, Any]:
        return np.zeros(size, np.int64)

    return State(
        slot=np.full(meetings, -1, np.int64),
        cls=np.full(meetings, -1, np.int64),
        team=np.full(len(data.need), -1, np.int64),
        cal=calendars.copy(),
        cal_count=counts.copy(),
        use=zeros(uses),
        cost=np.zeros(people, np.int64),
        base=zeros(people),
        excess=zeros(people),
        strays=zeros(people),
        mask=zeros(people, grids + 1),
        who=zeros(people, data.word_slots[0]),
        look=zeros(people),
        look_mark=zeros(people),
        looked=zeros(people + 1),
        member=zeros(len(data.mclass) + 1),
        member_count=zeros(classes),
        member_place=zeros(meetings),
        waiting=zeros(meetings + 1),
        waiting_place=np.full(meetings, -1, np.int64),
        mark=np.zeros(meetings, np.int64),
        person_mark=np.zeros(people, np.int64),
        journal=zeros(meetings + 1, 3),
        journal_team=zeros(len(data.need) + 1),
        touched=zeros(people + 1),
        queue=zeros(meetings + 1, 2),
        queue_mark=zeros(meetings),
        costly=zeros(people + 1),
        costly_place=np.full(people, -1, np.int64),
        grid_last=zeros(grids + 1, 4),
        total=np.zeros(T_COUNT, np.int64),
        rng=np.array([(seed * 0x9E3779B97F4A7C15 + 0x2545F4914F6CDD1D) % 2**64 | 1], np.uint64),
    )
