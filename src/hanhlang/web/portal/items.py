"""What stands in people's agendas: meetings they were told of, and sessions with a role of theirs."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch

from hanhlang.domains.delegations.models import Delegation, Member
from hanhlang.domains.events.models import Place, Site, Week
from hanhlang.domains.meetings.enums import Secrecy
from hanhlang.domains.meetings.models import Kind, Participant, Placement, Plan, Promise
from hanhlang.domains.meetings.told import told_otherwise
from hanhlang.domains.meetings.visibility import Viewer, seen_by
from hanhlang.domains.people.models import Person
from hanhlang.domains.programme.models import Speaking
from hanhlang.web.parties import Party, party_of, seats_with_parties


@dataclass
class Item:
    """One entry of an agenda; ``people`` are those of the agenda it concerns."""

    starts_at: datetime
    ends_at: datetime
    title: str
    place: Place | None
    site: Site | None
    people: list[Person] = field(default_factory=list)
    ours: Party | None = None
    theirs: Party | None = None
    number: int = 0
    is_bilateral: bool = False
    is_cancelled: bool = False
    changed_at: datetime | None = None
    interpreters: tuple[str, ...] = ()
    hour_is_illustrative: bool = False
    place_is_illustrative: bool = False
    session_key: str = ""


def items_of(week: Week, people: Collection[UUID], viewer: Viewer) -> list[Item]:
    """
    Return the agenda of ``people`` in time order, as far as ``viewer`` may see it, each meeting and session once.

    The same few queries for any number.
    """
    found = [*_meetings(week, people, viewer), *_sessions(week, people)]
    return sorted(found, key=lambda item: (item.starts_at, item.ends_at, item.title))


def delegation_items(delegation: Delegation, viewer: Viewer) -> list[Item]:
    """Return the agenda of a whole delegation, as far as ``viewer`` may see it."""
    people = Member.objects.filter(delegation=delegation).values_list("person_id", flat=True)
    return items_of(delegation.week, set(people), viewer)


def _meetings(week: Week, people: Collection[UUID], viewer: Viewer) -> list[Item]:
    told = (
        Promise.objects.filter(seen_by(viewer, Secrecy.ALL, "meeting__"), meeting__week=week, person__in=people)
        .select_related("meeting", "place__site", "person")
        .annotate(told_otherwise=told_otherwise())
        .prefetch_related(Prefetch("meeting__participants", seats_with_parties(week), to_attr="seats_taken"), _published_placements())
    )
    by_meeting: dict[UUID, Item] = {}
    for promise in told:
        item = by_meeting.get(promise.meeting_id)
        if item is None:
            item = by_meeting[promise.meeting_id] = _meeting_item(promise)
        item.people.append(promise.person)
    return list(by_meeting.values())


def _published_placements() -> Prefetch:
    published = Placement.objects.filter(plan__state=Plan.State.PUBLISHED).prefetch_related("teams")
    return Prefetch("meeting__placements", published, to_attr="published")


def _meeting_item(promise: Promise) -> Item:
    seats: list[Participant] = promise.meeting.seats_taken  # type: ignore[attr-defined]
    mine = next((seat.side for seat in seats if seat.person_id == promise.person_id), 1)
    theirs = party_of([seat for seat in seats if seat.side != mine])
    placements: list[Placement] = promise.meeting.published  # type: ignore[attr-defined]
    teams = [str(team.name) for placement in placements for team in placement.teams.all()]
    return Item(
        starts_at=promise.starts_at,
        ends_at=promise.ends_at,
        title=theirs.name if theirs else "",
        place=promise.place,
        site=promise.place.site,
        ours=party_of([seat for seat in seats if seat.side == mine]),
        theirs=theirs,
        number=promise.meeting.number,
        is_bilateral=promise.meeting.kind == Kind.BILATERAL,
        is_cancelled=promise.is_cancelled,
        changed_at=promise.told_at if promise.told_otherwise and not promise.is_cancelled else None,  # type: ignore[attr-defined]
        interpreters=tuple(teams),
    )


def _sessions(week: Week, people: Collection[UUID]) -> list[Item]:
    roles = Speaking.objects.filter(session__week=week, person__in=people, session__starts_at__isnull=False).select_related(
        "person", "session__place__site", "session__site"
    )
    found: dict[tuple[UUID, datetime, datetime], Item] = {}
    for role in roles:
        session = role.session
        start, end = role.starts_at or session.starts_at, role.ends_at or session.ends_at
        if start is None or end is None:
            continue
        item = found.get((session.id, start, end))
        if item is None:
            item = found[session.id, start, end] = Item(
                starts_at=start,
                ends_at=end,
                title=str(session.title),
                place=session.place,
                site=session.place.site if session.place else session.site,
                hour_is_illustrative=session.is_illustrative("starts_at"),
                place_is_illustrative=session.is_illustrative("place"),
                session_key=session.key,
            )
        if role.person and role.person not in item.people:
            item.people.append(role.person)
    return list(found.values())
