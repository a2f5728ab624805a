"""What is written in a transaction is counted in it."""

from __future__ import annotations

import pytest
from django.db import connection

from factories import make_person
from hanhlang.domains.core import counts
from hanhlang.domains.people.models import Person

pytestmark = pytest.mark.django_db


@pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL has tables counted")
def test_rows_that_are_not_committed_are_counted() -> None:
    for _ in range(30):
        make_person()

    counts.refresh()

    assert known_rows(Person._meta.db_table) == Person.objects.count() >= 30


def known_rows(table: str) -> float:
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = %s", [table])
        rows: float = cursor.fetchone()[0]
        return rows
