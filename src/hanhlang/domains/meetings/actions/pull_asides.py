"""Pull-asides: a few minutes, standing, without a room; written down after they happened."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from hanhlang.domains.core import audit, outbox
from hanhlang.domains.delegations.models import Delegation
from hanhlang.domains.meetings import bilaterals, rules
from hanhlang.domains.meetings.actions.numbers import lock_week, number_for
from hanhlang.domains.meetings.actions.request_steps import Who, bilateral_grid, party, tell, write_step
from hanhlang.domains.meetings.enums import Format, Secrecy
from hanhlang.domains.meetings.errors import NotYetHappened, OwnDelegation
from hanhlang.domains.meetings.models import Kind, Meeting, Participant, Request
from hanhlang.domains.people.models import Account, Person


@transaction.atomic
def log_pull_aside(
    *,
    asking: Delegation,
    asked: Delegation,
    starts_at: datetime,
    minutes: int = 10,
    subjects: str = "",
    people: Iterable[Person] = (),
    secrecy: str = Secrecy.ALL,
    why: str = "",
    on_behalf: bool = False,
    by: Account | None,
    now: datetime,
) -> Meeting:
    """
    Write down that two spoke; ``asking`` is the side that writes it down, ``people`` one of each side (default: the heads).

    Nothing is planned or claimed; the meeting is there for its outcome.

    :raises OwnDelegation, LengthNotOffered, NotYetHappened, NobodyToSend, NotAMember, MayNotTakePart, TooManyForFormat, NoGrid: as named.
    """
    week = asking.week
    lock_week(week)
    if asking.pk == asked.pk:
        raise OwnDelegation(delegation=asking.name)
    bilaterals.check_length(minutes, Format.PULL_ASIDE)
    ends_at = starts_at + timedelta(minutes=minutes)
    first, last = bilaterals.whole_week(week.starts_on, week.ends_on, week.timezone)
    if starts_at > now or starts_at < first or ends_at > last:
        raise NotYetHappened()
    sides = _sides((asking, asked), list(people))
    there = [person for side in sides for person in side]
    request = Request.objects.create(
        week=week,
        number=number_for(Request.objects, week, None, secret=secrecy != Secrecy.ALL),  # type: ignore[arg-type]
        asking=asking,
        asked=asked,
        state=Request.State.ACCEPTED,
        minutes=minutes,
        subjects=subjects,
        windows=rules.to_json([(starts_at, ends_at)]),
        format=Format.PULL_ASIDE,
        secrecy=secrecy,
        answered_at=now,
    )
    request.people.set(there)
    meeting = _meeting(request, sides)
    write_step("logged", request, Who(by, now, asking, on_behalf), why=why, people=there)
    audit.record("meeting.logged", about=meeting, by=by, at=now, people=[person.pseudonym for person in there])
    outbox.post("meeting.logged", meeting=meeting.pk)
    tell(request)
    return meeting


def _sides(delegations: Iterable[Delegation], named: list[Person]) -> list[list[Person]]:
    """Return who of each side was there."""
    sides = []
    for delegation in delegations:
        members = set(delegation.members.values_list("person_id", flat=True))
        sides.append(party(delegation, [person for person in named if person.pk in members], format=Format.PULL_ASIDE, seats=0))
    return sides


def _meeting(request: Request, sides: list[list[Person]]) -> Meeting:
    """Return the meeting of a pull-aside that is written down, with its people."""
    meeting = Meeting.objects.create(
        week=request.week,
        number=number_for(Meeting.objects, request.week, None, secret=request.secrecy != Secrecy.ALL),  # type: ignore[arg-type]
        kind=Kind.BILATERAL,
        state=Meeting.State.LOGGED,
        request=request,
        minutes=request.minutes,
        value=rules.BILATERAL_VALUE,
        grid=bilateral_grid(request.week.pk),
        windows=request.windows,
        seats=sum(map(len, sides)),
        format=request.format,
        secrecy=request.secrecy,
    )
    Participant.objects.bulk_create(
        Participant(meeting=meeting, person=person, side=number) for number, side in enumerate(sides, start=1) for person in side
    )
    return meeting
