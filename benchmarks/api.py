"""
What a call of the JSON interface costs: CPU, statements, bytes; on the week of 120 sessions that pages are measured on.

    python benchmarks/api.py [--repeat 200]

Calls go one after the other through the whole WSGI application in this process, as in pages.py. Prints a table and writes
benchmarks/results/api.json.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pages import SEED, SESSIONS, WEEK, Visitor, cpu_of, make_week, prepare, statements_of

HERE = Path(__file__).resolve().parent
MEETINGS = 200


def make_token() -> str:
    """Make a token of a secretariat with every scope."""
    from hanhlang.domains.events import tokens
    from hanhlang.domains.events.models import Role, Week
    from hanhlang.domains.events.scopes import SCOPES
    from hanhlang.domains.people.models import Account

    week = Week.objects.get(key=WEEK)
    account = Account.objects.create_account(email="bench@example.org")
    Role.objects.create(week=week, account=account, kind=Role.Kind.SECRETARIAT)
    now = datetime.now(tz=UTC)
    return tokens.make_token(week=week, account=account, name="Bench", scopes=SCOPES, expires_at=now + timedelta(days=1), by=None, now=now)


def make_meetings() -> None:
    """Agree business meetings between the week's speakers; equal each time."""
    from hanhlang.domains.events.models import Week
    from hanhlang.domains.meetings.models import Grid, Kind, Meeting, Participant
    from hanhlang.domains.people.models import Person

    week = Week.objects.get(key=WEEK)
    grid = Grid.objects.create(week=week, key="b2b", kind=Kind.BUSINESS, minutes=20, pools=["tables"])
    people = list(Person.objects.order_by("key"))
    for number in range(1, MEETINGS + 1):
        meeting = Meeting.objects.create(week=week, number=number, kind=Kind.BUSINESS, minutes=20, grid=grid, pools=["tables"], seats=2)
        for side in (1, 2):
            Participant.objects.create(meeting=meeting, person=people[(number + 31 * side) % len(people)], side=side)


def measure(visitor: Visitor, path: str, repeat: int, **headers: str) -> dict[str, Any]:
    """Return what a call costs built anew and when the caller has the answer."""
    status, given, body = visitor.get(path, **headers)
    assert status == 200, (path, status, body)
    known = {"HTTP_IF_NONE_MATCH": given["etag"], **headers}
    assert visitor.get(path, **known)[0] == 304, path
    return {
        "path": path,
        "rows": len(json.loads(body).get("items", [None])),
        "bytes": len(body),
        "ms": cpu_of(lambda: visitor.get(path, **headers), repeat),
        "sql": statements_of(lambda: visitor.get(path, **headers)),
        "known_ms": cpu_of(lambda: visitor.get(path, **known), repeat),
        "known_sql": statements_of(lambda: visitor.get(path, **known)),
    }


CALLS = {
    "sessions": f"/api/v1/weeks/{WEEK}/sessions?limit=200",
    "sessions, words": f"/api/v1/weeks/{WEEK}/sessions?limit=200&q=tri+tue",
    "one session": f"/api/v1/weeks/{WEEK}/sessions/session-7",
    "speakers": f"/api/v1/weeks/{WEEK}/speakers?limit=200",
    "organisations": f"/api/v1/weeks/{WEEK}/organisations?limit=200",
    "places": f"/api/v1/weeks/{WEEK}/places?limit=200",
    "figures": f"/api/v1/weeks/{WEEK}/figures",
}
WITH_TOKEN = {"meetings": f"/api/v1/weeks/{WEEK}/meetings?limit=200"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=200)
    repeat = parser.parse_args().repeat
    with tempfile.TemporaryDirectory() as home:
        prepare(home)
        make_week()
        make_meetings()
        from django.conf import settings

        settings.API_CALLS_A_MINUTE = dict.fromkeys(settings.API_CALLS_A_MINUTE, 10**9)
        visitor = Visitor()
        rows = {name: measure(visitor, path, repeat) for name, path in CALLS.items()}
        token = {"HTTP_AUTHORIZATION": f"Bearer {make_token()}"}
        rows |= {f"{name}, with a token": measure(visitor, path, repeat, **token) for name, path in WITH_TOKEN.items()}
    print("| call | rows | kB | CPU ms | SQL | CPU ms 304 | SQL |\n|---|---|---|---|---|---|---|")
    for name, row in rows.items():
        cells = [row["rows"], f"{row['bytes'] / 1000:.1f}", f"{row['ms']:.1f}", row["sql"], f"{row['known_ms']:.1f}", row["known_sql"]]
        print(f"| {name} | " + " | ".join(map(str, cells)) + " |")
    target = HERE / "results" / "api.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps({"sessions": SESSIONS, "seed": SEED, "repeat": repeat, "calls": rows}, indent=1) + "\n")


if __name__ == "__main__":
    main()
