"""The demonstration's letters can be read on this machine, and nowhere else."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import transaction

from hanhlang.domains.core import letters
from hanhlang.domains.core.models import Letter

pytestmark = pytest.mark.django_db
HERE = {"REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "127.0.0.1:8000"}


def write(code: str) -> Letter:
    with transaction.atomic():
        return letters.send(
            to="lan@example.vn",
            kind="sign_in_code",
            language="en",
            values={"code": code, "minutes": 5},
            now=datetime.now(UTC),
            is_secret=True,
        )


@pytest.fixture
def demo(settings: Any) -> None:
    settings.DEMO = True


def test_the_letters_are_listed_newest_first_and_each_can_be_read(client, demo):
    older, newer = write("111222"), write("333444")

    listed = client.get("/demo/outbox/", **HERE).content.decode()
    read = client.get(f"/demo/outbox/{newer.pk}/", **HERE).content.decode()

    assert 0 < listed.index(str(newer.pk)) < listed.index(str(older.pk))
    assert "333444" in read
    assert "111222" not in read


def test_without_letters_it_says_how_to_get_one(client, demo):
    assert "Hãy yêu cầu mã đăng nhập" in client.get("/demo/outbox/", **HERE).content.decode()


def test_a_long_list_is_turned_page_by_page(client, demo):
    for number in range(51):
        write(f"{number:06}")

    second = client.get("/demo/outbox/?page=2", **HERE).content.decode()

    assert second.count("lan@example.vn") == 1


@pytest.mark.parametrize("around", [{"REMOTE_ADDR": "10.0.0.7"}, {"HTTP_X_FORWARDED_FOR": "127.0.0.1"}, {"HTTP_HOST": "[::1]:8000"}])
def test_from_elsewhere_or_behind_a_proxy_there_is_no_outbox(client, demo, around):
    letter = write("111222")

    for address in ("/demo/outbox/", f"/demo/outbox/{letter.pk}/"):
        assert client.get(address, **(HERE | around)).status_code == 404


def test_without_the_demonstration_there_is_no_outbox(client, settings):
    settings.DEMO = False

    assert client.get(f"/demo/outbox/{write('111222').pk}/", **HERE).status_code == 404
