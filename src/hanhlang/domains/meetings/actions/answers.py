"""Answers to requests for bilaterals, in turns: yes, another offer, no, or time to think."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from hanhlang.domains.core import audit, outbox
from hanhlang.domains.core.multitext import MultiText
from hanhlang.domains.delegations.models import Delegation
from hanhlang.domains.events.models import Place, Site
from hanhlang.domains.meetings import bilaterals, rules
from hanhlang.domains.meetings.actions.daily_cap import check_days
from hanhlang.domains.meetings.actions.numbers import number_for
from hanhlang.domains.meetings.actions.request_steps import (
    Who,
    bilateral_grid,
    in_turn,
    named_of,
    other_side,
    party,
    tell,
    unanswered,
    write_step,
)
from hanhlang.domains.meetings.actions.requests import check_hours
from hanhlang.domains.meetings.enums import Secrecy
from hanhlang.domains.meetings.errors import HoldNotPossible, NotAMember, NothingToCounter, ReasonForNo
from hanhlang.domains.meetings.models import Kind, Meeting, Participant, Reader, Request
from hanhlang.domains.people.models import Account, Person


@transaction.atomic
def accept_request(
    *,
    request: Request,
    people: Iterable[Person] = (),
    number: int | None = None,
    side: Delegation | None = None,
    why: str = "",
    seen: int | None = None,
    on_behalf: bool = False,
    by: Account | None,
    now: datetime,
) -> Meeting:
    """
    Say yes to a request, or to the offer made last; it becomes a meeting, not yet placed.

    ``people`` are those of the side that says yes (default: those it named, else its head and one more), ``side`` who says yes
    (default: whose turn it is; then ``people`` may be of either side), ``seen`` the number of steps its reader knew, ``number`` the
    meeting's (default: the next). A gap in rank is noted; then no plan places the meeting until the host's protocol has accepted it.

    :raises RequestClosed, RequestExpired, RequestMoved, NotYourTurn: if there is nothing of that kind to say yes to.
    :raises NobodyToSend, NotAMember, MayNotTakePart, TooManyForFormat, HeadMissing: about who comes.
    :raises NoHoursLeft, TooManyADay, NumberTaken: as their names say.
    """
    request = unanswered(request, now=now, seen=seen)
    turn = in_turn(request, side)
    if request.counter:
        request.minutes, request.windows = request.counter["minutes"], request.counter["windows"]
        request.level = request.counter.get("level", request.level)
    sides = _sides(request, list(people), turn, is_strict=side is not None)
    there = [person for delegation in sides for person in sides[delegation]]
    request.state, request.answered_at, request.held_until = Request.State.ACCEPTED, now, None
    request.rank_gap = bilaterals.rank_gap(*([person.rank for person in sides[key]] for key in (request.asking_id, request.asked_id)))
    request.save()
    request.people.set(there)

    meeting = _meeting(request, len(there), number)
    check_days(request, meeting)
    asking = {person.pk for person in sides[request.asking_id]}
    Participant.objects.bulk_create(Participant(meeting=meeting, person=person, side=1 if person.pk in asking else 2) for person in there)
    Reader.objects.bulk_create(Reader(meeting=meeting, account=row.account) for row in request.readers.select_related("account"))
    write_step("accepted", request, Who(by, now, turn, on_behalf), why=why, people=there)
    audit.record("meeting.agreed", about=meeting, by=by, at=now, people=[person.pseudonym for person in there])
    outbox.post("meeting.agreed", meeting=meeting.pk)
    tell(request)
    return meeting


@transaction.atomic
def counter_request(
    *,
    request: Request,
    minutes: int | None = None,
    windows: Iterable[rules.Window] = (),
    level: str | None = None,
    people: Iterable[Person] = (),
    side: Delegation | None = None,
    why: str = "",
    seen: int | None = None,
    on_behalf: bool = False,
    by: Account | None,
    now: datetime,
) -> Request:
    """
    Offer another length, other hours or another rank instead; then it is the other side's turn, again and again.

    ``people`` are those whom the side that offers would send (default: left open).

    :raises RequestClosed, RequestExpired, RequestMoved, NotYourTurn: if there is nothing of that kind to answer.
    :raises NothingToCounter: if the offer is what is on the table.
    :raises LengthNotOffered, HoursUnusable, NoHoursLeft: as for a request.
    :raises NotAMember, MayNotTakePart, TooManyForFormat, HeadMissing: about who comes.
    """
    request = unanswered(request, now=now, seen=seen)
    turn = in_turn(request, side)
    windows, people = list(windows), list(people)
    before = request.counter or {"minutes": request.minutes, "windows": request.windows, "level": request.level}
    offer: dict[str, Any] = {
        "minutes": minutes or before["minutes"],
        "windows": rules.to_json(windows) or before["windows"],
        "level": before.get("level", request.level) if level is None else level,
    }
    if all(offer[key] == before.get(key, request.level if key == "level" else None) for key in offer):
        raise NothingToCounter()
    bilaterals.check_length(offer["minutes"], request.format)
    last = check_hours(
        request.week,
        minutes=offer["minutes"],
        interpreting=request.interpreting,
        windows=rules.from_json(offer["windows"]),
        impossible=rules.from_json(request.impossible),
    )
    if people:
        sent = party(turn, people, format=request.format, seats=request.seats)
        request.people.set([*named_of(request, other_side(request, turn)), *sent])
    request.state = Request.State.COUNTERED
    request.counter = offer | {"side": bilaterals.ASKING if turn.pk == request.asking_id else bilaterals.ASKED}
    request.expires_at, request.held_until = bilaterals.deadline(now, last), None
    request.save()
    write_step("countered", request, Who(by, now, turn, on_behalf), why=why, offer=offer)
    tell(request)
    return request


@transaction.atomic
def decline_request(
    *,
    request: Request,
    side: Delegation | None = None,
    why: str = "",
    seen: int | None = None,
    on_behalf: bool = False,
    by: Account | None,
    now: datetime,
) -> Request:
    """
    Say no to a request, or to the offer made last; a side that says so itself says why.

    The asked side may say no whosever turn it is: it may have offered something it can no longer keep.

    :raises RequestClosed, RequestExpired, RequestMoved, NotYourTurn: if there is nothing of that kind to say no to.
    :raises ReasonForNo: if no reason is given.
    """
    request = unanswered(request, now=now, seen=seen)
    turn = request.asked if side is not None and side.pk == request.asked_id else in_turn(request, side)
    if side is not None and not why.strip():
        raise ReasonForNo()
    request.state, request.answered_at, request.held_until = Request.State.DECLINED, now, None
    request.save()
    write_step("declined", request, Who(by, now, turn, on_behalf), why=why)
    tell(request)
    return request


@transaction.atomic
def hold_request(
    *,
    request: Request,
    until: datetime,
    side: Delegation | None = None,
    why: str = "",
    seen: int | None = None,
    on_behalf: bool = False,
    by: Account | None,
    now: datetime,
) -> Request:
    """
    Say that one thinks about it until an hour; so long the request does not end by itself, and nobody's time is taken.

    :raises RequestClosed, RequestExpired, RequestMoved, NotYourTurn: if there is nothing to think about.
    :raises HoldNotPossible: if the hour is over, too far or beyond the week.
    """
    request = unanswered(request, now=now, seen=seen)
    turn = in_turn(request, side)
    last = bilaterals.whole_week(request.week.starts_on, request.week.ends_on, request.week.timezone)[1]
    if not now < until <= now + bilaterals.LONGEST_HOLD or until > last:
        raise HoldNotPossible(hours=bilaterals.LONGEST_HOLD // timedelta(hours=1))
    request.held_until = until
    request.save()
    write_step("held", request, Who(by, now, turn, on_behalf), why=why, offer={"until": until.isoformat()})
    tell(request)
    return request


def _sides(request: Request, people: list[Person], turn: Delegation, *, is_strict: bool) -> dict[object, list[Person]]:
    """Return who comes, by delegation, the asking one first."""
    # Whoever answers for a side names its people; the desk and a file may name those of both.
    members = {delegation.pk: set(delegation.members.values_list("person_id", flat=True)) for delegation in (request.asking, request.asked)}
    found: dict[object, list[Person]] = {}
    for delegation in (request.asking, request.asked):
        named = [person for person in people if person.pk in members[delegation.pk]]
        if is_strict and delegation.pk != turn.pk and named:
            raise NotAMember(person=named[0].name, delegation=turn.name)
        chosen = named or named_of(request, delegation)
        found[delegation.pk] = party(delegation, chosen, format=request.format, seats=request.seats)
    for person in people:
        if not any(person.pk in there for there in members.values()):
            raise NotAMember(person=person.name, delegation=turn.name)
    return found


def _meeting(request: Request, people: int, number: int | None) -> Meeting:
    week, grid = request.week, bilateral_grid(request.week_id)
    minutes = bilaterals.booked_minutes(request.minutes, request.interpreting)
    windows = bilaterals.permitted(
        rules.from_json(request.windows),
        rules.from_json(request.impossible),
        minutes=minutes,
        week=bilaterals.whole_week(week.starts_on, week.ends_on, week.timezone),
    )
    pools = request.pools or grid.pools
    if request.address and request.site:
        pools = [_off_site(request, request.site).pool]
    return Meeting.objects.create(
        week=week,
        number=number_for(Meeting.objects, week, number, secret=request.secrecy != Secrecy.ALL),  # type: ignore[arg-type]
        kind=Kind.BILATERAL,
        request=request,
        minutes=minutes,
        talk_minutes=request.minutes if minutes != request.minutes else 0,
        value=rules.BILATERAL_VALUE,
        grid=grid,
        pools=pools,
        site=request.site,
        needs=request.needs,
        windows=rules.to_json(windows),
        preferred=request.preferred,
        seats=max(request.seats, people),
        format=request.format,
        languages=request.languages,
        interpreting=request.interpreting,
        press=request.press,
        secrecy=request.secrecy,
    )


def _off_site(request: Request, site: Site) -> Place:
    """Make the address a place in a pool of its own, so that plans put this meeting there and nothing else."""
    key = f"address-{request.number}"
    return Place.objects.create(
        week=request.week,
        site=site,
        key=key,
        name=MultiText({"vi": request.address, "en": request.address}),
        kind=Place.Kind.OFF_SITE,
        pool=key,
        address=request.address,
        is_listed=False,
    )
