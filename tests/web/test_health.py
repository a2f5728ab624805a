"""Those who watch the installation get an answer that is true, and nothing about anybody."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from django.test import Client
from django.utils import timezone

from factories import make_account, make_week
from hanhlang.domains.core import audit, audit_guard, outbox
from installations import ROOT

ELSEWHERE = {"REMOTE_ADDR": "203.0.113.9"}


def figures(text: str) -> dict[str, float]:
    lines = [line.rsplit(" ", 1) for line in text.splitlines() if line and not line.startswith("#")]
    return {name: float(value) for name, value in lines}


def test_the_process_answers_without_asking_the_database(client: Client):
    # No database is allowed to this test.
    answer = client.get("/healthz")

    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_it_is_ready_until_a_guard_is_gone(client: Client):
    assert client.get("/readyz").content == b"ready\n"

    audit_guard.remove(connection)

    answer = client.get("/readyz")
    assert (answer.status_code, answer.content) == (503, b"core.audit_unguarded\n")


@pytest.mark.django_db
def test_readiness_costs_few_queries(client: Client, django_assert_max_num_queries: Any):
    client.get("/readyz")

    with django_assert_max_num_queries(4):
        client.get("/readyz")


@pytest.mark.django_db
def test_figures_are_for_this_machine_or_the_token(client: Client, settings: Any):
    settings.METRICS_TOKEN = "s3cret"

    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", **ELSEWHERE).status_code == 404
    assert client.get("/metrics", HTTP_X_FORWARDED_FOR="203.0.113.9").status_code == 404
    assert client.get("/metrics", HTTP_AUTHORIZATION="Bearer wrong", **ELSEWHERE).status_code == 404
    assert client.get("/metrics", HTTP_AUTHORIZATION="Bearer s3cret", **ELSEWHERE).status_code == 200


@pytest.mark.django_db
def test_without_a_token_an_empty_one_opens_nothing(client: Client, settings: Any):
    settings.METRICS_TOKEN = ""

    assert client.get("/metrics", HTTP_AUTHORIZATION="Bearer ", **ELSEWHERE).status_code == 404


@pytest.mark.django_db
def test_requests_are_counted_by_the_name_of_their_address(client: Client):
    make_week(key="a-secret-week")
    name = 'hanhlang_requests_total{route="agenda-feed",status="4xx"}'
    before = figures(client.get("/metrics").content.decode()).get(name, 0)

    client.get("/agenda/a-token-of-somebody.ics")
    text = client.get("/metrics").content.decode()

    assert figures(text)[name] == before + 1
    assert figures(text)['hanhlang_request_seconds_count{route="agenda-feed"}'] >= 1
    assert "a-token" not in text
    assert "a-secret-week" not in text


@pytest.mark.django_db
def test_what_waits_and_what_failed_is_counted(client: Client):
    def waiting() -> dict[str, float]:
        return figures(client.get("/metrics").content.decode())

    before = waiting()
    with transaction.atomic():
        outbox.post("test.happened")
        audit.record("test.happened", about=None, by=None, at=timezone.now())
    after = waiting()

    assert after['hanhlang_outbox{state="waiting"}'] == before['hanhlang_outbox{state="waiting"}'] + 1
    assert after["hanhlang_audit_unsealed"] == before["hanhlang_audit_unsealed"] + 1
    assert "hanhlang_last_seal_age_seconds" not in after

    audit.seal(timezone.now())

    assert waiting()["hanhlang_audit_unsealed"] == 0
    assert 0 <= waiting()["hanhlang_last_seal_age_seconds"] < 3600


@pytest.mark.django_db
def test_every_answer_has_its_own_mark_and_a_stranger_cannot_choose_it(client: Client):
    marks = {client.get("/healthz", HTTP_X_REQUEST_ID="chosen")["X-Request-ID"] for _ in range(2)}

    assert len(marks) == 2
    assert "chosen" not in marks


def test_several_processes_share_their_figures(tmp_path: Path):
    """Two processes count one request each; a third, which was asked nothing, shows two."""
    script = (
        "import django; django.setup()\n"
        "from hanhlang.web import metrics\n"
        "import sys\n"
        "if sys.argv[1] == 'count':\n    metrics.count('programme', 200, 0.01)\n"
        "else:\n"
        "    metrics.Waiting.collect = lambda self: iter(())\n"  # there is no database here
        "    print(metrics.text().decode())\n"
    )
    environment = {
        **os.environ,
        "PROMETHEUS_MULTIPROC_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "hanhlang.project.settings",
        "PYTHONPATH": str(ROOT / "src"),
    }
    for _ in range(2):
        subprocess.run([sys.executable, "-c", script, "count"], env=environment, check=True, timeout=300)
    shown = subprocess.run([sys.executable, "-c", script, "show"], env=environment, capture_output=True, text=True, check=True, timeout=300)

    assert figures(shown.stdout)['hanhlang_requests_total{route="programme",status="2xx"}'] == 2


@pytest.mark.django_db(transaction=True)
def test_a_lost_database_is_a_clear_page_and_the_next_request_goes_on(settings: Any):
    """The server ends the connection in the middle of a request, as it does when it is restarted."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no server to lose; a full disk is tested for it")
    account = make_account(is_demo=True)
    settings.DEMO = True
    client = Client(raise_request_exception=False, HTTP_HOST="localhost")
    name = connection.settings_dict["NAME"]

    import psycopg

    own = connection.settings_dict
    with psycopg.connect(host=own["HOST"], user=own["USER"], password=own["PASSWORD"], dbname=name, port=own["PORT"] or None) as other:
        other.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()", [name])
        other.commit()
    lost = client.post("/demo/sign-in/", {"account": account.email}, HTTP_ACCEPT_LANGUAGE="en")
    connection.close()

    assert lost.status_code == 503
    assert b"Nothing was half-done" in lost.content
    assert client.post("/demo/sign-in/", {"account": account.email}).status_code == 302


@pytest.mark.django_db
def test_with_the_database_away_altogether_a_page_without_it_says_so(client: Client, settings: Any):
    """Whatever asks the database fails, also what draws the page about it."""
    client.raise_request_exception = False
    settings.DEMO = True  # its clock is on every page, the one about the fault too

    def away(*_: object) -> None:
        raise OperationalError("server closed the connection unexpectedly")

    with connection.execute_wrapper(away):
        answer = client.get("/sign-in/", HTTP_HOST="localhost")

    assert answer.status_code == 503
    assert "The database does not answer for the moment" in answer.content.decode()
