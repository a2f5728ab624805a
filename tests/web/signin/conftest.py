"""Someone with an account."""

from __future__ import annotations

from typing import Any

import pytest

from factories.events import make_role, make_week
from factories.people import make_account, make_person
from hanhlang.domains.events.models import Role
from hanhlang.domains.people.models import Account


@pytest.fixture
def officer(db: Any) -> Account:
    account = make_account(email="lan@example.vn", person=make_person(), language="en")
    make_role(make_week(key="vidw-2025"), account, Role.Kind.SECRETARIAT)
    return account
