"""
What a request for a bilateral must satisfy beside what :mod:`rules` says of every meeting; values only, no database.

Figures without another source are usual practice between delegations; docs/reference/bilaterals.md says what each is for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hanhlang.domains.meetings.enums import Format, Interpreting
from hanhlang.domains.meetings.errors import CompanionsMissing, LengthNotOffered, NoHoursLeft, TooManyForFormat
from hanhlang.domains.meetings.rules import STEP_MINUTES, Window

ASKING, ASKED = 1, 2
ANSWER_WITHIN = timedelta(days=7)
# Longer than over a weekend nobody is kept waiting for the word that one is thinking.
LONGEST_HOLD = timedelta(hours=72)
# As many as one person can still follow up: the next one waits until the first are answered.
MOST_OPEN_REQUESTS = 20
# From 08:00 to 18:30 fit fourteen of half an hour with a quarter between; twelve leave a meal and one that runs over.
MOST_A_DAY = 12
MOST_COMPANIONS = 10

# Who is received by whom: within a row nobody stands above another. Words: web/components/kinds.py.
TIERS: tuple[frozenset[str], ...] = (
    frozenset({"head_of_state", "head_of_government"}),
    frozenset({"former_head_of_government", "deputy_head_of_government"}),
    frozenset({"minister", "under_secretary_general"}),
    frozenset({"deputy_minister", "ambassador", "head_of_mission", "permanent_secretary"}),
    frozenset({"director_general", "deputy_director_general"}),
    frozenset({"director", "official"}),
)


@dataclass(frozen=True, slots=True)
class Lengths:
    """How many minutes a meeting of a format may last, and how many it usually does."""

    least: int
    most: int
    usual: int


LENGTHS = {
    Format.FORMAL: Lengths(15, 90, 30),
    Format.COURTESY: Lengths(15, 45, 20),
    Format.PULL_ASIDE: Lengths(5, 10, 10),
    Format.TETE_A_TETE: Lengths(15, 60, 30),
    Format.ONE_PLUS_N: Lengths(15, 90, 30),
}


def check_length(minutes: int, format: str) -> None:
    """
    Refuse a length that meetings of a format are not offered in.

    :raises LengthNotOffered: outside the bounds or between two steps.
    """
    offered = LENGTHS[Format(format)]
    if not offered.least <= minutes <= offered.most or minutes % STEP_MINUTES:
        raise LengthNotOffered(least=offered.least, most=offered.most, step=STEP_MINUTES, minutes=minutes)


def booked_minutes(minutes: int, interpreting: str) -> int:
    """Return how long a meeting takes: where everything is said twice, 1.6 times its length, rounded up to five minutes."""
    if interpreting != Interpreting.CONSECUTIVE:
        return minutes
    # In whole numbers: 1.6 is 8/5, and a float could round 25 x 1.6 up to 45.
    return -(-minutes * 8 // (5 * STEP_MINUTES)) * STEP_MINUTES


def people_a_side(format: str, seats: int) -> int | None:
    """Return the most people a side may name, ``None`` for any number; ``seats`` are those of a request."""
    if format in (Format.TETE_A_TETE, Format.PULL_ASIDE):
        return 1
    return seats // 2 if format == Format.ONE_PLUS_N else None


def check_companions(format: str, companions: int) -> None:
    """
    Refuse a 1+N without its N, and an N elsewhere.

    :raises CompanionsMissing: naming what N may be.
    """
    if not (1 <= companions <= MOST_COMPANIONS if format == Format.ONE_PLUS_N else companions == 0):
        raise CompanionsMissing(most=MOST_COMPANIONS)


def check_number(format: str, people: int, seats: int) -> None:
    """
    Refuse a side with more people than the format has.

    :raises TooManyForFormat: saying how many it has.
    """
    most = people_a_side(format, seats)
    if most is not None and people > most:
        raise TooManyForFormat(most=most, people=people)


def permitted(windows: Sequence[Window], impossible: Sequence[Window], *, minutes: int, week: Window) -> list[Window]:
    """
    Return the hours that remain: ``windows`` (none: the whole ``week``) without the ``impossible`` ones, where ``minutes`` fit.

    Nothing forbidden is nothing said: without impossible hours ``windows`` come back as they are.

    :raises NoHoursLeft: if nothing remains.
    """
    if not impossible:
        return list(windows)
    left = list(windows) or [week]
    for start, end in impossible:
        left = [piece for first, last in left for piece in ((first, min(last, start)), (max(first, end), last)) if piece[0] < piece[1]]
    kept = sorted((first, last) for first, last in left if last - first >= timedelta(minutes=minutes))
    if not kept:
        raise NoHoursLeft(minutes=minutes)
    return kept


def whole_week(starts_on: date, ends_on: date, timezone: str) -> Window:
    """Return the week from its first midnight to its last."""
    zone = ZoneInfo(timezone)
    first = datetime.combine(starts_on, datetime.min.time(), tzinfo=zone)
    return first, datetime.combine(ends_on + timedelta(days=1), datetime.min.time(), tzinfo=zone)


def tier_of(ranks: Iterable[str]) -> int | None:
    """Return the place of the highest of ``ranks``, 0 for heads of state; ``None`` if none of them is known."""
    known = [tier for rank in ranks for tier, there in enumerate(TIERS) if rank in there]
    return min(known, default=None)


def rank_gap(first: Iterable[str], second: Iterable[str]) -> int:
    """Return how many places the highest of two sides are apart; 0 if the rank of a side is not known: nothing is guessed."""
    one, other = tier_of(first), tier_of(second)
    return 0 if one is None or other is None else abs(one - other)


def side_to_answer(counter: dict[str, Any]) -> int:
    """Return whose turn it is while a request is unanswered: who did not make the last offer."""
    # Offers written down before both sides could make them were all made by the asked side.
    return ASKED if not counter or counter.get("side") == ASKING else ASKING


def deadline(now: datetime, last_hour: datetime) -> datetime:
    """Return until when an offer made now waits for its answer: some days, but not beyond the last hour it could be met."""
    # Whoever writes down a week that is over still gets an answer in.
    return min(now + ANSWER_WITHIN, last_hour) if last_hour > now else now + ANSWER_WITHIN


def ends_at(expires_at: datetime | None, held_until: datetime | None) -> datetime | None:
    """Return when an unanswered request ends by itself: while it is held it waits at least so long."""
    return max(expires_at, held_until) if expires_at and held_until else expires_at


def spread_over_days(possible: Sequence[set[date]], most: int = MOST_A_DAY) -> bool:
    """Tell whether meetings, each possible on some days, can lie so that no day has more than ``most`` of them."""
    days: dict[date, list[int]] = {}

    def place(meeting: int, tried: set[date]) -> bool:
        for day in sorted(possible[meeting] - tried):
            tried.add(day)
            there = days.setdefault(day, [])
            # Room on the day, or one of those there can go to another.
            for moved in [None] if len(there) < most else list(there):
                if moved is None or place(moved, tried):
                    if moved is not None:
                        there.remove(moved)
                    there.append(meeting)
                    return True
        return False

    return all(place(meeting, set()) for meeting in range(len(possible)))
