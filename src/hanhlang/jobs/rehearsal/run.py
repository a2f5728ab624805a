"""The rehearsal itself: each change reported, taken in, answered by the worker and published, while others work and a reader watches."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from random import Random
from typing import Any

from django.db import transaction
from django.utils import timezone

from hanhlang.domains.core import clock
from hanhlang.domains.core.errors import CodedError
from hanhlang.domains.events.models import Week
from hanhlang.domains.meetings.actions import leave_as_it_is, publish_plan, report_change, take_in_change
from hanhlang.domains.meetings.actions.changes import look_again
from hanhlang.domains.meetings.models import Change, Plan
from hanhlang.domains.meetings.planning import question_of
from hanhlang.jobs.models import Worker
from hanhlang.jobs.rehearsal.beside import Seen, others
from hanhlang.jobs.rehearsal.clerk import Clerk, answer_as_a_clerk, fallen_of
from hanhlang.jobs.rehearsal.drawing import Due, about, draw
from hanhlang.jobs.rehearsal.reader import WITHIN_SECONDS

ASK_SECONDS = 0.05
# A search that has not ended by then never will.
PATIENCE_SECONDS = 60.0
TRIES = 5


@dataclass(frozen=True, slots=True)
class Answered:
    """
    One change and what came of it. Seconds are of the wall clock, from taking it in; ``searched_seconds`` from the worker's taking it up.

    ``least`` is proven where ``is_proven``.
    """

    kind: str
    fallen: int
    first_seconds: float | None
    searched_seconds: float | None
    published_seconds: float | None
    moves: int
    least: int
    is_proven: bool
    told: int
    tries: int
    clerk: Clerk


@dataclass
class Rehearsal:
    """One rehearsal on the database at hand; nothing of it is undone."""

    week: Week
    seed: int
    say: Callable[[str], None]
    answered: list[Answered] = field(default_factory=list)
    skipped: int = 0
    broken: list[str] = field(default_factory=list)
    seen: Seen = field(default_factory=Seen)

    def go(self, count: int) -> None:
        """Play ``count`` changes through, from the first moment to the last."""
        random = Random(self.seed)  # noqa: S311 (a draw that must repeat, not a secret)
        dues = draw(self.week, count, random)
        if dues:
            clock.move_demo(dues[0].at)
        with _worker(), others(self.week.key, self.seed) as seen:
            for due in dues:
                self.play(due, random)
        self.seen = seen
        self.broken += seen.broken

    def play(self, due: Due, random: Random) -> None:
        clock.move_demo(max(due.at, clock.now()))
        what = about(self.week, due, random)
        if what is None:
            self.skipped += 1
            self.say(f"{due.at:%d %H:%M} {due.kind:<8} nothing is left that it could touch")
            return
        base = Plan.objects.get(week=self.week, state=Plan.State.PUBLISHED)
        now = clock.now()
        change = report_change(week=self.week, kind=due.kind, by=None, now=now, **what)
        began = time.monotonic()
        change = take_in_change(change=change, by=None, now=now)
        done = self.answer(change, began)
        # What fell, and what a clerk would have done, is asked afterwards: nobody waits for it.
        question = question_of(self.week, now=now, base=base)
        fallen = fallen_of(question)
        change.refresh_from_db()
        searched = change.found.get("kept_first_seconds")
        clerk = answer_as_a_clerk(question)
        answered = Answered(kind=due.kind, fallen=len(fallen), searched_seconds=searched, clerk=clerk, **done)
        self.answered.append(answered)
        if fallen and (answered.published_seconds is None or answered.published_seconds > WITHIN_SECONDS):
            self.broken.append(f"change {change.number}: {len(fallen)} meetings were not true for longer than {WITHIN_SECONDS:.0f} s")
        self.say(self.line(due, answered))

    def answer(self, change: Change, began: float) -> dict[str, Any]:
        """Publish the best answer as soon as it is proven, or all are there; one that went stale meanwhile is looked for again."""
        found: dict[str, Any] = {
            "first_seconds": None,
            "published_seconds": None,
            "moves": 0,
            "least": 0,
            "is_proven": False,
            "told": 0,
        }
        refused: list[Plan] = []
        while len(refused) < TRIES:
            best = self.wait(change, began, refused, found)
            found |= {"tries": len(refused) + 1, "is_proven": bool(best and best.is_proven), "moves": best.columns["moves"] if best else 0}
            found["least"] = found["moves"] if found["is_proven"] else change.found.get("least_moves", 0)
            try:
                found["told"] = len(publish_plan(plan=best, by=None, now=clock.now()).told) if best else self.leave(change)
            except CodedError as refusal:
                # Others agreed to something meanwhile: the same answer would be refused again.
                self.say(f"change {change.number}: {refusal}")
                refused += [best] if best else []
                with transaction.atomic():
                    look_again(self.week)
                continue
            found["published_seconds"] = round(time.monotonic() - began, 3)
            break
        return found

    def wait(self, change: Change, began: float, refused: list[Plan], found: dict[str, Any]) -> Plan | None:
        """Return the best answer, proven if that can be known in time; note when the first was there."""
        while True:
            change.refresh_from_db()
            ways = Plan.objects.filter(change=change, state=Plan.State.ALTERNATIVE).exclude(pk__in=[plan.pk for plan in refused])
            best = ways.order_by("number").first()
            if best and found["first_seconds"] is None:
                found["first_seconds"] = round(time.monotonic() - began, 3)
            is_over = change.search in (Change.Search.DONE, Change.Search.FAILED) or time.monotonic() - began > PATIENCE_SECONDS
            if is_over or (best and best.is_proven):
                return best
            time.sleep(ASK_SECONDS)

    def leave(self, change: Change) -> int:
        leave_as_it_is(change=change, by=None, now=clock.now())
        return 0

    def line(self, due: Due, answered: Answered) -> str:
        clerk = answered.clerk
        return (
            f"{due.at:%d %H:%M} {due.kind:<8} fell {answered.fallen:>3}, moved {answered.moves:>3} of at least {answered.least:>3}"
            f"{' (proven)' if answered.is_proven else ''}, told {answered.told:>3}, first answer {answered.first_seconds or 0:.2f} s;"
            f" clerk: moved {clerk.moved:>3}, lost {clerk.lost_value}"
        )

    def figures(self) -> dict[str, object]:
        """Return the figures of the whole; ``moved_over_least`` counts changes whose moves are as few as proven."""
        firsts = sorted(one.first_seconds for one in self.answered if one.first_seconds is not None)
        fewest = sum(one.is_proven and one.moves == one.least for one in self.answered)
        return {
            "changes": len(self.answered),
            "skipped": self.skipped,
            "promises_broken": len(self.broken),
            "double_bookings": len(self.seen.doubled),
            "fewest_moves": fewest,
            "fewest_moves_share": round(fewest / max(1, len(self.answered)), 3),
            "first_answer_seconds": {"median": _at(firsts, 0.5), "p95": _at(firsts, 0.95), "longest": _at(firsts, 1.0)},
            "moved": sum(one.moves for one in self.answered),
            "told": sum(one.told for one in self.answered),
            "longest_untold_seconds": round(self.seen.longest, 2),
            "clerk": {
                "moved": sum(one.clerk.moved for one in self.answered),
                "told": sum(one.clerk.told for one in self.answered),
                "lost_value": sum(one.clerk.lost_value for one in self.answered),
            },
            "others_did": dict(sorted(self.seen.done.items())),
            "others_refused": dict(sorted(self.seen.refused.items())),
            "each": [asdict(one) for one in self.answered],
        }


def _at(values: list[float], share: float) -> float | None:
    return values[min(len(values) - 1, int(share * len(values)))] if values else None


@contextmanager
def _worker() -> Iterator[None]:
    """Run the installation's own worker beside us; it is at work when we begin."""
    began = timezone.now()
    process = subprocess.Popen([sys.executable, "-m", "hanhlang", "worker"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while not Worker.objects.filter(beat_at__gte=began).exists() and process.poll() is None:
            time.sleep(ASK_SECONDS)
        yield
    finally:
        process.terminate()
        process.wait(60)
