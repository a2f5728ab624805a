"""What got stuck is seen at the desk, without anybody's name, and tried again from there."""

from __future__ import annotations

import html
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from factories.events import make_role, make_week
from factories.people import make_account, make_person
from hanhlang.domains.core import letters
from hanhlang.domains.core.models import AuditEntry, Letter, OutboxDelivery, OutboxMessage
from hanhlang.domains.events.models import Role
from hanhlang.jobs.letters import send_letter

pytestmark = pytest.mark.django_db
PAGE = "/desk/vidw-2025/jobs/"


@pytest.fixture
def client():
    client, account = Client(), make_account(person=make_person(), language="en")
    make_role(make_week(key="vidw-2025"), account, Role.Kind.SECRETARIAT)
    client.force_login(account)
    client.cookies["hanhlang_language"] = "en"
    return client


def said(answer) -> str:
    return html.unescape(answer.content.decode())


def failed_job() -> DBTaskResult:
    result = send_letter.enqueue("00000000-0000-0000-0000-000000000000")
    ended = {"status": TaskResultStatus.FAILED, "finished_at": timezone.now(), "exception_class_path": "a.Fault"}
    DBTaskResult.objects.filter(pk=result.id).update(**ended)
    return DBTaskResult.objects.get(pk=result.id)


def late_letter(is_secret: bool = False) -> Letter:
    with transaction.atomic():
        values: dict[str, object] = {"code": "111222", "minutes": 5}
        now = datetime.now(UTC)
        letter = letters.send(to="lan@example.vn", kind="sign_in_code", language="en", values=values, now=now, is_secret=is_secret)
    Letter.objects.filter(pk=letter.pk).update(created_at=timezone.now() - timedelta(hours=1))
    letters.mark_failed(Letter.objects.get(pk=letter.pk), fault="ConnectionRefusedError: 111", now=timezone.now(), is_last=True)
    return Letter.objects.get(pk=letter.pk)


def given_up_news() -> OutboxMessage:
    message = OutboxMessage.objects.create(topic="place.closed", given_up_at=timezone.now())
    OutboxDelivery.objects.create(message=message, receiver="a.receiver", tries=8, fault="ValueError: no")
    return message


def test_when_nothing_is_stuck_it_says_so_and_the_front_is_quiet(client):
    assert "Nothing is stuck" in said(client.get(PAGE))
    assert PAGE not in said(client.get("/desk/vidw-2025/"))


def test_what_is_stuck_is_shown_with_its_cause_and_nobodys_address(client):
    failed_job()
    late_letter()
    given_up_news()

    page = said(client.get(PAGE))

    assert "a.Fault" in page
    assert "ConnectionRefusedError: 111" in page
    assert "ValueError: no" in page
    assert "lan@example.vn" not in page
    assert "3 things are stuck" in said(client.get("/desk/vidw-2025/"))


def test_what_is_ticked_is_tried_again_and_recorded_and_the_rest_is_not(client):
    job, other, letter, news = failed_job(), failed_job(), late_letter(), given_up_news()

    answer = client.post(f"{PAGE}again/", {"job": [job.pk], "letter": [letter.pk], "news": [news.pk]}, follow=True)

    assert "3 are tried again now." in said(answer)
    assert DBTaskResult.objects.get(pk=job.pk).status == TaskResultStatus.READY
    assert DBTaskResult.objects.get(pk=other.pk).status == TaskResultStatus.FAILED
    assert Letter.objects.get(pk=letter.pk).given_up_at is None
    assert OutboxMessage.objects.get(pk=news.pk).given_up_at is None
    recorded = set(AuditEntry.objects.values_list("event", flat=True))
    assert {"job.tried_again", "letter.tried_again", "outbox.tried_again"} <= recorded


def test_a_code_that_was_erased_is_not_offered_again(client):
    letter = late_letter(is_secret=True)

    page = said(client.get(PAGE))
    answer = client.post(f"{PAGE}again/", {"letter": [letter.pk], "job": ["no-number"], "news": ["x"]}, follow=True)

    assert "too old to be of use" in page
    assert f'value="{letter.pk}"' not in page
    assert "Nothing was chosen that is still stuck." in said(answer)


def test_pressing_twice_tries_once(client):
    job = failed_job()

    first, second = (client.post(f"{PAGE}again/", {"job": [job.pk]}, follow=True) for _ in range(2))

    assert "1 is tried again now." in said(first)
    assert "Nothing was chosen" in said(second)
