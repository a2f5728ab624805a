"""The whole cast in one transaction."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from django.db import transaction

from hanhlang.domains.core import audit, counts
from hanhlang.domains.delegations.models import Delegation
from hanhlang.domains.events.models import Participation, Week
from hanhlang.domains.meetings.models import Kind, Meeting, Request
from hanhlang.jobs.cast import desk
from hanhlang.jobs.cast.business import make_business
from hanhlang.jobs.cast.impossible import Planter, prepare
from hanhlang.jobs.cast.meetings import agree, draw_meetings
from hanhlang.jobs.cast.people import Sizes, make_people


@dataclass(frozen=True, slots=True)
class Made:
    """What a cast consists of; ``planted`` gives the reason each impossible meeting was planted with, by its number."""

    people: int
    delegations: int
    business_meetings: int
    bilaterals: int
    open_requests: int
    accounts: tuple[str, ...] = ()
    planted: dict[str, str] = field(default_factory=dict)
    was_there: bool = False


@transaction.atomic
def make_cast(*, week: Week, people: int, seed: int, now: datetime) -> Made:
    """
    Fill a loaded week with a synthetic cast; a week that has one is left as it is.

    :raises CannotDraw: if the week's places and hours leave no room for so many meetings.
    """
    if Delegation.objects.filter(week=week, organisation__is_invented=True).exists():
        return _made(week, was_there=True)
    random, sizes = Random(seed), Sizes(people)  # noqa: S311 (a draw that must repeat, not a secret)
    cast = make_people(week, sizes, random)
    prepare(week, cast, now)
    draw = draw_meetings(week, cast, sizes, seed)
    met = set(draw.met)
    agree(week, cast, draw.planted, now)
    counts.refresh()
    planted = Planter(week, cast, draw.problem, now, met).plant()
    desk.hold_one(week, cast, draw, met, now)
    desk.leave_work(week, cast, met, now)
    accounts = desk.make_accounts(week, cast)
    founder = next(account.person for account in accounts if account.email.startswith("founder@"))
    if founder:
        make_business(week, cast, founder, seed=seed, now=now)
    audit.record("week.cast", about=week, by=None, at=now, details={"people": len(cast.people), "seed": seed})
    return _made(week, accounts=tuple(account.email for account in accounts), planted={str(n): r.value for n, r in sorted(planted.items())})


def _made(week: Week, **more: object) -> Made:
    meetings = Meeting.objects.filter(week=week)
    return Made(
        people=Participation.objects.filter(week=week, standing=Participation.Standing.SYNTHETIC).count(),
        delegations=Delegation.objects.filter(week=week).count(),
        business_meetings=meetings.filter(kind=Kind.BUSINESS).count(),
        bilaterals=meetings.filter(kind=Kind.BILATERAL).count(),
        open_requests=Request.objects.filter(week=week, state__in=(Request.State.OPEN, Request.State.COUNTERED)).count(),
        **more,  # type: ignore[arg-type]
    )
