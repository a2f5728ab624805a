"""What happens on the day: reported by anybody, taken in by the desk, then answered by a plan, left as it is or dismissed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from hanhlang.domains.agenda.models import InterpreterTeam, Travel
from hanhlang.domains.core import audit, live, outbox
from hanhlang.domains.events.models import Participation, Place, Week
from hanhlang.domains.meetings.actions.dropping import drop_plans
from hanhlang.domains.meetings.actions.effects import make_true
from hanhlang.domains.meetings.actions.numbers import lock_week, next_number
from hanhlang.domains.meetings.errors import NotTakingPart
from hanhlang.domains.meetings.errors_changes import (
    ChangeIncomplete,
    ChangeNotTakenIn,
    ChangeSettled,
    HoursBackwards,
    NoSuchRoad,
    NotAnOverrun,
    OutsideTheWeek,
)
from hanhlang.domains.meetings.models import Change, Plan
from hanhlang.domains.people.models import Account, Person
from hanhlang.domains.programme.models import Session

OPEN = (Change.State.REPORTED, Change.State.TAKEN_IN)
OF_PEOPLE = frozenset({Change.Kind.LATE, Change.Kind.LEFT, Change.Kind.ABSENT, Change.Kind.URGENT, Change.Kind.PULL_ASIDE})
WITH_START = frozenset({Change.Kind.LATE, Change.Kind.LEFT, Change.Kind.PULL_ASIDE})
MEETING_OF = frozenset({Change.Kind.URGENT, Change.Kind.PULL_ASIDE})


@transaction.atomic
def report_change(
    *,
    week: Week,
    kind: str,
    people: Iterable[Person] = (),
    place: Place | None = None,
    team: InterpreterTeam | None = None,
    session: Session | None = None,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    minutes: int | None = None,
    data: dict[str, Any] | None = None,
    note: str = "",
    by: Account | None,
    now: datetime,
) -> Change:
    """
    Note that something happened; nothing is true of it until the desk takes it in. A pull-aside is only logged.

    Late: ``people`` arrive at ``starts_at``; left: they leave then; absent: they are not there from ``starts_at`` (now) to ``ends_at``
    (the end). A place or team is lost in the same hours. Road: ``data`` names ``origin`` and ``destination`` (ids of sites), ``minutes``
    it now takes (none: closed), and the hours of the day. Session: it ends at ``ends_at``. Urgent: ``people`` meet for ``minutes``.

    :raises ChangeIncomplete, HoursBackwards, OutsideTheWeek, NotAnOverrun, NoSuchRoad: as their names say.
    :raises NotTakingPart: if one of the people is not of this week.
    """
    named = list(people)
    change = Change(
        week=week,
        kind=kind,
        place=place,
        team=team,
        session=session,
        starts_at=starts_at,
        ends_at=ends_at,
        minutes=minutes,
        data=dict(data or {}),
        note=note,
        reported_by=by,
        reported_at=now,
    )
    _check(change, named)
    lock_week(week)
    change.number = next_number(Change.objects, week)  # type: ignore[arg-type]
    if kind == Change.Kind.PULL_ASIDE:
        change.state, change.answered_at, change.answered_by = Change.State.ANSWERED, now, by
    change.save()
    change.people.set(named)
    _tell("change.reported", change, by=by, now=now, people=named)
    return change


@transaction.atomic
def take_in_change(*, change: Change, by: Account | None, now: datetime) -> Change:
    """
    Make a change true and have ways to answer it looked for at once. Nobody is told anything yet.

    :raises ChangeSettled: if that was done before, or it was dismissed.
    :raises NotAnOverrun: if the session was moved meanwhile.
    """
    change = _locked(change)
    if change.state != Change.State.REPORTED:
        raise ChangeSettled(number=change.number)
    make_true(change, by=by, now=now)
    change.state, change.taken_in_at = Change.State.TAKEN_IN, now
    change.save()
    # What is true now is also true for changes whose answers were found before.
    look_again(change.week)
    _tell("change.taken_in", change, by=by, now=now, people=change.people.all())
    return change


@transaction.atomic
def take_in_at_once(*, week: Week, kind: str, by: Account | None, now: datetime, **what: Any) -> Change:
    """Report a change and take it in, in one step; a pull-aside is logged. Raises what the two steps raise."""
    change = report_change(week=week, kind=kind, by=by, now=now, **what)
    return change if change.state == Change.State.ANSWERED else take_in_change(change=change, by=by, now=now)


@transaction.atomic
def dismiss_change(*, change: Change, by: Account | None, now: datetime) -> Change:
    """
    Put a report aside: it was not so, or does not matter.

    :raises ChangeSettled: if it was taken in, answered or dismissed before.
    """
    change = _locked(change)
    if change.state != Change.State.REPORTED:
        raise ChangeSettled(number=change.number)
    change.state, change.answered_by, change.answered_at = Change.State.DISMISSED, by, now
    change.save()
    _tell("change.dismissed", change, by=by, now=now, people=change.people.all())
    return change


@transaction.atomic
def leave_as_it_is(*, change: Change, by: Account | None, now: datetime) -> Change:
    """
    Answer a change by moving nothing; what it made true stays true.

    :raises ChangeNotTakenIn: if it was only reported.
    :raises ChangeSettled: if it was answered before.
    """
    change = _locked(change)
    if change.state == Change.State.REPORTED:
        raise ChangeNotTakenIn(number=change.number)
    if change.state != Change.State.TAKEN_IN:
        raise ChangeSettled(number=change.number)
    settle(change, by=by, now=now)
    _tell("change.left_as_it_is", change, by=by, now=now, people=change.people.all())
    return change


def settle(change: Change, *, by: Account | None, now: datetime) -> None:
    """Close a change and remove the alternatives that were not chosen; call it in the transaction that answers it."""
    drop_plans(Plan.objects.filter(change=change, state=Plan.State.ALTERNATIVE))
    change.state, change.answered_by, change.answered_at = Change.State.ANSWERED, by, now
    change.save(update_fields=["state", "answered_by", "answered_at", "changed_at"])


def look_again(week: Week) -> None:
    """Have ways to answer every change that waits for one looked for anew; call it where what is true or published has changed."""
    waiting = Change.objects.filter(week=week, state=Change.State.TAKEN_IN)
    if waiting.update(search=Change.Search.QUEUED, tries=0, fault=""):
        live.bump(f"change:{week.key}")


def _locked(change: Change) -> Change:
    lock_week(change.week)
    return Change.objects.select_for_update(of=("self",)).select_related("week", "place", "team", "session").get(pk=change.pk)


def _tell(event: str, change: Change, *, by: Account | None, now: datetime, people: Iterable[Person]) -> None:
    details = {"number": change.number, "kind": change.kind}
    audit.record(event, about=change, by=by, at=now, details=details, people=[person.pseudonym for person in people])
    outbox.post(event, change=change.pk)
    live.bump(f"change:{change.week.key}", f"plan:{change.week.key}")


def _check(change: Change, people: list[Person]) -> None:
    kind, week = change.kind, change.week
    if kind in OF_PEOPLE:
        _check_people(change, people)
    needed: dict[str, tuple[object, str, str]] = {
        Change.Kind.PLACE: (change.place, _("which place is lost"), "place"),
        Change.Kind.TEAM: (change.team, _("which interpreters are away"), "team"),
        Change.Kind.SESSION: (change.session, _("which session overruns"), "session"),
    }
    if kind in needed and needed[kind][0] is None:
        raise ChangeIncomplete(what=needed[kind][1], fields=[needed[kind][2]])
    if kind in WITH_START and change.starts_at is None:
        raise ChangeIncomplete(what=_("at which hour"), fields=["starts_at"])
    if change.starts_at and change.ends_at and change.ends_at <= change.starts_at:
        raise HoursBackwards()
    zone = ZoneInfo(week.timezone)
    first = datetime.combine(week.starts_on, time(), tzinfo=zone)
    last = datetime.combine(week.ends_on, time(), tzinfo=zone) + timedelta(days=1)
    for field, hour in (("starts_at", change.starts_at), ("ends_at", change.ends_at)):
        if hour and not first <= hour <= last:
            raise OutsideTheWeek(hour=f"{hour.astimezone(zone):%d/%m %H:%M}", fields=[field])
    if kind == Change.Kind.ROAD:
        _check_road(change)
    if kind == Change.Kind.SESSION:
        _check_overrun(change, zone)


def _check_people(change: Change, people: list[Person]) -> None:
    if not people:
        raise ChangeIncomplete(what=_("who it is about"), fields=["people"])
    if change.kind in MEETING_OF and len(people) < 2:
        raise ChangeIncomplete(what=_("who meets whom"), fields=["people"])
    there = set(Participation.objects.filter(week=change.week, person__in=people).values_list("person_id", flat=True))
    for person in people:
        if person.pk not in there:
            raise NotTakingPart(person=person.name)


def _check_road(change: Change) -> None:
    ends = change.data.get("origin"), change.data.get("destination")
    if not all(ends) or not Travel.objects.filter(week=change.week, origin=ends[0], destination=ends[1]).exists():
        raise NoSuchRoad()


def _check_overrun(change: Change, zone: ZoneInfo) -> None:
    if change.ends_at is None:
        raise ChangeIncomplete(what=_("at which hour"), fields=["ends_at"])
    planned = change.session.ends_at if change.session else None
    if planned is None or change.ends_at <= planned:
        raise NotAnOverrun(hour=f"{planned.astimezone(zone):%H:%M}" if planned else "–")
