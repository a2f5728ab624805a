"""Others who work in the week while it changes: focal points, firms and people who read what they are told."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from uuid import UUID

from django.db import OperationalError, close_old_connections, connection

from hanhlang.domains.core import clock
from hanhlang.domains.core.errors import CodedError
from hanhlang.domains.delegations.models import Delegation
from hanhlang.domains.events.models import Participation, Week
from hanhlang.domains.meetings.actions import (
    accept_request,
    accept_wish,
    decline_wish,
    file_request,
    make_wish,
    withdraw_request,
)
from hanhlang.domains.meetings.models import Request, Wish
from hanhlang.domains.meetings.queries import agenda_of
from hanhlang.domains.people.models import Person

# Six of them: a few things a second, more than 800 people do who are busy meeting each other.
PAUSE_SECONDS = 1.0


@dataclass
class Users:
    """Threads that do one thing after the other until told to stop; what they did and what was refused is counted."""

    week: Week
    seed: int
    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)
    threads: list[threading.Thread] = field(default_factory=list)
    guard: threading.Lock = field(default_factory=threading.Lock)

    def begin(self) -> None:
        for number, step in enumerate((self.ask, self.answer, self.wish, self.answer_wish, self.read, self.read)):
            random = Random(f"{self.seed}/{number}")  # noqa: S311 (a draw that must repeat, not a secret)
            thread = threading.Thread(target=self.repeat, args=(step, random), daemon=True)
            self.threads.append(thread)
            thread.start()

    def end(self) -> None:
        self.stop.set()
        for thread in self.threads:
            thread.join(30)

    def repeat(self, step: Callable[[Random], str], random: Random) -> None:
        while not self.stop.wait(PAUSE_SECONDS * (0.5 + random.random())):
            close_old_connections()
            try:
                name = step(random)
                with self.guard:
                    self.done[name] += 1
            except CodedError as refusal:
                with self.guard:
                    self.refused[refusal.code] += 1
            except OperationalError as fault:
                # SQLite gives up on its one lock after a while; a page would say so, and the person would try again.
                with self.guard:
                    self.refused[f"database: {str(fault).splitlines()[0]}"] += 1
            except Exception as fault:
                with self.guard:
                    self.faults.append(f"{step.__name__}: {type(fault).__name__}: {fault}")
        connection.close()

    def ask(self, random: Random) -> str:
        parties = list(Delegation.objects.filter(week=self.week, organisation__is_invented=True).order_by("key"))
        asking, asked = random.sample(parties, 2)
        file_request(asking=asking, asked=asked, minutes=20, subjects="", by=None, now=clock.now())
        return "asked for a bilateral"

    def answer(self, random: Random) -> str:
        request = Request.objects.filter(week=self.week, state=Request.State.OPEN).order_by("?").first()
        if request is None:
            return "found nothing to answer"
        if random.random() < 0.3:
            withdraw_request(request=request, by=None, now=clock.now())
            return "withdrew a request"
        accept_request(request=request, by=None, now=clock.now())
        return "agreed to a bilateral"

    def wish(self, random: Random) -> str:
        guests = Participation.objects.filter(week=self.week, category=Participation.Category.BUSINESS).values_list("person", flat=True)
        asking, asked = random.sample(sorted(guests), 2)
        people = Person.objects.in_bulk([asking, asked])
        make_wish(week=self.week, asking=people[asking], asked=people[asked], by=None, now=clock.now())
        return "wished to meet somebody"

    def answer_wish(self, random: Random) -> str:
        wish = Wish.objects.filter(week=self.week, state=Wish.State.OPEN).order_by("?").first()
        if wish is None:
            return "found nothing to answer"
        if random.random() < 0.3:
            decline_wish(wish=wish, by=None, now=clock.now())
            return "declined a wish"
        accept_wish(wish=wish, by=None, now=clock.now())
        return "agreed to meet"

    def read(self, random: Random) -> str:
        people: list[UUID] = list(Participation.objects.filter(week=self.week).values_list("person", flat=True))
        agenda_of(self.week, Person.objects.get(pk=random.choice(people)))
        return "read an agenda"
