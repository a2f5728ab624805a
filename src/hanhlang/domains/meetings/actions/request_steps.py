"""What all that is done to a request shares: the locked row, whose turn it is, who comes, the step written down and told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from hanhlang.domains.core import audit, live, outbox
from hanhlang.domains.delegations.models import Delegation
from hanhlang.domains.delegations.queries import may_take_part_of
from hanhlang.domains.meetings import bilaterals, rules
from hanhlang.domains.meetings.actions.numbers import lock_week
from hanhlang.domains.meetings.enums import Format, Secrecy
from hanhlang.domains.meetings.errors import (
    HeadMissing,
    MayNotTakePart,
    NobodyToSend,
    NoGrid,
    NotAMember,
    NotAParty,
    NotYourTurn,
    RequestClosed,
    RequestExpired,
    RequestMoved,
)
from hanhlang.domains.meetings.models import Grid, Kind, Meeting, Request, RequestStep
from hanhlang.domains.people.models import Account, Person

UNANSWERED = (Request.State.OPEN, Request.State.COUNTERED)


@dataclass(frozen=True, slots=True)
class Who:
    """Who does something to a request: the account, for which side, and whether the desk does it on that side's behalf."""

    by: Account | None
    now: datetime
    side: Delegation | None = None
    on_behalf: bool = False


def alive(now: datetime) -> Q:
    """Return the condition for requests that still wait for an answer at ``now``."""
    return Q(state__in=UNANSWERED) & (Q(expires_at=None) | Q(expires_at__gt=now) | Q(held_until__gt=now))


def locked(request: Request) -> Request:
    """Return the request as it stands, which nobody else changes until our transaction ends."""
    lock_week(request.week)
    return Request.objects.select_for_update(of=("self",)).select_related("week", "asking", "asked", "site").get(pk=request.pk)


def unanswered(request: Request, *, now: datetime, seen: int | None = None) -> Request:
    """
    Return a request under lock that still waits for an answer; ``seen`` is the number of steps its reader knew.

    :raises RequestClosed, RequestExpired, RequestMoved: if it does not, or is no longer what was read.
    """
    request = locked(request)
    if request.state == Request.State.EXPIRED:
        raise RequestExpired(number=request.number)
    if request.state not in UNANSWERED:
        raise RequestClosed(number=request.number)
    ends_at = bilaterals.ends_at(request.expires_at, request.held_until)
    if ends_at is not None and ends_at <= now:
        raise RequestExpired(number=request.number)
    if seen is not None and seen != request.steps.count():
        raise RequestMoved(number=request.number)
    return request


def in_turn(request: Request, side: Delegation | None) -> Delegation:
    """
    Return the delegation whose turn it is; ``side`` is who wants to answer, ``None`` for whoever's turn it is.

    :raises NotAParty, NotYourTurn: if that is somebody else.
    """
    turn = request.turn
    if turn is None:
        raise RequestClosed(number=request.number)
    if side is not None and side.pk not in (request.asking_id, request.asked_id):
        raise NotAParty()
    if side is not None and side.pk != turn.pk:
        raise NotYourTurn(number=request.number)
    return turn


def other_side(request: Request, side: Delegation) -> Delegation:
    return request.asking if side.pk == request.asked_id else request.asked


def party(delegation: Delegation, people: Iterable[Person], *, format: str, seats: int) -> list[Person]:
    """
    Return whom a delegation sends: the members named, else its head and as many more as the format has.

    :raises NobodyToSend, NotAMember, MayNotTakePart, TooManyForFormat, HeadMissing: as their names say.
    """
    members = {member.person_id: member for member in delegation.members.select_related("person")}
    most = bilaterals.people_a_side(format, seats)
    named = list(people) or [member.person for member in members.values()][: most or rules.HEADS_SENT]
    for person in named:
        if person.pk not in members:
            raise NotAMember(person=person.name, delegation=delegation.name)
    if not named:
        raise NobodyToSend(delegation=delegation.name)
    allowed = may_take_part_of(named, delegation.week)
    for person in named:
        if person.pk not in allowed:
            raise MayNotTakePart(person=person.name)
    bilaterals.check_number(format, len(named), seats)
    has_head = any(member.is_head for member in members.values())
    if format == Format.ONE_PLUS_N and has_head and not any(members[person.pk].is_head for person in named):
        raise HeadMissing(delegation=delegation.name)
    return named


def named_of(request: Request, delegation: Delegation) -> list[Person]:
    """Return whom a side has named so far, without those who have left its delegation."""
    return list(request.people.filter(memberships__delegation=delegation).order_by("sorted", "pk"))


def bilateral_grid(week_key: Any) -> Grid:
    grid = Grid.objects.filter(week=week_key, kind=Kind.BILATERAL).order_by("key").first()
    if grid is None:
        raise NoGrid()
    return grid


def write_step(
    event: str, request: Request, who: Who, *, why: str = "", offer: dict[str, Any] | None = None, people: Iterable[Person] = ()
) -> None:
    """Write down what was done to a request, and announce it; call it last."""
    RequestStep.objects.create(
        request=request, event=event, side=who.side, by=who.by, on_behalf=who.on_behalf, at=who.now, why=why.strip(), offer=offer or {}
    )
    details = {"number": request.number, "side": who.side.code if who.side else None, "on_behalf": who.on_behalf}
    concerned = [person.pseudonym for person in people]
    audit.record(f"request.{event}", about=request, by=who.by, at=who.now, details=details, people=concerned)
    outbox.post(f"request.{event}", request=request.pk)


def tell(request: Request, *, was_open: bool | None = None, plan: bool = False) -> None:
    """
    Let the pages of both sides follow, and those of the desk unless the request is kept from it.

    ``was_open`` says whether the desk saw it before, where that may have changed; ``plan`` that meetings to place have.
    """
    week = request.week.key
    audiences = [f"requests-of:{week}:{delegation.code}" for delegation in (request.asking, request.asked)]
    is_open = request.secrecy == Secrecy.ALL
    if is_open or was_open:
        audiences += [f"requests:{week}", *([f"plan:{week}"] if plan else [])]
    live.bump(*audiences)


def meeting_of(request: Request) -> Meeting | None:
    """Return the meeting a request became."""
    return Meeting.objects.filter(request=request).first()
