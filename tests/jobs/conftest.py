from __future__ import annotations

import pytest

from factories.meetings import TABLES, make_empty_week
from hanhlang.domains.events.models import Week


@pytest.fixture
def empty_week(db: None) -> Week:
    return make_empty_week(TABLES)
