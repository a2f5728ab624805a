"""Requests for bilaterals: asked by one delegation of another, and taken back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from hanhlang.domains.agenda.models import InterpreterTeam
from hanhlang.domains.core import audit, outbox
from hanhlang.domains.delegations.models import Delegation
from hanhlang.domains.events.models import Place, Site, Week
from hanhlang.domains.meetings import bilaterals, rules
from hanhlang.domains.meetings.actions.changes import look_again
from hanhlang.domains.meetings.actions.numbers import lock_week, number_for
from hanhlang.domains.meetings.actions.request_steps import Who, alive, bilateral_grid, party, tell, unanswered, write_step
from hanhlang.domains.meetings.enums import Format, Interpreting, Press, Secrecy
from hanhlang.domains.meetings.errors import (
    AlreadyAsked,
    AskedInAdvance,
    HoursUnusable,
    MeetingIsCancelled,
    NoInterpretersForPair,
    NoRoomsAtSite,
    NotAParty,
    OwnDelegation,
    SiteMissing,
    TooManyOpenRequests,
    UnknownRooms,
)
from hanhlang.domains.meetings.models import Grid, Meeting, Request
from hanhlang.domains.people.models import Account, Person


@transaction.atomic
def file_request(
    *,
    asking: Delegation,
    asked: Delegation,
    minutes: int | None = None,
    subjects: str = "",
    needs: Iterable[str] = (),
    windows: Iterable[rules.Window] = (),
    preferred: Iterable[rules.Window] = (),
    impossible: Iterable[rules.Window] = (),
    pools: Iterable[str] = (),
    people: Iterable[Person] = (),
    seats: int = 0,
    companions: int = 0,
    format: str = Format.FORMAL,
    level: str = "",
    site: Site | None = None,
    address: str = "",
    languages: Iterable[str] = (),
    interpreting: str = Interpreting.NONE,
    press: str = Press.NONE,
    secrecy: str = Secrecy.ALL,
    why: str = "",
    number: int | None = None,
    on_behalf: bool = False,
    by: Account | None,
    now: datetime,
) -> Request:
    """
    Ask another delegation for a bilateral; no time is taken.

    ``people`` are the asking side's (default: its head and one more), ``needs`` language pairs, ``windows`` the only hours
    possible, ``preferred`` hours liked, ``impossible`` hours that cannot be, ``pools`` the rooms permitted (default: all), ``seats`` the
    people in the room, advisers included, ``companions`` the N of a 1+N, ``level`` the rank asked for (default: the head), ``site``
    the only one possible, ``address`` a place there instead of a room, ``why`` a word to the other side, ``number`` one of the asker's own
    choice (default: the next). ``minutes`` is the length of the talk (default: what is usual for the format).

    :raises OwnDelegation, AlreadyAsked, TooManyOpenRequests, AskedInAdvance, LengthNotOffered, CompanionsMissing: as their names say.
    :raises HoursUnusable, NoHoursLeft, NoInterpretersForPair, UnknownRooms, SiteMissing, NoRoomsAtSite: as their names say.
    :raises NobodyToSend, NotAMember, MayNotTakePart, TooManyForFormat, HeadMissing, NoGrid, NumberTaken: as their names say.
    """
    week, needs, pools = asking.week, list(needs), list(pools)
    windows, preferred, impossible = list(windows), list(preferred), list(impossible)
    lock_week(week)
    _check_parties(asking, asked, now)
    if format == Format.PULL_ASIDE:
        raise AskedInAdvance()
    minutes = bilaterals.LENGTHS[Format(format)].usual if minutes is None else minutes
    bilaterals.check_length(minutes, format)
    bilaterals.check_companions(format, companions)
    last = check_hours(week, minutes=minutes, interpreting=interpreting, windows=windows, preferred=preferred, impossible=impossible)
    _check_needs(needs, week=week)
    check_rooms(pools, site=site, address=address, grid=bilateral_grid(week))
    seats = 2 * (1 + companions) if companions else seats
    sent = party(asking, people, format=format, seats=seats)

    request = Request.objects.create(
        week=week,
        number=number_for(Request.objects, week, number, secret=secrecy != Secrecy.ALL),  # type: ignore[arg-type]
        asking=asking,
        asked=asked,
        minutes=minutes,
        subjects=subjects,
        needs=needs,
        windows=rules.to_json(windows),
        preferred=rules.to_json(preferred),
        impossible=rules.to_json(impossible),
        pools=pools,
        seats=seats,
        format=format,
        level=level,
        site=site,
        address=address.strip(),
        languages=list(languages),
        interpreting=interpreting,
        press=press,
        secrecy=secrecy,
        expires_at=bilaterals.deadline(now, last),
    )
    request.people.set(sent)
    write_step("filed", request, Who(by, now, asking, on_behalf), why=why, people=sent)
    tell(request)
    return request


@transaction.atomic
def withdraw_request(
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
    Take one's own request back before it is agreed, whosever turn it is.

    :raises NotAParty: if ``side`` did not ask.
    :raises RequestClosed, RequestExpired, RequestMoved: if it was withdrawn, answered, or is not what was read.
    """
    request = unanswered(request, now=now, seen=seen)
    if side is not None and side.pk != request.asking_id:
        raise NotAParty()
    request.state, request.answered_at, request.held_until = Request.State.WITHDRAWN, now, None
    request.save()
    write_step("withdrawn", request, Who(by, now, request.asking, on_behalf), why=why)
    tell(request)
    return request


@transaction.atomic
def cancel_meeting(
    *,
    meeting: Meeting,
    side: Delegation | None = None,
    why: str = "",
    on_behalf: bool = False,
    by: Account | None,
    now: datetime,
) -> Meeting:
    """
    Call an agreed meeting off; its time is given back when the next plan is published.

    ``side`` is the delegation that does, where one does; ``why`` is read by the other side.

    :raises MeetingIsCancelled: if it was called off before.
    """
    meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if meeting.state == Meeting.State.CANCELLED:
        raise MeetingIsCancelled(number=meeting.number)
    meeting.state = Meeting.State.CANCELLED
    meeting.save(update_fields=["state", "changed_at"])
    audit.record("meeting.cancelled", about=meeting, by=by, at=now)
    outbox.post("meeting.cancelled", meeting=meeting.pk)
    if meeting.request is not None:
        write_step("called_off", meeting.request, Who(by, now, side, on_behalf), why=why)
        tell(meeting.request, plan=True)
    # Answers that were found for open changes still place it.
    look_again(meeting.week)
    return meeting


def check_hours(
    week: Week,
    *,
    minutes: int,
    interpreting: str,
    windows: list[rules.Window],
    preferred: Iterable[rules.Window] = (),
    impossible: list[rules.Window],
) -> datetime:
    """
    Refuse hours in which the meeting cannot be; return the end of the last in which it can.

    :raises HoursUnusable, NoHoursLeft: naming what is wrong.
    """
    booked = bilaterals.booked_minutes(minutes, interpreting)
    for name, hours, least in (("windows", windows, booked), ("preferred", preferred, booked), ("impossible", impossible, 1)):
        try:
            rules.check_windows(hours, minutes=least, starts_on=week.starts_on, ends_on=week.ends_on, timezone=week.timezone)
        except HoursUnusable as refusal:
            raise HoursUnusable(fields=[name], **refusal.details) from None
    whole = bilaterals.whole_week(week.starts_on, week.ends_on, week.timezone)
    left = bilaterals.permitted(windows, impossible, minutes=booked, week=whole)
    return max((end for _, end in left), default=whole[1])


def check_rooms(pools: list[str], *, site: Site | None, address: str, grid: Grid) -> None:
    """
    Refuse rooms the week does not have, at the site where the meeting is to be.

    :raises UnknownRooms, SiteMissing, NoRoomsAtSite: as their names say.
    """
    for pool in pools:
        if pool not in grid.pools:
            raise UnknownRooms(pool=pool, pools=", ".join(grid.pools))
    if address.strip():
        if site is None:
            raise SiteMissing()
    elif site is not None and not Place.objects.filter(site=site, pool__in=pools or grid.pools).exists():
        raise NoRoomsAtSite(site=site.name)


def _check_parties(asking: Delegation, asked: Delegation, now: datetime) -> None:
    if asking.pk == asked.pk:
        raise OwnDelegation(delegation=asking.name)
    between = Q(asking=asking, asked=asked) | Q(asking=asked, asked=asking)
    if waiting := Request.objects.filter(between, alive(now)).first():
        raise AlreadyAsked(number=waiting.number)
    if Request.objects.filter(alive(now), asking=asking).count() >= bilaterals.MOST_OPEN_REQUESTS:
        raise TooManyOpenRequests(delegation=asking.name, most=bilaterals.MOST_OPEN_REQUESTS)


def _check_needs(needs: list[str], *, week: Week) -> None:
    if not needs:
        return
    offered = sorted(set(InterpreterTeam.objects.filter(week=week).values_list("pair", flat=True)))
    for pair in needs:
        if pair not in offered:
            raise NoInterpretersForPair(pair=pair, pairs=", ".join(offered) or "–")
