"""Wishes for business meetings: made by one person, answered by the other; one at a time or many under the same rules."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from hanhlang.domains.core import audit, live, outbox
from hanhlang.domains.events.models import Participation, Week
from hanhlang.domains.meetings import rules, rules_business
from hanhlang.domains.meetings.actions.numbers import lock_week, numbers_for
from hanhlang.domains.meetings.errors import AlreadyWished, NoGrid, NotTakingPart, SameFirm, TooManyMeetings, WishClosed
from hanhlang.domains.meetings.errors_business import AlreadyDeclined, NotAvailable, TooManyOpenWishes, YouBlocked
from hanhlang.domains.meetings.models import Block, BusinessSettings, Grid, Kind, Meeting, Participant, Wish
from hanhlang.domains.people.models import Account, Person


def make_wish(*, week: Week, asking: Person, asked: Person, by: Account | None, now: datetime, message: str = "") -> Wish:
    """
    Say that one would like to meet somebody; no time is taken.

    :raises SameFirm, NotTakingPart, NotAvailable, YouBlocked, AlreadyWished, AlreadyDeclined: as their names say.
    :raises TooManyMeetings, TooManyOpenWishes: if the asking side has as many as one person may have.
    """
    return make_wishes(week=week, pairs=[(asking, asked)], by=by, now=now, message=message)[0]


@transaction.atomic
def make_wishes(*, week: Week, pairs: Sequence[tuple[Person, Person]], by: Account | None, now: datetime, message: str = "") -> list[Wish]:
    """
    Make many wishes, all or none, each under the rules of :func:`make_wish`; a pair is (asking, asked).

    :raises MeetingError: as :func:`make_wish`, for the first pair that is refused.
    """
    lock_week(week)
    there = set(Participation.objects.filter(week=week).values_list("person_id", flat=True))
    before, doors = _Before(week, now), _Doors(week)
    counts = _meetings_each(week)
    expires_at = rules_business.wish_expires(now, starts_on=week.starts_on)
    wishes = []
    for asking, asked in pairs:
        if asking.pk == asked.pk or (asking.organisation_id and asking.organisation_id == asked.organisation_id):
            raise SameFirm(first=asking.name, second=asked.name)
        for person in (asking, asked):
            if person.pk not in there:
                raise NotTakingPart(person=person.name)
        doors.check(asking, asked)
        before.check(asking, asked)
        _check_room_for_one_more(asking, counts)
        before.add(asking, asked)
        wishes.append(Wish(week=week, asking=asking, asked=asked, message=message.strip(), expires_at=expires_at))
    Wish.objects.bulk_create(wishes)
    for wish in wishes:
        _record("wish.made", wish, by=by, now=now)
    outbox.post("wishes.made", wishes=[wish.pk for wish in wishes])
    live.bump(f"business:{week.key}")
    return wishes


def accept_wish(*, wish: Wish, by: Account | None, now: datetime) -> Meeting:
    """
    Say yes to a wish; it becomes a meeting, not yet placed.

    :raises WishClosed: if it was answered, withdrawn or has expired.
    :raises YouBlocked: if the asked side has blocked the asking one meanwhile.
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

    :raises WishClosed, YouBlocked, TooManyMeetings, NumberTaken: for the first wish that is refused.
    """
    lock_week(week)
    wishes, doors = _open(wishes, now), _Doors(week)
    grid = Grid.objects.filter(week=week, kind=Kind.BUSINESS).order_by("key").first()
    if grid is None:
        raise NoGrid()
    counts = _meetings_each(week)
    given = numbers_for(Meeting.objects, week, len(wishes), numbers)  # type: ignore[arg-type]
    meetings, participants = [], []
    for number, wish in zip(given, wishes, strict=True):
        if doors.keeps_out(wish.asked, wish.asking):
            raise YouBlocked(person=wish.asking.name)
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
    live.bump(f"business:{week.key}")
    return meetings


@transaction.atomic
def decline_wish(*, wish: Wish, by: Account | None, now: datetime, why: str = "") -> Wish:
    """
    Say no to a wish.

    :raises WishClosed: if it was answered, withdrawn or has expired.
    """
    return _close(wish, Wish.State.DECLINED, "wish.declined", by=by, now=now, why=why)


@transaction.atomic
def withdraw_wish(*, wish: Wish, by: Account | None, now: datetime) -> Wish:
    """
    Take one's own wish back before it is answered; one may wish again later.

    :raises WishClosed: if it was answered, withdrawn or has expired.
    """
    return _close(wish, Wish.State.WITHDRAWN, "wish.withdrawn", by=by, now=now)


@transaction.atomic
def expire_wishes(*, week: Week, now: datetime) -> int:
    """End the wishes that nobody answered in time; return how many."""
    lock_week(week)
    due = list(Wish.objects.filter(week=week, state=Wish.State.OPEN, expires_at__lte=now).select_related("asking", "asked"))
    if not due:
        return 0
    Wish.objects.filter(pk__in=[wish.pk for wish in due]).update(state=Wish.State.EXPIRED, answered_at=now)
    for wish in due:
        _record("wish.expired", wish, by=None, now=now)
    outbox.post("wishes.expired", wishes=[wish.pk for wish in due])
    live.bump(f"business:{week.key}")
    return len(due)


def withdraw_wishes_of(*, week: Week, person: Person, by: Account | None, now: datetime, to: Iterable[UUID] | None = None) -> int:
    """Withdraw the open wishes of a person, all or those ``to`` some people; called inside the action that makes them void."""
    waiting = Wish.objects.filter(week=week, state=Wish.State.OPEN, asking=person).select_related("asking", "asked", "week")
    if to is not None:
        waiting = waiting.filter(asked__in=list(to))
    rows = list(waiting)
    for wish in rows:
        wish.state, wish.answered_at = Wish.State.WITHDRAWN, now
        wish.save(update_fields=["state", "answered_at", "changed_at"])
        _record("wish.withdrawn", wish, by=by, now=now)
        outbox.post("wish.withdrawn", wish=wish.pk)
    return len(rows)


def check_room_for_one_more(week: Week, person: Person) -> None:
    """
    Refuse one more business meeting for a person who has as many as one may have.

    :raises TooManyMeetings: naming the person.
    """
    _check_room_for_one_more(person, _meetings_each(week))


class _Doors:
    """Who of a week lets whom in: read once, asked for every pair."""

    def __init__(self, week: Week) -> None:
        self.closed = set(BusinessSettings.objects.filter(week=week, takes_part=False).values_list("person_id", flat=True))
        rows = Block.objects.filter(week=week).values_list("by_person_id", "person_id", "organisation_id")
        self.blocked = {(by, person or organisation) for by, person, organisation in rows}

    def keeps_out(self, inside: Person, outside: Person) -> bool:
        """Tell whether ``inside`` has blocked ``outside`` or their firm."""
        return (inside.pk, outside.pk) in self.blocked or (inside.pk, outside.organisation_id) in self.blocked

    def check(self, asking: Person, asked: Person) -> None:
        # Being blocked and not taking part are one answer, given first: whoever gets it cannot tell which it is.
        if asked.pk in self.closed or self.keeps_out(asked, asking):
            raise NotAvailable(person=asked.name)
        if self.keeps_out(asking, asked):
            raise YouBlocked(person=asked.name)


class _Before:
    """What two people of a week have asked each other before."""

    def __init__(self, week: Week, now: datetime) -> None:
        self.open: set[frozenset[UUID]] = set()
        self.said_no: set[tuple[UUID, UUID]] = set()
        self.waiting: Counter[UUID] = Counter()
        agreed = set(Meeting.objects.filter(week=week, wish__isnull=False, state=Meeting.State.AGREED).values_list("wish_id", flat=True))
        seats = Participant.objects.filter(meeting__week=week, meeting__kind=Kind.BUSINESS, meeting__state=Meeting.State.AGREED)
        together: dict[UUID, list[UUID]] = defaultdict(list)
        for meeting, person in seats.values_list("meeting_id", "person_id"):
            together[meeting].append(person)
        # A stand-in meets somebody nobody ever wished for.
        self.open |= {frozenset(people) for people in together.values()}
        rows = Wish.objects.filter(week=week).values_list("pk", "asking_id", "asked_id", "state", "expires_at")
        for pk, asking, asked, state, expires_at in rows:
            if state == Wish.State.OPEN and not (expires_at and expires_at <= now):
                self.open.add(frozenset((asking, asked)))
                self.waiting[asking] += 1
            elif state == Wish.State.ACCEPTED and pk in agreed:
                self.open.add(frozenset((asking, asked)))
            elif state == Wish.State.DECLINED:
                self.said_no.add((asking, asked))

    def check(self, asking: Person, asked: Person) -> None:
        if frozenset((asking.pk, asked.pk)) in self.open:
            raise AlreadyWished(first=asking.name, second=asked.name)
        if (asking.pk, asked.pk) in self.said_no:
            raise AlreadyDeclined(person=asked.name)
        if self.waiting[asking.pk] >= rules_business.MOST_OPEN_WISHES:
            raise TooManyOpenWishes(person=asking.name, most=rules_business.MOST_OPEN_WISHES)

    def add(self, asking: Person, asked: Person) -> None:
        self.open.add(frozenset((asking.pk, asked.pk)))
        self.waiting[asking.pk] += 1


def _open(wishes: Iterable[Wish], now: datetime) -> list[Wish]:
    keys = [wish.pk for wish in wishes]
    found = Wish.objects.select_for_update(of=("self",)).select_related("asking", "asked", "week").in_bulk(keys)
    ordered = [found[key] for key in keys]
    if any(wish.state != Wish.State.OPEN or (wish.expires_at and wish.expires_at <= now) for wish in ordered):
        raise WishClosed()
    return ordered


def _close(wish: Wish, state: Wish.State, event: str, *, by: Account | None, now: datetime, why: str = "") -> Wish:
    (wish,) = _open([wish], now)
    wish.state, wish.why, wish.answered_at = state, why.strip(), now
    wish.save()
    _record(event, wish, by=by, now=now)
    outbox.post(event, wish=wish.pk)
    live.bump(f"business:{wish.week.key}")
    return wish


def _record(event: str, wish: Wish, *, by: Account | None, now: datetime) -> None:
    audit.record(event, about=wish, by=by, at=now, people=[wish.asking.pseudonym, wish.asked.pseudonym])


def _meetings_each(week: Week) -> Counter[object]:
    agreed = Participant.objects.filter(meeting__week=week, meeting__kind=Kind.BUSINESS, meeting__state=Meeting.State.AGREED)
    return Counter(agreed.values_list("person_id", flat=True))


def _check_room_for_one_more(person: Person, counts: Counter[object]) -> None:
    if counts[person.pk] >= rules.MOST_BUSINESS_MEETINGS:
        raise TooManyMeetings(person=person.name, most=rules.MOST_BUSINESS_MEETINGS)
