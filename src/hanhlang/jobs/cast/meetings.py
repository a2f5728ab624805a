"""The meetings of the cast: drawn around a hidden lawful plan, then asked for and agreed to like any others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hanhlang.domains.delegations.models import Delegation
from hanhlang.domains.events.models import Week
from hanhlang.domains.meetings.actions import accept_request, accept_wishes, file_request, make_wishes
from hanhlang.domains.meetings.models import Grid, Kind, Meeting
from hanhlang.domains.meetings.planning import ground_of
from hanhlang.domains.people.models import Person
from hanhlang.engine.generate import Calendar, Drawing, Planted, plant_meetings
from hanhlang.engine.problem import Meeting as Drawn
from hanhlang.engine.problem import Problem
from hanhlang.jobs.cast.people import Cast, Sizes, language_pairs

SUBJECTS = (
    "Quản trị trí tuệ nhân tạo",
    "Hạ tầng số và 5G",
    "Nhân lực số",
    "Chính phủ số và dịch vụ công",
    "An toàn thông tin mạng",
    "Dữ liệu mở",
)


@dataclass(frozen=True)
class Draw:
    """A draw with what is needed to turn it into rows; ``calendar`` knows the hidden plan and dies with this object."""

    problem: Problem
    planted: Planted
    calendar: Calendar
    met: frozenset[frozenset[str]]


def draw_meetings(week: Week, cast: Cast, sizes: Sizes, seed: int) -> Draw:
    """
    Draw business meetings and bilaterals that all fit.

    :raises CannotDraw: if the places and hours leave no room for so many.
    """
    problem = ground_of(week, cast.people)
    drawing = _drawing(week, cast, problem)
    planted = plant_meetings(problem, drawing, business=sizes.meetings, bilaterals=sizes.bilaterals, impossible=0, seed=seed)
    party_of = {str(person.pk): key for key, people in cast.parties.items() for person in people}
    met = {frozenset(party_of[person] for person in drawn.people) for drawn in planted.meetings if drawn.kind == "bilateral"}
    return Draw(problem, planted, _calendar(problem, planted), frozenset(met))


def agree(week: Week, cast: Cast, planted: Planted, now: datetime) -> None:
    """Ask for everything that was drawn and say yes to it; of hours and places nothing is passed on."""
    people = {str(person.pk): person for person in cast.people}
    wanted = [drawn for drawn in planted.meetings if drawn.kind == "business"]
    wishes = make_wishes(week=week, pairs=[_pair(drawn, people) for drawn in wanted], by=None, now=now)
    accept_wishes(week=week, wishes=wishes, by=None, now=now)
    for number, drawn in enumerate(drawn for drawn in planted.meetings if drawn.kind == "bilateral"):
        _agree_bilateral(cast, drawn, SUBJECTS[number % len(SUBJECTS)], now)


def agree_between(asking: Delegation, asked: Delegation, *, now: datetime, **wanted: object) -> Meeting:
    """File a request between two delegations and accept it, heads only."""
    request = file_request(asking=asking, asked=asked, people=heads(asking), by=None, now=now, **wanted)  # type: ignore[arg-type]
    return accept_request(request=request, people=heads(asked), by=None, now=now)


def heads(delegation: Delegation) -> list[Person]:
    """Return the head of a delegation, in a list."""
    return [member.person for member in delegation.members.filter(is_head=True).select_related("person")]


def bilateral_pools(week: Week, problem: Problem) -> tuple[str, ...]:
    """Return the engine's pools of the rooms that bilaterals may use."""
    return _pools(problem, Grid.objects.filter(week=week, kind=Kind.BILATERAL).order_by("key")[0].pools)


def room_name(pool: str) -> str:
    """Return the name rows use for one of the engine's pools of places."""
    return pool.rpartition("/")[0]


def _drawing(week: Week, cast: Cast, problem: Problem) -> Drawing:
    grids = {grid.kind: grid for grid in Grid.objects.filter(week=week).order_by("-key")}
    business, bilateral = grids[Kind.BUSINESS], grids[Kind.BILATERAL]
    return Drawing(
        business=[str(person.pk) for person in cast.business],
        business_grid=str(business.pk),
        business_pools=_pools(problem, business.pools),
        parties={key: [str(person.pk) for person in people[:3]] for key, people in cast.parties.items()},
        bilateral_grid=str(bilateral.pk),
        bilateral_pools=_pools(problem, bilateral.pools),
        may_fail=(),
        pairs={key: pair for key, pair in language_pairs(cast).items() if any(pool.serves == pair for pool in problem.pools)},
        no_team="",
        bilateral_minutes=(20, 25, 30),
    )


def _pools(problem: Problem, wanted: Sequence[str]) -> tuple[str, ...]:
    return tuple(pool.id for pool in problem.pools if not pool.serves and room_name(pool.id) in wanted)


def _calendar(problem: Problem, planted: Planted) -> Calendar:
    calendar = Calendar(problem)
    pools = {unit.id: pool for pool in problem.pools for unit in pool.units}
    drawn = {meeting.id: meeting for meeting in planted.meetings}
    for placement in planted.hidden.placements:
        meeting = drawn[placement.meeting]
        end = placement.start + meeting.minutes
        units = [(unit, end + pools[unit].turnround) for unit in (placement.unit, *placement.teams)]
        calendar.take(meeting.people, units, placement.start, end, pools[placement.unit].site)
    return calendar


def _pair(drawn: Drawn, people: dict[str, Person]) -> tuple[Person, Person]:
    # The generator names the more popular first; who asked whom should not follow from that.
    one, other = (people[key] for key in drawn.people)
    return (one, other) if sum(map(ord, one.key)) % 2 else (other, one)


def _agree_bilateral(cast: Cast, drawn: Drawn, subjects: str, now: datetime) -> None:
    sides: dict[UUID, list[Person]] = {}
    there = {UUID(key) for key in drawn.people}
    parties = [delegation for delegation in cast.delegations if any(person.pk in there for person in cast.parties[delegation.key][:3])]
    for delegation in parties:
        sides[delegation.pk] = [person for person in cast.parties[delegation.key] if person.pk in there]
    asking, asked = parties
    request = file_request(
        asking=asking,
        asked=asked,
        minutes=drawn.minutes,
        subjects=subjects,
        needs=drawn.needs,
        people=sides[asking.pk],
        by=None,
        now=now,
    )
    accept_request(request=request, people=sides[asked.pk], by=None, now=now)
