"""Telling people: what they are promised, the notice that says so, and the mail that carries it, in one transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F, Prefetch
from django.utils.translation import ngettext, override

from hanhlang.domains.core import letters
from hanhlang.domains.events.models import Week
from hanhlang.domains.meetings.actions.tellings import Spot, Telling, tellings_about
from hanhlang.domains.meetings.calendars import invitation
from hanhlang.domains.meetings.models import Notice, Plan, Promise
from hanhlang.domains.meetings.parties import party_of, seats_with_parties
from hanhlang.domains.people.models import Account, Person

BATCH = 500


def tell(tellings: Sequence[Telling], *, week: Week, plan: Plan | None, now: datetime) -> set[UUID]:
    """Promise people what the tellings say, keep a notice of each and write their mails; return who is told. Call it in the action."""
    promises = _promise(tellings, week=week, now=now)
    Notice.objects.bulk_create(
        (_notice(one, week=week, plan=plan, now=now) for one in tellings),
        batch_size=BATCH,
        # A receiver may be called twice: what was said of this placement once is not said again.
        ignore_conflicts=True,
    )
    _write(tellings, promises, week=week, now=now)
    return {one.person.pk for one in tellings}


@transaction.atomic
def tell_about(*, week: Week, meetings: Collection[UUID], now: datetime) -> set[UUID]:
    """Tell at once whoever the published plan owes a word about these meetings; return who was told. Doing it again tells nobody."""
    plan = Plan.objects.filter(week=week, state=Plan.State.PUBLISHED).first()
    return tell(tellings_about(week, meetings), week=week, plan=plan, now=now)


def _promise(tellings: Iterable[Telling], *, week: Week, now: datetime) -> dict[tuple[UUID, UUID], Promise]:
    made = {}
    for one in tellings:
        spot = one.spot
        made[one.person.pk, one.meeting.pk] = Promise(
            person=one.person,
            meeting=one.meeting,
            starts_at=spot.starts_at,
            ends_at=spot.ends_at,
            place=spot.place,
            others=list(one.others),
            sequence=one.sequence,
            is_cancelled=one.after is None,
            told_at=now,
        )
    Promise.objects.bulk_create(
        made.values(),
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["person", "meeting"],
        update_fields=["starts_at", "ends_at", "place", "others", "sequence", "is_cancelled", "told_at"],
    )
    return made


def _notice(one: Telling, *, week: Week, plan: Plan | None, now: datetime) -> Notice:
    return Notice(
        week=week,
        person=one.person,
        meeting=one.meeting,
        plan=plan,
        kind=one.kind,
        before=_spot(one.before),
        after=_spot(one.after),
        sequence=one.sequence,
        language=one.language,
        text=one.text,
        short=one.short,
        channel=one.channel,
        written_at=now,
    )


def _spot(spot: Spot | None) -> dict[str, str]:
    if spot is None:
        return {}
    return {"starts_at": spot.starts_at.isoformat(), "ends_at": spot.ends_at.isoformat(), "place": str(spot.place.pk)}


def _write(tellings: Iterable[Telling], promises: dict[tuple[UUID, UUID], Promise], *, week: Week, now: datetime) -> None:
    """Write one mail to each who reads mail, or one for each meeting to those who have calendar entries sent."""
    by_person: dict[UUID, list[Telling]] = defaultdict(list)
    for one in tellings:
        if one.account is not None:
            by_person[one.person.pk].append(one)
    for told in by_person.values():
        account, person = told[0].account, told[0].person
        if account is None:
            continue
        if told[0].channel == Notice.Channel.MAIL:
            said = [one.text for one in told]
            letters.send(kind="agenda_changed", values=_mail(week, said, account.language, person.is_protected), **_to(account, now))
            continue
        for one in told:
            promise = promises[person.pk, one.meeting.pk]
            file = invitation(promise, person=person, address=account.email, other=one.other, week=week, language=account.language)
            values = _mail(week, [one.text], account.language, person.is_protected)
            letters.send(kind="agenda_changed", values=values, calendar=file, **_to(account, now))


def _to(account: Any, now: datetime) -> dict[str, Any]:
    return {"to": account.email, "language": account.language, "now": now}


def _mail(week: Week, said: list[str], language: str, is_protected: bool) -> dict[str, object]:
    with override(language):
        count = ngettext("%(count)d change", "%(count)d changes", len(said)) % {"count": len(said)}
    # Of people who are protected nothing leaves the house but that there is something to read.
    lines = "" if is_protected else "\n".join(f"  • {line}" for line in said)
    return {"week": week.name.shown(language), "count": count, "lines": lines, "key": week.key}


def invite_to_all(*, week: Week, person: Person, now: datetime, takes_back: bool = False) -> int:
    """
    Send a person the calendar entry of every meeting still to come, or take them all back; return how many. Call it in the action.

    Taking back uses a number above that of the entry; should the meeting change later, its own number is above that again.
    """
    account = Account.objects.filter(person=person, is_active=True).order_by("id").first()
    if account is None:
        return 0
    promises = Promise.objects.filter(person=person, meeting__week=week, is_cancelled=False, ends_at__gt=now)
    promises.update(sequence=F("sequence") + 1)
    seats = Prefetch("meeting__participants", seats_with_parties(week), to_attr="seats_taken")
    rows = list(promises.select_related("meeting", "place__site").prefetch_related(seats).order_by("starts_at"))
    for promise in rows:
        promise.is_cancelled = takes_back  # in the file only
        others = [seat for seat in promise.meeting.seats_taken if str(seat.person_id) in (promise.others or ())]  # type: ignore[attr-defined]
        party = party_of(others, account.language)
        other = party.name if party else ""
        file = invitation(promise, person=person, address=account.email, other=other, week=week, language=account.language)
        line = f"{promise.starts_at.astimezone(ZoneInfo(week.timezone)):%d/%m %H:%M} {other}"
        values = _mail(week, [line], account.language, person.is_protected)
        letters.send(kind="calendar_entry", values=values, calendar=file, **_to(account, now))
    return len(rows)
