"""Programs: a client that speaks JSON, with a token or without."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from django.test import Client

from hanhlang.domains.events.models import Week
from hanhlang.domains.events.tokens import make_token, scopes_offered
from hanhlang.domains.people.models import Account


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
    """Make a token that lives, with these scopes or all the account may have."""
    now = datetime.now(tz=UTC)
    wanted = scopes or tuple(scopes_offered(account, week))
    return make_token(week=week, account=account, name="Test", scopes=wanted, expires_at=now + timedelta(days=9), by=None, now=now)
