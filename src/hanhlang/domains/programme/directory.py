"""
Who is in a week, as everybody may see it: who speaks, which organisations carry it, which delegations are present.

Each list is a query that sorts and searches in the database; only what is published is in it. A person is named for a role in a public
session; a delegation by its name, and by its head when a source reports the head, or the delegation is invented.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F, Prefetch, Q, QuerySet

from hanhlang.domains.core.folding import fold
from hanhlang.domains.core.models import Sourced
from hanhlang.domains.delegations.models import Delegation, Member
from hanhlang.domains.events.models import Week
from hanhlang.domains.people.models import Organisation, Person
from hanhlang.domains.programme.models import Session, SessionPart, Speaking

MODERATOR = "moderator"
STATE = "country"


@dataclass(frozen=True)
class Act:
    """What somebody does in a public session; ``seen`` as of a speaking, empty for a moderator of a part."""

    session: Session
    role: str
    starts_at: datetime | None
    ends_at: datetime | None
    seen: str = ""


def speakers(week: Week, asked: str = "") -> QuerySet[Person]:
    """Return who is named in public sessions, in the order of lists of names."""
    speaking = Speaking.objects.filter(session__week=week, session__is_public=True, person__isnull=False).values("person")
    moderating = SessionPart.objects.filter(session__week=week, session__is_public=True, moderator__isnull=False).values("moderator")
    found = Person.objects.filter(Q(pk__in=speaking) | Q(pk__in=moderating)).select_related("organisation")
    return found.filter(_holding(asked, "folded", "organisation__folded")).order_by("sorted", "pk")


def organisations(week: Week, language: str, asked: str = "") -> QuerySet[Organisation]:
    """Return who carries the week, states aside, in alphabetical order: hosts, organisers, supporters, whose people speak, parties."""
    public = Session.objects.filter(week=week, is_public=True)
    hosts = [pk for pk in (week.host_id, week.co_host_id) if pk]
    carrying = (
        Q(pk__in=hosts)
        | Q(pk__in=public.filter(organisers__isnull=False).values("organisers"))
        | Q(pk__in=public.filter(supporters__isnull=False).values("supporters"))
        | Q(pk__in=SessionPart.objects.filter(session__in=public, participants__isnull=False).values("participants"))
        | Q(pk__in=Speaking.objects.filter(session__in=public, organisation__isnull=False).values("organisation"))
        | Q(pk__in=speakers(week).filter(organisation__isnull=False).order_by().values("organisation"))
        | Q(pk__in=Delegation.objects.filter(week=week).values("organisation"))
    )
    found = Organisation.objects.filter(carrying).exclude(kind=STATE).select_related("parent")
    return found.filter(_holding(asked, "folded")).order_by("sorted_vi" if language == "vi" else "sorted_en", "pk")


def delegations(week: Week, asked: str = "") -> QuerySet[Delegation]:
    """Return the delegations of a week in the host's own order."""
    heads = Prefetch("members", Member.objects.filter(is_head=True).select_related("person"), to_attr="heads")
    found = Delegation.objects.filter(week=week).select_related("organisation", "week").prefetch_related(heads)
    return found.filter(_holding(asked, "folded", "organisation__folded")).order_by("precedence", "code")


def public_head(delegation: Delegation) -> Person | None:
    """Return the head of a delegation of :func:`delegations` if everybody may know: reported by a source, or of an invented delegation."""
    heads: list[Member] = delegation.heads  # type: ignore[attr-defined]
    person = heads[0].person if heads else None
    is_known = person and (person.standing == Sourced.Standing.REPORTED or delegation.organisation.is_invented)
    return person if is_known else None


def acts_of(week: Week, people: Collection[Person]) -> dict[UUID, list[Act]]:
    """Return what each of ``people`` does in public sessions, by hour; two queries for any number."""
    acts: dict[UUID, list[Act]] = defaultdict(list)
    roles = Speaking.objects.filter(session__week=week, session__is_public=True, person__in=people)
    for row in roles.select_related("session__site", "session__place__site").order_by("order"):
        if row.person_id:
            start, end = row.starts_at or row.session.starts_at, row.ends_at or row.session.ends_at
            acts[row.person_id].append(Act(row.session, row.role, start, end, row.seen))
    parts = SessionPart.objects.filter(session__week=week, session__is_public=True, moderator__in=people)
    for part in parts.select_related("session__site", "session__place__site").order_by("order"):
        if part.moderator_id:
            start, end = part.starts_at or part.session.starts_at, part.ends_at or part.session.ends_at
            acts[part.moderator_id].append(Act(part.session, MODERATOR, start, end))
    for of_one in acts.values():
        # Without an hour comes last.
        of_one.sort(key=lambda act: (act.starts_at is None, act.starts_at.timestamp() if act.starts_at else 0))
    return acts


def sessions_of(week: Week, organisation: Organisation) -> list[tuple[str, Session]]:
    """Return the public sessions an organisation organises, supports or takes part in, each once, by day and hour. Three queries."""
    public = Session.objects.filter(week=week, is_public=True).select_related("site", "place__site")
    roles: list[tuple[str, QuerySet[Session]]] = [
        ("organises", public.filter(organisers=organisation)),
        ("supports", public.filter(supporters=organisation)),
        ("takes part", public.filter(Q(parts__participants=organisation) | Q(speakings__organisation=organisation)).distinct()),
    ]
    known: dict[UUID, tuple[str, Session]] = {}
    for role, rows in roles:
        for session in rows.order_by(F("day").asc(nulls_last=True), F("starts_at").asc(nulls_last=True), "key"):
            known.setdefault(session.pk, (role, session))
    return list(known.values())


def _holding(asked: str, *columns: str) -> Q:
    """Return the condition that every word asked for stands in one of the folded columns."""
    whole = Q()
    for word in words_of(asked):
        one = Q()
        for column in columns:
            one |= Q(**{f"{column}__contains": word})
        whole &= one
    return whole


def words_of(asked: str) -> list[str]:
    """Return the words of a question as search compares them."""
    return fold(asked).split()
