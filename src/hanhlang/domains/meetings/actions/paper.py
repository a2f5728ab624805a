"""Everybody's packs at once: ordered at the desk, made by the worker."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from hanhlang.domains.core import audit, live, outbox
from hanhlang.domains.events.models import Week
from hanhlang.domains.meetings.models import PackSet
from hanhlang.domains.people.models import Account

TOPIC = "paper.packs_ordered"


@transaction.atomic
def order_packs(*, week: Week, language: str, by: Account | None, now: datetime) -> PackSet:
    """Order the packs of all delegations in one language, as whoever asks may see them; one that waits already is returned as it is."""
    Week.objects.select_for_update(no_key=True).only("pk").get(pk=week.pk)
    waiting = PackSet.objects.filter(week=week, language=language, asked_by=by, state=PackSet.State.QUEUED).first()
    if waiting:
        return waiting
    # An archive is worth only what the plan of its hour is: the next replaces it.
    PackSet.objects.filter(week=week, language=language, asked_by=by).delete()
    row = PackSet.objects.create(week=week, language=language, asked_by=by, asked_at=now)
    audit.record("paper.packs_ordered", about=row, by=by, at=now, details={"language": language})
    outbox.post(TOPIC, packs=row.pk)
    live.bump(f"plan:{week.key}")
    return row


@transaction.atomic
def keep_packs(*, order: PackSet, archive: bytes, packs: int, now: datetime) -> None:
    """Keep the archive that was made for an order; if the order has gone meanwhile, nothing happens."""
    changed = PackSet.objects.filter(pk=order.pk).update(
        state=PackSet.State.DONE, archive=archive, packs=packs, ended_at=now, changed_at=now
    )
    if changed:
        live.bump(f"plan:{order.week.key}")


@transaction.atomic
def give_up_packs(*, order: PackSet, now: datetime) -> None:
    """Say that an order could not be carried out."""
    if PackSet.objects.filter(pk=order.pk).update(state=PackSet.State.FAILED, ended_at=now, changed_at=now):
        live.bump(f"plan:{order.week.key}")
