"""
Who may see how much of a meeting.

Its people and the focal points of their delegations see all of it; staff see what its ``secrecy`` leaves open, unless they stand on
its list of readers; nobody else sees anything. Whatever shows meetings to people asks here, and a meeting below *busy* must then read
like one that does not exist: in lists, counts, costs, searches, exports and answers. The planner alone knows all.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from hanhlang.domains.delegations.models import Delegation, Member
from hanhlang.domains.events.models import Role, Week
from hanhlang.domains.events.rights import reaches_a_site, reaches_week
from hanhlang.domains.meetings.enums import Secrecy
from hanhlang.domains.meetings.models import Meeting, Participant, Reader, RequestReader
from hanhlang.domains.people.models import Account

STAFF = frozenset({Role.Kind.SECRETARIAT, Role.Kind.PROTOCOL, Role.Kind.MEETINGS, Role.Kind.AUDITOR})


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody who looks at a week: the account, its person, the delegations it speaks for, and whether it is staff."""

    account: UUID | None
    person: UUID | None = None
    delegations: frozenset[UUID] = frozenset()
    is_staff: bool = False


NOBODY = Viewer(None)


def viewer_of(week: Week, account: Account | None) -> Viewer:
    """Return what the roles of ``account`` in the week make of it."""
    if account is None:
        return NOBODY
    roles = list(Role.objects.filter(week=week, account=account))
    speaks_for = {role.delegation_id for role in roles if role.kind == Role.Kind.FOCAL_POINT and role.delegation_id}
    if account.person_id and any(role.kind == Role.Kind.FOCAL_POINT for role in roles):
        speaks_for |= set(Delegation.objects.filter(week=week, focal_point=account.person_id).values_list("pk", flat=True))
    is_staff = any(role.kind in STAFF and (reaches_week.test(role) or reaches_a_site.test(role)) for role in roles)
    return Viewer(account.pk, account.person_id, frozenset(speaks_for), is_staff)


def seen_by(viewer: Viewer, least: Secrecy = Secrecy.BUSY, prefix: str = "") -> Q:
    """
    Return the condition under which ``viewer`` sees at least ``least`` of a meeting.

    ``prefix`` leads from the rows asked for to the meeting (``"meeting__"``).
    """
    listed = Reader.objects.filter(account=viewer.account, level__in=least.at_least).values("meeting")
    own = Participant.objects.filter(_own_seats(viewer)).values("meeting")
    seen = Q(**{f"{prefix}pk__in": listed}) | Q(**{f"{prefix}pk__in": own})
    if viewer.is_staff:
        seen |= Q(**{f"{prefix}secrecy__in": least.at_least})
    return seen


def requests_seen_by(viewer: Viewer, prefix: str = "") -> Q:
    """
    Return the condition under which ``viewer`` sees a request: its two sides always, staff if nothing about it is secret.

    Those who were let in by name, to the request or to the meeting that came of it, see it, too.
    """
    sides = Q(**{f"{prefix}asking__in": viewer.delegations}) | Q(**{f"{prefix}asked__in": viewer.delegations})
    listed = Reader.objects.filter(account=viewer.account, level=Secrecy.ALL).values("meeting__request")
    let_in = RequestReader.objects.filter(account=viewer.account).values("request")
    seen = sides | Q(**{f"{prefix}pk__in": listed}) | Q(**{f"{prefix}pk__in": let_in})
    if viewer.is_staff:
        seen |= Q(**{f"{prefix}secrecy": Secrecy.ALL})
    return seen


def open_to_staff(least: Secrecy = Secrecy.PLACE, prefix: str = "") -> Q:
    """Return the condition under which a meeting counts in figures that all staff share, whoever looks at them."""
    return Q(**{f"{prefix}secrecy__in": least.at_least})


def levels_of(viewer: Viewer, meetings: Iterable[Meeting]) -> dict[UUID, Secrecy]:
    """Return how much ``viewer`` sees of each meeting, with two queries for any number."""
    rows = list(meetings)
    if not rows:
        return {}
    keys = [row.pk for row in rows]
    listed = dict(Reader.objects.filter(account=viewer.account, meeting__in=keys).values_list("meeting_id", "level"))
    own = set(Participant.objects.filter(_own_seats(viewer), meeting__in=keys).values_list("meeting_id", flat=True))
    order = list(Secrecy)
    levels = {}
    for row in rows:
        held = [Secrecy.NOTHING]
        if row.pk in own:
            held.append(Secrecy.ALL)
        if row.pk in listed:
            held.append(Secrecy(listed[row.pk]))
        if viewer.is_staff:
            held.append(Secrecy(row.secrecy))
        levels[row.pk] = max(held, key=order.index)
    return levels


def kept_from(viewer: Viewer, week: Week) -> dict[UUID, Secrecy]:
    """Return the week's meetings that the viewer, one of the staff, does not see all of, and how much of each; three queries."""
    secret = Meeting.objects.filter(week=week).exclude(secrecy=Secrecy.ALL).only("pk", "secrecy")
    return {key: level for key, level in levels_of(viewer, secret).items() if level is not Secrecy.ALL}


def _own_seats(viewer: Viewer) -> Q:
    """Return the condition for seats of the viewer and of the delegations the viewer speaks for."""
    mine = Q(person=viewer.person) if viewer.person else Q(pk__in=[])
    members = Member.objects.filter(delegation__in=viewer.delegations).values("person")
    return mine | Q(person__in=members)
