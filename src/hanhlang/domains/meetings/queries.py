"""What is read about requests, meetings and plans; each answer costs a constant number of database queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Prefetch

from hanhlang.domains.core.multitext import MultiText
from hanhlang.domains.delegations.models import Delegation, Member
from hanhlang.domains.events.models import Place, Week
from hanhlang.domains.meetings.enums import Secrecy
from hanhlang.domains.meetings.models import (
    Change,
    Lock,
    Meeting,
    Participant,
    Placement,
    Plan,
    Promise,
    Request,
    Run,
    Unplaced,
    to_be_placed,
)
from hanhlang.domains.meetings.told import told_otherwise
from hanhlang.domains.meetings.unanswered import Unanswered, unanswered
from hanhlang.domains.meetings.visibility import Viewer, open_to_staff, requests_seen_by, seen_by
from hanhlang.domains.people.models import Person
from hanhlang.domains.programme.models import Session, Speaking


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """One thing in an agenda: a session with a role in it, or a placed meeting. Exactly one of ``session``, ``meeting`` is set."""

    starts_at: datetime
    ends_at: datetime
    place: Place | None
    session: Session | None = None
    role: str = ""
    meeting: Meeting | None = None
    others: tuple[Person, ...] = ()  # whom one meets, without those whose agenda it is
    people: tuple[Person, ...] = ()  # those of a delegation concerned
    is_changed: bool = False  # since it was first told
    is_illustrative: bool = False

    @property
    def kind(self) -> str:
        return "session" if self.session else self.meeting.kind if self.meeting else ""


@dataclass(frozen=True, slots=True)
class UnplacedMeeting:
    """A meeting without a place in a plan, its people by side, why, in words of the active language."""

    meeting: Meeting
    reason: str
    text: MultiText
    resource: str
    sides: tuple[tuple[Person, ...], tuple[Person, ...]]
    in_the_way: tuple[Person, ...]
    delegations: tuple[Delegation, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanPage:
    """Everything the desk sees of planning: the plan shown (newest draft, else the published one) and the search behind it."""

    plan: Plan | None
    published: Plan | None
    run: Run | None
    asked: int
    placed: int
    terms: tuple[dict[str, Any], ...] = ()
    unplaced: tuple[UnplacedMeeting, ...] = ()
    earlier: tuple[Plan, ...] = ()

    @property
    def progress(self) -> dict[str, Any]:
        return self.run.progress if self.run else {}

    @property
    def is_running(self) -> bool:
        return self.run is not None and self.run.state in (Run.State.QUEUED, Run.State.RUNNING)


@dataclass(frozen=True, slots=True)
class Waiting:
    """The work left on the desk."""

    requests: list[Request] = field(default_factory=list)
    counters: list[Request] = field(default_factory=list)
    proposals: list[Unanswered] = field(default_factory=list)
    holds: list[Lock] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    unplaced: int = 0


def agenda_of(week: Week, person: Person) -> list[AgendaItem]:
    """Return a person's sessions with a role and published meetings, in time order."""
    return _agenda(week, {person.pk})


def agenda_of_delegation(week: Week, delegation: Delegation) -> list[AgendaItem]:
    """Return the agenda of all members of a delegation as one, in time order; what several do together is one item."""
    return _agenda(week, set(Member.objects.filter(delegation=delegation).values_list("person_id", flat=True)))


def sessions_in_agenda(week: Week, people: set[UUID]) -> list[AgendaItem]:
    """Return the sessions in which any of ``people`` has a role, in time order."""
    return sorted(_session_items(week, people), key=lambda item: (item.starts_at, item.ends_at))


def plan_page(week: Week) -> PlanPage:
    """Return the newest draft, else the published plan, with its costs, what it could not place and the search behind it."""
    plans = list(week.plans.select_related("run").order_by("-number")[:20])
    published = next((plan for plan in plans if plan.state == Plan.State.PUBLISHED), None)
    draft = newest_draft(plans)
    shown = draft or published or week.plans.filter(state=Plan.State.PUBLISHED).select_related("run").first()
    run = week.runs.order_by("-created_at").first()
    return PlanPage(
        plan=shown,
        published=published,
        run=run,
        asked=Meeting.objects.filter(to_be_placed(), week=week).count(),
        placed=Placement.objects.filter(plan=shown).count() if shown else 0,
        terms=tuple(shown.terms) if shown else (),
        unplaced=tuple(unplaced_of(shown)) if shown else (),
        earlier=tuple(plan for plan in plans if plan.state == Plan.State.PAST),
    )


def newest_draft(plans: Iterable[Plan]) -> Plan | None:
    """Return the newest draft; one that is older than what is published since is no longer what comes next."""
    rows = list(plans)
    published = max((plan.number for plan in rows if plan.state == Plan.State.PUBLISHED), default=0)
    drafts = [plan for plan in rows if plan.state == Plan.State.DRAFT and plan.number > published]
    return max(drafts, key=lambda plan: plan.number, default=None)


def unplaced_of(plan: Plan) -> list[UnplacedMeeting]:
    """Return what a plan could not place, proofs about the meeting alone first, then by number."""
    rows = (
        Unplaced.objects.filter(plan=plan)
        .select_related("meeting__request__asking", "meeting__request__asked")
        .prefetch_related(_seats("meeting__participants"), Prefetch("people", Person.objects.select_related("organisation")))
    )
    ordered = sorted(rows, key=lambda row: (row.reason == "crowded_out", row.meeting.number))
    return [_unplaced(row) for row in ordered]


def waiting(week: Week, now: datetime, viewer: Viewer) -> Waiting:
    """Return what waits for a decision of the desk or of a delegation, as far as ``viewer`` may know of it."""
    requests = list(
        Request.objects.filter(requests_seen_by(viewer), week=week, state__in=(Request.State.OPEN, Request.State.COUNTERED))
        .select_related("asking", "asked")
        .order_by("number")
    )
    holds = Lock.objects.filter(seen_by(viewer, Secrecy.ALL, "meeting__"), meeting__week=week, expires_at__gt=now).select_related(
        "meeting__request__asking", "meeting__request__asked", "place"
    )
    changes = Change.objects.filter(week=week, state__in=(Change.State.REPORTED, Change.State.TAKEN_IN))
    changes = changes.select_related("place", "team", "session", "meeting").prefetch_related("people__organisation")
    newest = week.plans.filter(state__in=Plan.CURRENT).order_by("-number").first()
    return Waiting(
        requests=[request for request in requests if request.state == Request.State.OPEN],
        counters=[request for request in requests if request.state == Request.State.COUNTERED],
        proposals=unanswered(week, now, viewer),
        holds=list(holds.order_by("expires_at")),
        changes=list(changes),
        unplaced=Unplaced.objects.filter(open_to_staff(prefix="meeting__"), plan=newest).count() if newest else 0,
    )


def meeting_page(week: Week, number: int) -> Meeting | None:
    """Return one meeting with its people, request, lock and placements, or ``None``."""
    return (
        Meeting.objects.filter(week=week, number=number)
        .select_related("week", "grid", "request__asking", "request__asked", "lock__place")
        .prefetch_related(
            _seats("participants"),
            Prefetch("placements", Placement.objects.select_related("plan", "place__site").order_by("-plan__number")),
        )
        .first()
    )


def _seats(lookup: str) -> Prefetch[str, Any, str]:
    return Prefetch(lookup, Participant.objects.select_related("person__organisation").order_by("side", "person__name"))


def _agenda(week: Week, people: set[UUID]) -> list[AgendaItem]:
    items = [*_session_items(week, people), *_meeting_items(week, people)]
    return sorted(items, key=lambda item: (item.starts_at, item.ends_at))


def _session_items(week: Week, people: set[UUID]) -> Iterable[AgendaItem]:
    roles: dict[tuple[Any, ...], list[Speaking]] = defaultdict(list)
    rows = Speaking.objects.filter(session__week=week, person__in=people).select_related("person", "session__place__site", "session__site")
    for speaking in rows:
        start = speaking.starts_at or speaking.session.starts_at
        end = speaking.ends_at or speaking.session.ends_at
        if start and end:
            roles[speaking.session_id, start, end, speaking.role].append(speaking)
    for (_, start, end, role), speakings in roles.items():
        session = speakings[0].session
        yield AgendaItem(
            starts_at=start,
            ends_at=end,
            place=session.place,
            session=session,
            role=role,
            people=tuple(speaking.person for speaking in speakings if speaking.person),
            is_illustrative=session.is_illustrative("starts_at") or session.is_illustrative("place"),
        )


def _meeting_items(week: Week, people: set[UUID]) -> Iterable[AgendaItem]:
    # In two steps: which meetings, then their rows, so that a long list of people is sent once.
    meetings = set(Participant.objects.filter(person__in=people, meeting__week=week).values_list("meeting_id", flat=True))
    rows = Placement.objects.filter(plan__week=week, plan__state=Plan.State.PUBLISHED, meeting__in=meetings)
    rows = rows.exclude(meeting__state=Meeting.State.CANCELLED)
    rows = rows.select_related("meeting__request__asking", "meeting__request__asked", "place__site").prefetch_related(
        _seats("meeting__participants")
    )
    promises = Promise.objects.filter(told_otherwise(), person__in=people, meeting__in=meetings)
    changed = set(promises.values_list("meeting_id", flat=True))
    for row in rows:
        there = [seat.person for seat in row.meeting.participants.all()]
        yield AgendaItem(
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            place=row.place,
            meeting=row.meeting,
            others=tuple(person for person in there if person.pk not in people),
            people=tuple(person for person in there if person.pk in people),
            is_changed=row.meeting_id in changed,
            is_illustrative=row.place.standing != Place.Standing.REPORTED,
        )


def _unplaced(row: Unplaced) -> UnplacedMeeting:
    seats = list(row.meeting.participants.all())
    request = row.meeting.request
    return UnplacedMeeting(
        meeting=row.meeting,
        reason=row.reason,
        text=row.text,
        resource=row.resource,
        sides=(tuple(seat.person for seat in seats if seat.side == 1), tuple(seat.person for seat in seats if seat.side == 2)),
        in_the_way=tuple(row.people.all()),
        delegations=(request.asking, request.asked) if request else (),
    )
