"""The log tells what happened and to which address, never to whom."""

from __future__ import annotations

import io
import json
import logging
import logging.config
import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path
from hypothesis import given
from hypothesis import strategies as st

from factories import make_account, make_participation, make_person, make_role, make_week
from factories.meetings import NOW
from hanhlang.domains.agenda.actions import make_feed
from hanhlang.domains.people.models import Account
from hanhlang.project import logs
from hanhlang.web.access import PUBLIC, access

NAME, E_MAIL = "Trần Thị Kín Đáo", "kin.dao+vip@bo-ngoai-giao.example"


@access(PUBLIC)
def breaks(request: HttpRequest, token: str) -> HttpResponse:
    """Fail as a careless view would: with personal data in the exception and in a message."""
    logging.getLogger("hanhlang.somewhere").error("could not tell %s at %s?next=%s", E_MAIL, request.path, NAME.replace(" ", "+"))
    try:
        with transaction.atomic():
            Account.objects.create(email=E_MAIL)
    except IntegrityError as fault:
        raise LookupError(f"{NAME} <{E_MAIL}> is there already") from fault
    return HttpResponse()


urlpatterns = [path("breaks/<str:token>/", breaks, name="breaks"), path("", include("hanhlang.project.urls"))]


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Log as ``serve`` does, into a text to look at."""
    stream = io.StringIO()
    settings = logs.settings({"HANHLANG_LOG_FORMAT": "json"})
    settings["handlers"]["console"]["stream"] = stream
    root = logging.getLogger()
    kept = root.handlers[:], root.level
    logging.config.dictConfig(settings)
    yield stream
    logging.config.dictConfig(logs.settings(os.environ))
    root.handlers[:], root.level = kept[0], kept[1]


@pytest.mark.django_db
@pytest.mark.urls(__name__)
def test_a_sign_in_a_feed_and_a_fault_leave_no_trace_of_the_person(written: io.StringIO, settings: Any):
    settings.DEMO = True
    week = make_week()
    person = make_person(name=NAME)
    make_participation(week, person)
    account = make_account(email=E_MAIL, person=person, is_demo=True)
    make_role(week, account)
    token = make_feed(week=week, person=person, by=account, now=NOW)
    client = Client(raise_request_exception=False, HTTP_HOST="localhost")

    assert client.post("/demo/sign-in/", {"account": E_MAIL, "next": f"/portal/{week.key}/?name={NAME}"}).status_code == 302
    assert client.get(f"/agenda/{token}.ics").status_code == 200
    assert client.get(f"/agenda/{token}x.ics").status_code == 404
    assert client.get(f"/{E_MAIL}/nowhere?who={NAME}").status_code == 404
    assert client.get("/healthz", HTTP_HOST=E_MAIL.split("@")[1]).status_code == 400
    fault = client.get(f"/breaks/{token}/")

    said = written.getvalue()
    assert fault.status_code == 500
    for secret in (token, E_MAIL, E_MAIL.split("@")[0], NAME, NAME.split()[0], client.cookies["sessionid"].value):
        assert secret not in said, said
    lines = [json.loads(line) for line in said.splitlines()]
    seen = [(line["route"], line["status"]) for line in lines if line["logger"] == "hanhlang.requests"]
    assert seen == [("demo-sign-in", 302), ("agenda-feed", 200), ("agenda-feed", 404), ("none", 404), ("healthz", 400), ("breaks", 500)]
    trace = [line for line in lines if "exception" in line][-1]
    assert [cause["type"] for cause in trace["exception"]][:2] == ["LookupError", "IntegrityError"]
    assert trace["request"] == fault["X-Request-ID"]
    assert "test_logs.py" in trace["exception"][0]["places"][-1]


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("mail to an.nguyen@bo.gov.vn failed", "mail to [e-mail] failed"),
        ("GET /portal/x/?code=123456&next=/a", "GET /portal/x/?[…]"),
        ("token xkJ9_2mNq8-aaBBccDDeeFF00 revoked", "token [token] revoked"),
        ("run 6f1b6f0e-3b6e-4b86-9f1e-5a3f6f1b6f0e failed", "run 6f1b6f0e-3b6e-4b86-9f1e-5a3f6f1b6f0e failed"),
        ("The worker's step books failed; it is tried again.", "The worker's step books failed; it is tried again."),
        ("is this the end? yes = no", "is this the end? yes = no"),
    ],
)
def test_what_could_name_somebody_is_taken_out_and_the_rest_is_kept(words: str, kept: str):
    assert logs.scrubbed(words) == kept


@given(st.emails())
def test_no_address_survives(address: str):
    assert address not in logs.scrubbed(f"could not write to {address} today")


def test_an_unknown_form_is_the_one_for_this_place():
    assert logs.form({"HANHLANG_LOG_FORMAT": "json"}) == "json"
    assert logs.form({"HANHLANG_LOG_FORMAT": "text"}) == "text"
    assert logs.form({"HANHLANG_LOG_FORMAT": "xml"}) == logs.form({})
