"""
Calls made from the document itself: whatever is sent, every answer is one that the document declares, and none is a fault of ours.

Drawn from a fixed seed, so that every run makes the same calls; each operation starts from the same small week.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, settings
from schemathesis import checks
from schemathesis.config import SchemathesisConfig

from factories import (
    make_account,
    make_delegation,
    make_organisation,
    make_person,
    make_role,
    make_session,
    make_speaking,
    make_topic,
    make_travel,
)
from factories.business import make_profile
from factories.events import local
from factories.meetings import DAY, NOW, make_guest, make_meeting, make_party, make_plan, make_ready_week
from factories.programs import token_of
from hanhlang.api.v1.document import document
from hanhlang.domains.automation.actions import register_tools
from hanhlang.domains.delegations.models import Delegation
from hanhlang.domains.events.models import Place, Site
from hanhlang.domains.meetings import actions

schemathesis.checks.load_all_checks()
CONFIG = SchemathesisConfig.from_dict({"seed": 1, "generation": {"deterministic": True, "no-shrink": True, "database": "none"}})
DOCUMENT = schemathesis.openapi.from_dict(document(), config=CONFIG)
DOCUMENT.app = WSGIHandler()
NAMED = {"organisations": "firm", "profiles": "firm", "delegations": "guests", "tools": "meeting-planner"}
ONCE = settings(
    max_examples=5,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(autouse=True)
def one_connection() -> Iterator[None]:
    """Keep the test's connection, and its transaction with it: a served request would close it at its ends."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def known(db: None) -> dict[str, Any]:
    """Give a week with something of everything, a token with every scope, and what its addresses need."""
    week = make_ready_week(key="vidw-2025")
    site = Site.objects.get(week=week)
    make_travel(site, site)
    table = Place.objects.get(week=week, pool="tables")
    session = make_session(week, place=table, topics=[make_topic(week)], organisers=[make_organisation()])
    make_speaking(session, make_person(key="speaker", organisation=(firm := make_organisation(key="firm"))))
    make_profile(week, firm, validated=False)
    register_tools(NOW)
    account = make_account(person=make_person())
    make_role(week, account)
    sides = make_party(week), make_party(week)
    for key in ("lamduan", "vesperia"):
        Delegation.objects.filter(pk=make_party(week).pk).update(key=key)
    make_delegation(week, key="guests")
    actions.file_request(asking=sides[0], asked=sides[1], by=None, now=NOW)
    actions.make_wish(week=week, asking=make_guest(week), asked=make_guest(week), by=None, now=NOW)
    meeting = make_meeting(week, number=1)
    actions.report_change(week=week, kind="late", people=[make_guest(week)], starts_at=local(week, DAY, "09:00"), by=None, now=NOW)
    plan = make_plan(week, (meeting, "09:00", table), number=1)
    assert plan.run is not None
    return {
        "token": token_of(week, account),
        "week": week.key,
        "number": 1,
        "run": str(plan.run.pk),
        "wish": str(week.wishes.get().pk),
    }


def call(case: schemathesis.Case, known: dict[str, Any], **headers: str) -> None:
    excluded = [checks.positive_data_acceptance]
    # Half the calls hit something that exists; drawn names never would.
    if sum(map(ord, repr(case.path_parameters))) % 2:
        for name in case.path_parameters or {}:
            if name in known:
                case.path_parameters[name] = known[name]
            elif name == "key":
                case.path_parameters[name] = next((key for word, key in NAMED.items() if word in case.path), "speaker")
        # What was drawn wrong on purpose may be right now.
        excluded.append(checks.negative_data_rejection)
    case.call_and_validate(headers=headers, excluded_checks=excluded)


@DOCUMENT.parametrize()
@ONCE
def test_the_public_meets_only_what_is_declared(case: schemathesis.Case, known: dict[str, Any]) -> None:
    call(case, known)


@DOCUMENT.parametrize()
@ONCE
def test_a_token_with_every_scope_meets_only_what_is_declared(case: schemathesis.Case, known: dict[str, Any]) -> None:
    call(case, known, Authorization=f"Bearer {known['token']}")
