"""What the secretariat and the loader do to a week, its sites and places, and who takes part."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from hanhlang.domains.core import audit
from hanhlang.domains.events.errors import WeekNameNotPossible
from hanhlang.domains.events.models import Participation, Place, Role, Site, Topic, Week
from hanhlang.domains.events.rules import week_key_fault
from hanhlang.domains.people.models import Account
from hanhlang.domains.people.saving import save_by


@transaction.atomic
def save_week(*, key: str, by: Account | None, now: datetime, **values: Any) -> Week:
    """
    Make the week ``key``, or change what differs.

    :raises WeekNameNotPossible: if an address of ours begins with that name, or it is not 3 to 40 of a-z, 0-9 and hyphen.
    """
    if week_key_fault(key, frozenset(code for code, _ in settings.LANGUAGES)):
        raise WeekNameNotPossible(key=key)
    row, changed = save_by(Week, {"key": key}, values)
    if changed:
        audit.record("week.saved", about=row, by=by, at=now, details={"changed": changed})
    return row


@transaction.atomic
def save_site(*, week: Week, key: str, by: Account | None, now: datetime, **values: Any) -> Site:
    """Make a site of the week, or change what differs."""
    row, changed = save_by(Site, {"week": week, "key": key}, values)
    if changed:
        audit.record("site.saved", about=row, by=by, at=now, details={"changed": changed})
    return row


@transaction.atomic
def save_place(*, week: Week, key: str, by: Account | None, now: datetime, **values: Any) -> Place:
    """Make a place of the week, or change what differs."""
    row, changed = save_by(Place, {"week": week, "key": key}, values)
    if changed:
        audit.record("place.saved", about=row, by=by, at=now, details={"changed": changed})
    return row


@transaction.atomic
def save_topic(*, week: Week, key: str, by: Account | None, now: datetime, **values: Any) -> Topic:
    """Make a topic of the week, or change what differs."""
    row, changed = save_by(Topic, {"week": week, "key": key}, values)
    if changed:
        audit.record("topic.saved", about=row, by=by, at=now, details={"changed": changed})
    return row


@transaction.atomic
def add_participations(*, participations: Iterable[Participation], by: Account | None, now: datetime) -> list[Participation]:
    """Let many people take part at once, with one line in the audit that concerns each of them."""
    rows = Participation.objects.bulk_create(list(participations), batch_size=200)
    concerned = [row.person.pseudonym for row in rows]
    audit.record("participations.added", about=None, by=by, at=now, details={"count": len(rows)}, people=concerned)
    return rows


@transaction.atomic
def give_role(
    *,
    week: Week,
    account: Account,
    kind: str,
    by: Account | None,
    now: datetime,
    site: Site | None = None,
    session_id: UUID | None = None,
    delegation_id: UUID | None = None,
) -> Role:
    """Let an account act in the week, or only at one site, in one session or for one delegation; a role held already stays one."""
    role, is_new = Role.objects.get_or_create(
        week=week, account=account, kind=kind, site=site, session_id=session_id, delegation_id=delegation_id
    )
    if is_new:
        concerned = [account.person.pseudonym] if account.person else []
        audit.record("role.given", about=role, by=by, at=now, details={"kind": kind}, people=concerned)
    return role
