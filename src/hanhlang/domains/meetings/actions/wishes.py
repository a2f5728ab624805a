"""Wishes for business meetings: made by one person, answered by the other; one at a time or many under the same rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from hanhlang.domains.core import audit, outbox
from hanhlang.domains.events.models import Participation, Week
from hanhlang.domains.meetings import rules
from hanhlang.domains.meetings.actions.numbers import lock_week, numbers_for
from hanhlang.domains.meetings.errors import AlreadyWished, NoGrid, NotTakingPart, SameFirm, TooManyMeetings, WishClosed
from hanhlang.domains.meetings.models import Grid, Kind, Meeting, Participant, Wish
from hanhlang.domains.people.models import Account, Person


def make_wish(*, week: Week, asking: Person, asked: Person, by: Account | None, now: datetime) -> Wish:
    """
    Say that one would like to meet somebody; no time is taken.

    :raises SameFirm, NotTakingPart, AlreadyWished, TooManyMeetings: as their names say.
    """
    return make_wishes(week=week, pairs=[(asking, asked)], by=by, now=now)[0]


@transaction.atomic
def make_wishes(*, week: Week, pairs: Sequence[tuple[Person, Person]], by: Account | None, now: datetime) -> list[Wish]:
    """
    Make many wishes, all or none, each under the rules of :func:`make_wish`; a pair is (asking, asked).

    :raises SameFirm, NotTakingPart, AlreadyWished, TooManyMeetings: for the first pair that is refused.
    """
    lock_week(week)
    there = set(Participation.objects.filter(week=week).values_list("person_id", flat=True))
    known = {frozenset(pair) for pair in Wish.objects.filter(week=week).values_list("asking_id", "asked_id")}
    counts = _meetings_each(week)
    wishes = []
    for asking, asked in pairs:
        if asking.pk == asked.pk or (asking.organisation_id and asking.organisation_id == asked.organisation_id):
            raise SameFirm(first=asking.name, second=asked.name)
        for person in (asking, asked):
            if person.pk not in there:
                raise NotTakingPart(person=person.name)
        if (pair := frozenset((asking.pk, asked.pk))) in known:
            raise AlreadyWished(first=asking.name, second=asked.name)
        _check_room_for_one_more(asking, counts)
        known.add(pair)
        wishes.append(Wish(week=week, asking=asking, asked=asked))
    Wish.objects.bulk_create(wishes)
    for wish in wishes:
        audit.record("wish.made", about=wish, by=by, at=now, people=[wish.asking.pseudonym, wish.asked.pseudonym])
    outbox.post("wishes.made", wishes=[wish.pk for wish in wishes])
    return wishes


def accept_wish(*, wish: Wish, by: Account | None, now: datetime) -> Meeting:
    """
    Say yes to a wish; it becomes a meeting, not yet placed.

    :raises WishClosed: if it was answered.
    :raises TooManyMeetings: if either side has as many as one person may have.
    """
    return accept_wishes(week=wish.week, wishes=[wish], by=by, now=now)[0]


@transaction.atomic
def accept_wishes(
    *, week: Week, wishes: Iterable[Wish], by: Account | None, now: datetime, numbers: Sequence[int] | None = None
) -> list[Meeting]:
    """
    Say yes to many wishes, all or none, each under the rules of :func:`accept_wish`.

    ``numbers`` are the meetings' (default: the next ones).

    :raises WishClosed, TooManyMeetings, NumberTaken: for the first wish that is refused.
    """
    lock_week(week)
    wishes = _open(wishes)
    grid = Grid.objects.filter(week=week, kind=Kind.BUSINESS).order_by("key").first()
    if grid is None:
        raise NoGrid()
    counts = _meetings_each(week)
    given = numbers_for(Meeting.objects, week, len(wishes), numbers)  # type: ignore[arg-type]
    meetings, participants = [], []
    for number, wish in zip(given, wishes, strict=True):
        for person in (wish.asking, wish.asked):
            _check_room_for_one_more(person, counts)
            counts[person.pk] += 1
        wish.state, wish.answered_at = Wish.State.ACCEPTED, now
        meeting = Meeting(
            week=week,
            number=number,
            kind=Kind.BUSINESS,
            wish=wish,
            minutes=grid.minutes,
            value=rules.BUSINESS_VALUE,
            grid=grid,
            pools=grid.pools,
            seats=2,
        )
        meetings.append(meeting)
        participants += [Participant(meeting=meeting, person=wish.asking, side=1), Participant(meeting=meeting, person=wish.asked, side=2)]
    Wish.objects.filter(pk__in=[wish.pk for wish in wishes]).update(state=Wish.State.ACCEPTED, answered_at=now)
    Meeting.objects.bulk_create(meetings)
    Participant.objects.bulk_create(participants)
    for wish, meeting in zip(wishes, meetings, strict=True):
        audit.record("meeting.agreed", about=meeting, by=by, at=now, people=[wish.asking.pseudonym, wish.asked.pseudonym])
    outbox.post("meetings.agreed", meetings=[meeting.pk for meeting in meetings])
    return meetings


@transaction.atomic
def decline_wish(*, wish: Wish, by: Account | None, now: datetime) -> Wish:
    """
    Say no to a wish.

    :raises WishClosed: if it was answered.
    """
    (wish,) = _open([wish])
    wish.state, wish.answered_at = Wish.State.DECLINED, now
    wish.save()
    audit.record("wish.declined", about=wish, by=by, at=now, people=[wish.asking.pseudonym, wish.asked.pseudonym])
    outbox.post("wish.declined", wish=wish.pk)
    return wish


def _open(wishes: Iterable[Wish]) -> list[Wish]:
    keys = [wish.pk for wish in wishes]
    found = Wish.objects.select_for_update(of=("self",)).select_related("asking", "asked").in_bulk(keys)
    ordered = [found[key] for key in keys]
    if any(wish.state != Wish.State.OPEN for wish in ordered):
        raise WishClosed()
    return ordered


def _meetings_each(week: Week) -> Counter[object]:
    agreed = Participant.objects.filter(meeting__week=week, meeting__kind=Kind.BUSINESS, meeting__state=Meeting.State.AGREED)
    return Counter(agreed.values_list("person_id", flat=True))


def _check_room_for_one_more(person: Person, counts: Counter[object]) -> None:
    if counts[person.pk] >= rules.MOST_BUSINESS_MEETINGS:
        raise TooManyMeetings(person=person.name, most=rules.MOST_BUSINESS_MEETINGS)
