"""
What of planning, publishing and answering is lost, doubled, half-done or untrue, read from the rows alone.

It shares no code with the actions: what a published plan takes and promises is worked out here a second time. Run inside an
installation in which nobody writes any more: ``python -c "from soak.planning_judge import tell; tell('/folder/of/books')"``.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from hanhlang.domains.agenda import readiness
from hanhlang.domains.agenda.models import Claim
from hanhlang.domains.automation.models import ToolRun
from hanhlang.domains.core import audit
from hanhlang.domains.core.models import AuditEntry, Letter, OutboxMessage
from hanhlang.domains.events.models import Week
from hanhlang.domains.meetings.models import Change, Meeting, Notice, Participant, Placement, Plan, Promise, Request, RequestStep, Run, Wish
from hanhlang.domains.people.models import Account
from soak.planning_clients import KINDS, WEEK, read

SAMPLES = 8


@dataclass
class Findings:
    """What is wrong, by what kind of wrong it is."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    half_done: list[str] = field(default_factory=list)
    untrue: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)

    def once(self, what: str, number: int) -> None:
        """Note what must be there once and is not."""
        if number == 0:
            self.lost.append(what)
        elif number > 1:
            self.doubled.append(f"{what}: {number} times")

    def same(self, wrong: list[str], what: str, found: object, expected: object) -> None:
        if found != expected:
            wrong.append(f"{what}: {str(found)[:200]} instead of {str(expected)[:200]}")


def tell(books: str) -> None:
    """Print what was found in the installation, with the clients' books in this folder, as one JSON line."""
    readiness.require_ready()
    audit.seal(timezone.now())
    lines = [line for book in sorted(Path(books).glob("*.book")) for line in read(book)]
    print(json.dumps(judge(lines)))


def judge(lines: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Return counts and the first few findings of each kind."""
    lines, found, week = list(lines), Findings(), Week.objects.get(key=WEEK)
    confirmed(lines, week, found)
    begun_at_most_once(lines, week, found)
    histories(week, found)
    taken(week, found)
    promised(week, found)
    letters(week, found)
    at_rest(week, found)
    verified = audit.verify()
    done = Counter(line["kind"] for line in lines if line["end"] == "done")
    return {
        "confirmed": sum(done.values()),
        "by_kind": {kind: done[kind] for kind in KINDS},
        **{name: len(rows) for name, rows in vars(found).items()},
        "audit_holds": verified.holds and verified.unsealed == 0,
        "entries": verified.entries,
        "notices": Notice.objects.filter(week=week).count(),
        "given_up": dict(Counter(run.fault.splitlines()[0][:80] for run in Run.objects.filter(state="failed"))),
        "examples": {name: rows[:SAMPLES] for name, rows in vars(found).items() if rows},
    }


# What was confirmed


def confirmed(lines: list[dict[str, Any]], week: Week, found: Findings) -> None:
    """Each confirmed act is there, once, as it was said."""
    for line in lines:
        if line["end"] == "done":
            found.once(f"{line['kind']} {line.get('number') or line.get('id')}", CHECKS[line["kind"]](week, line))


def begun_at_most_once(lines: list[dict[str, Any]], week: Week, found: Findings) -> None:
    """What was begun and never answered is there once or not at all."""
    texts = {
        "filed": Counter(Request.objects.filter(week=week).values_list("subjects", flat=True)),
        "wished": Counter(Wish.objects.filter(week=week).values_list("message", flat=True)),
        "reported": Counter(Change.objects.filter(week=week).values_list("note", flat=True)),
        "run": Counter(Run.objects.filter(week=week).values_list("seed", flat=True)),
    }
    steps = Counter(RequestStep.objects.filter(request__week=week).values_list("event", "why"))
    for line in lines:
        if line["end"] != "begun":
            continue
        kind, mark = line["kind"], line.get("tag", line.get("seed"))
        number = texts[kind][mark] if kind in texts and mark is not None else steps[kind, mark]
        if number > 1:
            found.doubled.append(f"{kind} {mark}: {number} times")


def _step(event: str) -> Callable[[Week, dict[str, Any]], int]:
    return lambda week, line: RequestStep.objects.filter(
        request__week=week, request__number=line["number"], event=event, why=line["tag"]
    ).count()


def _accepted(week: Week, line: dict[str, Any]) -> int:
    steps = RequestStep.objects.filter(request__week=week, request__number=line["number"], event="accepted", why=line["tag"]).count()
    meetings = Meeting.objects.filter(request__week=week, request__number=line["number"], request__state="accepted").count()
    return max(steps, meetings) if steps and meetings else 0


def _wished(week: Week, line: dict[str, Any]) -> int:
    tagged = {"message": line["tag"]} if "tag" in line else {}
    return Wish.objects.filter(week=week, pk=line["id"], **tagged).count()


def _published(week: Week, line: dict[str, Any]) -> int:
    plan = Plan.objects.filter(week=week, number=line["number"], state__in=("published", "past")).first()
    return _entries("plan.published", plan.pk) if plan else 0


def _taken_in(week: Week, line: dict[str, Any]) -> int:
    change = Change.objects.filter(week=week, number=line["number"]).exclude(taken_in_at=None).first()
    return _entries("change.taken_in", change.pk) if change else 0


def _left(week: Week, line: dict[str, Any]) -> int:
    change = Change.objects.filter(week=week, number=line["number"], state="answered").first()
    return _entries("change.left_as_it_is", change.pk) if change else 0


def _called_off(week: Week, line: dict[str, Any]) -> int:
    meeting = Meeting.objects.filter(week=week, number=line["number"], state="cancelled").first()
    return _entries("meeting.cancelled", meeting.pk) if meeting else 0


def _entries(event: str, about: object) -> int:
    return AuditEntry.objects.filter(event=event, about_id=about).count()


CHECKS: dict[str, Callable[[Week, dict[str, Any]], int]] = {
    "filed": lambda week, line: Request.objects.filter(week=week, number=line["number"], subjects=line["tag"]).count(),
    "countered": _step("countered"),
    "accepted": _accepted,
    "declined": lambda week, line: Request.objects.filter(number=line["number"], state="declined").exists() * _step("declined")(week, line),
    "wished": _wished,
    "wish_accepted": lambda week, line: Meeting.objects.filter(week=week, wish=line["id"], wish__state="accepted").count(),
    "wish_declined": lambda week, line: Wish.objects.filter(week=week, pk=line["id"], state="declined").count(),
    "called_off": _called_off,
    "run": lambda week, line: Run.objects.filter(week=week, pk=line["id"], seed=line["seed"]).count(),
    "published": _published,
    "alternative": _published,
    "reported": lambda week, line: Change.objects.filter(week=week, number=line["number"], note=line["tag"]).count(),
    "taken_in": _taken_in,
    "left": _left,
}


# What is there, whoever asked for it


def histories(week: Week, found: Findings) -> None:
    """Every row has its entries in the audit and its news in the outbox, each once, and no others have."""
    entries = Counter(AuditEntry.objects.values_list("event", "about_id"))
    news: Counter[tuple[str, str]] = Counter()
    for topic, payload in OutboxMessage.objects.values_list("topic", "payload"):
        for value in payload.values():
            news.update((topic, str(key)) for key in (value if isinstance(value, list) else [value]))

    def has(what: str, row: Any, event: str, number: int, topic: str = "") -> None:
        found.same(found.half_done, f"{what}: {event} in the audit", entries[event, row.pk], number)
        found.same(found.half_done, f"{what}: {topic or event} in the outbox", news[topic or event, str(row.pk)], number)

    for request in Request.objects.filter(week=week).prefetch_related("steps"):
        steps = Counter(step.event for step in request.steps.all())
        for event in ("filed", "countered", "accepted", "declined", "withdrawn", "called_off"):
            has(f"request {request.number}", request, f"request.{event}", steps[event])
        closing = {name: int(request.state == name) for name in ("accepted", "declined")}
        found.same(found.half_done, f"request {request.number}", {name: steps[name] for name in closing}, closing)
        found.same(found.half_done, f"request {request.number}: filed", steps["filed"], 1)
        meetings = Meeting.objects.filter(request=request).count()
        found.same(found.half_done, f"request {request.number}: meetings", meetings, closing["accepted"])
    for wish in Wish.objects.filter(week=week):
        has(f"wish {wish.pk}", wish, "wish.made", 1, "wishes.made")
        found.same(found.half_done, f"wish {wish.pk}", Meeting.objects.filter(wish=wish).count(), int(wish.state == "accepted"))
    for meeting in Meeting.objects.filter(week=week).prefetch_related("participants"):
        has(f"meeting {meeting.number}", meeting, "meeting.agreed", 1, "meetings.agreed" if meeting.wish_id else "")
        has(f"meeting {meeting.number}", meeting, "meeting.cancelled", int(meeting.state == "cancelled"))
        found.same(found.half_done, f"meeting {meeting.number}: sides", {seat.side for seat in meeting.participants.all()}, {1, 2})
    for plan in Plan.objects.filter(week=week):
        has(f"plan {plan.number}", plan, "plan.published", int(plan.state in ("published", "past")))
    for change in Change.objects.filter(week=week):
        has(f"change {change.number}", change, "change.reported", 1)
        has(f"change {change.number}", change, "change.taken_in", int(change.taken_in_at is not None))
        closures = Counter(Claim.objects.filter(source=f"change:{change.pk}").values_list("resource", flat=True))
        if change.kind in ("absent", "place"):
            closed = sum(closures.values()), len(closures)
            found.same(found.half_done, f"change {change.number}: closures", closed, (1, 1) if change.taken_in_at else (0, 0))
    for run in Run.objects.filter(week=week):
        has(f"run {run.pk}", run, "run.asked", 1)


def _minute(moment: datetime) -> int:
    return int(moment.timestamp()) // 60


def _held(plan: Plan) -> QuerySet[Placement]:
    """Return what of a published plan is still to be held: a meeting called off gives its time back before the next plan is published."""
    return plan.placements.exclude(meeting__state="cancelled")


def taken(week: Week, found: Findings) -> None:
    """One plan is published; what its placements need is taken, nothing else is, and nobody and nothing twice."""
    published = list(Plan.objects.filter(week=week, state="published"))
    found.same(found.untrue, "published plans", len(published), 1)
    expected: Counter[tuple[str, object, int, int]] = Counter()
    for plan in published:
        for placement in _held(plan).select_related("place").prefetch_related("teams", "equipment", "meeting__participants"):
            start, end = _minute(placement.starts_at), _minute(placement.ends_at)
            source = f"meeting:{placement.meeting_id}"
            lent = [row.pk for row in (*placement.teams.all(), *placement.equipment.all())]
            expected.update((source, key, start, end) for key in lent)
            expected.update((source, seat.person_id, start, end) for seat in placement.meeting.participants.all())
            expected[source, placement.place_id, start, end + placement.place.turnround_minutes] += 1
    rows = list(Claim.objects.filter(resource__week=week, kind="meeting").select_related("resource"))
    there: Counter[tuple[str, object, int, int]] = Counter()
    stretches: dict[object, list[tuple[int, int]]] = defaultdict(list)
    for claim in rows:
        thing = claim.resource.person_id or claim.resource.place_id or claim.resource.team_id or claim.resource.equipment_id
        there[claim.source, thing, claim.start, claim.end] += 1
        stretches[thing].append((claim.start, claim.end))
    found.untrue += [f"taken by no placement: {one}" for one in there - expected]
    found.untrue += [f"not taken: {one}" for one in expected - there]
    for thing, held in stretches.items():
        held.sort()
        twice = [pair for pair in pairwise(held) if pair[1][0] < pair[0][1]]
        found.doubled += [f"{thing} at once: {pair}" for pair in twice]


def promised(week: Week, found: Findings) -> None:
    """People are promised what is published; each promise was told in as many notices as its sequence says, the last in its words."""
    placed = {
        (seat.person_id, row.meeting_id): (row.starts_at, row.ends_at, row.place_id)
        for plan in Plan.objects.filter(week=week, state="published")
        for row in _held(plan)
        for seat in Participant.objects.filter(meeting=row.meeting_id)
    }
    notices: dict[tuple[object, object], list[Notice]] = defaultdict(list)
    for notice in Notice.objects.filter(week=week).order_by("sequence"):
        notices[notice.person_id, notice.meeting_id].append(notice)
    promises = {(row.person_id, row.meeting_id): row for row in Promise.objects.filter(meeting__week=week)}
    for key, promise in promises.items():
        if promise.is_cancelled:
            if key in placed:
                found.untrue.append(f"told that it is off, but it is published: {key}")
        else:
            found.same(found.untrue, f"promised {key}", (promise.starts_at, promise.ends_at, promise.place_id), placed.get(key))
        told = notices.pop(key, [])
        # The initial word is number 0, and each later one counts one up.
        found.same(found.half_done, f"notices of {key}", [one.sequence for one in told], list(range(promise.sequence + 1)))
        if told:
            said = None if promise.is_cancelled else {"starts_at": promise.starts_at, "place": str(promise.place_id)}
            found.same(found.untrue, f"last notice of {key}", _after(told[-1]), said)
    found.untrue += [f"published and never told: {key}" for key in placed.keys() - promises.keys()]
    found.half_done += [f"notice without a promise: {key}" for key in notices]


def _after(notice: Notice) -> dict[str, object] | None:
    if not notice.after:
        return None
    return {"starts_at": datetime.fromisoformat(notice.after["starts_at"]), "place": notice.after["place"]}


def letters(week: Week, found: Findings) -> None:
    """Who has an account got one mail each time they were told something, or one for each entry of their calendar."""
    addresses = {row.person_id: row.email for row in Account.objects.filter(is_active=True).exclude(person=None)}
    expected: Counter[str] = Counter()
    mails = set()
    for notice in Notice.objects.filter(week=week):
        if notice.channel == "calendar":
            expected[addresses[notice.person_id]] += 1
        elif notice.channel == "mail":
            # A meeting that is called off is told at once: several times under one plan.
            mails.add((notice.person_id, notice.written_at))
    expected.update(addresses[person] for person, _ in mails)
    written = Counter(Letter.objects.filter(kind="agenda_changed").values_list("to", flat=True))
    for address in {*expected, *written}:
        found.same(found.half_done, f"mails to {address}", written[address], expected[address])
    posted = Counter(message.payload["letter"] for message in OutboxMessage.objects.filter(topic="letter.written"))
    for letter in map(str, Letter.objects.values_list("pk", flat=True)):
        found.same(found.half_done, f"letter {letter} in the outbox", posted[letter], 1)
    for row in DBTaskResult.objects.filter(task_path__endswith="send_letter"):
        given = row.args_kwargs["args"][0] if row.args_kwargs["args"] else row.args_kwargs["kwargs"].get("letter")
        posted[str(given)] -= 1
    found.doubled += [f"letter {letter} queued again" for letter, number in posted.items() if number < 0]


def at_rest(week: Week, found: Findings) -> None:
    """A worker had time: nothing waits, nothing is held by somebody dead."""
    waiting = {
        "runs": Run.objects.filter(week=week, state__in=("queued", "running")),
        "changes": Change.objects.filter(week=week, state="taken_in", search__in=("queued", "running")),
        "uses of tools": ToolRun.objects.filter(state="running"),
        "news": OutboxMessage.objects.filter(done_at=None),
        "letters": Letter.objects.filter(sent_at=None),
        "jobs": DBTaskResult.objects.exclude(status__in=("SUCCESSFUL", "FAILED")).filter(task_path__endswith="send_letter"),
    }
    found.stuck += [f"{rows.count()} {name}" for name, rows in waiting.items() if rows.exists()]
