"""
Two real processes that want the same minister at the same minute, again and again.

Run inside an installation: ``python -c "from soak.races import run; run(20, 'action')"`` prints one JSON line.
"""

from __future__ import annotations

import json
import multiprocessing
import os
from datetime import UTC, datetime, timedelta
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier

BEGIN = datetime(2025, 10, 27, tzinfo=UTC)
NOW = datetime(2025, 10, 1, tzinfo=UTC)
PATIENCE = 300


def run(rounds: int, mode: str) -> None:
    """Race ``rounds`` times; ``mode`` is ``action``, or ``bypass`` for inserts that go past it. Print what happened."""
    from django.db import connection

    from factories import make_participation, make_person, make_week
    from hanhlang.domains.agenda.models import Claim
    from hanhlang.domains.agenda.queries import resource_ids
    from hanhlang.domains.core import audit
    from hanhlang.domains.core.models import AuditEntry

    week, person = make_week(key=f"race-{mode}"), make_person(key=f"minister-{mode}")
    make_participation(week, person)
    minister = resource_ids(week, [person.pk]).person(person.pk)
    connection.close()
    context = multiprocessing.get_context("spawn")
    start, told = context.Barrier(2), context.Queue()
    racers = [context.Process(target=race, args=(name, mode, rounds, str(week.pk), minister, start, told)) for name in "ab"]
    for racer in racers:
        racer.start()
    endings = [told.get(timeout=PATIENCE + 20 * rounds) for _ in racers]
    for racer in racers:
        racer.join(PATIENCE)

    pairs = list(zip(*endings, strict=True))
    taken = list(Claim.objects.filter(resource=minister).values_list("start", flat=True))
    recorded = AuditEntry.objects.filter(event="agenda.claims_replaced", about_id=week.pk).count()
    audit.seal(NOW)
    said = {
        "races": len(pairs),
        "one_winner": sum(pair.count("won") == 1 for pair in pairs),
        "claims": len(taken),
        "distinct": len(set(taken)),
        "recorded": recorded if mode == "action" else None,
        "audit_holds": audit.verify().holds,
        "others": sorted({ending for pair in pairs for ending in pair} - {"won", "refused"}),
    }
    print(json.dumps(said))


def race(name: str, mode: str, rounds: int, week: str, minister: int, start: Barrier, told: Queue[list[str]]) -> None:
    """Be one of the two; tell how each round ended."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "hanhlang.project.settings"
    import django

    django.setup()
    from django.db import IntegrityError, OperationalError, connection

    from hanhlang.domains.agenda.actions import NewClaim, replace_claims
    from hanhlang.domains.agenda.errors import AlreadyTaken
    from hanhlang.domains.agenda.minutes import minute_of
    from hanhlang.domains.agenda.models import Claim
    from hanhlang.domains.events.models import Week

    where = Week.objects.get(pk=week)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # Two inserts that wait for each other are a deadlock; a second's wait for each would be all the time there is.
            cursor.execute("SET deadlock_timeout = '20ms'")
    endings = []
    for number in range(rounds):
        begins = BEGIN + timedelta(minutes=30 * number)
        ends = begins + timedelta(minutes=30)
        start.wait(PATIENCE)
        try:
            if mode == "action":
                claim = NewClaim(resource=minister, start=begins, end=ends, kind="meeting", source=f"meeting:{name}:{number}")
                replace_claims(week=where, drop=[claim.source], claims=[claim], by=None, now=NOW)
            else:
                fields = {"start": minute_of(begins), "end": minute_of(ends), "kind": "meeting", "source": f"{name}:{number}"}
                Claim.objects.create(resource_id=minister, **fields)
            endings.append("won")
        except (AlreadyTaken, IntegrityError, OperationalError):
            endings.append("refused")
        except Exception as fault:
            endings.append(type(fault).__name__)
    told.put(endings)
