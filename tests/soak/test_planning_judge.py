"""The judge of the kills: it finds a whole world sound, and every break of it by name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from hanhlang.domains.agenda.models import Claim
from hanhlang.domains.core import audit, clock, outbox
from hanhlang.domains.core.models import Letter, OutboxMessage
from hanhlang.domains.events.models import Week
from hanhlang.domains.meetings import actions
from hanhlang.domains.meetings.models import Change, Meeting, Notice, Plan, Promise, Request, RequestStep, Run, Wish
from hanhlang.domains.people.models import Person
from hanhlang.jobs import queue
from soak.planning_clients import WEEK
from soak.planning_judge import judge
from soak.planning_kills import sound
from soak.planning_world import make

pytestmark = pytest.mark.django_db
Lines = list[dict[str, Any]]


@pytest.fixture
def lines(settings: Any) -> Lines:
    """Do one thing of several kinds, as clients would, and let everything come to rest; return their book."""
    settings.DEMO = True
    make()
    week = Week.objects.get(key=WEEK)
    who: dict[str, Any] = {"by": None, "now": clock.now()}
    one, other = week.delegations.all()[:2]
    request = actions.file_request(asking=one, asked=other, subjects="tag-1", **who)
    actions.accept_request(request=request, why="tag-2", **who)
    run = actions.start_run(week=week, seed=7, **who)
    Run.objects.update(state="done")
    absent = Person.objects.filter(meeting_seats__meeting__week=week).first()
    change = actions.report_change(week=week, kind="absent", people=[absent], note="tag-3", starts_at=who["now"], **who)
    actions.take_in_change(change=change, **who)
    Change.objects.update(search="done")
    come_to_rest()
    audit.seal(who["now"])
    return [
        {"end": "begun", "kind": "filed", "tag": "tag-1"},
        {"end": "done", "kind": "filed", "tag": "tag-1", "number": request.number},
        {"end": "done", "kind": "accepted", "tag": "tag-2", "number": request.number},
        {"end": "done", "kind": "run", "seed": 7, "id": str(run.pk)},
        {"end": "done", "kind": "published", "number": 1},
        {"end": "done", "kind": "reported", "tag": "tag-3", "number": change.number},
        {"end": "done", "kind": "taken_in", "number": change.number},
    ]


def come_to_rest() -> None:
    """Deliver all news, those that news bring too, and do the work."""
    while OutboxMessage.objects.filter(done_at=None).exists():
        outbox.deliver()
        while queue.run_one("worker"):
            pass


def again(row: Any) -> None:
    """Put a row there a second time, as a repetition would."""
    row.pk = None
    row.__class__.objects.bulk_create([row])


def call_off(meeting: Meeting) -> dict[str, Any]:
    """Call a meeting off and let its news arrive; return what one of its people had claimed."""
    had: dict[str, Any] = Claim.objects.filter(source=f"meeting:{meeting.pk}").values("resource_id", "source", "kind", "start", "end")[0]
    actions.cancel_meeting(meeting=meeting, by=None, now=clock.now())
    come_to_rest()
    Change.objects.update(search="done")
    audit.seal(clock.now())
    return had


def filed_again() -> None:
    request = Request.objects.get()
    Request.objects.bulk_create([Request(week=request.week, number=99, asking=request.asking, asked=request.asked, subjects="tag-1")])


BREAKS: dict[str, tuple[str, Callable[[], object]]] = {
    "a request gone": ("lost", lambda: (Meeting.objects.filter(request__isnull=False).delete(), Request.objects.all().delete())),
    "a request filed twice": ("doubled", filed_again),
    "a step gone": ("lost", lambda: RequestStep.objects.filter(event="accepted").delete()),
    "a step twice": ("doubled", lambda: again(RequestStep.objects.get(event="accepted"))),
    "an accepted request without its meeting": ("lost", lambda: Meeting.objects.filter(request__isnull=False).delete()),
    "a wish without its meeting": ("half_done", lambda: Wish.objects.update(state="open")),
    "a run gone": ("lost", lambda: Run.objects.all().delete()),
    "a run waiting": ("stuck", lambda: Run.objects.update(state="running")),
    "a change waiting": ("stuck", lambda: Change.objects.update(search="running")),
    "a change not taken in": ("lost", lambda: Change.objects.update(taken_in_at=None)),
    "a plan not published": ("lost", lambda: Plan.objects.update(state="draft")),
    "no closure": ("half_done", lambda: Claim.objects.filter(kind="closed").delete()),
    "time not taken": ("untrue", lambda: Claim.objects.filter(kind="meeting").first().delete()),  # type: ignore[union-attr]
    "time taken for nothing": ("untrue", lambda: Plan.objects.get().placements.first().delete()),  # type: ignore[union-attr]
    "another hour promised": ("untrue", lambda: Promise.objects.update(starts_at=clock.now() + timedelta(days=2))),
    "a promise without its notice": ("half_done", lambda: Notice.objects.first().delete()),  # type: ignore[union-attr]
    "a notice without its promise": ("half_done", lambda: Promise.objects.first().delete()),  # type: ignore[union-attr]
    "another sequence": ("half_done", lambda: Promise.objects.update(sequence=1)),
    "a mail not written": ("half_done", lambda: Letter.objects.first().delete()),  # type: ignore[union-attr]
    "a mail written twice": ("half_done", lambda: again(Letter.objects.first())),
    "a mail not sent": ("stuck", lambda: Letter.objects.update(sent_at=None)),
    "news not delivered": ("stuck", lambda: OutboxMessage.objects.update(done_at=None)),
    "news never posted": ("half_done", lambda: OutboxMessage.objects.filter(topic="plan.published").delete()),
    "news posted twice": ("half_done", lambda: again(OutboxMessage.objects.get(topic="plan.published"))),
}


def test_a_whole_world_is_sound(lines: Lines) -> None:
    said = judge(lines)

    assert sound(said), said
    assert said["confirmed"] == 6


def test_meetings_called_off_under_one_plan_have_given_their_time_back_and_are_each_a_mail_of_their_own(lines: Lines) -> None:
    placed = Meeting.objects.filter(placements__plan__state="published", state="agreed").order_by("number")[:2]
    off = [call_off(meeting) for meeting in placed]
    assert len(off) == 2

    said = judge(lines)
    assert sound(said), said["examples"]

    Claim.objects.bulk_create([Claim(**off[0])])
    assert judge(lines)["untrue"] == 1
    Claim.objects.filter(**off[0]).delete()
    Promise.objects.filter(is_cancelled=True).first().delete()  # type: ignore[union-attr]
    assert judge(lines)["half_done"] == 1


@pytest.mark.parametrize("name", BREAKS)
def test_a_break_is_found_and_named(lines: Lines, name: str) -> None:
    kind, break_it = BREAKS[name]
    break_it()

    said = judge(lines)

    assert not sound(said)
    assert said[kind] > 0, said["examples"]


def test_what_nobody_did_is_missed_and_an_unsealed_entry_is_seen(lines: Lines) -> None:
    assert judge([*lines, {"end": "done", "kind": "published", "number": 2}])["lost"] == 1
    assert not judge([{"end": "begun", "kind": "filed", "tag": "tag-1"}])["confirmed"]

    actions.cancel_meeting(meeting=Meeting.objects.all()[0], by=None, now=clock.now())

    assert not judge(lines)["audit_holds"]
