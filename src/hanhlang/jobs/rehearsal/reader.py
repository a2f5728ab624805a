"""
The reader of a rehearsal: knows only what people were told and what is true, from the bare tables, and shares no code with what tells them.

A promise is *broken* when a placement somebody was told stops being true and no notice says so within ten seconds, or when a lock, a
hold or a meeting's secrecy is not kept.
"""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import TextField
from django.db.models.functions import Cast

from hanhlang.domains.events.models import Week

WITHIN_SECONDS = 10.0
Told = tuple[str, str]  # start and place
Key = tuple[str, str]  # person and meeting


def _rows(model: str, *fields: str, **where: Any) -> list[Any]:
    """Return rows as the database writes them: it is read twice a second, beside what is measured. Hours are in UTC, to the minute."""
    texts = [Cast(field, TextField()) for field in fields]
    hours = [number for number, field in enumerate(fields) if field in ("starts_at", "ends_at")]
    found = []
    for row in apps.get_model("meetings", model).objects.filter(**where).values_list(*texts):
        values = list(row)
        for number in hours:
            values[number] = values[number][:16]
        found.append(tuple(values))
    return found


def _hour(told: str) -> str:
    return f"{datetime.fromisoformat(told).astimezone(UTC):%Y-%m-%d %H:%M}"


def _key(told: str) -> str:
    """Return an id from a notice as the database writes it."""
    return told.replace("-", "") if connection.vendor == "sqlite" else told


@dataclass
class Reader:
    """What everybody believes, kept up to date from notices; ``began`` holds since when what they believe has not been so."""

    week: Week
    within: float = WITHIN_SECONDS
    believed: dict[Key, Told] = field(default_factory=dict)
    began: dict[Key, float] = field(default_factory=dict)
    read: set[str] = field(default_factory=set)
    judged: set[str] = field(default_factory=set)
    seats: set[Key] = field(default_factory=set)
    kept: dict[str, tuple[str, str]] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    longest: float = 0.0

    def __post_init__(self) -> None:
        told = _rows("Promise", "person_id", "meeting_id", "starts_at", "place_id", meeting__week=self.week, is_cancelled=False)
        self.believed = {(person, meeting): (start, place) for person, meeting, start, place in told}
        self.read = {row[0] for row in _rows("Notice", "pk", week=self.week)}
        self.judged = set(self.read)
        self.seats = set(_rows("Participant", "person_id", "meeting_id", meeting__week=self.week))
        self.locks()

    def locks(self) -> None:
        """Take note of what may not move from here on."""
        rows = _rows("Lock", "meeting_id", "starts_at", "place_id", meeting__week=self.week)
        self.kept = {meeting: (start, place) for meeting, start, place in rows}

    def look(self, now: datetime) -> None:
        """Read the new notices, compare what people believe with what is true, and note whatever has been wrong for too long."""
        self.hear()
        true = self.truth()
        clock = time.monotonic()
        for key in {*self.believed, *true}:
            if self.believed.get(key) == true.get(key):
                if (since := self.began.pop(key, None)) is not None:
                    self.longest = max(self.longest, clock - since)
                continue
            since = self.began.setdefault(key, clock)
            if clock - since > self.within:
                self.broken.append(f"{key[0]} was not told about meeting {key[1]} within {self.within:.0f} s")
                self.began[key] = clock
        self.doubled += [text for text in doubled(self.week) if text not in self.doubled]
        self.check_locks(now)
        self.check_secrecy()

    def hear(self) -> None:
        fields = ("pk", "person_id", "meeting_id", "after", "sequence", "written_at")
        new = [row for row in _rows("Notice", *fields, week=self.week) if row[0] not in self.read]
        for pk, person, meeting, after, _, _ in sorted(new, key=lambda row: (row[5], int(row[4]))):
            self.read.add(pk)
            if said := json.loads(after):
                self.believed[person, meeting] = (_hour(said["starts_at"]), _key(said["place"]))
            else:
                self.believed.pop((person, meeting), None)

    def truth(self) -> dict[Key, Told]:
        """Return where and when every person of every published meeting is expected."""
        seats: dict[str, list[str]] = defaultdict(list)
        for meeting, person in _rows("Participant", "meeting_id", "person_id", meeting__week=self.week):
            seats[meeting].append(person)
        fields = ("meeting_id", "starts_at", "place_id")
        standing = {"plan__week": self.week, "plan__state": "published", "meeting__state__in": ("agreed", "logged")}
        return {
            (person, meeting): (start, place)
            for meeting, start, place in _rows("Placement", *fields, **standing)
            for person in seats[meeting]
        }

    def check_locks(self, now: datetime) -> None:
        placed = {
            row[0]: row[1:]
            for row in _rows("Placement", "meeting_id", "starts_at", "place_id", plan__week=self.week, plan__state="published")
        }
        for meeting, (start, place) in list(self.kept.items()):
            there = placed.get(meeting)
            if there and (there[0] != start or (place and there[1] != place)):
                self.broken.append(f"meeting {meeting} was kept for {start} and is elsewhere")
        # From here on, what is locked now.
        self.locks()

    def check_secrecy(self) -> None:
        """A notice is for those who are, or were, of its meeting only."""
        self.seats |= set(_rows("Participant", "person_id", "meeting_id", meeting__week=self.week))
        for pk, person, meeting in _rows("Notice", "pk", "person_id", "meeting_id", week=self.week):
            if pk not in self.judged and (person, meeting) not in self.seats:
                self.broken.append(f"{person} was told of meeting {meeting}, which is others'")
            self.judged.add(pk)


def doubled(week: Week) -> Iterator[str]:
    """Yield everybody and everything that is in two published meetings at once."""
    fields = ("meeting_id", "starts_at", "ends_at", "place_id")
    placed = _rows("Placement", *fields, plan__week=week, plan__state="published", meeting__state="agreed")
    spans = {meeting: (start, end) for meeting, start, end, _ in placed}
    busy: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for meeting, start, end, place in placed:
        busy[f"place {place}"].append((start, end, meeting))
    for meeting, person in _rows("Participant", "meeting_id", "person_id", meeting__week=week):
        if meeting in spans:
            busy[f"person {person}"].append((*spans[meeting], meeting))
    for who, things in busy.items():
        for first, second in pairwise(sorted(things)):
            if second[0] < first[1]:
                yield f"{who} is in meetings {first[2]} and {second[2]} at once"
