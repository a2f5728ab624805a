"""What the secretariat and the loader do to a week, its sites and places, and who takes part."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.functional import Promise

from hanhlang.domains.core import audit, letters
from hanhlang.domains.events.errors import LastSecretariat, ReachNotPossible, WeekNameNotPossible
from hanhlang.domains.events.models import Participation, Place, Role, Site, Topic, Week
from hanhlang.domains.events.rights import reaches_week
from hanhlang.domains.events.rules import reach_is_possible, week_key_fault
from hanhlang.domains.people.actions import end_sessions, open_account
from hanhlang.domains.people.errors import AccountClosed
from hanhlang.domains.people.models import Account
from hanhlang.domains.people.saving import save_by, save_recorded


@transaction.atomic
def save_week(*, key: str, by: Account | None, now: datetime, **values: Any) -> Week:
    """
    Make the week ``key``, or change what differs.

    :raises WeekNameNotPossible: if an address of ours begins with that name, or it is not 3 to 40 of a-z, 0-9 and hyphen.
    """
    if week_key_fault(key, frozenset(code for code, _ in settings.LANGUAGES)):
        raise WeekNameNotPossible(key=key)
    return save_recorded(Week, {"key": key}, values, event="week.saved", by=by, now=now)


@transaction.atomic
def save_site(*, week: Week, key: str, by: Account | None, now: datetime, **values: Any) -> Site:
    """Make a site of the week, or change what differs."""
    return save_recorded(Site, {"week": week, "key": key}, values, event="site.saved", by=by, now=now)


@transaction.atomic
def save_place(*, week: Week, key: str, by: Account | None, now: datetime, **values: Any) -> Place:
    """Make a place of the week, or change what differs."""
    return save_recorded(Place, {"week": week, "key": key}, values, event="place.saved", by=by, now=now)


@transaction.atomic
def save_topic(*, week: Week, key: str, by: Account | None, now: datetime, **values: Any) -> Topic:
    """Make a topic of the week, or change what differs."""
    return save_recorded(Topic, {"week": week, "key": key}, values, event="topic.saved", by=by, now=now)


@transaction.atomic
def add_participations(*, participations: Iterable[Participation], by: Account | None, now: datetime) -> list[Participation]:
    """Let many people take part at once, with one line in the audit that concerns each of them."""
    rows = Participation.objects.bulk_create(list(participations), batch_size=200)
    concerned = [row.person.pseudonym for row in rows]
    audit.record("participations.added", about=None, by=by, at=now, details={"count": len(rows)}, people=concerned)
    return rows


@transaction.atomic
def change_participation(*, participation: Participation, by: Account | None, now: datetime, **values: Any) -> Participation:
    """Change as what somebody takes part, or when they are there."""
    row, changed = save_by(Participation, {"pk": participation.pk}, values)
    if changed:
        audit.record("participation.changed", about=row, by=by, at=now, details={"changed": changed}, people=[row.person.pseudonym])
    return row


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
    """
    Let an account act in the week, or only at one site, in one session or for one delegation; a role held already stays one.

    :raises ReachNotPossible: if a role of this kind cannot be kept to that.
    """
    if not reach_is_possible(kind, site=site, session=session_id, delegation=delegation_id):
        raise ReachNotPossible()
    # One after another, so that a role given twice at once is still one.
    Week.objects.select_for_update().get(pk=week.pk)
    role, is_new = Role.objects.get_or_create(
        week=week, account=account, kind=kind, site=site, session_id=session_id, delegation_id=delegation_id
    )
    if is_new:
        audit.record("role.given", about=role, by=by, at=now, details=_reach(role), people=_concerned(account))
    return role


@transaction.atomic
def invite(
    *,
    week: Week,
    email: str,
    language: str,
    kind: str,
    words: str | Promise,
    link: str,
    by: Account | None,
    now: datetime,
    site: Site | None = None,
    session_id: UUID | None = None,
    delegation_id: UUID | None = None,
) -> Role:
    """
    Give a role to whoever has this address, with an account if there is none yet, and write to them.

    ``words`` name the role in the letter, which is in the account's language; an account that exists keeps its own.

    :raises ReachNotPossible: if a role of this kind cannot be kept to that.
    :raises AccountClosed: if the address has an account that was closed.
    """
    account = Account.objects.filter(email=email.strip().lower()).select_related("person").first()
    if account is None:
        account = open_account(email=email, person=None, by=by, now=now, language=language)
    if not account.is_active:
        raise AccountClosed(email=account.email)
    role = give_role(week=week, account=account, kind=kind, by=by, now=now, site=site, session_id=session_id, delegation_id=delegation_id)
    inviter = "Hanhlang" if by is None else by.person.name if by.person else by.email
    values = {"role": words, "week": week.name.shown(account.language), "link": link, "inviter": inviter}
    letters.send(to=account.email, kind="role_invitation", language=account.language, values=values, now=now)
    return role


@transaction.atomic
def withdraw_role(*, role: Role, by: Account | None, now: datetime) -> None:
    """
    Take a role away and end its holder's sessions, so that no page left open somewhere still acts on it.

    :raises LastSecretariat: if nobody else could give roles in the week any more.
    """
    # Two who withdraw each other at once must not both succeed.
    Week.objects.select_for_update().get(pk=role.week_id)
    if role.kind == Role.Kind.SECRETARIAT and reaches_week.test(role) and not _other_secretariat(role):
        raise LastSecretariat()
    # Before it is gone: a row that was deleted has no id.
    audit.record("role.withdrawn", about=role, by=by, at=now, details=_reach(role), people=_concerned(role.account))
    if Role.objects.filter(pk=role.pk).delete()[0]:
        end_sessions(account=role.account, by=by, now=now)


def _other_secretariat(role: Role) -> bool:
    others = Role.objects.filter(week=role.week_id, kind=Role.Kind.SECRETARIAT, account__is_active=True).exclude(account=role.account_id)
    return any(reaches_week.test(other) for other in others)


def _reach(role: Role) -> dict[str, Any]:
    reach = {"site": role.site_id, "session": role.session_id, "delegation": role.delegation_id}
    return {"kind": role.kind, **{name: value for name, value in reach.items() if value}}


def _concerned(account: Account) -> list[UUID]:
    return [account.person.pseudonym] if account.person else []
