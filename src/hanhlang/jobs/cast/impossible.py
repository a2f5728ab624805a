"""
Meetings that no plan can place, each for a reason known beforehand; between invented delegations only.

They are asked for like any others: what makes them impossible is an early departure, a road, a large party, a missing interpreter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from hanhlang.domains.core.multitext import MultiText
from hanhlang.domains.delegations.models import Delegation
from hanhlang.domains.events.models import Participation, Site, Week
from hanhlang.domains.meetings.models import Meeting
from hanhlang.domains.programme.actions import claim_sessions
from hanhlang.domains.programme.models import Session, Speaking
from hanhlang.engine.plan import Reason
from hanhlang.engine.problem import Pool, Problem
from hanhlang.jobs.cast.meetings import agree_between, bilateral_pools, heads, room_name
from hanhlang.jobs.cast.people import Cast

IMPOSSIBLE = 12
# Reserved from the end of the list of invented delegations: three that leave early, three that arrive late, three on a visit.
EARLY, LATE, VISITING = slice(-3, None), slice(-6, -3), slice(-9, -6)
VISIT_KEY = "cast-study-visit"
WAY_MINUTES = 60


@dataclass
class Planter:
    """Plants impossible meetings one by one, never twice between the same two delegations."""

    week: Week
    cast: Cast
    problem: Problem
    now: datetime
    met: set[frozenset[str]]
    planted: dict[int, Reason] = field(default_factory=dict)

    @property
    def pools(self) -> dict[str, Pool]:
        wanted = bilateral_pools(self.week, self.problem)
        return {pool.id: pool for pool in self.problem.pools if pool.id in wanted}

    def plant(self, count: int = IMPOSSIBLE) -> dict[int, Reason]:
        """Plant ``count`` meetings, the four reasons in turn; return the planted reason by the meeting's number."""
        ways: tuple[Callable[[int], Meeting | None], ...] = (self.never_together, self.on_the_road, self.no_room, self.nobody_speaks)
        reasons = (Reason.NO_COMMON_TIME, Reason.NO_TIME_ON_ROAD, Reason.NO_PLACE, Reason.NO_INTERPRETER)
        for number in range(count):
            way = number % len(ways)
            meeting = ways[way](number // len(ways))
            if meeting is None:
                # A week with one site has no road to miss; a party too large for every room can be had anywhere.
                way, meeting = 2, self.no_room(number)
            self.planted[meeting.number] = reasons[way]
        return self.planted

    def never_together(self, number: int) -> Meeting:
        """One head leaves before the other arrives."""
        return self.agreed(self.cast.invented[EARLY][number % 3], self.cast.invented[LATE][number % 3])

    def on_the_road(self, number: int) -> Meeting | None:
        """Permitted right after a visit in another city, and over before one could be back."""
        visit = Session.objects.filter(week=self.week, key=VISIT_KEY).first()
        if visit is None or visit.ends_at is None:
            return None
        pools = sorted({room_name(pool.id) for pool in self.pools.values() if pool.site != str(visit.site_id)})
        guest = self.cast.invented[VISITING][number % 3]
        windows = [(visit.ends_at, visit.ends_at + timedelta(minutes=WAY_MINUTES))]
        return self.agreed(guest, self.partner(guest), windows=windows, pools=pools)

    def no_room(self, number: int) -> Meeting:
        """More people in the room than the largest one seats."""
        most = max(pool.seats or 0 for pool in self.pools.values())
        one = self.cast.invented[number % len(self.cast.invented)]
        return self.agreed(one, self.partner(one), seats=most + 4)

    def nobody_speaks(self, number: int) -> Meeting | None:
        """A language pair that is served at one site only, and rooms at another only."""
        sites = {pool.serves: {p.site for p in self.problem.pools if p.serves == pool.serves} for pool in self.problem.pools if pool.serves}
        for pair in sorted(sites):
            rooms = sorted({room_name(pool.id) for pool in self.pools.values() if pool.site not in sites[pair]})
            if rooms:
                one = self.cast.invented[number + 6]
                return self.agreed(one, self.partner(one), needs=[pair], pools=rooms)
        return None

    def partner(self, one: Delegation) -> Delegation:
        """Return an invented delegation that is there all the time and has not met ``one``."""
        return next(other for other in self.free() if other != one and frozenset((one.key, other.key)) not in self.met)

    def free(self) -> Iterator[Delegation]:
        yield from self.cast.invented[:-9]

    def agreed(self, asking: Delegation, asked: Delegation, **wanted: object) -> Meeting:
        self.met.add(frozenset((asking.key, asked.key)))
        return agree_between(asking, asked, now=self.now, minutes=30, **wanted)


def prepare(week: Week, cast: Cast, now: datetime) -> None:
    """Set the departures, arrivals and the visit that planted meetings run into; do it before anything is drawn."""
    noon = datetime.combine(week.starts_on + (week.ends_on - week.starts_on) / 2, time(12), tzinfo=ZoneInfo(week.timezone))
    for part, hours in ((EARLY, {"leaves_at": noon - timedelta(hours=1)}), (LATE, {"arrives_at": noon + timedelta(hours=1)})):
        people = [person.pk for delegation in cast.invented[part] for person in cast.parties[delegation.key]]
        Participation.objects.filter(week=week, person__in=people).update(**hours)
    _visit(week, cast, noon - timedelta(hours=3), now)


def _visit(week: Week, cast: Cast, start: datetime, now: datetime) -> None:
    sites = list(Site.objects.filter(week=week).order_by("order", "key"))
    if len(sites) < 2:
        return
    session = Session.objects.create(
        week=week,
        key=VISIT_KEY,
        kind="cultural",
        title=MultiText({"vi": "Chuyến thăm khu công nghệ (minh họa)", "en": "Visit to a technology park (illustrative)"}),
        day=start.date(),
        starts_at=start,
        ends_at=start + timedelta(minutes=90),
        site=sites[-1],
        is_public=False,
        standing=Session.Standing.SYNTHETIC,
    )
    guests = [head for delegation in cast.invented[VISITING] for head in heads(delegation)]
    Speaking.objects.bulk_create(Speaking(session=session, person=person, role="guest", order=order) for order, person in enumerate(guests))
    claim_sessions(week=week, by=None, now=now)
