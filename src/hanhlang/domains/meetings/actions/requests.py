"""Requests for bilaterals: asked by one delegation, answered by the other."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from hanhlang.domains.agenda.models import InterpreterTeam
from hanhlang.domains.core import audit, outbox
from hanhlang.domains.delegations.models import Delegation, Member
from hanhlang.domains.events.models import Week
from hanhlang.domains.meetings import rules
from hanhlang.domains.meetings.actions.numbers import lock_week, numbers_for
from hanhlang.domains.meetings.errors import (
    AlreadyAsked,
    MeetingIsCancelled,
    NobodyToSend,
    NoGrid,
    NoInterpretersForPair,
    NotAMember,
    NothingToCounter,
    OwnDelegation,
    RequestClosed,
    UnknownRooms,
)
from hanhlang.domains.meetings.models import Grid, Kind, Meeting, Participant, Request
from hanhlang.domains.people.models import Account, Person

UNANSWERED = (Request.State.OPEN, Request.State.COUNTERED)


@transaction.atomic
def file_request(
    *,
    asking: Delegation,
    asked: Delegation,
    minutes: int = 30,
    subjects: str = "",
    needs: Iterable[str] = (),
    windows: Iterable[rules.Window] = (),
    preferred: Iterable[rules.Window] = (),
    pools: Iterable[str] = (),
    people: Iterable[Person] = (),
    seats: int = 0,
    number: int | None = None,
    by: Account | None,
    now: datetime,
) -> Request:
    """
    Ask another delegation for a bilateral; no time is taken.

    ``people`` are the asking side's (default: its head and one more), ``needs`` language pairs, ``windows`` the only hours
    possible, ``preferred`` hours liked, ``pools`` the rooms permitted (default: all), ``seats`` the people in the room, advisers included,
    ``number`` one of the asker's own choice (default: the next).

    :raises OwnDelegation, AlreadyAsked, LengthNotOffered, HoursUnusable: as their names say.
    :raises NoInterpretersForPair, UnknownRooms, NobodyToSend, NotAMember, NoGrid, NumberTaken: as their names say.
    """
    week, needs, pools = asking.week, list(needs), list(pools)
    windows, preferred = list(windows), list(preferred)
    lock_week(week)
    _check_parties(asking, asked)
    rules.check_length(minutes)
    _check_hours([*windows, *preferred], minutes=minutes, week=week)
    _check_needs(needs, week=week)
    _check_rooms(pools, grid=_bilateral_grid(week))
    sent = _party(asking, people)

    request = Request.objects.create(
        week=week,
        number=numbers_for(Request.objects, week, 1, None if number is None else [number])[0],  # type: ignore[arg-type]
        asking=asking,
        asked=asked,
        minutes=minutes,
        subjects=subjects,
        needs=needs,
        windows=rules.to_json(windows),
        preferred=rules.to_json(preferred),
        pools=pools,
        seats=seats,
    )
    request.people.set(sent)
    _tell("request.filed", request, by=by, now=now)
    return request


@transaction.atomic
def accept_request(
    *, request: Request, people: Iterable[Person] = (), number: int | None = None, by: Account | None, now: datetime
) -> Meeting:
    """
    Say yes to a request, or to the counter-offer to it; it becomes a meeting, not yet placed.

    ``people`` are the asked side's (default: its head and one more), ``number`` the meeting's (default: the next).

    :raises RequestClosed: if it was withdrawn or answered.
    :raises NobodyToSend, NotAMember: if the asked side sends nobody, or a stranger.
    :raises NumberTaken: if a meeting has that number.
    """
    request = _unanswered(request)
    party = [*request.people.all(), *_party(request.asked, people)]
    if request.state == Request.State.COUNTERED:
        request.minutes = request.counter["minutes"]
        request.windows = request.counter["windows"]
    request.state, request.answered_at = Request.State.ACCEPTED, now
    request.save()
    request.people.set(party)

    grid = _bilateral_grid(request.week)
    meeting = Meeting.objects.create(
        week=request.week,
        number=numbers_for(Meeting.objects, request.week, 1, None if number is None else [number])[0],  # type: ignore[arg-type]
        kind=Kind.BILATERAL,
        request=request,
        minutes=request.minutes,
        value=rules.BILATERAL_VALUE,
        grid=grid,
        pools=request.pools or grid.pools,
        needs=request.needs,
        windows=request.windows,
        preferred=request.preferred,
        seats=max(request.seats, len(party)),
    )
    asking_side = set(Member.objects.filter(delegation=request.asking).values_list("person_id", flat=True))
    Participant.objects.bulk_create(
        Participant(meeting=meeting, person=person, side=1 if person.pk in asking_side else 2) for person in party
    )
    _tell("request.accepted", request, by=by, now=now)
    audit.record("meeting.agreed", about=meeting, by=by, at=now, people=[person.pseudonym for person in party])
    outbox.post("meeting.agreed", meeting=meeting.pk)
    return meeting


@transaction.atomic
def decline_request(*, request: Request, by: Account | None, now: datetime) -> Request:
    """
    Say no to a request, or to the counter-offer to it.

    :raises RequestClosed: if it was withdrawn or answered.
    """
    return _close(request, Request.State.DECLINED, "request.declined", by=by, now=now)


@transaction.atomic
def withdraw_request(*, request: Request, by: Account | None, now: datetime) -> Request:
    """
    Take one's own request back before it is answered.

    :raises RequestClosed: if it was withdrawn or answered.
    """
    return _close(request, Request.State.WITHDRAWN, "request.withdrawn", by=by, now=now)


@transaction.atomic
def counter_request(
    *, request: Request, minutes: int | None = None, windows: Iterable[rules.Window] = (), by: Account | None, now: datetime
) -> Request:
    """
    Offer another length or other hours instead; the asking side may then accept, decline or withdraw.

    :raises RequestClosed: if it was withdrawn, answered or already countered.
    :raises NothingToCounter: if the offer is what was asked.
    :raises LengthNotOffered, HoursUnusable: as for a request.
    """
    request = _unanswered(request)
    if request.state != Request.State.OPEN:
        raise RequestClosed(number=request.number)
    windows = list(windows)
    length = minutes or request.minutes
    offer = {"minutes": length, "windows": rules.to_json(windows) or request.windows}
    if offer == {"minutes": request.minutes, "windows": request.windows}:
        raise NothingToCounter()
    rules.check_length(length)
    _check_hours(windows, minutes=length, week=request.week)
    request.state, request.counter = Request.State.COUNTERED, offer
    request.save()
    _tell("request.countered", request, by=by, now=now)
    return request


@transaction.atomic
def cancel_meeting(*, meeting: Meeting, by: Account | None, now: datetime) -> Meeting:
    """
    Call an agreed meeting off; its time is given back when the next plan is published.

    :raises MeetingIsCancelled: if it was called off before.
    """
    meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if meeting.state == Meeting.State.CANCELLED:
        raise MeetingIsCancelled(number=meeting.number)
    meeting.state = Meeting.State.CANCELLED
    meeting.save(update_fields=["state", "changed_at"])
    audit.record("meeting.cancelled", about=meeting, by=by, at=now)
    outbox.post("meeting.cancelled", meeting=meeting.pk)
    return meeting


def _check_parties(asking: Delegation, asked: Delegation) -> None:
    if asking.pk == asked.pk:
        raise OwnDelegation(delegation=asking.name)
    between = Q(asking=asking, asked=asked) | Q(asking=asked, asked=asking)
    if waiting := Request.objects.filter(between, state__in=UNANSWERED).first():
        raise AlreadyAsked(number=waiting.number)


def _check_hours(windows: list[rules.Window], *, minutes: int, week: Week) -> None:
    rules.check_windows(windows, minutes=minutes, starts_on=week.starts_on, ends_on=week.ends_on, timezone=week.timezone)


def _check_needs(needs: list[str], *, week: Week) -> None:
    if not needs:
        return
    offered = sorted(set(InterpreterTeam.objects.filter(week=week).values_list("pair", flat=True)))
    for pair in needs:
        if pair not in offered:
            raise NoInterpretersForPair(pair=pair, pairs=", ".join(offered) or "–")


def _check_rooms(pools: list[str], *, grid: Grid) -> None:
    for pool in pools:
        if pool not in grid.pools:
            raise UnknownRooms(pool=pool, pools=", ".join(grid.pools))


def _bilateral_grid(week: Week) -> Grid:
    grid = Grid.objects.filter(week=week, kind=Kind.BILATERAL).order_by("key").first()
    if grid is None:
        raise NoGrid()
    return grid


def _party(delegation: Delegation, people: Iterable[Person]) -> list[Person]:
    """Return whom a delegation sends: the members named, else its head and one more."""
    members = {member.person_id: member.person for member in delegation.members.select_related("person")}
    named = list(people) or list(members.values())[: rules.HEADS_SENT]
    for person in named:
        if person.pk not in members:
            raise NotAMember(person=person.name, delegation=delegation.name)
    if not named:
        raise NobodyToSend(delegation=delegation.name)
    return named


def _unanswered(request: Request) -> Request:
    lock_week(request.week)
    request = Request.objects.select_for_update(of=("self",)).select_related("week", "asking", "asked").get(pk=request.pk)
    if request.state not in UNANSWERED:
        raise RequestClosed(number=request.number)
    return request


def _close(request: Request, state: Request.State, event: str, *, by: Account | None, now: datetime) -> Request:
    request = _unanswered(request)
    request.state, request.answered_at = state, now
    request.save()
    _tell(event, request, by=by, now=now)
    return request


def _tell(event: str, request: Request, *, by: Account | None, now: datetime) -> None:
    audit.record(event, about=request, by=by, at=now, details={"number": request.number})
    outbox.post(event, request=request.pk)
