"""Who told whom, when and how; who knows; and whether somebody's calendar asks us or is sent its entries."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from hanhlang.domains.agenda.actions import make_feed, revoke_feed
from hanhlang.domains.core import audit, live, outbox
from hanhlang.domains.events.models import Week
from hanhlang.domains.meetings.actions.notices import invite_to_all
from hanhlang.domains.meetings.models import Invitee, Notice
from hanhlang.domains.people.models import Account, Person


@transaction.atomic
def acknowledge(*, week: Week, person: Person, notices: Collection[UUID] = (), by: Account | None, now: datetime) -> int:
    """Note that a person has seen in the portal what they were told (default: all of it); return how many notices."""
    rows = Notice.objects.select_for_update(of=("self",)).filter(week=week, person=person, acknowledged_at=None)
    if notices:
        rows = rows.filter(pk__in=notices)
    count = rows.update(acknowledged_at=now, acknowledged_by=by, acknowledged_how=Notice.How.PORTAL, changed_at=now)
    if count:
        audit.record("notices.acknowledged", about=None, by=by, at=now, details={"count": count}, people=[person.pseudonym])
        live.bump(f"notice:{week.key}", f"liaison:{week.key}")
    return count


@transaction.atomic
def note_told(*, notice: Notice, how: str, by: Account | None, now: datetime) -> Notice:
    """Note that somebody told a person by word of mouth; who told first stands."""
    notice = _locked(notice)
    if notice.told_at is None:
        notice.told_at, notice.told_by, notice.told_how = now, by, how
        notice.save(update_fields=["told_at", "told_by", "told_how", "changed_at"])
        _tell("notice.told", notice, by=by, now=now)
    return notice


@transaction.atomic
def note_acknowledged(*, notice: Notice, how: str, by: Account | None, now: datetime) -> Notice:
    """Note that a person said they know; whoever tells it has told them, too."""
    notice = _locked(notice)
    if notice.acknowledged_at is None:
        notice.acknowledged_at, notice.acknowledged_by, notice.acknowledged_how = now, by, how
        if notice.told_at is None:
            notice.told_at, notice.told_by, notice.told_how = now, by, how
        notice.save()
        _tell("notice.acknowledged", notice, by=by, now=now)
    return notice


@transaction.atomic
def choose_invitations(*, week: Week, person: Person, by: Account | None, now: datetime) -> int:
    """Have calendar entries sent by mail from now on, first those of all that is to come; an address ends. Return how many were sent."""
    Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    _, is_new = Invitee.objects.get_or_create(week=week, person=person)
    if not is_new:
        return 0
    revoke_feed(week=week, person=person, by=by, now=now)
    audit.record("calendar.invitations_chosen", about=week, by=by, at=now, people=[person.pseudonym])
    return invite_to_all(week=week, person=person, now=now)


@transaction.atomic
def choose_feed(*, week: Week, person: Person, by: Account | None, now: datetime) -> str:
    """Make an address that the calendar asks, and send no more entries; those sent are taken back, so that nothing stands twice."""
    end_invitations(week=week, person=person, by=by, now=now)
    return make_feed(week=week, person=person, by=by, now=now)


@transaction.atomic
def end_invitations(*, week: Week, person: Person, by: Account | None, now: datetime) -> bool:
    """Send no more calendar entries and take back those of what is still to come; return whether there were any."""
    Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if not Invitee.objects.filter(week=week, person=person).delete()[0]:
        return False
    invite_to_all(week=week, person=person, now=now, takes_back=True)
    audit.record("calendar.invitations_ended", about=week, by=by, at=now, people=[person.pseudonym])
    return True


def _locked(notice: Notice) -> Notice:
    return Notice.objects.select_for_update(of=("self",)).select_related("week", "person").get(pk=notice.pk)


def _tell(event: str, notice: Notice, *, by: Account | None, now: datetime) -> None:
    audit.record(event, about=notice, by=by, at=now, people=[notice.person.pseudonym])
    outbox.post(event, notice=notice.pk)
    live.bump(f"notice:{notice.week.key}", f"liaison:{notice.week.key}")
