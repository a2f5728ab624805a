"""As what somebody takes part, and when they are there."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from factories import make_participation, make_person, make_week
from hanhlang.domains.core.models import AuditEntry
from hanhlang.domains.events.actions import change_participation
from hanhlang.domains.events.models import Participation

NOW = datetime(2025, 10, 20, 2, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def test_a_change_is_written_once_and_concerns_the_person() -> None:
    person = make_person()
    part = make_participation(make_week(), person)

    for _ in range(2):
        change_participation(participation=part, category=Participation.Category.PRESS, arrives_at=NOW, by=None, now=NOW)

    entry = AuditEntry.objects.get(event="participation.changed")
    part.refresh_from_db()
    assert (part.category, part.arrives_at) == ("press", NOW)
    assert (entry.details["changed"], entry.people) == (["category", "arrives_at"], str(person.pseudonym))
