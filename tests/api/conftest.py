"""Programs that call, each with limits of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from factories import make_account, make_person, make_role
from factories.programs import Program, token_of
from hanhlang.api.v1 import limits
from hanhlang.domains.events.models import Role, Week


@pytest.fixture(autouse=True)
def static_from_source(settings: Any) -> None:
    """Let the page for people find its style sheets without a collected set."""
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}


@pytest.fixture(autouse=True)
def fresh_limits(settings: Any) -> None:
    """Let no test run into another one's calls."""
    settings.API_CALLS_A_MINUTE = {"read": 10**9, "write": 10**9, "refused": 10**9}
    limits._reads.counts.clear()


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
