"""
Whatever happens in whatever order: nobody is in two places, locks are kept, and what people were told is what is published.

``HANHLANG_SEQUENCES`` says how many random days are played (`make soak`: 40).
"""

from __future__ import annotations

import os
import random
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from factories.events import local
from factories.meetings import DAY, make_guest, make_meeting, make_plan, make_ready_week, make_table
from hanhlang.domains.agenda.models import Claim
from hanhlang.domains.core import outbox
from hanhlang.domains.core.errors import CodedError
from hanhlang.domains.events.models import Place, Week
from hanhlang.domains.meetings.actions import (
    cancel_meeting,
    leave_as_it_is,
    lock_meeting,
    publish_plan,
    record_no_show,
    report_change,
    take_in_change,
)
from hanhlang.domains.meetings.models import Change, Lock, Meeting, Notice, Placement, Plan, Promise
from hanhlang.jobs import changes as answering

pytestmark = pytest.mark.django_db
SEQUENCES = int(os.environ.get("HANHLANG_SEQUENCES", "3"))
STEPS = 14
MORNING = datetime.fromisoformat("2025-10-27T08:00:00+07:00")


class Play:
    """One random day in a small week."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)
        self.now = MORNING
        self.week: Week = make_ready_week()
        first = Place.objects.get(week=self.week, pool="tables")
        self.tables = [first, make_table(first.site)]
        self.people = [make_guest(self.week) for _ in range(6)]
        pairs = [(0, 1), (2, 3), (4, 5), (0, 2), (1, 4)]
        self.meetings = [make_meeting(self.week, self.people[a], self.people[b]) for a, b in pairs]
        hours = ["09:00", "09:00", "09:20", "09:40", "10:00"]
        placed = [(meeting, hour, self.tables[n % 2]) for n, (meeting, hour) in enumerate(zip(self.meetings, hours, strict=True))]
        publish_plan(plan=make_plan(self.week, *placed, number=1), by=None, now=self.now)
        lock_meeting(meeting=self.meetings[4], starts_at=local(self.week, DAY, "10:00"), place=None, reason="Kept", by=None, now=self.now)

    def step(self) -> None:
        """Do one thing; a refusal is an answer, too."""
        deeds = [
            self.happens,
            self.happens,
            self.answers,
            self.answers,
            self.chooses,
            self.chooses,
            self.leaves,
            self.calls_off,
            self.misses,
        ]
        with suppress(CodedError):
            self.draw.choice(deeds)()
        outbox.deliver(limit=1000)
        self.now += timedelta(minutes=self.draw.randrange(0, 12))

    def happens(self) -> None:
        kind = self.draw.choice(["late", "absent", "left", "place", "urgent"])
        what: dict[str, object] = {"ends_at": self.now + timedelta(minutes=self.draw.randrange(20, 90))}
        if kind == "place":
            what["place"] = self.draw.choice(self.tables)
        elif kind == "urgent":
            what |= {"people": self.draw.sample(self.people, 2), "ends_at": None}
        else:
            what["people"] = [self.draw.choice(self.people)]
        if kind in ("late", "left"):
            what |= {"starts_at": self.now + timedelta(minutes=self.draw.randrange(5, 90)), "ends_at": None}
        change = report_change(week=self.week, kind=kind, by=None, now=self.now, **what)
        take_in_change(change=change, by=None, now=self.now)

    def answers(self) -> None:
        answering.answer_next(self.now)

    def chooses(self) -> None:
        plans = list(Plan.objects.filter(week=self.week, state=Plan.State.ALTERNATIVE).order_by("number"))
        if plans:
            publish_plan(plan=self.draw.choice(plans), by=None, now=self.now)

    def leaves(self) -> None:
        change = Change.objects.filter(state=Change.State.TAKEN_IN).order_by("number").first()
        if change:
            leave_as_it_is(change=change, by=None, now=self.now)

    def calls_off(self) -> None:
        if self.draw.random() < 0.3:
            cancel_meeting(meeting=self.draw.choice(self.meetings), by=None, now=self.now)

    def misses(self) -> None:
        row = Placement.objects.filter(plan__state="published", starts_at__lte=self.now, ends_at__gt=self.now).first()
        if row:
            record_no_show(meeting=row.meeting, person=row.meeting.participants.order_by("pk")[0].person, by=None, now=self.now)

    def check(self) -> None:
        """Compare what is published with what is taken and with what was told."""
        rows = Placement.objects.filter(plan__week=self.week, plan__state="published", meeting__state=Meeting.State.AGREED)
        held = {(row.meeting_id, seat.person_id): row for row in rows for seat in row.meeting.participants.all()}
        for person in self.people:
            mine = sorted((row for (_, key), row in held.items() if key == person.pk), key=lambda row: row.starts_at)
            assert all(one.ends_at <= other.starts_at for one, other in pairwise(mine))
        told = {
            (one.meeting_id, one.person_id): (one.starts_at, one.ends_at, one.place_id)
            for one in Promise.objects.filter(is_cancelled=False)
        }
        assert told == {key: (row.starts_at, row.ends_at, row.place_id) for key, row in held.items()}
        taken = Claim.objects.filter(kind=Claim.Kind.MEETING, resource__person__isnull=False)
        assert {(claim.source, claim.resource.person_id) for claim in taken.select_related("resource")} == {
            (f"meeting:{meeting}", person) for meeting, person in held
        }
        for lock in Lock.objects.filter(meeting__state=Meeting.State.AGREED):
            assert all(row.starts_at == lock.starts_at for (meeting, _), row in held.items() if meeting == lock.meeting_id)
        for notice in Notice.objects.order_by("written_at", "sequence"):
            assert Promise.objects.get(person=notice.person, meeting=notice.meeting).sequence >= notice.sequence


@pytest.mark.parametrize("seed", range(SEQUENCES))
def test_a_random_day_keeps_what_must_hold(seed: int) -> None:
    play = Play(seed)
    for _ in range(STEPS):
        play.step()
        play.check()
