"""Telling the database how many rows there are."""

from __future__ import annotations

from django.db import connection


def refresh() -> None:
    """
    Have PostgreSQL count its tables anew, what this transaction wrote included.

    Call it after writing much at once. Until its own daemon counts, and that never sees what is not committed, PostgreSQL may take full
    tables for empty and join each row of one with each of two others: minutes, where it takes milliseconds. SQLite needs no such help.
    """
    if connection.vendor != "postgresql":
        return
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(map(connection.ops.quote_name, tables))}")
