"""
An installation whose processes are killed while clients write: what was confirmed to a client must be there afterwards, once.

The listening socket is ours, so no port is guessed and a client that comes while nobody listens waits. Kills wait for work done
since the last one, never for a time.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import urlencode

import psutil
import psycopg

from installations import ROOT, Installation

# A letter's last try comes six minutes after the one before.
PATIENCE = 900
TOKEN = re.compile(r"/agenda/([\w-]+)\.ics")
PREPARE = """
from factories import make_account, make_participation, make_person, make_role, make_week
week = make_week(key="soak-week")
for number in range({clients}):
    person = make_person(key=f"client-{{number}}")
    make_participation(week, person)
    make_role(week, make_account(email=f"client-{{number}}@soak.example", person=person, is_demo=True), "delegate")
"""


class Stuck(RuntimeError):
    """Nothing went on although everything runs."""


def wait_for(what: str, holds: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > end:
            raise Stuck(f"waited {PATIENCE} s for: {what}")
        time.sleep(0.02)


class Client(threading.Thread):
    """Makes calendar addresses over HTTP, one after the other, and remembers each that was confirmed."""

    def __init__(self, number: int, port: int, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.account, self.port, self.stop = f"client-{number}@soak.example", port, stop
        self.cookies: dict[str, str] = {}
        self.confirmed: list[str] = []
        self.unconfirmed = 0

    def run(self) -> None:
        while not self.stop.is_set():
            try:
                if not self.cookies.get("sessionid"):
                    self.ask("GET", "/sign-in/")
                    self.ask("POST", "/demo/sign-in/", {"account": self.account})
                    continue
                status, body = self.ask("POST", "/portal/soak-week/calendar/", {})
            except (OSError, http.client.HTTPException):
                self.unconfirmed += 1
                continue
            found = TOKEN.search(body)
            if status == 200 and found:
                self.confirmed.append(found.group(1))
            else:
                self.unconfirmed += 1
                if status in (302, 403):
                    self.cookies.clear()

    def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"Cookie": cookies, "Host": "localhost", "X-CSRFToken": self.cookies.get("csrftoken", "")}
        try:
            connection.request(method, path, urlencode(form or {}), headers | {"Content-Type": "application/x-www-form-urlencoded"})
            answer = connection.getresponse()
            body = answer.read().decode(errors="replace")
            for value in answer.headers.get_all("Set-Cookie") or []:
                name, _, rest = value.partition("=")
                self.cookies[name] = rest.split(";", 1)[0]
            return answer.status, body
        finally:
            connection.close()


class Processes:
    """The pages and a worker of one installation, and whatever else ``commands`` names; each may be killed and started again."""

    def __init__(self, where: Installation) -> None:
        self.where = where
        where.environment |= {"HANHLANG_DEMO": "1", "HANHLANG_LOG_FORMAT": "json"}
        where.succeed("migrate", "-v0")
        where.succeed("collectstatic", "--noinput", "-v0")
        self.listening = socket.socket()
        self.listening.bind(("127.0.0.1", 0))
        self.listening.listen(128)
        self.stop = threading.Event()
        self.log = (where.home / "log").open("ab")
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def commands(self) -> dict[str, list[str]]:
        gunicorn = ["-m", "gunicorn", "--no-control-socket", "--log-level", "critical", "--worker-class", "gthread", "--threads", "8"]
        return {
            "pages": [*gunicorn, "--bind", f"fd://{self.listening.fileno()}", "hanhlang.project.wsgi:application"],
            "worker": ["-m", "hanhlang", "worker"],
        }

    def start(self, name: str) -> None:
        self.running[name] = subprocess.Popen(
            [sys.executable, *self.commands()[name]],
            env={**self.where.variables(), "PYTHONPATH": f"{ROOT / 'src'}:{ROOT / 'tests'}"},
            cwd=ROOT,
            pass_fds=[self.listening.fileno()],
            stdout=self.log,
            stderr=self.log,
            start_new_session=True,
        )

    def kill(self, name: str) -> None:
        """End a process and all it started, as a power button would; nobody is asked."""
        kill_tree(self.running[name].pid)
        self.running[name].wait(PATIENCE)

    def end(self) -> None:
        """Leave nothing running."""
        self.stop.set()
        for process in self.running.values():
            kill_tree(process.pid)
        self.listening.close()
        self.log.close()

    def sealed(self) -> int:
        return int(self.where.value("SELECT count(*) FROM core_auditseal"))


class Stand(Processes):
    """The pages, a worker and the clients of one installation."""

    def __init__(self, where: Installation, clients: int = 2) -> None:
        super().__init__(where)
        where.python(PREPARE.format(clients=clients))
        self.clients = [Client(number, self.listening.getsockname()[1], self.stop) for number in range(clients)]

    def confirmed(self) -> int:
        return sum(len(client.confirmed) for client in self.clients)

    def wait_for_work(self) -> None:
        """Return when each client had something confirmed, and the worker sealed something, since now."""
        before, seals = [len(client.confirmed) for client in self.clients], self.sealed()
        wait_for("a confirmed write of each client", lambda: all(len(c.confirmed) > n for c, n in zip(self.clients, before, strict=True)))
        wait_for("a new seal", lambda: self.sealed() > seals)

    def finish(self) -> None:
        self.stop.set()
        for client in self.clients:
            client.join(PATIENCE)


@contextmanager
def stand(where: Installation) -> Iterator[Stand]:
    """Give an installation at work; whatever happens nothing of it is left running."""
    made = Stand(where)
    try:
        for name in ("pages", "worker"):
            made.start(name)
        for client in made.clients:
            client.start()
        yield made
    finally:
        made.end()


def kill_tree(pid: int) -> None:
    with suppress(psutil.NoSuchProcess):
        parent = psutil.Process(pid)
        family = [parent, *parent.children(recursive=True)]
        for process in family:
            with suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGKILL)
        psutil.wait_procs(family, timeout=PATIENCE)


def kill_server(server: Any, where: Installation) -> None:
    """End a database server of the tests' own and start it again; return when it answers."""
    kill_tree(server.get_pid())
    # Its starter waits ten seconds; recovery on a busy machine takes longer, and goes on without it.
    with suppress(subprocess.SubprocessError):
        server.ensure_postgres_running()

    def answers() -> bool:
        with suppress(psycopg.OperationalError):
            return bool(where.value("SELECT 1") == 1)
        return False

    wait_for("the server to answer", answers)
    # It is to know whom to kill next.
    server.ensure_postgres_running()


JUDGE = """
import json, sys
from collections import Counter
from pathlib import Path
from django.db.models import Count
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from hanhlang.domains.agenda import readiness
from hanhlang.domains.agenda.models import Feed
from hanhlang.domains.agenda.queries import token_hash
from hanhlang.domains.core import audit
from hanhlang.domains.core.models import AuditEntry, Letter, OutboxMessage
given = json.loads(Path({given!r}).read_text())
readiness.require_ready()
audit.seal(timezone.now())
made = Counter(map(str, AuditEntry.objects.filter(event="feed.made").values_list("about_id", flat=True)))
feeds = {{str(feed.pk): feed for feed in Feed.objects.all()}}
hashes = Counter(feed.token_hash for feed in feeds.values())
known = set(map(str, Letter.objects.values_list("pk", flat=True)))
posted = Counter(message.payload["letter"] for message in OutboxMessage.objects.filter(topic="letter.written"))
jobs = Counter(str(row.args_kwargs["args"][0] if row.args_kwargs["args"] else row.args_kwargs["kwargs"].get("letter"))
    for row in DBTaskResult.objects.filter(task_path__endswith="send_letter"))
verified = audit.verify()
print(json.dumps({{
    "confirmed": len(given["tokens"]) + len(given["letters"]),
    "lost": sum(hashes[token_hash(token)] != 1 for token in given["tokens"]) + sum(letter not in known for letter in given["letters"]),
    "half_done": sum(made[key] != 1 for key in feeds) + sum(key not in feeds for key in made)
        + sum(posted[letter] != 1 for letter in known),
    "doubled": sum(number > 1 for number in made.values()) + sum(number > 1 for number in jobs.values())
        + Feed.objects.filter(revoked_at=None).values("person").annotate(n=Count("pk")).filter(n__gt=1).count(),
    "unsent": Letter.objects.filter(sent_at=None).count(),
    "audit_holds": verified.holds and verified.unsealed == 0,
    "entries": verified.entries,
}}))
"""


def judged(stand: Stand, letters: list[str] | None = None) -> dict[str, object]:
    """Return what was confirmed and what of it is lost, half-done or doubled; nobody may be writing any more."""
    given = stand.where.home / "confirmed.json"
    given.write_text(json.dumps({"tokens": [token for client in stand.clients for token in client.confirmed], "letters": letters or []}))
    found: dict[str, object] = json.loads(stand.where.python(JUDGE.format(given=str(given))).splitlines()[-1])
    return found


def sound(found: dict[str, object]) -> bool:
    """Tell whether nothing confirmed was lost and nothing is half-done or doubled."""
    nothing = all(found[name] == 0 for name in ("lost", "half_done", "doubled", "unsent"))
    return nothing and bool(found["audit_holds"]) and int(str(found["confirmed"])) > 0


# A client of another kind: a process that writes letters into the database and is never killed itself.
LETTERS = """
import sys, time
from pathlib import Path
from django.db import Error, connection, transaction
from django.utils import timezone
from hanhlang.domains.core import letters
stop, told = Path({stop!r}), open({told!r}, "a", buffering=1)
number = 0
while not stop.exists():
    number += 1
    try:
        with transaction.atomic():
            letter = letters.send(to=f"guest-{{number}}@soak.example", kind={kind!r}, language="en", values={values!r}, now=timezone.now())
        told.write(f"{{letter.pk}}\\n")
    except Error:
        connection.close()
        time.sleep(0.2)
    time.sleep(0.05)
"""


@contextmanager
def letter_writer(where: Installation, kind: str, values: dict[str, object]) -> Iterator[Callable[[], list[str]]]:
    """Write letters until the block ends; give a function that ends it and returns which were confirmed."""
    stop, told = where.home / "stop", where.home / "letters"
    text = LETTERS.format(stop=str(stop), told=str(told), kind=kind, values=values)
    # It writes for as long as the kills last, which on a busy machine is long.
    thread = threading.Thread(target=where.python, args=(text, None), daemon=True)
    thread.start()

    def end() -> list[str]:
        if not thread.is_alive():
            raise Stuck("the letters ended before the kills did; the lines above say why")
        stop.touch()
        thread.join(PATIENCE)
        if not (confirmed := told.read_text().split()):
            raise Stuck("no letter was written; the lines above say why")
        return confirmed

    try:
        yield end
    finally:
        stop.touch()
        thread.join(PATIENCE)
