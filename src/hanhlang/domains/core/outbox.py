"""
News from one app to others that it must not import.

``post`` writes a row in the action's transaction; ``deliver`` hands committed rows to receivers, at least once. What a receiver
writes to the database is committed together with its mark, so that half is never done twice; what it does outside the database
(a mail) may happen again after a crash, so every receiver must bear a repetition. Order is not promised once something failed.
"""

from __future__ import annotations

import json
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from hanhlang.domains.core import audit
from hanhlang.domains.core.models import OutboxDelivery, OutboxMessage

TRIES = 8
LONGEST_WAIT = timedelta(minutes=5)

Receiver = TypeVar("Receiver", bound=Callable[..., object])
_receivers: dict[str, dict[str, Callable[..., object]]] = defaultdict(dict)
log = logging.getLogger(__name__)


def receiver(topic: str) -> Callable[[Receiver], Receiver]:
    """Call the decorated function, with the payload as keyword arguments, for every message on ``topic``."""

    def register(function: Receiver) -> Receiver:
        name = f"{function.__module__}.{function.__qualname__}"
        if _receivers[topic].setdefault(name, function) is not function:
            raise ValueError(f"{name} receives {topic} twice.")
        return function

    return register


def post(topic: str, **payload: Any) -> None:
    """
    Announce something, in the transaction that makes it true; ids and moments arrive as text.

    :raises RuntimeError: outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError(f"Post {topic} inside the transaction of the action: outside, one could be kept without the other.")
    OutboxMessage.objects.create(topic=topic, payload=json.loads(json.dumps(payload, cls=DjangoJSONEncoder, allow_nan=False)))


def deliver(limit: int = 100) -> int:
    """Hand up to ``limit`` waiting messages to their receivers; return how many are done with. Failures are tried again later."""
    waiting = OutboxMessage.objects.filter(done_at=None, given_up_at=None, next_try_at__lte=timezone.now())
    return sum(_deliver_one(pk) for pk in list(waiting.order_by("id").values_list("pk", flat=True)[:limit]))


def failures() -> QuerySet[OutboxDelivery]:
    """Return the deliveries that failed and are not done yet, oldest first, for the desk to see."""
    return OutboxDelivery.objects.filter(done_at=None).select_related("message").order_by("message_id")


@transaction.atomic
def try_again(*, messages: Iterable[int], by: AbstractBaseUser | None, now: datetime) -> int:
    """Deliver messages that were given up anew, to the receivers that did not have them yet; return how many."""
    rows = list(OutboxMessage.objects.select_for_update().filter(pk__in=list(messages), given_up_at__isnull=False))
    for message in rows:
        message.deliveries.filter(done_at=None).update(tries=0)
        message.given_up_at, message.next_try_at = None, timezone.now()
        message.save(update_fields=["given_up_at", "next_try_at"])
        audit.record("outbox.tried_again", about=None, by=by, at=now, details={"message": message.pk, "topic": message.topic})
    return len(rows)


def done(before: datetime) -> QuerySet[OutboxMessage]:
    """Return the messages everyone had before then."""
    return OutboxMessage.objects.filter(done_at__lt=before)


@transaction.atomic
def _deliver_one(pk: int) -> bool:
    # Whoever delivers beside us skips this row on PostgreSQL, and waits for our IMMEDIATE transaction on SQLite.
    waiting = OutboxMessage.objects.select_for_update(skip_locked=True).filter(pk=pk, done_at=None, given_up_at=None)
    message = waiting.first()
    if message is None:
        return False
    known = {delivery.receiver: delivery for delivery in message.deliveries.all()}
    open_tries = []
    for name, function in _receivers[message.topic].items():
        delivery = known.get(name) or OutboxDelivery(message=message, receiver=name)
        if delivery.done_at is None and not _hand_over(delivery, function):
            open_tries.append(delivery.tries)
    if not open_tries:
        message.done_at = timezone.now()
    elif min(open_tries) >= TRIES:
        message.given_up_at = timezone.now()
    else:
        message.next_try_at = timezone.now() + min(timedelta(seconds=2 ** min(open_tries)), LONGEST_WAIT)
    message.save(update_fields=["done_at", "given_up_at", "next_try_at"])
    return message.done_at is not None


def _hand_over(delivery: OutboxDelivery, function: Callable[..., object]) -> bool:
    """Call one receiver; keep its work and its mark together, or neither."""
    delivery.tries += 1
    try:
        with transaction.atomic():
            function(**delivery.message.payload)
            delivery.done_at, delivery.fault = timezone.now(), ""
            delivery.save()
    except Exception as fault:
        # One receiver's fault must hold up neither the others nor the queue; it is kept for the desk and logged with its trace.
        log.exception("outbox: %s failed on message %s (%s)", delivery.receiver, delivery.message.pk, delivery.message.topic)
        delivery.done_at, delivery.fault = None, f"{type(fault).__name__}: {fault}"[:500]
        delivery.save()
    return delivery.done_at is not None
