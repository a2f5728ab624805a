"""A request in words: how it stands, whose turn it is, what is on the table, what was done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils.translation import gettext

from hanhlang.domains.delegations.models import Delegation, Member
from hanhlang.domains.events.models import Week
from hanhlang.domains.meetings import bilaterals
from hanhlang.domains.meetings.enums import Format, Interpreting, Press, Secrecy
from hanhlang.domains.meetings.models import Meeting, Placement, Plan, Request, RequestStep
from hanhlang.web.components import kinds
from hanhlang.web.components.dates import local, short_day
from hanhlang.web.requests.forms import language_word, pair_word
from hanhlang.web.requests.proposals import STEPS, ProposalTold, proposal_of, proposal_told
from hanhlang.web.requests.words import hours_in_words

WAITING = (Request.State.OPEN, Request.State.COUNTERED)
STATES = {
    Request.State.ACCEPTED: "confirmed",
    Request.State.DECLINED: "declined",
    Request.State.WITHDRAWN: "withdrawn",
    Request.State.EXPIRED: "expired",
}


@dataclass(frozen=True)
class Line:
    """A request in a list."""

    request: Request
    other: Delegation
    state: str
    turn: Delegation | None
    is_ours: bool
    minutes: int
    meeting: Meeting | None
    placement: Placement | None
    until: datetime | None
    has_gap: bool
    # What the desk proposes waits for our side, or for the other one only; of a list for the desk for either.
    is_proposed: bool = False


@dataclass(frozen=True)
class Done:
    """A step in the history, in words."""

    what: str
    who: str
    at: datetime
    why: str
    offer: str = ""


@dataclass
class Told:
    """A request as its page shows it; ``ours`` is the side that looks, ``None`` for the desk."""

    request: Request
    ours: Delegation | None
    turn: Delegation | None
    state: str
    facts: list[tuple[str, str]]
    sides: list[dict[str, Any]]
    history: list[Done]
    steps: int
    meeting: Meeting | None
    placement: Placement | None
    gap: str
    proposal: ProposalTold | None = None
    deeds: list[str] = field(default_factory=list)

    @property
    def is_our_turn(self) -> bool:
        return self.turn is not None and (self.ours is None or self.turn.pk == self.ours.pk)

    @property
    def other(self) -> Delegation:
        return self.request.asked if self.ours and self.ours.pk == self.request.asking_id else self.request.asking


def with_meetings(rows: QuerySet[Request]) -> QuerySet[Request]:
    """Return requests with what lists of them show; as many queries for any number."""
    published = Placement.objects.filter(plan__state=Plan.State.PUBLISHED).select_related("place__site")
    meetings = Meeting.objects.prefetch_related(Prefetch("placements", published, to_attr="published"))
    return rows.select_related("week", "asking__organisation", "asked__organisation", "site").prefetch_related(
        Prefetch("meeting", meetings), STEPS
    )


def lines_of(rows: Iterable[Request], ours: UUID | None = None) -> list[Line]:
    return [_line(row, ours) for row in rows]


def grouped(lines: Iterable[Line], ours: UUID) -> list[dict[str, Any]]:
    """Return a delegation's requests by what waits for whom."""
    groups: dict[str, list[Line]] = {"ours": [], "theirs": [], "agreed": [], "ended": []}
    for line in lines:
        if line.turn is not None or line.is_proposed:
            groups["ours" if line.state == "decide" else "theirs"].append(line)
        else:
            groups["agreed" if line.state == "confirmed" else "ended"].append(line)
    words = {
        "ours": gettext("Yours to answer"),
        "theirs": gettext("The other side’s to answer"),
        "agreed": gettext("Agreed"),
        "ended": gettext("Ended"),
    }
    return [{"key": key, "title": words[key], "lines": found} for key, found in groups.items() if found]


def told(row: Request, ours: Delegation | None) -> Told:
    """Return a request as its page shows it to the side ``ours``, or to the desk."""
    line = _line(row, ours.pk if ours else None)
    steps = list(row.steps.select_related("side", "by__person"))
    return Told(
        request=row,
        ours=ours,
        turn=line.turn,
        state=line.state,
        facts=_facts(row),
        sides=[_side(row, row.asking), _side(row, row.asked)],
        history=[_done(step, row) for step in reversed(steps)],
        steps=len(steps),
        meeting=line.meeting,
        placement=line.placement,
        gap=gap_of(row),
        proposal=proposal_told(row),
    )


def gap_of(row: Request) -> str:
    """Return the warning about rank, empty if there is nothing to warn of."""
    gap = row.rank_gap
    if row.state in WAITING:
        ranks = {side.pk: _ranks(row, side) for side in (row.asking, row.asked)}
        wanted = row.counter.get("level") or row.level
        gap = bilaterals.rank_gap(ranks[row.asking_id], [wanted] if wanted else ranks[row.asked_id])
    if not gap or row.state in (Request.State.DECLINED, Request.State.WITHDRAWN, Request.State.EXPIRED):
        return ""
    if row.signed_off_at:
        return gettext("The two sides are not of equal rank. The host’s protocol has accepted it.")
    if row.state == Request.State.ACCEPTED:
        return gettext("The two sides are not of equal rank. No hour is set before the host’s protocol has accepted it.")
    return gettext("The two sides would not be of equal rank. Once agreed, the host’s protocol has to accept it.")


def _line(row: Request, ours: UUID | None) -> Line:
    meeting: Meeting | None = getattr(row, "meeting", None)
    placements: list[Placement] = getattr(meeting, "published", []) if meeting else []
    turn, proposal = row.turn, proposal_of(row)
    if turn is not None:
        state = "decide" if ours == turn.pk else "waiting"
    elif proposal is not None:
        state = "decide" if ours is not None and ours not in proposal.agreed else "waiting"
    else:
        cancelled = meeting is not None and meeting.state == Meeting.State.CANCELLED
        state = "cancelled" if cancelled else STATES[Request.State(row.state)]
    return Line(
        request=row,
        other=row.asked if ours == row.asking_id else row.asking,
        state=state,
        turn=turn,
        is_ours=ours == row.asking_id,
        minutes=row.counter.get("minutes", row.minutes) if turn else row.minutes,
        meeting=meeting,
        placement=placements[0] if placements else None,
        until=bilaterals.ends_at(row.expires_at, row.held_until) if turn else None,
        is_proposed=proposal is not None,
        has_gap=bool(row.rank_gap and not row.signed_off_at and row.state == Request.State.ACCEPTED),
    )


def _facts(row: Request) -> list[tuple[str, str]]:
    is_waiting = row.state in WAITING
    now = row.counter if is_waiting and row.counter else {}
    minutes, windows = now.get("minutes", row.minutes), now.get("windows", row.windows)
    level = now.get("level", row.level)
    booked = bilaterals.booked_minutes(minutes, row.interpreting)
    long = gettext("%(minutes)d minutes") % {"minutes": minutes}
    if booked != minutes:
        long += " " + gettext("(with interpreting %(minutes)d are booked)") % {"minutes": booked}
    form = str(Format(row.format).label)
    if row.format == Format.ONE_PLUS_N:
        form += f" (N = {row.seats // 2 - 1})"
    spoken = ", ".join(language_word(code) for code in row.languages)
    sent = ", ".join(pair_word(pair) for pair in row.needs)
    where = f"{row.address}, {row.site}" if row.address else str(row.site or "")
    found = [
        (gettext("Format"), form),
        (gettext("Length"), long),
        (gettext("Rank"), kinds.rank(level) if level else gettext("the head of the delegation")),
        (gettext("Subjects"), row.subjects),
        (gettext("Only hours possible"), hours_in_words(windows, row.week)),
        (gettext("Hours liked"), hours_in_words(row.preferred, row.week)),
        (gettext("Impossible hours"), hours_in_words(row.impossible, row.week)),
        (gettext("Where"), where),
        (gettext("Languages"), spoken),
        (gettext("Interpreting"), "" if row.interpreting == Interpreting.NONE else str(Interpreting(row.interpreting).label)),
        (gettext("Interpreters sent"), sent),
        (gettext("Press"), "" if row.press == Press.NONE else str(Press(row.press).label)),
        (gettext("Staff see"), "" if row.secrecy == Secrecy.ALL else str(Secrecy(row.secrecy).label)),
    ]
    return [(name, value) for name, value in found if value]


def _side(row: Request, side: Delegation) -> dict[str, Any]:
    people = row.people.filter(memberships__delegation=side).order_by("-memberships__is_head", "memberships__order", "sorted")
    return {
        "delegation": side,
        "people": [{"person": person, "rank": kinds.rank(person.rank)} for person in people],
        "asks": side.pk == row.asking_id,
    }


def _ranks(row: Request, side: Delegation) -> list[str]:
    named = list(row.people.filter(memberships__delegation=side).values_list("rank", flat=True))
    if named:
        return named
    heads = Member.objects.filter(delegation=side, is_head=True)
    return [*heads.values_list("person__rank", flat=True), side.rank]


def _done(step: RequestStep, row: Request) -> Done:
    side = str(step.side.name) if step.side else ""
    words = {
        "filed": gettext("%(side)s asked"),
        "countered": gettext("%(side)s made another offer"),
        "accepted": gettext("%(side)s said yes"),
        "declined": gettext("%(side)s said no"),
        "withdrawn": gettext("%(side)s took it back"),
        "held": gettext("%(side)s thinks about it"),
        "hold_ended": gettext("The time to think is over"),
        "expired": gettext("Nobody answered in time"),
        "secrecy_set": gettext("%(side)s set who sees it"),
        "signed_off": gettext("The host’s protocol accepted the gap in rank"),
        "proposed": gettext("The secretariat proposed something else, so that the meeting gets an hour"),
        "proposal_accepted": gettext("%(side)s said yes to the proposal"),
        "proposal_declined": gettext("%(side)s said no to the proposal"),
        "called_off": gettext("%(side)s called the meeting off"),
        "logged": gettext("%(side)s wrote it down afterwards"),
    }
    by = ""
    if step.on_behalf:
        by = gettext("the secretariat on its behalf")
    elif step.by is not None:
        by = step.by.person.name if step.by.person else step.by.email
    what = words.get(step.event, step.event) % {"side": side or gettext("The secretariat")}
    return Done(what, by, step.at, step.why, _offered(step, row))


def _offered(step: RequestStep, row: Request) -> str:
    offer = step.offer
    if step.event in ("countered", "proposed"):
        parts = [gettext("%(minutes)d minutes") % {"minutes": offer["minutes"]}]
        parts += [kinds.rank(offer["level"])] if offer.get("level") else []
        parts += [hours_in_words(offer["windows"], row.week)] if offer.get("windows") else []
        return ", ".join(parts)
    if step.event == "held":
        until = local(datetime.fromisoformat(offer["until"]), row.week.timezone)
        return gettext("until %(day)s, %(hour)s") % {"day": short_day(until.date()), "hour": f"{until:%H:%M}"}
    return str(Secrecy(offer["secrecy"]).label) if step.event == "secrecy_set" else ""


def asked_for(week: Week, viewer: Q) -> QuerySet[Request]:
    """Return the week's requests that meet a condition, with what lists of them show."""
    return with_meetings(Request.objects.filter(viewer, week=week)).annotate(step_count=Count("steps")).order_by("-number")
