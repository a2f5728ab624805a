"""What the secretariat and the loader do to the programme."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import models, transaction

from hanhlang.domains.agenda.actions import NewClaim, replace_claims
from hanhlang.domains.agenda.minutes import minute_of
from hanhlang.domains.agenda.models import Claim
from hanhlang.domains.agenda.queries import Resources, resource_ids
from hanhlang.domains.core import audit, outbox
from hanhlang.domains.events.models import Place, Topic, Week
from hanhlang.domains.people.models import Account, Organisation
from hanhlang.domains.people.saving import save_by
from hanhlang.domains.programme.models import Session, SessionPart, Speaking
from hanhlang.domains.programme.rules import Stretch, merged, role_hours


def session_source(session: Session) -> str:
    """Return what claims of a session name as their source."""
    return f"session:{session.pk}"


@transaction.atomic
def save_session(
    *,
    week: Week,
    key: str,
    by: Account | None,
    now: datetime,
    topics: Iterable[Topic] = (),
    organisers: Iterable[Organisation] = (),
    supporters: Iterable[Organisation] = (),
    **values: Any,
) -> Session:
    """Make a session of the week, or change what differs; time is taken by :func:`claim_sessions`."""
    session, changed = save_by(Session, {"week": week, "key": key}, values)
    for name, rows in (("topics", topics), ("organisers", organisers), ("supporters", supporters)):
        if _set_differs(getattr(session, name), rows):
            changed.append(name)
    if changed:
        _touch(session, now, "session.saved", changed, by=by)
    return session


@transaction.atomic
def save_part(
    *, session: Session, key: str, by: Account | None, now: datetime, participants: Iterable[Organisation] = (), **values: Any
) -> SessionPart:
    """Make a part of a session, or change what differs."""
    part, changed = save_by(SessionPart, {"session": session, "key": key}, values)
    if _set_differs(part.participants, participants):
        changed.append("participants")
    if changed:
        _touch(session, now, "session.part_saved", changed, by=by)
    return part


@transaction.atomic
def set_speakings(*, session: Session, speakings: Iterable[Speaking], by: Account | None, now: datetime) -> None:
    """Let exactly these people and organisations have these roles in a session; rows that do not differ stay."""
    names = ("person_id", "organisation_id", "role", "seen", "starts_at", "ends_at", "note", "order")
    there = {tuple(getattr(row, name) for name in names): row for row in session.speakings.all()}
    wanted = {tuple(getattr(row, name) for name in names): row for row in speakings}
    gone = [row.pk for values, row in there.items() if values not in wanted]
    new = [row for values, row in wanted.items() if values not in there]
    if not gone and not new:
        return
    session.speakings.filter(pk__in=gone).delete()
    for row in new:
        row.session = session
    Speaking.objects.bulk_create(new)
    concerned = [row.person.pseudonym for row in new if row.person]
    _touch(session, now, "session.speakings_set", ["speakings"], by=by, people=concerned)


@transaction.atomic
def claim_sessions(*, week: Week, by: Account | None, now: datetime) -> int:
    """
    Take the time of everybody with a named role in a timed session, and of its place if that is exclusive; return how many claims.

    Audiences and shared places are not claimed. A place is taken until its turn-round is over.

    :raises AlreadyTaken: if somebody or some place would be taken twice.
    """
    sessions = list(Session.objects.filter(week=week).select_related("place").prefetch_related("speakings", "parts"))
    # Who speaks need not take part otherwise.
    resources = resource_ids(week, {person for session in sessions for person in taken_by(session)})
    claims = [claim for session in sessions for claim in _claims_of(session, resources)]
    sources = [session_source(session) for session in sessions]
    held = Claim.objects.filter(source__in=sources).values_list("resource_id", "start", "end", "kind", "source")
    wanted = {(claim.resource, minute_of(claim.start), minute_of(claim.end), claim.kind, claim.source) for claim in claims}
    # Loading the same week again should leave no trace in the audit.
    if set(held) != wanted:
        replace_claims(week=week, drop=sources, claims=claims, by=by, now=now)
    return len(claims)


def taken_by(session: Session) -> dict[UUID, list[Stretch]]:
    """Return when each person with a named role is taken by a session, by id of the person; nobody by one without hours."""
    if not session.starts_at or not session.ends_at:
        return {}
    whole = (session.starts_at, session.ends_at)
    hours: dict[UUID, list[Stretch]] = defaultdict(list)
    for role in session.speakings.all():
        if role.person_id:
            hours[role.person_id].append(role_hours(whole, role.starts_at, role.ends_at))
    for part in session.parts.all():
        if part.moderator_id:
            hours[part.moderator_id].append(role_hours(whole, part.starts_at, part.ends_at))
    return {person: merged(stretches) for person, stretches in hours.items()}


def _claims_of(session: Session, resources: Resources) -> Iterator[NewClaim]:
    source = session_source(session)
    for person, stretches in taken_by(session).items():
        for start, end in stretches:
            yield NewClaim(resource=resources.person(person), start=start, end=end, kind=Claim.Kind.SESSION, source=source)
    place = session.place
    if place and place.sharing == Place.Sharing.EXCLUSIVE and session.starts_at and session.ends_at:
        end = session.ends_at + timedelta(minutes=place.turnround_minutes)
        yield NewClaim(resource=resources.place(place.pk), start=session.starts_at, end=end, kind=Claim.Kind.SESSION, source=source)


def _set_differs(manager: Any, rows: Iterable[models.Model]) -> bool:
    wanted = {row.pk for row in rows}
    if set(manager.values_list("pk", flat=True)) == wanted:
        return False
    manager.set(wanted)
    return True


def _touch(session: Session, now: datetime, event: str, changed: list[str], *, by: Account | None, people: Iterable[UUID] = ()) -> None:
    # Its page is cached by the session's own moment of change, whatever of it changed.
    session.save(update_fields=["changed_at"])
    audit.record(event, about=session, by=by, at=now, details={"changed": changed}, people=people)
    outbox.post("session.changed", session=str(session.pk))
