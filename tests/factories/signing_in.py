"""Signing in as people do: asking for a code, reading the letter, giving the code."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client

from hanhlang.domains.core.models import Letter

HERE = {"HTTP_HOST": "localhost:8000"}


def code_in_last_letter() -> str:
    found = re.search(r"^\s{4}([A-Z-]{9})$", Letter.objects.latest("written_at", "id").body, re.MULTILINE)
    assert found
    return found.group(1)


def ask(client: Client, email: str, **more: str) -> Any:
    return client.post("/sign-in/", {"email": email, **more}, **HERE)


def give(client: Client, code: str, **more: str) -> Any:
    return client.post("/sign-in/code/", {"code": code, **more}, **HERE)


def sign_in(client: Client, email: str) -> Any:
    ask(client, email)
    return give(client, code_in_last_letter())


def signed_in(client: Client) -> str | None:
    return client.session.get("_auth_user_id")
