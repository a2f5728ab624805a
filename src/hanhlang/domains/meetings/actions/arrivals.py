"""Late arrivals: reported by anybody, taken in by the desk."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from hanhlang.domains.core import audit, outbox
from hanhlang.domains.events.models import Participation, Week
from hanhlang.domains.meetings.errors import LateArrivalSettled, NotTakingPart
from hanhlang.domains.meetings.models import LateArrival
from hanhlang.domains.people.models import Account, Person


@transaction.atomic
def report_late_arrival(
    *, week: Week, person: Person, arrives_at: datetime, note: str = "", by: Account | None, now: datetime
) -> LateArrival:
    """
    Note that somebody will arrive late; nothing changes until the desk takes it in.

    :raises NotTakingPart: if the person is not of this week.
    """
    if not Participation.objects.filter(week=week, person=person).exists():
        raise NotTakingPart(person=person.name)
    arrival = LateArrival.objects.create(week=week, person=person, arrives_at=arrives_at, note=note, reported_at=now)
    audit.record("late_arrival.reported", about=arrival, by=by, at=now, people=[person.pseudonym])
    outbox.post("late_arrival.reported", late_arrival=arrival.pk)
    return arrival


@transaction.atomic
def take_in_late_arrival(*, arrival: LateArrival, by: Account | None, now: datetime) -> LateArrival:
    """
    Make the person unavailable before the new hour: the next search respects it.

    :raises LateArrivalSettled: if that was done before.
    """
    arrival = LateArrival.objects.select_for_update(of=("self",)).select_related("person").get(pk=arrival.pk)
    if arrival.state != LateArrival.State.WAITING:
        raise LateArrivalSettled()
    Participation.objects.filter(week=arrival.week, person=arrival.person).update(arrives_at=arrival.arrives_at, changed_at=now)
    arrival.state = LateArrival.State.TAKEN_IN
    arrival.save(update_fields=["state", "changed_at"])
    audit.record("late_arrival.taken_in", about=arrival, by=by, at=now, people=[arrival.person.pseudonym])
    outbox.post("late_arrival.taken_in", late_arrival=arrival.pk)
    return arrival
