"""
What a public page costs: CPU, statements, bytes.

The week has 120 sessions, 140 speakers, 12 rooms in 2 cities and 6 topics, the size the peers were measured with.

    python benchmarks/pages.py [--repeat 200]

Requests go one after the other through the whole WSGI application, middleware included, in this process; CPU is the process's own time, the
database's included (SQLite works in the process). Prints a table and writes benchmarks/results/pages.json.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

HERE = Path(__file__).resolve().parent
SESSIONS, SPEAKERS, ROOMS, DAYS, SEED = 120, 140, 12, 3, 2025
WEEK = "bench-week"
TEXT = "trí tuệ nhân tạo hạ tầng số dữ liệu mở chuyển đổi quản trị nhân lực doanh nghiệp khu vực hợp tác an toàn công nghệ"
WORDS = TEXT.split()
FAMILY, GIVEN = ("Nguyễn", "Trần", "Lê", "Đặng", "Vũ", "Phạm"), ("An", "Ân", "Bình", "Dũng", "Đức", "Hà", "Linh", "Ước", "Vân", "Yến")


def prepare(home: str) -> None:
    """Make an empty database of our own and start Django on it."""
    os.environ["HANHLANG_HOME"] = home
    os.environ.pop("HANHLANG_DATABASE_URL", None)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hanhlang.project.settings")
    import django
    from django.conf import settings
    from django.core.management import call_command

    django.setup()
    # As served: names with digests come from the collected set; here the source's names do as well.
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    call_command("migrate", verbosity=0)


def make_week() -> None:
    """Make the week; equal seeds make equal weeks."""
    from hanhlang.domains.core.multitext import MultiText
    from hanhlang.domains.events.models import Place, Site, Topic, Week
    from hanhlang.domains.people.models import Organisation, Person
    from hanhlang.domains.programme.models import Session, Speaking

    random = Random(SEED)

    def text(length: int) -> Any:
        vi = " ".join(random.choice(WORDS) for _ in range(length)).capitalize()
        return MultiText({"vi": vi, "en": " ".join(random.choice(WORDS) for _ in range(length)).capitalize()})

    first = date(2025, 10, 27)
    host = Organisation.objects.create(key="host", kind="ministry", name=text(5))
    week = Week.objects.create(
        key=WEEK,
        name=text(6),
        theme=text(9),
        timezone="Asia/Ho_Chi_Minh",
        starts_on=first,
        ends_on=first + timedelta(days=DAYS - 1),
        host=host,
    )
    sites = [Site.objects.create(week=week, key=f"site-{n}", name=text(2), order=n) for n in range(2)]
    hatches = ("lines", "grid", "dots", "slants", "checks", "uprights")
    topics = [Topic.objects.create(week=week, key=f"topic-{n}", name=text(3), hatch=hatch, order=n) for n, hatch in enumerate(hatches)]
    rooms = [Place.objects.create(week=week, site=sites[n % 2], key=f"room-{n}", name=text(2), kind="room", order=n) for n in range(ROOMS)]
    firms = [Organisation.objects.create(key=f"firm-{n}", kind="company", name=text(3)) for n in range(40)]
    people = [
        Person.objects.create(
            key=f"p-{n}",
            name=f"{random.choice(FAMILY)} {random.choice(WORDS).title()} {random.choice(GIVEN)}",
            title=text(3),
            organisation=firms[n % 40],
        )
        for n in range(SPEAKERS)
    ]
    for number in range(SESSIONS):
        day, lane = divmod(number, SESSIONS // DAYS)
        start = datetime(2025, 10, 27 + day, 1, 0, tzinfo=UTC) + timedelta(minutes=45 * (lane // ROOMS) * 3)
        session = Session.objects.create(
            week=week,
            key=f"session-{number}",
            kind="forum",
            title=text(8),
            description=text(60),
            day=first + timedelta(days=day),
            starts_at=start,
            ends_at=start + timedelta(minutes=90),
            site=rooms[lane % ROOMS].site,
            place=rooms[lane % ROOMS],
        )
        session.topics.set([topics[number % 6], topics[(number + 2) % 6]])
        session.organisers.set([firms[number % 40]])
        for order, person in enumerate(random.sample(people, 2)):
            Speaking.objects.create(session=session, person=person, role="speaker", order=order)


class Visitor:
    """Asks the application for pages as a server would."""

    def __init__(self) -> None:
        from django.core.wsgi import get_wsgi_application

        self.application = get_wsgi_application()

    def get(self, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        path, _, query = path.partition("?")
        environ: dict[str, Any] = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query, "SCRIPT_NAME": ""}
        environ |= {"SERVER_NAME": "localhost", "SERVER_PORT": "80", "HTTP_HOST": "localhost", "SERVER_PROTOCOL": "HTTP/1.1"}
        environ |= {"REMOTE_ADDR": "127.0.0.1", "wsgi.input": BytesIO(), "wsgi.errors": sys.stderr, "wsgi.url_scheme": "http", **headers}
        said: dict[str, Any] = {}

        def start(status: str, given: list[tuple[str, str]], *more: Any) -> Callable[[bytes], None]:
            said.update(status=int(status.split()[0]), headers={name.lower(): value for name, value in given})
            return lambda data: None

        answer = self.application(environ, start)
        body = b"".join(answer)
        answer.close()
        return said["status"], said["headers"], body


def cpu_of(ask: Callable[[], Any], repeat: int) -> float:
    """Return the CPU of one call in ms: the least of five mean values, as others share the machine."""
    ask()
    means = []
    for _ in range(5):
        before = time.process_time()
        for _ in range(max(1, repeat // 5)):
            ask()
        means.append(1000 * (time.process_time() - before) / max(1, repeat // 5))
    return min(means)


def statements_of(ask: Callable[[], Any]) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as seen:
        ask()
    return len(seen)


def measure(visitor: Visitor, path: str, repeat: int) -> dict[str, Any]:
    """Return what ``path`` costs built anew, from the cache, and when the visitor has it."""
    from hanhlang.web.public import cache

    def anew() -> Any:
        cache.forget()
        return visitor.get(path)

    status, headers, body = visitor.get(path)
    assert status == 200, (path, status)
    known = {"HTTP_IF_NONE_MATCH": headers.get("etag", "")}
    squeezed = visitor.get(path, HTTP_ACCEPT_ENCODING="gzip")[2]
    return {
        "path": path,
        "bytes": len(body),
        "gzip": len(squeezed) if len(squeezed) < len(body) else len(gzip.compress(body, 6)),
        "anew_ms": cpu_of(anew, repeat),
        "anew_sql": statements_of(anew),
        "cached_ms": cpu_of(lambda: visitor.get(path), repeat * 5),
        "cached_sql": statements_of(lambda: visitor.get(path)),
        "known_ms": cpu_of(lambda: visitor.get(path, **known), repeat * 5) if "etag" in headers else None,
    }


PAGES = {
    "programme, a day of 40 sessions": f"/vi/{WEEK}/programme/",
    "programme, all 120 sessions": f"/vi/{WEEK}/programme/all/",
    "home": f"/vi/{WEEK}/",
    "one session": f"/vi/{WEEK}/sessions/session-7/",
    "speakers": f"/vi/{WEEK}/speakers/",
    "organisations": f"/vi/{WEEK}/organisations/",
    "search, not kept": f"/vi/{WEEK}/search/?q=du+lieu",
    "programme.ics": f"/{WEEK}/programme.ics",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=200)
    repeat = parser.parse_args().repeat
    with tempfile.TemporaryDirectory() as home:
        prepare(home)
        make_week()
        visitor = Visitor()
        rows = {name: measure(visitor, path, repeat) for name, path in PAGES.items()}
    print("| page | kB | kB gzip | CPU ms anew | SQL | CPU ms kept ready | SQL | CPU ms 304 |\n|---|---|---|---|---|---|---|---|")
    for name, row in rows.items():
        known = f"{row['known_ms']:.2f}" if row["known_ms"] else ""
        cells = [f"{row['bytes'] / 1000:.1f}", f"{row['gzip'] / 1000:.1f}", f"{row['anew_ms']:.1f}", row["anew_sql"]]
        print(f"| {name} | " + " | ".join(map(str, [*cells, f"{row['cached_ms']:.2f}", row["cached_sql"], known])) + " |")
    target = HERE / "results" / "pages.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps({"sessions": SESSIONS, "seed": SEED, "repeat": repeat, "pages": rows}, indent=1) + "\n")


if __name__ == "__main__":
    main()
