"""Weeks, programs with tokens, and a client that speaks JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from factories import make_account, make_person, make_role
from hanhlang.api.v1 import limits
from hanhlang.domains.events.models import Role, Week
from hanhlang.domains.events.scopes import SCOPES
from hanhlang.domains.events.tokens import make_token, scopes_offered
from hanhlang.domains.people.models import Account

NOW = datetime.now(tz=UTC)


@pytest.fixture(autouse=True)
def fresh_limits(settings: Any) -> None:
    """Let no test run into another one's calls."""
    settings.API_CALLS_A_MINUTE = {"read": 10**9, "write": 10**9, "refused": 10**9}
    cache.clear()
    limits._reads.counts.clear()


class Program:
    """Calls the interface as a program would, with a token or without."""

    def __init__(self, token: str = "") -> None:
        self.client = Client()
        self.headers = {"authorization": f"Bearer {token}"} if token else {}

    def get(self, address: str, **headers: str) -> Any:
        return self.client.get(f"/api/v1/{address}", headers=self.headers | headers)

    def send(self, method: str, address: str, body: Any = None, **headers: str) -> Any:
        data = json.dumps(body) if body is not None else ""
        return self.client.generic(method, f"/api/v1/{address}", data, content_type="application/json", headers=self.headers | headers)

    def post(self, address: str, body: Any = None, **headers: str) -> Any:
        return self.send("POST", address, body, **headers)


def token_of(week: Week, account: Account, *scopes: str) -> str:
    wanted = scopes or tuple(scopes_offered(account, week))
    return make_token(week=week, account=account, name="Test", scopes=wanted, expires_at=NOW + timedelta(days=9), by=None, now=NOW)


@pytest.fixture
def program() -> Callable[..., Program]:
    """Give a program whose account has a role in a week, with these scopes or all it may have."""

    def make(week: Week, *scopes: str, kind: str = Role.Kind.SECRETARIAT, **fields: Any) -> Program:
        account = fields.pop("account", None) or make_account(person=fields.pop("person", None) or make_person())
        make_role(week, account, kind, **fields)
        return Program(token_of(week, account, *scopes))

    return make


@pytest.fixture
def public() -> Program:
    """Give a program without a token."""
    return Program()


ALL = list(SCOPES)
