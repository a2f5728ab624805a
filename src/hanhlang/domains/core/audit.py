"""
The audit: who did what to which row, in rows that are only ever added.

An action writes its entries in its own transaction. A sealer later chains those that were committed, so that no action waits for
another; ``verify`` walks the chain. See docs/reference/audit.md.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DatabaseError, connection, models, transaction
from django.utils import timezone

from hanhlang.domains.core import audit_guard
from hanhlang.domains.core.models import AuditEntry, AuditSeal

START = "0" * 64
BATCH = 1000
SEALER_LOCK = 0x48414E48  # any number nobody else locks: "HANH"


@dataclass(frozen=True, slots=True)
class Verification:
    """What a walk along the chain found; ``broken`` names the first thing that does not hold, empty if all does."""

    entries: int
    seals: int
    unsealed: int
    head: str
    broken: str = ""
    fault: str = ""

    @property
    def holds(self) -> bool:
        return not self.broken


class _Broken(Exception):
    def __init__(self, what: str, fault: str) -> None:
        super().__init__(what, fault)
        self.what = what
        self.fault = fault


def record(
    event: str,
    *,
    about: models.Model | None,
    by: AbstractBaseUser | None,
    at: datetime,
    details: dict[str, Any] | None = None,
    people: Iterable[UUID] = (),
) -> None:
    """
    Write down that ``event`` happened to ``about``, in the transaction of the action that did it.

    ``people`` are pseudonyms of those concerned; ``details`` must hold no names. A person as ``about`` is kept by pseudonym.

    :raises RuntimeError: outside a transaction.
    :raises ValueError: if ``details`` holds what JSON does not (NaN, infinity).
    """
    if not connection.in_atomic_block:
        raise RuntimeError(f"Record {event} inside the transaction of the action: outside, one could be kept without the other.")
    concerned = set(people)
    about_id = about.pk if about else None
    if pseudonym := getattr(about, "pseudonym", None):
        about_id = pseudonym
        concerned.add(pseudonym)
    AuditEntry.objects.create(
        event=event,
        about_kind=about._meta.label_lower if about else "",
        about_id=about_id,
        actor=_actor(by),
        people=" ".join(sorted(map(str, concerned))),
        facts=_canonical(details or {}),
        at=at,
        written_at=timezone.now(),
    )


@transaction.atomic
def seal(now: datetime) -> int:
    """Chain every committed entry that is not yet in the chain; return how many."""
    if connection.vendor == "postgresql":
        # Two sealers would fork the chain. SQLite's IMMEDIATE transaction already lets only one in.
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEALER_LOCK])
    # By what lacks a seal, not by "after the last id": on PostgreSQL a slow transaction commits a lower id later.
    fresh = list(AuditEntry.objects.filter(seal=None).order_by("id"))
    if not fresh:
        return 0
    last = AuditSeal.objects.order_by("number").last()
    links = []
    head = last.head if last else START
    for entry in fresh:
        head = _link(head, entry)
        links.append(head)
    new = AuditSeal.objects.create(
        number=last.number + 1 if last else 1, sealed_at=now, count=len(fresh), first=fresh[0].pk, last=fresh[-1].pk, head=head
    )
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {audit_guard.ENTRIES} SET seal_id = %s, link = %s WHERE id = %s",  # noqa: S608 (a table's name)
            [(new.number, link, entry.pk) for entry, link in zip(fresh, links, strict=True)],
        )
    return len(fresh)


def verify(anchor: str = "") -> Verification:
    """
    Walk the whole chain and name the first entry or seal that does not hold.

    ``anchor`` is a head noted earlier and kept elsewhere: without it nobody can tell that the newest seals were cut off.
    """
    entries = seals = 0
    head = START
    anchored = anchor in ("", START)
    unsealed = AuditEntry.objects.filter(seal=None).count()
    try:
        for stretch in AuditSeal.objects.order_by("number").iterator():
            head, count = _walk(stretch, head, number=seals + 1)
            entries += count
            seals += 1
            anchored = anchored or head == anchor
        if not anchored:
            raise _Broken(f"seal after {seals}", "the noted head is not in the chain: seals are missing at its end")
    except _Broken as broken:
        return Verification(entries, seals, unsealed, head, broken.what, broken.fault)
    return Verification(entries, seals, unsealed, head)


def guard_present() -> bool:
    """Tell whether the database refuses to change the audit; without that nothing should start."""
    return audit_guard.is_present(connection)


def _walk(stretch: AuditSeal, head: str, *, number: int) -> tuple[str, int]:
    if stretch.number != number:
        raise _Broken(f"seal {number}", "missing")
    count, last = 0, 0
    for entry in _entries_of(stretch):
        head = _link(head, entry)
        if head != entry.link:
            raise _Broken(f"entry {entry.pk}", "its content is not what was sealed, or an entry before it is missing")
        count, last = count + 1, entry.pk
    if (count, last, head) != (stretch.count, stretch.last, stretch.head):
        raise _Broken(f"seal {number}", f"closed over {stretch.count} entries up to {stretch.last}, found {count} up to {last}")
    return head, count


def _entries_of(stretch: AuditSeal) -> Iterator[AuditEntry]:
    ids = list(stretch.entries.order_by("id").values_list("pk", flat=True))
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        rows = AuditEntry.objects.filter(seal=stretch, pk__gte=batch[0], pk__lte=batch[-1]).order_by("id")
        try:
            yield from list(rows)
        except (ValueError, TypeError, DatabaseError):
            yield from _one_by_one(batch)


def _one_by_one(ids: list[int]) -> Iterator[AuditEntry]:
    """Read entries singly, to name the one whose bytes no longer make a row."""
    for pk in ids:
        try:
            entry = AuditEntry.objects.get(pk=pk)
        except (ValueError, TypeError, DatabaseError) as fault:
            raise _Broken(f"entry {pk}", f"unreadable: {fault}") from fault
        yield entry


def _link(head: str, entry: AuditEntry) -> str:
    row = {
        "id": entry.pk,
        "event": entry.event,
        "about": [entry.about_kind, str(entry.about_id or "")],
        "actor": str(entry.actor or ""),
        "people": entry.people,
        "facts": entry.facts,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "written_at": entry.written_at.astimezone(UTC).isoformat(timespec="microseconds"),
    }
    return hashlib.sha256(f"{head}\n{_canonical(row)}".encode("utf-8", "surrogatepass")).hexdigest()


def _canonical(value: dict[str, Any]) -> str:
    # ASCII only: no database's idea of Unicode may change a byte.
    return json.dumps(value, cls=DjangoJSONEncoder, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _actor(by: AbstractBaseUser | None) -> UUID | None:
    if by is None:
        return None
    person = getattr(by, "person", None)
    actor: UUID = person.pseudonym if person else by.pk
    return actor
